"""What is not recorded does not happen: with the recorder stopped or killed, or the disk stuck, nothing passes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.api.events import Event
from core.api.hosting import AuditKind, AuditRecorded, Hosting
from core.api.permissions import Capability
from core.recording.recorder import Recorder
from core.sealing.journal import JournalWriter
from tests.end_to_end.hosting_bench import DARK, TERMINAL, WHITE, allow, hosted, is_granted, join
from tests.end_to_end.remote_desk import RemoteDesk, pod_processes, remote_desk, session_home, until
from tests.fakes.front_end import FrontEnd

GONE, BACK = "no pictures: nothing passes", "pictures again"

pytestmark = pytest.mark.timeout(180)


class Told:
    """Hears what the trail says of the recording, and when."""

    def __init__(self, owner: FrontEnd) -> None:
        self.moments: dict[str, float] = {}
        owner.engine.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, AuditRecorded) and event.entry.kind is AuditKind.INCIDENT:
            self.moments.setdefault(event.entry.reason, time.monotonic())

    def wait_for(self, reason: str) -> float:
        """Wait until it is told; gives when."""
        until(lambda: reason in self.moments, reason)
        return self.moments[reason]


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


def recorder_pid() -> int:
    """Find the child that encodes the pictures."""
    for process in pod_processes(os.getpid()):
        with suppress(OSError):
            if b"core.recording.shared_picture_encoder" in (process / "cmdline").read_bytes():
                return int(process.name)
    raise AssertionError("no recorder runs")


def typing(owner: FrontEnd, desk: RemoteDesk, hosting: Hosting) -> Path:
    """Let a peer in that may type; gives the home in which that shows."""
    join(owner, desk, hosting)
    until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
    desk.press("a")
    allow(owner, Capability.KEYBOARD)
    desk.press("BackSpace")
    return session_home()


def arrives_again(owner: FrontEnd, desk: RemoteDesk, home: Path) -> None:
    """The grant is as it was, and what was typed without a recording never came."""
    until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop again")
    assert is_granted(owner, Capability.KEYBOARD)
    desk.type("touch ~/again")
    until((home / "again").exists, "what was typed after it")
    assert not (home / "unrecorded").exists()


def test_a_recorder_that_is_killed(
    data_directory: Path, desk: RemoteDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its death is told at once, by no look that comes later; and its end only with pictures that were kept."""
    monkeypatch.setattr("core.hosting.hosted_session._LOOK_S", 600.0)
    with hosted(data_directory) as (owner, hosting):
        home, told = typing(owner, desk, hosting), Told(owner)
        killed = time.monotonic()
        os.kill(recorder_pid(), signal.SIGKILL)
        print(f"nothing passes {1000 * (told.wait_for(GONE) - killed):.0f} ms after the kill")
        assert told.wait_for(BACK) > told.moments[GONE]
        arrives_again(owner, desk, home)


def test_a_recorder_that_stands_still(
    data_directory: Path, desk: RemoteDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After two seconds without a picture nothing passes, though nobody gives the recorder up."""

    async def nobody(_: Recorder) -> None:
        return

    monkeypatch.setattr(Recorder, "_watch", nobody)
    with hosted(data_directory) as (owner, hosting):
        home, told = typing(owner, desk, hosting), Told(owner)
        stopped, recorder = time.monotonic(), recorder_pid()
        os.kill(recorder, signal.SIGSTOP)
        print(f"nothing passes {told.wait_for(GONE) - stopped:.2f} s after it was stopped")
        until(lambda: max(desk.pixel(*TERMINAL)) < DARK, "the peer's screen to be dark")
        desk.type("touch ~/unrecorded")
        assert BACK not in told.moments
        os.kill(recorder, signal.SIGCONT)
        told.wait_for(BACK)
        arrives_again(owner, desk, home)


def test_a_disk_that_is_stuck(
    data_directory: Path, desk: RemoteDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the journal cannot be put on the medium nothing passes; with the disk the grants are back."""
    moves, sync = threading.Event(), JournalWriter._sync
    moves.set()

    def slow_sync(journal: JournalWriter) -> None:
        moves.wait()
        sync(journal)

    monkeypatch.setattr(JournalWriter, "_sync", slow_sync)
    with hosted(data_directory) as (owner, hosting):
        home, told = typing(owner, desk, hosting), Told(owner)
        try:
            stuck = time.monotonic()
            moves.clear()
            print(f"nothing passes {told.wait_for(GONE) - stuck:.2f} s after the disk got stuck")
            until(lambda: max(desk.pixel(*TERMINAL)) < DARK, "the peer's screen to be dark")
            desk.type("touch ~/unrecorded")
            assert BACK not in told.moments
        finally:
            moves.set()
        told.wait_for(BACK)
        arrives_again(owner, desk, home)
