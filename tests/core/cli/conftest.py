"""A session, a report and an engine to talk to, as the command line's tests need them."""

from __future__ import annotations

import os
import queue
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from core.api.snapshots import SessionState, SessionSummary
from core.cli.arguments import read_arguments
from core.cli.conversation import Conversation, over
from core.cli.passphrase import PassphraseSource
from tests.fakes.engine_port import FakeEnginePort

SESSION_ID = "3f2a9c1e-7f6b-4a58-9d0a-0c6f1e2d3b4a"


def summary(session_id: str = SESSION_ID, **changes: object) -> SessionSummary:
    """Make an anchored session of ten seconds."""
    values: dict[str, object] = {
        "session_id": session_id,
        "state": SessionState.ANCHORED,
        "source": "sandbox",
        "started_utc_ms": 1_763_820_000_000,
        "ended_utc_ms": 1_763_820_010_000,
        "duration_s": 10.0,
        "chunks": 1,
        "plain_bytes": 2_000_000,
        "stored_bytes": 1_990_000,
        "gaps": 0,
        "merkle_root": "ab" * 32,
        "end_reason": "owner",
    }
    return SessionSummary(**{**values, **changes})  # type: ignore[arg-type]


def invocation(*words: str) -> Namespace:
    """Read a command line."""
    return read_arguments(list(words))


@pytest.fixture
def given_passphrase(passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the passphrase the way a program does."""
    monkeypatch.setenv("LUCID_PASSPHRASE_FILE", str(passphrase_file))
    return passphrase_file


Talk = Callable[[FakeEnginePort], AbstractContextManager[Conversation]]


@pytest.fixture
def talk() -> Talk:
    """Open a conversation with a fake engine that ends when the block does."""

    def open_conversation(port: FakeEnginePort) -> AbstractContextManager[Conversation]:
        return over(lambda: port, PassphraseSource(None))

    return open_conversation


@pytest.fixture
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the terminal away, as it is under cron or CI."""

    def refuse(path: str, flags: int) -> int:
        raise OSError(6, "No such device or address")

    monkeypatch.setattr(os, "open", refuse)
    yield
    monkeypatch.undo()


class Typist:
    """Stands for stdin: gives the lines that were typed, and waits for the next one until it leaves."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def type(self, *lines: str) -> None:
        """Type lines, all at once."""
        for line in lines:
            self._lines.put(f"{line}\n")

    def leave(self) -> None:
        """Type no more."""
        self._lines.put(None)

    def __iter__(self) -> Iterator[str]:
        while (line := self._lines.get()) is not None:
            yield line


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typist]:
    """Sit down somebody at stdin."""
    each = Typist()
    monkeypatch.setattr(sys, "stdin", each)
    yield each
    each.leave()
