"""The channels' program between fakes of its sides, for the tests of this package."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.channels_bench import ChannelsBench


@pytest.fixture
def bench() -> Iterator[ChannelsBench]:
    """Run the channels; the paths of sockets must be short."""
    with tempfile.TemporaryDirectory(prefix="channels-") as directory:
        made = ChannelsBench(Path(directory))
        yield made
        made.close()
