# shellcheck shell=bash
# How set-up speaks: short lines on stderr, so that stdout stays with the command that was asked for.

# Says what is being done.
say() {
  printf 'lucid: %s\n' "$*" >&2
}

# Says what is missing and what to do about it, and ends with 3.
missing() {
  printf 'lucid: %s\n' "$*" >&2
  exit 3
}
