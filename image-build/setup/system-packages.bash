# shellcheck shell=bash
# shellcheck disable=SC2154 # setup_folder and log are set by the script that sources this
# Installs Debian packages by the lists in system-packages/, and only those that are not there.
# Sourced by setup; needs announce.bash.

# Prints the packages of a list, without reasons and comments.
packages_of() {
  sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$setup_folder/system-packages/$1.txt"
}

# True when a package is installed.
is_installed() {
  dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Prints what is missing of the given lists, each package once.
missing_packages() {
  local list package
  for list in "$@"; do
    for package in $(packages_of "$list"); do
      is_installed "$package" || echo "$package"
    done
  done | sort -u
}

# Runs a command as root: as it is for root, through sudo for everyone else.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    missing "this needs root, and sudo is not installed; as root, run: $*"
  fi
}

# Says what will be installed and why it needs root, and installs it.
install_packages() {
  local -a wanted
  if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian; install by hand what image-build/setup/system-packages lists: $*"
    return
  fi
  mapfile -t wanted < <(missing_packages "$@")
  ((${#wanted[@]})) || return 0
  say "these system packages are missing and will be installed: ${wanted[*]}"
  if ((EUID != 0)); then say 'sudo may ask for your password for that, and for nothing else'; fi
  as_root apt-get update -qq || missing 'the package lists cannot be fetched; check the network and try again'
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq -o=Dpkg::Use-Pty=0 \
    --no-install-recommends "${wanted[@]}" >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; missing "apt-get did not install them; all it said is in $log"; }
}
