#!/usr/bin/env bash
# Fuzzes each fuzz target for FUZZTIME (30s by default). What it finds is written into testdata/fuzz beside
# the target: commit it with the fix, and every test run repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."

for package in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -r -n1 dirname | sort -u); do
  for target in $(grep -rhoP --include='*_test.go' '^func \KFuzz\w+' "$package" | sort -u); do
    printf '\n== %s %s\n' "$package" "$target"
    CGO_ENABLED=0 go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" "$package"
  done
done
