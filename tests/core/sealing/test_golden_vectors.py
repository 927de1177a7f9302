"""The golden vectors are what their independent script writes."""

from __future__ import annotations

import runpy
from pathlib import Path

VECTORS = Path(__file__).parents[2] / "vectors"


def test_the_script_writes_them_again() -> None:
    """Running the script anew changes nothing."""
    text = runpy.run_path(str(VECTORS / "generate_sealing.py"))["text"]
    assert text() == (VECTORS / "sealing.json").read_text("ascii")
