"""Where a command's log goes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest

from core.cli.log import log_to


class Terminal(StringIO):
    """A stream that a person reads as it comes."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@contextmanager
def logged(stream: StringIO) -> Iterator[None]:
    """Log to a stream for the length of a block."""
    handler = log_to(stream)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    "stream, said",
    [
        (StringIO(), "WARNING core.onion: tor lost\nERROR core.onion: a fault\n"),
        (Terminal(), "ERROR core.onion: a fault\n"),
    ],
    ids=["journal", "terminal"],
)
def test_a_person_reads_sentences_and_the_journal_has_the_log(
    stream: StringIO, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What is told as an incident does not stand at a terminal a second time; a fault of Lucid's own does."""
    log = logging.getLogger("core.onion")
    with logged(stream):
        log.info("nothing much")
        log.warning("tor lost")
        log.error("a fault")
    assert stream.getvalue() == said
    caplog.clear()
