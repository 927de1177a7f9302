"""The golden vectors of vault, manifest and bundle do not change by accident."""

from __future__ import annotations

from pathlib import Path

from tests.vectors.generate_evidence import text

VECTORS = Path(__file__).parents[2] / "vectors" / "evidence.json"


def test_core_writes_them_again() -> None:
    """With the same keys and the same randomness every byte comes out the same."""
    assert text() == VECTORS.read_text("ascii")
