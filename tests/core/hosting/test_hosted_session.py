"""A hosted session between an owner and a peer, with a gate that only talks: what is in force, and what is written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.api.hosting import AuditActor, AuditKind, PeerState
from core.api.permissions import Capability, PolicyRules, Profile, Rule, Zone
from core.errors import DoorLocked, PeerPresent, RemoteHostFailed, SessionNotHosted, StorageFull
from core.permissions.limits import WrongCodes
from core.remote import gate_link
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage

KEYBOARD, POINTER, VIEW = Capability.KEYBOARD, Capability.POINTER, Capability.VIEW
Scene = Callable[[HostingStage], Awaitable[None]]


def play(
    scene: Scene,
    profile: Profile = Profile.STANDARD,
    rules: PolicyRules | None = None,
    wrong_codes: WrongCodes | None = None,
) -> HostingStage:
    """Play a scene in a session that has begun."""

    async def run() -> HostingStage:
        async with HostingStage(profile, rules, wrong_codes=wrong_codes) as stage:
            await scene(stage)
        return stage

    return asyncio.run(run())


# --- coming in ---------------------------------------------------------------------------------


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
    assert told[:3] == [AuditKind.INVITED, AuditKind.KNOCKED, AuditKind.JOINED]
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
    """The peer is put out, nobody can be invited or connect until the lock ends, and then the code works again."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        for _ in range(2):
            await stage.type_code("AAAA-AAAA")
        await stage.gate.until(lambda: {"drop": True} in stage.gate.words)
        await stage.leave()
        assert stage.session.shown().invitation is None
        assert stage.session.shown().locked_until_utc_ms is not None
        with pytest.raises(DoorLocked):
            await stage.session.invite()
        assert stage.host.come() is None
        await stage.passes(31)
        assert stage.session.shown().locked_until_utc_ms is None
        assert stage.gate.state["is_open"]
        await stage.join()

    stage = play(scene, wrong_codes=WrongCodes(2, 30))
    assert stage.kinds().count(AuditKind.WRONG_CODE) == 2


def test_a_code_that_is_too_old_is_worthless() -> None:
    """The gate lets nobody in any more; a new code opens the door again, and the time without input counts anew."""

    async def scene(stage: HostingStage) -> None:
        await stage.passes(14 * 60)
        await stage.session.invite()
        await stage.passes(14 * 60)
        assert stage.sessions.ended == []
        assert stage.gate.state["is_open"]

    play(scene)


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


# --- grants ------------------------------------------------------------------------------------


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


# --- what is hidden ----------------------------------------------------------------------------


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


# --- ends --------------------------------------------------------------------------------------


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


def test_somebody_at_the_door_keeps_no_session_alive() -> None:
    """Only a peer that is in counts as input; nobody ever in, the session ends by itself."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        for _ in range(12):
            await stage.hear("activity", keys=3)
            await stage.passes(5)
        await stage.gate.until(lambda: bool(stage.sessions.ended))

    stage = play(scene, Profile.CUSTOM, PolicyRules(idle_minutes=1))
    assert stage.sessions.ended == ["peer_limit"]
    assert stage.entries(AuditKind.INCIDENT)[-1].resource == "idle"


def test_a_burst_of_keys_raises_the_shield() -> None:
    """The second-by-second look at the clock between two reports of the gate does not hide it."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await stage.clock.advance(0.5)
        for _ in range(5):
            await stage.hear("activity", keys=500)
            await stage.clock.advance(0.5)
            await stage.clock.advance(0.5)
        await stage.gate.until(lambda: stage.gate.state["is_shielded"])

    stage = play(scene)
    assert stage.incidents() == ["peer_unusual"]
    assert stage.entries(AuditKind.SHIELDED)[0].actor is AuditActor.POLICY


def test_a_client_that_asks_for_what_the_policy_denies_ends_nothing() -> None:
    """Printers, smart cards and microphones of an ordinary client, again and again, are refused and that is all."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        for _ in range(30):
            for each in (Capability.PRINTING, Capability.SHELL_CHANNELS, Capability.AUDIO_IN):
                await stage.tries(each)
            await stage.passes(3)
        assert stage.sessions.ended == []

    stage = play(scene)
    assert len(stage.entries(AuditKind.DENIED)) >= 9
    assert stage.incidents() == []


def test_an_owner_who_says_no_to_everything_once_ends_nothing() -> None:
    """Each was asked once and refused once; so was nothing that nobody answered."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        for each in (*list(Capability)[1:5], Capability.FILES_IN, Capability.FILES_OUT):
            await stage.tries(each)
            await stage.answers(each, is_yes=False)
        await stage.tries(Capability.AUDIO_OUT)
        await stage.passes(65)
        assert stage.sessions.ended == []

    play(scene)


def test_a_peer_that_asks_again_and_again_for_what_was_refused_ends_the_session() -> None:
    """Five noes within a minute to what the owner had refused before."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        wanted = (KEYBOARD, POINTER, Capability.CLIPBOARD_IN)
        for pause in (11, 21, 3):
            for each in wanted:
                if stage.sessions.ended:
                    return
                await stage.tries(each)
                await stage.answers(each, is_yes=False)
            await stage.passes(pause)
        await stage.gate.until(lambda: bool(stage.sessions.ended))

    assert play(scene).sessions.ended == ["anomaly"]


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
