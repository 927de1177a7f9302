"""How a hosted session ends: a gate, a policy, a trail or a program that cannot be relied on, and its time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.api.hosting import AuditKind, PeerState
from core.api.permissions import Capability, PolicyRules, Profile, Rule
from core.errors import RemoteHostFailed, SessionNotHosted
from core.remote import gate_link
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage, play

KEYBOARD, POINTER = Capability.KEYBOARD, Capability.POINTER


@pytest.mark.parametrize(
    ("happened", "facts"),
    [
        ("nonsense", {}),
        ("attempt", {"capability": "fly"}),
        ("attempt", {"capability": "keyboard", "count": "many"}),
        ("attempt", {"capability": "keyboard", "count": -1}),
        ("attempt", {"capability": ["keyboard"]}),
        ("activity", {"keys": 1.5}),
        ("activity", {"moves": True}),
        ("code", {"code": 5, "attempt": 1}),
        ("code", {"code": "x", "attempt": "1"}),
        ("met", {"name": None}),
        ("file", {"name": ["x"]}),
        ("knocked", {}),
    ],
)
def test_a_gate_that_tells_what_nobody_can_read_is_trusted_no_longer(
    happened: str, facts: dict[str, object]
) -> None:
    """The session ends with everything denied; nothing of the engine stops."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.hear(happened, **facts)
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        assert stage.sessions.ended == ["host_lost"]
        assert stage.gate.state["granted"] == {}

    assert play(scene).incidents() == ["remote_host_failed"]


def test_a_gate_that_allows_more_than_it_was_told_voids_the_session() -> None:
    """It is written down, told, and ends everything."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        stage.gate.claims = "view,printing"
        await stage.passes(1)
        await stage.gate.until(lambda: bool(stage.sessions.ended))

    stage = play(scene)
    assert stage.sessions.ended == ["voided"]
    assert stage.incidents() == ["policy_voided"]
    assert AuditKind.VOIDED in stage.kinds()


@pytest.mark.parametrize("what", ["signature", "rules", "anchored"])
def test_a_policy_that_is_not_the_signed_one_voids_the_session(what: str) -> None:
    """Whichever part of it is changed while the session runs."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        policy = stage.policy
        changed = {
            "signature": {"signed": replace(policy.signed, signature=bytes(64))},
            "rules": {"rules": replace(policy.rules, records_keys=True)},
            "anchored": {"anchored_hash": bytes(32)},
        }[what]
        stage.session._enforcement._policy = replace(policy, **changed)
        await stage.passes(1)
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        assert not stage.session.shown().grants[0].is_granted or stage.session.is_ending

    assert play(scene).sessions.ended == ["voided"]


def test_a_peer_is_not_admitted_by_a_session_that_is_void() -> None:
    """The code was right, but what would be in force is not what was signed."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        invitation = stage.door.invitation()
        assert invitation is not None
        stage.gate.claims = "printing"
        await stage.type_code(invitation.code)
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        await settle()
        assert not any("admitted" in each for each in stage.gate.words)

    play(scene)


def test_a_session_ends_when_its_time_is_over_while_a_question_is_open() -> None:
    """The question is withdrawn, and the trail says so before the end."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        for _ in range(9):
            await stage.passes(6)
            await stage.hear("activity", moves=1)
        await stage.tries(KEYBOARD)
        await stage.passes(7)
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        assert stage.asked() == {}

    rules = PolicyRules(rules=((KEYBOARD, Rule.ASK),), longest_minutes=1, idle_minutes=1)
    stage = play(scene, Profile.CUSTOM, rules)
    assert stage.sessions.ended == ["peer_limit"]
    assert stage.entries(AuditKind.DENIED)[-1].reason == "withdrawn"
    assert stage.entries(AuditKind.INCIDENT)[-1].resource == "longest"


def test_a_program_that_is_gone_ends_the_session_once() -> None:
    """However many are gone at once; everything is denied, and nobody can connect."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        for each in ("xorg", "gate", "pod"):
            stage.host.lose(each)
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        await settle()
        assert stage.host.come() is None

    assert play(scene).sessions.ended == ["host_lost"]


def test_a_session_whose_gate_is_dead_can_be_ended() -> None:
    """Denying waits for nobody who is gone; what was taken is written."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        stage.gate.close()
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        await stage.session.close()
        await stage.session.close()

    stage = play(scene)
    assert stage.kinds().count(AuditKind.LEFT) == 1


def test_a_gate_that_hangs_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at the clock that gets no answer is the last one."""
    monkeypatch.setattr(gate_link, "_PATIENCE_S", 0.05)

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        stage.gate.is_silent = True
        await stage.clock.advance(1)
        await stage.gate.until(lambda: bool(stage.sessions.ended))

    assert play(scene).sessions.ended == ["host_lost"]


@pytest.mark.expects_log_errors
def test_a_fault_of_the_program_ends_the_session() -> None:
    """Limits that are no longer looked at must not leave a session open."""

    async def scene(stage: HostingStage) -> None:
        def broken(_: object) -> None:
            raise ZeroDivisionError

        stage.session._limits.met = broken  # type: ignore[method-assign]
        await stage.passes(1)
        await stage.gate.until(lambda: bool(stage.sessions.ended))

    assert play(scene).incidents() == ["bug"]


def test_what_the_gate_tells_of_an_ended_session_changes_nothing() -> None:
    """No code is looked at, nobody comes in and nothing is asked; that the peer left is written once."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        await stage.session.deny()
        await stage.type_code("AAAA-AAAA")
        await stage.tries(KEYBOARD)
        await stage.leave()
        await stage.hear("knocked")
        assert stage.asked() == {}
        assert stage.door.wrong_codes == 0
        assert stage.session.shown().peer.state is PeerState.ABSENT

    assert play(scene).kinds().count(AuditKind.LEFT) == 1


def test_a_close_that_was_cancelled_can_be_done_again() -> None:
    """The trail is written to its end by the second one."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        stage.sessions.is_slow.clear()
        closing = asyncio.ensure_future(stage.session.close())
        await settle()
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        stage.sessions.is_slow.set()
        await stage.session.close()

    assert play(scene).kinds()[-1] is AuditKind.LEFT


def test_a_session_that_ends_while_it_begins_is_not_given_out() -> None:
    """Whoever opened it hears that it is none."""

    async def run() -> None:
        stage = HostingStage()
        stage.gate.claims = "printing"
        with pytest.raises(SessionNotHosted):
            await stage.session.begin()
        await stage.session.close()
        await stage.host.close()
        broken = HostingStage()
        broken.gate.close()
        with pytest.raises(RemoteHostFailed):
            await broken.session.begin()
        await broken.session.close()
        await broken.host.close()
        await settle()

    asyncio.run(run())
