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

# Keeps Debian's xrdp from listening on every address as soon as it is installed: a session that is hosted
# starts one of its own, without a network. An xrdp that is there already is left as it is.
mask_xrdp() {
  if [[ " $* " != *' xrdp '* ]] || ! command -v systemctl >/dev/null; then return; fi
  say 'the services xrdp and xrdp-sesman are masked first, so that no port is opened: Lucid starts an xrdp of its own'
  as_root systemctl --quiet mask xrdp.service xrdp-sesman.service >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; missing 'they cannot be masked, so xrdp is not installed'; }
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
  mask_xrdp "${wanted[@]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq -o=Dpkg::Use-Pty=0 \
    --no-install-recommends "${wanted[@]}" >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; missing "apt-get did not install them; all it said is in $log"; }
}
