# shellcheck shell=bash
# shellcheck disable=SC2154 # log and python are set by setup
# Makes .venv from a lock, with every hash checked, and installs the checkout into it.
# Sourced by setup; needs announce.bash.

# Prints what identifies an installation: the lock, what pyproject.toml says of the package, the
# interpreter. The settings of the linters are left out: they change nothing that is installed.
fingerprint_of() {
  {
    cat "$1"
    sed -n '/^\[build-system\]/,/^\[dependency-groups\]/p' pyproject.toml
    "$python" --version
  } | sha256sum | cut -d' ' -f1
}

# Says plainly when this machine cannot have the Qt that is locked.
check_platform() {
  local libc
  [[ $(uname -m) == aarch64 ]] || return 0
  libc=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
  if [[ $(printf '%s\n' 2.39 "$libc" | sort -V | head -n1) != 2.39 ]]; then
    missing "on 64-bit ARM, Qt needs Debian 13 or Raspberry Pi OS trixie (glibc 2.39; this one has $libc)"
  fi
}

# Makes .venv unless a working one is there.
make_venv() {
  "$python" -c 'import pip' 2>/dev/null && return
  say 'making the Python environment in .venv'
  python3 -m venv --clear .venv || missing 'python3 cannot make a virtual environment; install python3-venv'
}

# Installs what a lock pins and the checkout itself, unless exactly that was installed before.
install_lock() {
  local lock=$1 stamp
  stamp=.venv/.installed-${lock%.lock}
  [[ -x $python && -f $stamp && $(<"$stamp") == "$(fingerprint_of "$lock")" ]] && return
  check_platform
  make_venv
  say "installing the Python packages of $lock"
  rm -f "$stamp"
  # stem is published as source alone: the setuptools that the lock pins builds it, and nothing else is built.
  sed -n '/^setuptools==/,/[^\\]$/p' "$lock" >.venv/first.lock
  pip_install --require-hashes --only-binary=:all: --requirement .venv/first.lock
  pip_install --require-hashes --only-binary=:all: --no-binary=stem --no-build-isolation --requirement "$lock"
  pip_install --no-deps --no-build-isolation --no-index --editable .
  fingerprint_of "$lock" >"$stamp"
}

# Runs pip without its chatter; what it says is shown when it fails.
pip_install() {
  "$python" -m pip install --quiet --no-input --disable-pip-version-check --progress-bar=off \
    --no-warn-script-location --root-user-action=ignore "$@" >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; missing "pip failed; all it said is in $log"; }
}

# Compiles what changed to byte code: imports cost double without it.
compile_project() {
  "$python" -m compileall -q core lucid_gui
}
