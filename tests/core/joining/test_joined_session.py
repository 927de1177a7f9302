"""A joined session: what leaves this appliance, what is written down, and how it ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.api.joining import JoinedState, JoinRole, KeyInput, PointerInput
from core.api.permissions import Capability, GrantLength, Zone
from core.errors import (
    CertificateDifferent,
    CodeWrong,
    HostUnreachable,
    RemoteHostFailed,
    SessionNotJoined,
    StorageFull,
    UsageFailure,
)
from core.evidence.consent import read_consent
from core.evidence.consent_signature import check_consent
from core.joining.greeting import Admission
from core.remote.gate import display
from core.vault.device import fingerprint
from tests.fakes.clocks import settle
from tests.fakes.joining_stage import JoiningStage, play
from tests.fakes.other_end import TICKET, USER

A = 30
KEYBOARD, POINTER = Capability.KEYBOARD, Capability.POINTER
FIVE = GrantLength.FIVE_MINUTES


def test_it_begins_with_the_receipt_and_nothing_let_out() -> None:
    """The terms are accepted before the client connects, with what admits it once; nothing is granted but to see."""

    async def scene(stage: JoiningStage) -> None:
        assert stage.host.connected == [(USER, TICKET)]
        assert stage.granted() == set()
        (consented,) = stage.entries(AuditKind.CONSENTED)
        consent = read_consent(consented.consent.encode())
        check_consent(consent)
        assert consented.actor is AuditActor.OWNER
        assert consented.resource == "the hall"
        assert consented.reason == consent.receipt.receipt_hash.hex()
        (joined,) = stage.entries(AuditKind.JOINED)
        assert joined.actor is AuditActor.OWNER
        assert joined.resource == fingerprint(stage.other_end.terms.device)
        shown = stage.session.shown()
        assert shown.state is JoinedState.CONNECTING
        assert shown.consent_hash == consented.reason

    play(scene)


def test_it_watches_once_the_other_end_shows_something() -> None:
    """A change of the picture that was not made here is the other end's first."""

    async def scene(stage: JoiningStage) -> None:
        await stage.clock.advance(0.1)
        assert stage.session.shown().state is JoinedState.CONNECTING
        await stage.show()
        assert stage.session.shown().state is JoinedState.WATCHING
        assert stage.states()[-1] is JoinedState.WATCHING

    play(scene)


def test_a_still_desktop_is_seen_although_something_changed_here_meanwhile() -> None:
    """Its first picture came while the shield went up: once nothing more comes, it is there."""

    async def scene(stage: JoiningStage) -> None:
        await stage.clock.advance(0.1)
        shielding = asyncio.ensure_future(stage.session.shield(is_on=True))
        await asyncio.sleep(0)
        stage.host.received_bytes, stage.sequence = 9_000, stage.sequence + 2
        await shielding
        await stage.clock.advance(0.1)
        assert stage.session.shown().state is JoinedState.CONNECTING
        for _ in range(31):
            await stage.clock.advance(0.1)
        await settle()
        assert stage.session.shown().state is JoinedState.WATCHING

    play(scene)


def test_what_is_done_here_is_handed_to_the_gate_alone() -> None:
    """Keys and pointer go to the gate, which decides; a grant starts with no lock key on."""

    async def scene(stage: JoiningStage) -> None:
        assert stage.host.typed == [], "nothing is typed at the door"
        await stage.session.allow(KEYBOARD, FIVE)
        stage.session.act((KeyInput(A, is_pressed=True), PointerInput(3, 4)))
        await stage.gate.until(lambda: len(stage.host.typed) >= 3)
        kinds = [each.kind for each in stage.host.typed]
        assert kinds == [display.KEY_SYNC, display.KEY_DOWN, display.MOVE]

    play(scene)


def test_what_is_allowed_is_written_down_first() -> None:
    """A grant is in force only when its entry is on the medium."""

    async def scene(stage: JoiningStage) -> None:
        stage.sessions.is_slow.clear()
        allowing = asyncio.ensure_future(stage.session.allow(KEYBOARD, FIVE))
        await settle()
        assert "keyboard" not in stage.granted()
        assert not stage.is_shown_granted(KEYBOARD)
        stage.sessions.is_slow.set()
        await allowing
        assert "keyboard" in stage.granted()
        assert stage.is_shown_granted(KEYBOARD)
        (granted,) = stage.entries(AuditKind.GRANTED)
        assert (granted.resource, granted.decision, granted.reason) == (
            "keyboard",
            "granted",
            "five_minutes",
        )

    play(scene)


def test_a_grant_runs_out_and_is_taken_back() -> None:
    """Each ends at its time, or when the owner says so; both are written down."""

    async def scene(stage: JoiningStage) -> None:
        await stage.session.allow(KEYBOARD, FIVE)
        await stage.session.allow(POINTER, GrantLength.UNTIL_END)
        await stage.session.revoke(POINTER)
        assert stage.granted() == {"keyboard"}
        await stage.session.revoke(POINTER)  # there is nothing more to take back
        assert len(stage.entries(AuditKind.REVOKED)) == 1
        for _ in range(301):
            await stage.clock.advance(1)
        await stage.gate.until(lambda: stage.granted() == set())
        assert [each.resource for each in stage.entries(AuditKind.EXPIRED)] == ["keyboard"]

    play(scene)


@pytest.mark.parametrize("capability", [Capability.CLIPBOARD_OUT, Capability.AUDIO_IN])
def test_what_the_policy_of_this_end_denies_cannot_be_allowed(capability: Capability) -> None:
    """No touch lets out what the policy denies."""

    async def scene(stage: JoiningStage) -> None:
        with pytest.raises(UsageFailure):
            await stage.session.allow(capability, FIVE)
        assert not stage.entries(AuditKind.GRANTED)

    play(scene)


def test_whoever_may_only_watch_lets_nothing_out() -> None:
    """Joined to watch, keys and the pointer stay here."""

    async def scene(stage: JoiningStage) -> None:
        for capability in (KEYBOARD, POINTER):
            with pytest.raises(UsageFailure):
                await stage.session.allow(capability, FIVE)

    play(scene, JoinRole.OBSERVER)


def test_a_grant_is_never_extended() -> None:
    """What is allowed already must be taken back first."""

    async def scene(stage: JoiningStage) -> None:
        await stage.session.allow(KEYBOARD, FIVE)
        with pytest.raises(UsageFailure):
            await stage.session.allow(KEYBOARD, GrantLength.UNTIL_END)

    play(scene)


def test_the_shield_and_zones_reach_the_gate() -> None:
    """Under the shield nothing goes out; zones are hidden; both are written down."""

    async def scene(stage: JoiningStage) -> None:
        await stage.session.shield(is_on=True)
        assert stage.gate.state["is_shielded"]
        assert stage.session.shown().is_shielded
        await stage.session.shield(is_on=False)
        assert not stage.gate.state["is_shielded"]
        await stage.session.hide((Zone(10, 20, 30, 40),))
        assert stage.gate.state["hidden"] == [[10, 20, 30, 40]]
        await settle()
        kinds = [each.kind for each in stage.sessions.entries][-3:]
        assert kinds == [AuditKind.SHIELDED, AuditKind.UNSHIELDED, AuditKind.HIDDEN]

    play(scene)


def test_nothing_goes_out_while_nothing_is_recorded() -> None:
    """In a gap of the recording it is as under the shield."""

    async def scene(stage: JoiningStage) -> None:
        stage.sessions.is_in_gap = True
        stage.session.keep_up()
        await stage.gate.until(lambda: stage.gate.state["is_shielded"])
        stage.sessions.is_in_gap = False
        stage.session.keep_up()
        await stage.gate.until(lambda: not stage.gate.state["is_shielded"])

    play(scene)


def test_what_was_tried_here_is_counted() -> None:
    """Front ends see that something was tried that is not allowed."""

    async def scene(stage: JoiningStage) -> None:
        await stage.hear("attempt", capability="keyboard", count=3, detail="")
        grants = {each.capability: each for each in stage.session.shown().grants}
        assert grants[KEYBOARD].attempts == 3

    play(scene)


def test_a_burst_of_input_raises_the_shield() -> None:
    """What no person does at a seat is written down, and the policy's answer is given."""

    async def scene(stage: JoiningStage) -> None:
        for _ in range(5):
            await stage.clock.advance(1)
            await stage.hear("activity", keys=90)
        await stage.gate.until(lambda: stage.gate.state["is_shielded"])
        assert "peer_unusual" in stage.incidents()
        (incident,) = stage.entries(AuditKind.INCIDENT)
        assert (incident.resource, incident.decision) == ("input_burst", "shield")

    play(scene)


@pytest.mark.parametrize(
    ("failure", "reason", "code"),
    [
        (None, "other_end", None),
        (HostUnreachable(address="x:1", reason="refused"), "other_end", "host_unreachable"),
        (CertificateDifferent(found="x", expected="y"), "other_end", "certificate_different"),
        (RemoteHostFailed(program="client", reason="it ended"), "host_lost", "remote_host_failed"),
    ],
)
def test_its_end_is_told_with_its_reason(
    failure: Exception | None, reason: str, code: str | None
) -> None:
    """The other end's closing, its absence, another certificate, and a program's end each end the session."""

    async def scene(stage: JoiningStage) -> None:
        await stage.session.allow(KEYBOARD, FIVE)
        stage.host.lose(failure)  # type: ignore[arg-type]
        await stage.gate.until(lambda: stage.sessions.ended == [reason])
        await settle()
        assert stage.granted() == set()
        assert JoinedState.ENDED in stage.states()
        assert stage.incidents() == ([code] if code else [])
        (incident,) = stage.entries(AuditKind.INCIDENT)
        assert incident.resource == "connection"
        assert len(stage.entries(AuditKind.LEFT)) == 1
        with pytest.raises(SessionNotJoined):
            await stage.session.allow(POINTER, FIVE)

    play(scene)


def test_it_ends_after_the_longest_time() -> None:
    """Watching is no idleness; the length that the terms name is the limit."""

    async def scene(stage: JoiningStage) -> None:
        for _ in range(90 * 60):
            await stage.clock.advance(1)
        await stage.gate.until(lambda: stage.sessions.ended == ["peer_limit"])
        assert stage.incidents() == ["session_limit_met"]

    play(scene)


def test_a_gate_that_allows_more_voids_the_session() -> None:
    """What the gate says is granted must be what is in force."""

    async def scene(stage: JoiningStage) -> None:
        stage.gate.claims = "clipboard_out"
        await stage.session.shield(is_on=True)
        await stage.gate.until(lambda: stage.sessions.ended == ["voided"])
        assert len(stage.entries(AuditKind.VOIDED)) == 1

    play(scene)


def test_a_gate_that_tells_what_cannot_be_read_ends_it() -> None:
    """It is trusted no longer."""

    async def scene(stage: JoiningStage) -> None:
        await stage.hear("attempt", capability="teleport")
        await stage.gate.until(lambda: stage.sessions.ended == ["host_lost"])

    play(scene)


def test_only_this_seat_is_let_in() -> None:
    """Somebody else at the gate's door has not its code, and stays there; it is written down."""

    async def scene(stage: JoiningStage) -> None:
        stage.gate.words.clear()
        await stage.hear("code", attempt=7, code="ABCD", typed=True)
        assert stage.gate.words == []
        (refused,) = stage.entries(AuditKind.REFUSED)
        assert refused.reason == "not this seat"

    play(scene)


def test_a_seat_that_is_turned_out_ends_it() -> None:
    """Nobody could take back what a lost seat holds down, so everything is."""

    async def scene(stage: JoiningStage) -> None:
        await stage.hear("left")
        await stage.gate.until(lambda: stage.sessions.ended == ["host_lost"])

    play(scene)


def test_terms_that_are_not_taken_let_nobody_connect() -> None:
    """When the other end refuses, the client is not told anything."""

    async def run() -> JoiningStage:
        stage = JoiningStage()
        stage.accept_failure = CodeWrong()
        await stage.host.start()
        with pytest.raises(CodeWrong):
            await stage.session.begin()
        await stage.session.close()
        await stage.host.close()
        return stage

    stage = asyncio.run(run())
    assert stage.host.connected == []
    assert not stage.entries(AuditKind.JOINED)
    assert not stage.entries(AuditKind.LEFT)


@pytest.mark.expects_log_errors
def test_an_entry_that_cannot_be_written_ends_it() -> None:
    """Nothing is let out that is not written down."""

    async def scene(stage: JoiningStage) -> None:
        stage.sessions.failure = OSError("full")
        with pytest.raises(SessionNotJoined):
            await stage.session.allow(KEYBOARD, FIVE)
        assert stage.granted() == set()
        await stage.gate.until(lambda: "recorder" in stage.sessions.ended)

    play(scene)


def test_leaving_is_written_down_once() -> None:
    """Closing twice is harmless; afterwards what is done here goes nowhere."""

    async def scene(stage: JoiningStage) -> None:
        await stage.session.close()
        await stage.session.close()
        stage.session.act((KeyInput(A, is_pressed=True),))
        assert len(stage.entries(AuditKind.LEFT)) == 1
        assert stage.session.is_ending

    play(scene)


def test_nothing_is_accepted_for_a_session_that_has_ended() -> None:
    """What is lost while the seat is taken ends it: the code stays good, and no receipt is given."""

    async def run() -> None:
        stage, accepted = JoiningStage(), 0

        async def accept() -> Admission:
            nonlocal accepted
            accepted += 1
            return stage.other_end.admission("the hall", stage.key)

        stage.session._accept = accept
        await stage.host.start()
        stage.session.lost(RemoteHostFailed(program="xorg", reason="it ended"))
        with pytest.raises(SessionNotJoined):
            await stage.session.begin()
        await settle()
        assert accepted == 0
        assert stage.session.end_reason == "host_lost"
        await stage.session.close()
        await stage.host.close()

    asyncio.run(run())


@pytest.mark.parametrize("lost", [AuditKind.CONSENTED, AuditKind.JOINED])
def test_nobody_connects_under_a_consent_that_is_not_written(lost: AuditKind) -> None:
    """What was accepted stands in the trail before the client connects, or it does not connect."""

    async def run() -> None:
        stage = JoiningStage()
        append = stage.sessions.trail_append

        async def fail(*texts: Any) -> AuditEntry:  # noqa: ANN401 - as the trail itself
            if texts[1] is lost:
                raise StorageFull(path="x")
            return await append(*texts)

        stage.sessions.trail_append = fail  # type: ignore[method-assign]
        await stage.host.start()
        with pytest.raises(SessionNotJoined):
            await stage.session.begin()
        assert stage.session.end_reason == "recorder"
        assert stage.host.connected == []
        await stage.session.close()
        await stage.host.close()

    asyncio.run(run())
