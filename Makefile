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

SHOP_SOURCES = $(shell find miniprogram-stub/src miniprogram-stub/build -type f ! -name schema.d.ts) \
	$(addprefix miniprogram-stub/,index.html package.json vite.config.ts tsconfig.json) miniprogram-stub/node_modules/.package-lock.json
CONSOLE_SOURCES = $(shell find console/src console/scripts -type f ! -name schema.d.ts) \
	$(addprefix console/,index.html package.json vite.config.ts tsconfig.json) console/node_modules/.package-lock.json
# Pages are part of the program when there is something to build them with.
PAGES = $(if $(shell command -v npm),web/shop/index.html web/console/index.html)

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
build: $(PAGES) ## Build bin/hutong, with the pages when Node.js is there
	@go build $(BUILD_FLAGS) -o bin/hutong ./cmd/hutong

.PHONY: web
web: web/shop/index.html web/console/index.html miniprogram-stub/dist/build/mp-weixin/app.json ## Build the console, and the mini program for browsers and for WeChat

web/shop/index.html: $(SHOP_SOURCES)
	@cd miniprogram-stub && npm run --silent build:h5 | grep -v uniCloud
	@find web/shop -mindepth 1 ! -name .gitignore -delete
	@cp -R miniprogram-stub/dist/build/h5/. web/shop/

web/console/index.html: $(CONSOLE_SOURCES)
	@cd console && npm run --silent types && npm run --silent build -- --logLevel warn
	@find web/console -mindepth 1 ! -name .gitignore -delete
	@cp -R console/dist/. web/console/

miniprogram-stub/dist/build/mp-weixin/app.json: $(SHOP_SOURCES)
	@cd miniprogram-stub && npm run --silent build:weapp

miniprogram-stub/node_modules/.package-lock.json: miniprogram-stub/package-lock.json
	@cd miniprogram-stub && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

console/node_modules/.package-lock.json: console/package-lock.json
	@cd console && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

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

.PHONY: mutate
mutate: ## Take away each guard in turn: something must notice
	@go run ./internal/mutate

.PHONY: fuzz
fuzz: ## Fuzz each target for FUZZTIME=30s
	@scripts/fuzz.sh

##@ Ship

.PHONY: docker
docker: ## Build the image IMAGE=hutong
	@docker build --build-arg VERSION=$(VERSION) -t $(IMAGE) .

.PHONY: clean
clean: ## Remove what was built; data in var/ stays
	@rm -rf bin dist .testdata miniprogram-stub/dist console/dist
	@find web -mindepth 2 ! -name .gitignore -delete

$(LINT):
	@echo "building golangci-lint $(GOLANGCI_LINT_VERSION), once; it takes some minutes"
	@GOBIN=$(CURDIR)/bin/.lint go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv bin/.lint/golangci-lint $@ && rmdir bin/.lint
