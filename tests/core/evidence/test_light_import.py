"""Verifying a bundle needs neither Qt nor a chain client."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("PySide6", "web3", "eth", "eth_account", "tronpy", "keyring", "av")


def test_the_verifier_loads_nothing_heavy() -> None:
    """Importing the verifier in a fresh interpreter loads no Qt, no chain client and no virtual machine."""
    program = (
        "import sys, core.evidence.verify, core.evidence.bundle_writer\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]", found.stderr
