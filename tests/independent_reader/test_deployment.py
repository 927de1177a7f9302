"""What Lucid writes about deployments is what docs/formats/deployment.md says, to a reader made from it alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.independent_reader.deployment import read_deployment
from tests.independent_reader.primitives import Refused

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "deployments.json").read_text()
)


def test_the_vectors_are_read() -> None:
    """Each file holds, and was signed by the device that the vectors name."""
    for each in VECTORS["files"]:
        assert read_deployment(each.encode())["device"] == VECTORS["device"]


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda each: each["why"])
def test_wrong_files_are_refused(wrong: dict[str, str]) -> None:
    """One thing that is wrong is enough for this reader, too."""
    with pytest.raises(Refused):
        read_deployment(wrong["file"].encode())
