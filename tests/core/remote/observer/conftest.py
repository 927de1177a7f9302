"""An observer's program between fakes of its sides, for the tests of this package."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.observer_bench import ObserverBench


@pytest.fixture
def bench() -> Iterator[ObserverBench]:
    """Run the program; the paths of sockets must be short."""
    with tempfile.TemporaryDirectory(prefix="observer-") as directory:
        made = ObserverBench(Path(directory))
        yield made
        made.close()
