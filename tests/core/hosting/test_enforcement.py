"""What is in force in a hosted session: grants when they are written down, and what the owner hides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.api.permissions import Capability, Zone
from core.errors import StorageFull
from core.hosting import ledger
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage, play

KEYBOARD, POINTER = Capability.KEYBOARD, Capability.POINTER


def test_a_grant_is_in_force_when_it_is_written_down() -> None:
    """Not before, whatever else is told to the gate meanwhile; and front ends see it when the gate has it."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.tries(KEYBOARD)
        await stage.gate.until(lambda: KEYBOARD in stage.asked())
        await settle()
        stage.sessions.is_slow.clear()
        await stage.answers(KEYBOARD, is_yes=True)
        await stage.passes(2)
        await stage.session.shield(is_on=False)
        assert "keyboard" not in stage.gate.granted()
        assert not stage.is_shown_granted(KEYBOARD)
        stage.sessions.is_slow.set()
        await stage.gate.until(lambda: "keyboard" in stage.gate.granted())
        await settle()
        assert stage.is_shown_granted(KEYBOARD)

    told = play(scene).kinds()
    assert told.index(AuditKind.ASKED) < told.index(AuditKind.GRANTED)


def test_a_grant_that_is_taken_back_before_it_is_written_is_never_in_force() -> None:
    """The trail says both, in their order."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.tries(KEYBOARD)
        await stage.gate.until(lambda: KEYBOARD in stage.asked())
        await settle()
        stage.sessions.is_slow.clear()
        await stage.answers(KEYBOARD, is_yes=True)
        revoking = asyncio.ensure_future(stage.session.revoke(KEYBOARD))
        await settle()
        stage.sessions.is_slow.set()
        await revoking
        await settle()
        assert all("keyboard" not in each["granted"] for each in stage.gate.states)

    told = play(scene).kinds()
    assert told.index(AuditKind.GRANTED) < told.index(AuditKind.REVOKED)


def test_a_grant_that_cannot_be_written_down_ends_the_session() -> None:
    """It is never in force, and nothing else happens in a session whose trail cannot be kept."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.tries(KEYBOARD)
        await stage.gate.until(lambda: KEYBOARD in stage.asked())
        await settle()
        stage.sessions.failure = StorageFull(path="x")
        await stage.answers(KEYBOARD, is_yes=True)
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        assert all("keyboard" not in each["granted"] for each in stage.gate.states)
        assert stage.sessions.ended == ["recorder"]

    play(scene)


def test_a_session_that_is_closed_while_a_grant_is_written_keeps_its_trail() -> None:
    """Whoever waited for the entry has gone; the entry and those behind it are written all the same."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.tries(KEYBOARD)
        await stage.gate.until(lambda: KEYBOARD in stage.asked())
        await settle()
        stage.sessions.is_slow.clear()
        await stage.answers(KEYBOARD, is_yes=True)
        closing = asyncio.ensure_future(stage.session.close())
        await settle()
        stage.sessions.is_slow.set()
        await closing

    told = play(scene).kinds()
    assert told.index(AuditKind.GRANTED) < told.index(AuditKind.LEFT)


def test_a_revoke_is_in_effect_when_it_returns() -> None:
    """The gate has it then; what is not granted cannot be revoked, and nothing is written."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.grant(KEYBOARD)
        await stage.session.revoke(KEYBOARD)
        assert "keyboard" not in stage.gate.granted()
        assert not stage.is_shown_granted(KEYBOARD)
        await stage.session.revoke(KEYBOARD)

    assert play(scene).kinds().count(AuditKind.REVOKED) == 1


def test_grants_end_with_the_peer_and_with_their_time() -> None:
    """The next peer has none of them."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.grant(KEYBOARD)
        await stage.passes(301)
        assert "keyboard" not in stage.gate.state["granted"]
        await stage.grant(POINTER)
        await stage.leave()
        await stage.session.invite()
        await stage.join()
        assert stage.gate.granted() == {"view"}

    reasons = [each.resource for each in play(scene).entries(AuditKind.EXPIRED)]
    assert reasons == ["keyboard", "pointer"]


def test_attempts_that_come_together_are_told_once() -> None:
    """However many capabilities are tried, a front end hears of it once."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        for each in (KEYBOARD, POINTER):
            await stage.tries(each)
            await stage.answers(each, is_yes=False)
        before = len(stage.changes())
        for _ in range(50):
            stage.session.heard("attempt", {"capability": "keyboard", "count": 3})
            stage.session.heard("attempt", {"capability": "pointer", "count": 2})
        await settle()
        assert len(stage.changes()) == before + 1

    play(scene)


def test_the_shield_goes_up_at_once_and_down_when_that_is_written() -> None:
    """It does not wait for the trail; showing everything again does."""

    async def scene(stage: HostingStage) -> None:
        stage.sessions.is_slow.clear()
        raising = asyncio.ensure_future(stage.session.shield(is_on=True))
        await stage.gate.until(lambda: stage.gate.state["is_shielded"])
        stage.sessions.is_slow.set()
        await raising
        stage.sessions.is_slow.clear()
        lowering = asyncio.ensure_future(stage.session.shield(is_on=False))
        await settle()
        assert stage.gate.state["is_shielded"]
        stage.sessions.is_slow.set()
        await lowering
        assert not stage.gate.state["is_shielded"]

    told = play(scene).kinds()
    assert told.index(AuditKind.SHIELDED) < told.index(AuditKind.UNSHIELDED)


def test_the_shield_that_is_wanted_again_stays() -> None:
    """Who raises it while it is still being written down that it goes down has the last word."""

    async def scene(stage: HostingStage) -> None:
        await stage.session.shield(is_on=True)
        stage.sessions.is_slow.clear()
        lowering = asyncio.ensure_future(stage.session.shield(is_on=False))
        await settle()
        await stage.session.shield(is_on=True)
        stage.sessions.is_slow.set()
        await lowering
        assert stage.gate.state["is_shielded"]
        assert stage.session.shown().is_shielded

    assert play(scene).kinds()[-1] is not AuditKind.UNSHIELDED


async def hear_of_it(stage: HostingStage) -> None:
    """Tell the session that something may have changed: no time passes."""
    stage.session.keep_up()
    await settle()


async def look(stage: HostingStage) -> None:
    """Let the session see for itself, if nobody has told it."""
    await stage.passes(1)


@pytest.mark.parametrize("keep_up", [hear_of_it, look])
def test_nothing_passes_while_nothing_is_recorded(
    keep_up: Callable[[HostingStage], Awaitable[None]],
) -> None:
    """In a gap of the recording the gate is told to shield; the owner's own shield is not touched by it."""

    async def scene(stage: HostingStage) -> None:
        stage.sessions.is_in_gap = True
        await keep_up(stage)
        assert stage.gate.state["is_shielded"]
        assert not stage.session.shown().is_shielded
        stage.sessions.is_in_gap = False
        await keep_up(stage)
        assert not stage.gate.state["is_shielded"]

    reasons = [each.reason for each in play(scene).entries(AuditKind.INCIDENT)]
    assert reasons == ["no pictures: nothing passes", "pictures again"]


@pytest.mark.parametrize("keep_up", [hear_of_it, look])
def test_no_file_passes_whose_name_would_have_no_room(
    keep_up: Callable[[HostingStage], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While too many names wait to be written down the grants for files are kept back; then they are as before."""
    monkeypatch.setattr(ledger, "NAMES_WAITING", 5)

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.grant(Capability.FILES_IN)
        await stage.grant(KEYBOARD)
        stage.sessions.is_slow.clear()
        for number in range(5):
            await stage.hear("file", name=f"{number}", direction="in", size=1, action="read")
        await keep_up(stage)
        assert stage.gate.granted() == {"view", "keyboard"}
        stage.sessions.is_slow.set()
        await keep_up(stage)
        assert stage.gate.granted() == {"view", "keyboard", "files_in"}

    stage = play(scene)
    assert len(stage.entries(AuditKind.FILE)) == 5
    reasons = [each.reason for each in stage.entries(AuditKind.INCIDENT)]
    assert reasons == ["too many names: no files pass", "files again"]


def test_zones_that_are_wanted_meanwhile_stay() -> None:
    """Zones that are drawn while it is still being written down that others go are hidden at once, and stay."""

    async def scene(stage: HostingStage) -> None:
        old, new = Zone(0, 0, 10, 10), Zone(50, 50, 10, 10)
        await stage.session.hide((old,))
        stage.sessions.is_slow.clear()
        removing = asyncio.ensure_future(stage.session.hide(()))
        await settle()
        drawing = asyncio.ensure_future(stage.session.hide((old, new)))
        await stage.gate.until(lambda: [50, 50, 10, 10] in stage.gate.state["hidden"])
        stage.sessions.is_slow.set()
        await asyncio.gather(removing, drawing)
        assert stage.gate.state["hidden"] == [[0, 0, 10, 10], [50, 50, 10, 10]]

    play(scene)


def test_zones_are_cut_to_the_desktop() -> None:
    """The gate gets rectangles that it can read; each that appears or goes is written down."""

    async def scene(stage: HostingStage) -> None:
        await stage.session.hide((Zone(-10, 700, 100, 100), Zone(5000, 0, 10, 10)))
        assert stage.gate.state["hidden"] == [[0, 700, 90, 20]]
        await stage.session.hide(())
        assert stage.gate.state["hidden"] == []

    told = play(scene).kinds()
    assert (told.count(AuditKind.HIDDEN), told.count(AuditKind.SHOWN)) == (1, 1)


def test_hidden_windows_are_counted() -> None:
    """The gate tells how many windows the policy's rules hide; the trail says when."""

    async def scene(stage: HostingStage) -> None:
        await stage.hear("hidden", windows=2)
        assert stage.session.shown().hidden_windows == 2
        await stage.hear("hidden", windows=0)

    stage = play(scene)
    assert stage.entries(AuditKind.HIDDEN)[0].actor is AuditActor.POLICY
    assert len(stage.entries(AuditKind.SHOWN)) == 1
