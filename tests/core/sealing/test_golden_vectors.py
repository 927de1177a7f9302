"""The golden vectors are what their independent script writes."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[2] / "vectors"
FORMATS = Path(__file__).parents[3] / "docs" / "formats"


def test_the_script_writes_them_again() -> None:
    """Running the script anew changes nothing."""
    text = runpy.run_path(str(VECTORS / "generate_sealing.py"))["text"]
    assert text() == (VECTORS / "sealing.json").read_text("ascii")


@pytest.mark.parametrize("name", ["chunk.md", "journal.md", "merkle-tree.md"])
def test_the_documents_examples_are_the_vectors(name: str) -> None:
    """Every key, leaf, root and line of bytes in a worked example is in the golden vectors."""
    golden = (VECTORS / "sealing.json").read_text("ascii")
    example = (FORMATS / name).read_text("utf-8").partition("## Worked example")[2]
    values = re.findall(r"`([0-9a-f]{64})`", example)
    values += [
        "".join(line[0].split())
        for line in re.findall(r"^ *\d+  ((?:[0-9a-f]{4,} ?)+)", example, re.MULTILINE)
    ]
    assert values
    for value in values:
        assert value in golden
