"""The ledger of a hosted session: in order, complete for decisions, bounded for what others cause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.errors import StorageFull
from core.hosting import ledger as under_test
from core.hosting.ledger import MOST_WAITING, NAMES_WAITING, Ledger
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import PaperSessions

PEER, OWNER = AuditActor.PEER, AuditActor.OWNER


class Desk:
    """A ledger on paper."""

    def __init__(self) -> None:
        self.sessions = PaperSessions()
        self.failed: list[Exception] = []
        self.turned: list[bool] = []
        self.ledger = Ledger(uuid4(), self.sessions, self.failed.append, self._turn)

    def _turn(self) -> None:
        self.turned.append(self.ledger.takes_names)


def play(scene: Callable[[Desk], Awaitable[None]]) -> Desk:
    """Play a scene with a ledger that is closed at the end."""

    async def run() -> Desk:
        desk = Desk()
        await scene(desk)
        desk.sessions.is_slow.set()
        await desk.ledger.close()
        await desk.ledger.close()
        return desk

    return asyncio.run(run())


def test_entries_are_written_in_the_order_in_which_they_came() -> None:
    """However slow the medium is; texts are made fit to be kept."""

    async def scene(desk: Desk) -> None:
        desk.sessions.is_slow.clear()
        desk.ledger.note(AuditKind.JOINED, PEER, "lap\u202etop" + "x" * 1000)
        written = desk.ledger.note(AuditKind.GRANTED, OWNER, "keyboard", decision="granted")
        await settle()
        assert not written.done()
        desk.sessions.is_slow.set()
        assert await written

    entries = play(scene).sessions.entries
    assert [each.kind for each in entries] == [AuditKind.JOINED, AuditKind.GRANTED]
    assert entries[0].resource.startswith("laptopx")
    assert len(entries[0].resource) == 256


def test_what_could_not_be_written_is_told() -> None:
    """To whoever waits for it and to the session; the next entry is tried again."""

    async def scene(desk: Desk) -> None:
        desk.sessions.failure = StorageFull(path="x")
        assert not await desk.ledger.note(AuditKind.GRANTED, OWNER, decision="granted")
        desk.sessions.failure = None
        assert await desk.ledger.note(AuditKind.REVOKED, OWNER, decision="revoked")

    desk = play(scene)
    assert [type(each) for each in desk.failed] == [StorageFull]
    assert [each.kind for each in desk.sessions.entries] == [AuditKind.REVOKED]


def test_whoever_waits_may_go() -> None:
    """A cancelled wait stops nothing behind it."""

    async def scene(desk: Desk) -> None:
        desk.sessions.is_slow.clear()
        desk.ledger.note(AuditKind.GRANTED, OWNER, decision="granted").cancel()
        written = desk.ledger.note(AuditKind.REVOKED, OWNER, decision="revoked")
        desk.sessions.is_slow.set()
        assert await written

    assert len(play(scene).sessions.entries) == 2


@pytest.mark.parametrize("kind", list(MOST_WAITING))
def test_a_flood_is_counted_instead_of_kept(kind: AuditKind) -> None:
    """So many may wait; how many more there were is an entry of its own, and decisions are never among them."""

    async def scene(desk: Desk) -> None:
        desk.sessions.is_slow.clear()
        for number in range(MOST_WAITING[kind] + 4000):
            desk.ledger.note(kind, PEER, f"file {number}")
        desk.ledger.note(kind, PEER, decision="denied")
        desk.ledger.note(kind, OWNER, "by the owner")
        desk.ledger.note(AuditKind.REVOKED, OWNER, decision="revoked")
        assert desk.ledger._lines.qsize() <= MOST_WAITING[kind] + 4
        desk.sessions.is_slow.set()
        await settle()
        desk.ledger.sum_up()
        desk.ledger.sum_up()

    entries = play(scene).sessions.entries
    of_kind = [each for each in entries if each.kind is kind]
    assert len(of_kind) == MOST_WAITING[kind] + 2
    assert AuditKind.REVOKED in [each.kind for each in entries]
    summed = [each for each in entries if "more" in each.reason]
    assert [(each.resource, each.reason) for each in summed] == [
        (kind.value, "4000 more, not listed one by one")
    ]


def test_a_session_keeps_only_so_many_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A patient flood does not fill the trail either; the close says how many were left out."""
    monkeypatch.setattr(under_test, "MOST_IN_ALL", 10)

    async def scene(desk: Desk) -> None:
        for _ in range(25):
            desk.ledger.note(AuditKind.FOCUS, PEER, "a window")
            await settle()

    entries = play(scene).sessions.entries
    assert [each.kind for each in entries].count(AuditKind.FOCUS) == 10
    assert entries[-1].reason == "15 more, not listed one by one"


def test_a_close_that_is_cancelled_does_not_stop_the_writing() -> None:
    """The second close waits for the same end; after it nothing is taken."""

    async def scene(desk: Desk) -> None:
        desk.sessions.is_slow.clear()
        desk.ledger.note(AuditKind.LEFT, PEER)
        closing = asyncio.ensure_future(desk.ledger.close())
        await settle()
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        assert not await desk.ledger.note(AuditKind.LEFT, PEER)

    assert len(play(scene).sessions.entries) == 1


def test_files_wait_long_before_a_name_finds_no_room() -> None:
    """The names that are on their way meanwhile are written too; when all are, files may pass again."""

    async def scene(desk: Desk) -> None:
        desk.sessions.is_slow.clear()
        for number in range(NAMES_WAITING - 1):
            desk.ledger.note(AuditKind.FILE, PEER, f"file {number}")
        assert desk.ledger.takes_names
        for number in range(4000):
            desk.ledger.note(AuditKind.FILE, PEER, f"on its way {number}")
        assert desk.turned == [False]
        desk.sessions.is_slow.set()
        while not desk.ledger.takes_names:  # noqa: ASYNC110 - entry by entry
            await asyncio.sleep(0)

    desk = play(scene)
    assert desk.turned == [False, True]
    names = [each for each in desk.sessions.entries if each.kind is AuditKind.FILE]
    assert len(names) == NAMES_WAITING - 1 + 4000


def test_after_too_many_names_no_file_passes_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slowly they come; every one that came is there."""
    monkeypatch.setattr(under_test, "NAMES_IN_ALL", 10)

    async def scene(desk: Desk) -> None:
        for _ in range(15):
            desk.ledger.note(AuditKind.FILE, PEER, "a file")
            await settle()

    desk = play(scene)
    assert desk.turned == [False]
    assert [each.kind for each in desk.sessions.entries].count(AuditKind.FILE) == 15
