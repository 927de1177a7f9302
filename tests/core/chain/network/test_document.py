"""Deployment files against their golden vectors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.chain.network.document import read_deployment, write_deployment
from core.errors import DeploymentMalformed
from tests.vectors.generate_deployments import deployment, text, vectors_path

VECTORS: dict[str, Any] = json.loads(vectors_path().read_text())


def test_the_vectors_are_what_core_writes() -> None:
    """A change of the format is a change of the vectors, and is seen."""
    assert vectors_path().read_text() == text()


def test_files_read_back() -> None:
    """Each file of the vectors reads as it was meant, and is written again byte for byte."""
    first, *_ = (read_deployment(each.encode()) for each in VECTORS["files"])
    assert first == deployment()
    for each in VECTORS["files"]:
        signature = bytes.fromhex(json.loads(each)["signature"])
        again = write_deployment(read_deployment(each.encode()), lambda _, kept=signature: kept)
        assert again == each.encode()


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda each: each["why"])
def test_wrong_files_are_refused(wrong: dict[str, str]) -> None:
    """One thing that is wrong is enough."""
    with pytest.raises(DeploymentMalformed):
        read_deployment(wrong["file"].encode())
