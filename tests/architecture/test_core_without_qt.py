"""The engine runs where Qt is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

_IMPORT_ALL = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "qasync", "lucid_gui"}:
            raise ImportError(name + " is not installed here")

sys.meta_path.insert(0, Blocked())
import core
for module in pkgutil.walk_packages(core.__path__, "core."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

_IMPORT_THE_VERIFIER = """
import sys
import core.cli.main, core.evidence.verify
heavy = {"PySide6", "web3", "eth", "av", "keyring"} & set(sys.modules)
assert not heavy, heavy
"""

_IMPORT_THE_KIOSKS_START = """
import sys
import core.api.commands, core.api.events, core.api.text, core.cli.main
heavy = {"web3", "eth", "av", "keyring", "cryptography", "blake3", "asyncio"} & set(sys.modules)
assert not heavy, heavy
"""


def run_in_fresh_interpreter(code: str) -> None:
    """Run ``code`` in an interpreter of its own; what it prints is shown when it fails."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_core_imports_without_qt() -> None:
    """Every module of core can be imported where PySide6 and the kiosk are not."""
    run_in_fresh_interpreter(_IMPORT_ALL)


def test_the_bundle_verifier_stays_light() -> None:
    """Checking a bundle loads neither Qt nor web3 nor the embedded chain."""
    run_in_fresh_interpreter(_IMPORT_THE_VERIFIER)


def test_the_seam_stays_light() -> None:
    """What a front end imports before its first frame loads nothing heavy."""
    run_in_fresh_interpreter(_IMPORT_THE_KIOSKS_START)
