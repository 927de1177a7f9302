# shellcheck shell=bash
# Installs what the checks of the contracts run besides .venv: compiler and forge from npm, slither and halmos from PyPI.
# Sourced by setup.

# Does what the commands of contracts/ do first. Forge and halmos's solver are published for x86-64 alone; elsewhere the
# tests that need them are skipped, and say so.
install_contract_evidence() {
  [[ $(uname -m) == x86_64 ]] || return 0
  (
    # shellcheck source=contracts/tools/toolchain.bash
    source contracts/tools/toolchain.bash
    find_node
    install_packages
    install_evidence
  )
}
