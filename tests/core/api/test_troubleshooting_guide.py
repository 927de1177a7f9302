"""The troubleshooting guide lists every code with the sentences that front ends show."""

from __future__ import annotations

from pathlib import Path

from core.api.text import SENTENCES
from core.errors import every_failure

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "troubleshooting.md"


def test_the_guide_is_that_of_the_table() -> None:
    """Each code stands in the guide with its exit code, its sentence and its next step."""
    codes = {failure.code: int(failure.exit_code) for failure in every_failure()} | {"bug": 3}
    guide = GUIDE.read_text(encoding="utf-8")
    for code, sentence in SENTENCES.items():
        row = f"| `{code}` | {codes[code]} | {sentence.what} | {sentence.next_step} |"
        assert row in guide, f"the guide needs this row:\n{row}"
