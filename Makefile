# `make` alone tells what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GOLANGCI_LINT_VERSION := v2.15.0
LINT := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
IMAGE ?= hutong
# Configuration of `make run`.
CONFIG ?=
# Histories of `make soak`.
N ?= 20000

export CGO_ENABLED ?= 0

# nomsgpack leaves a codec out of gin that nobody here speaks: some megabytes less in memory.
BUILD_FLAGS = -trimpath -tags nomsgpack -ldflags '-s -w -X main.version=$(VERSION)'

##@ Use

.PHONY: help
help: ## Tell what there is
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## Build it and open the whole system with a demonstration brand
	@bin/hutong demo

.PHONY: run
run: build ## Serve with CONFIG=file.yaml
	@bin/hutong serve $(if $(CONFIG),--config $(CONFIG))

.PHONY: build
build: ## Build bin/hutong
	@go build $(BUILD_FLAGS) -o bin/hutong ./cmd/hutong

##@ Prove

.PHONY: test
test: ## Bring what the tests need and run all of them
	@scripts/test.sh

.PHONY: check
check: lint verify ## What a change must pass besides the tests: lint and verify

.PHONY: lint
lint: $(LINT) ## Run golangci-lint
	@$(LINT) run

.PHONY: verify
verify: $(LINT) ## Generate, tidy and format; fail if that changes anything
	@go generate ./...
	@go mod tidy
	@$(LINT) fmt
	@git diff --exit-code

.PHONY: bench
bench: build ## Measure, as ratios to the bare machine, beside the run before
	@mkdir -p var
	@go run ./bench -compare var/bench.json -o var/bench.json

.PHONY: soak
soak: ## Run N histories of the simulation
	@go test -timeout 0 -run '^TestHistories$$' ./service/simulation -rapid.checks=$(N)

.PHONY: fuzz
fuzz: ## Fuzz each target for FUZZTIME=30s
	@scripts/fuzz.sh

##@ Ship

.PHONY: docker
docker: ## Build the image IMAGE=hutong
	@docker build --build-arg VERSION=$(VERSION) -t $(IMAGE) .

.PHONY: clean
clean: ## Remove what was built; data in var/ stays
	@rm -rf bin dist .testdata

$(LINT):
	@echo "building golangci-lint $(GOLANGCI_LINT_VERSION), once; it takes some minutes"
	@GOBIN=$(CURDIR)/bin/.lint go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv bin/.lint/golangci-lint $@ && rmdir bin/.lint
