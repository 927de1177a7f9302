# shellcheck shell=bash
# shellcheck disable=SC2154 # log is set by setup
# Installs the execution clients that the tests of the chain run on: @ethereumjs/client from npm, and go-ethereum
# where Go is there to build it. All of it stays in the checkout. Sourced by setup; needs announce.bash.

readonly geth_version=v1.17.10 geth=.cache/geth/bin/geth ethereumjs=tests/execution_clients

# Installs what the package lock pins, unless exactly that was installed before.
install_ethereumjs() {
  local stamp=$ethereumjs/node_modules/.installed wanted
  wanted=$(cat "$ethereumjs/package-lock.json" "$ethereumjs/.npmrc" | sha256sum)
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return
  say 'installing @ethereumjs/client from npm, for the tests of the chain'
  (cd "$ethereumjs" && PATH=$PWD/../../.venv/bin:$PATH npm ci --no-progress --loglevel=error --cache ../../.cache/npm) \
    >"$log" 2>&1 || { tail -n 30 "$log" >&2; missing "npm failed; all it said is in $log"; }
  printf '%s' "$wanted" >"$stamp"
}

# Prints where Go's command is; fails where there is none.
find_go() {
  command -v go || { [[ -x /usr/local/go/bin/go ]] && echo /usr/local/go/bin/go; }
}

# Builds go-ethereum unless this version is there. Without Go, it is left out.
install_geth_if_go_is_there() {
  if find_go >/dev/null; then install_geth; fi
}

# Builds go-ethereum: a few minutes of a processor, and 2 GB of disk while it builds. Go checks the sources against its
# public log of checksums.
install_geth() {
  local go build=$PWD/.cache/geth-build
  [[ -x $geth && $(<.cache/geth/version) == "$geth_version" ]] 2>/dev/null && return
  go=$(find_go) || missing 'geth takes Go 1.24 or newer to build (https://go.dev/dl): install it, and run make setup-geth'
  say "building go-ethereum $geth_version (about three minutes of a processor)"
  (
    export CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOTOOLCHAIN=local GOPATH=$build/path GOBIN=$PWD/${geth%/geth}
    export GOMODCACHE=$build/modules GOCACHE=$build/compiled
    "$go" install -trimpath "github.com/ethereum/go-ethereum/cmd/geth@$geth_version"
    status=$?
    "$go" clean -modcache # its files are read-only, so that rm alone cannot
    exit "$status"
  ) >"$log" 2>&1 || { tail -n 30 "$log" >&2; missing "go install failed; all it said is in $log"; }
  rm -rf "$build"
  printf '%s\n' "$geth_version" >.cache/geth/version
}
