"""Coming into a hosted session: codes, the door's lock, and nobody who holds the door."""

from __future__ import annotations

import pytest

from core.api.hosting import AuditKind, PeerState
from core.api.permissions import Capability, PolicyRules, Profile, Rule
from core.errors import PeerPresent
from core.permissions.limits import WrongCodes
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage, play

KEYBOARD, POINTER = Capability.KEYBOARD, Capability.POINTER


def test_a_right_code_lets_a_peer_in() -> None:
    """The gate has the notice and the grants before it hears that the peer is in; the trail says who came."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        states = len(stage.gate.states)
        code = stage.door.invitation()
        assert code is not None
        await stage.type_code(code.code)
        await stage.gate.until(lambda: stage.gate.is_admitted)
        assert len(stage.gate.states) > states
        assert stage.gate.granted() == {"view"}
        assert stage.session.shown().peer.name == "laptop"

    told = play(scene).kinds()
    assert told[:4] == [
        AuditKind.INVITED,
        AuditKind.KNOCKED,
        AuditKind.CONSENTED,
        AuditKind.JOINED,
    ]
    assert told[-1] is AuditKind.LEFT


def test_a_peer_that_leaves_before_it_is_admitted_lets_nobody_else_in() -> None:
    """The answer to its attempt is not taken for the next peer's; that one is at the door, without a code."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        invitation = stage.door.invitation()
        assert invitation is not None
        stage.gate.is_silent = True
        await stage.type_code(invitation.code)
        await stage.leave()
        await stage.hear("knocked")
        await stage.hear("code", attempt=2, code="AAAA-AAAA")
        stage.gate.speak()
        await settle()
        await stage.gate.until(lambda: len(stage.gate._unanswered) == 0)
        await settle()
        assert not stage.gate.is_admitted
        assert stage.session.shown().peer.state is PeerState.AT_DOOR

    play(scene)


def test_a_code_that_is_given_again_by_the_peer_that_is_in_is_answered() -> None:
    """Two codes in quick succession: the gate waits for an answer to the later one, and gets it."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        invitation = stage.door.invitation()
        assert invitation is not None
        stage.gate.is_silent = True
        await stage.type_code(invitation.code)
        await stage.type_code("anything")
        stage.gate.speak()
        await stage.gate.until(lambda: stage.gate.is_admitted)
        assert stage.session.shown().wrong_codes == 0

    assert AuditKind.WRONG_CODE not in play(scene).kinds()


def test_too_many_wrong_codes_lock_the_door() -> None:
    """The peer is put out; nobody can connect until the lock ends, and then the code works again."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        for _ in range(2):
            await stage.type_code("AAAA-AAAA")
        await stage.gate.until(lambda: {"drop": True} in stage.gate.words)
        await stage.leave()
        assert stage.session.shown().invitation is None
        assert stage.session.shown().locked_until_utc_ms is not None
        assert stage.host.come() is None
        await stage.passes(31)
        assert stage.session.shown().locked_until_utc_ms is None
        assert stage.gate.state["is_open"]
        await stage.join()

    stage = play(scene, wrong_codes=WrongCodes(2, 30))
    assert stage.kinds().count(AuditKind.WRONG_CODE) == 2


def test_a_code_that_is_too_old_is_worthless() -> None:
    """The gate lets nobody in any more, front ends are told, and a new code opens the door again."""

    async def scene(stage: HostingStage) -> None:
        first = stage.session.shown().invitation
        await stage.passes(901)
        assert not stage.gate.state["is_open"]
        told = stage.changes()[-1].hosting
        assert told is not None
        assert told.invitation is None
        assert stage.host.come() is None
        second = await stage.session.invite()
        assert second != first
        assert stage.gate.state["is_open"]
        await stage.join()

    play(scene, Profile.CUSTOM, PolicyRules(idle_minutes=60))


def test_an_invitation_is_worth_its_time() -> None:
    """The time without a peer's input counts anew from it, so that no session ends before its code does."""

    async def scene(stage: HostingStage) -> None:
        await stage.passes(14 * 60)
        await stage.session.invite()
        await stage.passes(14 * 60)
        assert stage.sessions.ended == []
        await stage.passes(61)
        await stage.gate.until(lambda: bool(stage.sessions.ended))

    assert play(scene).sessions.ended == ["peer_limit"]


def test_nobody_is_invited_while_a_peer_is_there() -> None:
    """Not at the door, and not inside."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        with pytest.raises(PeerPresent):
            await stage.session.invite()
        assert stage.host.come() is None

    play(scene)


def test_a_connection_that_says_nothing_does_not_hold_the_door() -> None:
    """After ten seconds it is turned out, and the next one can come; the trail says why."""

    async def scene(stage: HostingStage) -> None:
        assert stage.host.come() is not None
        assert stage.host.come() is None
        await stage.passes(11)
        assert stage.host.entrance is not None
        assert stage.host.entrance.turned_out == 1
        assert stage.host.come() is not None

    stage = play(scene)
    assert [each.reason for each in stage.entries(AuditKind.REFUSED)] == [
        "a connection that says nothing"
    ]


def test_a_client_has_time_to_compare_the_fingerprint() -> None:
    """One that has spoken is waited for two minutes, and two more at the door; then it must leave."""

    async def scene(stage: HostingStage) -> None:
        caller = stage.host.come()
        assert caller is not None
        caller.has_spoken = True
        await stage.passes(115)
        await stage.hear("knocked")
        await stage.passes(115)
        assert {"drop": True} not in stage.gate.words
        await stage.passes(6)
        await stage.gate.until(lambda: {"drop": True} in stage.gate.words)
        await stage.leave()
        stage.host.come()
        await stage.passes(5)
        caller = stage.host.entrance.visit  # type: ignore[union-attr]
        assert caller is not None
        caller.has_spoken = True
        await stage.passes(116)
        assert stage.host.entrance.visit is None  # type: ignore[union-attr]

    stage = play(scene)
    assert [each.reason for each in stage.entries(AuditKind.REFUSED)] == [
        "no right code in time",
        "it did not come to the door in time",
    ]


def test_keys_are_recorded_where_the_policy_says_so() -> None:
    """Of a peer that is in, and nothing of the code."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        await stage.hear("key", symbol=0x61, is_press=True)
        await stage.leave()
        await stage.join()
        await stage.hear("key", symbol=0x62, is_press=True)
        await stage.hear("key", symbol=0x62, is_press=False)

    rules = PolicyRules(rules=((KEYBOARD, Rule.ASK),), records_keys=True)
    assert play(scene, Profile.CUSTOM, rules).sessions.keys == [(0x62, True), (0x62, False)]
    assert play(scene).sessions.keys == []


def test_nobody_is_admitted_before_the_consent_is_written() -> None:
    """A right code alone opens nothing: neither gate nor channels take anybody for admitted until then."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        invitation = stage.door.invitation()
        assert invitation is not None
        stage.sessions.is_slow.clear()
        await stage.type_code(invitation.code)
        await stage.passes(2)
        for told in (stage.gate, stage.host.channels):
            assert told.states[-1]["visit"] == 1
            assert not any(each["is_admitted"] for each in told.states)
        stage.sessions.is_slow.set()
        await stage.gate.until(lambda: stage.gate.is_admitted)
        assert stage.host.channels.state["is_admitted"]

    play(scene)


def test_who_comes_while_anothers_consent_is_written_is_not_let_in_by_it() -> None:
    """Who has left before it was written is nobody any more, and the next one is at the door."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        invitation = stage.door.invitation()
        assert invitation is not None
        stage.sessions.is_slow.clear()
        await stage.type_code(invitation.code)
        await stage.leave()
        await stage.session.invite()
        await stage.knock()
        stage.sessions.is_slow.set()
        await stage.passes(2)
        assert stage.session.shown().peer.state is PeerState.AT_DOOR
        assert not any(each["is_admitted"] for each in stage.gate.states)
        assert {"admitted": 1} not in stage.gate.words

    play(scene)
