#!/usr/bin/env bash
# Brings what the tests need and runs all of them: both databases, the race detector, the browser journeys.
# On Debian what is missing is installed by apt; elsewhere it is named. It starts no service of the system:
# the tests start a private MariaDB of their own, or use the server that HUTONG_TEST_MYSQL_DSN names.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

step() { printf '\n== %s\n' "$*"; }

browser_tests() { [ -f e2e/package.json ]; }

# missing lists the Debian packages for what is not here.
missing() {
  local packages=()
  # The race detector needs a C compiler.
  command -v "${CC:-gcc}" >/dev/null && [ -e /usr/include/stdlib.h ] || packages+=(gcc libc6-dev)
  # The server's programs alone; the package mariadb-server would also start it.
  if [ -z "${HUTONG_TEST_MYSQL_DSN:-}" ]; then
    PATH=$PATH:/usr/sbin command -v mariadbd >/dev/null || packages+=(mariadb-server-core)
    command -v my_print_defaults >/dev/null || packages+=(mariadb-client-core)
  fi
  if browser_tests; then
    command -v chromium >/dev/null || packages+=(chromium)
    fc-list :lang=zh 2>/dev/null | grep -q . || packages+=(fontconfig fonts-noto-cjk)
  fi
  echo "${packages[@]}"
}

bring() {
  local packages
  read -ra packages <<<"$(missing)"
  [ ${#packages[@]} -gt 0 ] || return 0
  step "install ${packages[*]}"
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo -n)
  if ! grep -qx 'ID=debian' /etc/os-release 2>/dev/null || ! "${sudo[@]}" true 2>/dev/null; then
    cat >&2 <<EOT
The tests need what Debian calls: ${packages[*]}
On Debian, as root or with sudo, this script installs them. Here please install them yourself; instead of
MariaDB you may name a server of MySQL's protocol whose account may create schemas:
  HUTONG_TEST_MYSQL_DSN='user:password@tcp(host:3306)/' make test
EOT
    exit 1
  fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
}

command -v go >/dev/null || { echo "Go is not installed: https://go.dev/dl/" >&2; exit 1; }
if browser_tests && ! command -v npm >/dev/null; then
  echo "Node.js is not installed: https://nodejs.org/" >&2
  exit 1
fi
bring

step "build and vet"
make -s build
CGO_ENABLED=0 go vet ./...

step "tests, with the race detector (the first build of a machine takes some minutes)"
# Two packages at once: many of them run dozens of goroutines against a database already. The race
# detector leaves SQLite alone, which is Go here: it is not ours, and watching each of its steps takes three times as long.
CGO_ENABLED=0 go build -o "$work/beside" ./internal/mariadb/beside
CGO_ENABLED=1 "$work/beside" go test -race -gcflags='modernc.org/...=-race=false' -p "${TEST_PACKAGES_AT_ONCE:-2}" -timeout 20m ./...

# It has one goroutine, and leaves the other core to what comes next.
CGO_ENABLED=0 go test -timeout 20m ./service/simulation >"$work/simulation" 2>&1 &
simulation=$!
simulated() {
  step "the simulation, at full length (above it ran with the race detector, which is slow)"
  wait "$simulation" && cat "$work/simulation" || { cat "$work/simulation"; exit 1; }
}

if ! browser_tests; then
  simulated
else
  step "the mini program: types, logic, and the build for WeChat"
  make -s web
  (cd miniprogram-stub && npm run --silent types && npm run --silent check && npm run --silent test)

  step "the console: types, rules of style, logic"
  (cd console && npm run --silent types && npm run --silent check && npm run --silent lint && npm run --silent test)

  simulated

  step "browser journeys"
  (cd e2e && npm ci --ignore-scripts --no-audit --no-fund && npm test)
fi

step "all tests passed"
