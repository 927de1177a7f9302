# shellcheck shell=bash
# shellcheck disable=SC2154 # setup_folder and log are set by the script that sources this
# Installs Debian packages by the lists in system-packages/, and only those that are not there.
# Sourced by setup; needs announce.bash.

# Prints the packages of a list, without reasons and comments. One with a release behind it, as in
# "name [bookworm]", is for that release only.
packages_of() {
  local codename package release
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  while read -r package release _; do
    if [[ -z $release || $release == "[$codename]" ]]; then echo "$package"; fi
  done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$setup_folder/system-packages/$1.txt")
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

# Keeps a package's services from being started as soon as it is installed: mask_services NAME WHY SERVICE…
# A package that is there already is left as it is: what is wanted is only what is missing.
mask_services() {
  local package=$1 why=$2
  shift 2
  command -v systemctl >/dev/null || return 0
  say "the services of $package are masked first ($*): $why"
  as_root systemctl --quiet mask "$@" >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; missing "they cannot be masked, so $package is not installed"; }
}

# Lucid runs these programs itself, on Unix sockets of its own; Debian's services would open ports, or connect.
mask_what_lucid_runs() {
  if [[ " $* " == *' xrdp '* ]]; then
    mask_services xrdp 'no port is opened, since Lucid starts an xrdp of its own' \
      xrdp.service xrdp-sesman.service
  fi
  if [[ " $* " == *' tor '* ]]; then
    mask_services tor 'nothing is connected by itself, since Lucid starts a tor of its own when a person asks for it' \
      tor.service tor@default.service
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
  mask_what_lucid_runs "${wanted[@]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq -o=Dpkg::Use-Pty=0 \
    --no-install-recommends "${wanted[@]}" >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; missing "apt-get did not install them; all it said is in $log"; }
}
