"""A gate between fakes of its sides, for the tests of this package."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.gate_bench import GateBench


@pytest.fixture
def bench() -> Iterator[GateBench]:
    """Run a gate; the paths of sockets must be short."""
    with tempfile.TemporaryDirectory(prefix="gate-") as directory:
        made = GateBench(Path(directory))
        yield made
        made.close()
