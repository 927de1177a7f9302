"""Who may only watch: let in by a code of its own, asked for, and gone whenever that is over; the session goes on."""

from __future__ import annotations

import asyncio

import pytest

from core.api.hosting import AuditActor, AuditKind, PeerState
from core.api.permissions import Capability, GrantLength, PolicyRules, Profile, Rule, Zone
from core.api.questions import PermissionQuestion
from core.errors import DoorLocked, PeerPresent, RemoteHostFailed, UsageFailure
from core.hosting.observers import FAREWELL_S
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage, play
from tests.fakes.puppet_host import PuppetHost

VIEW = Capability.VIEW


def host_of(stage: HostingStage) -> PuppetHost:
    """Give the programs of the observer."""
    return stage.observer_hosts[-1]


async def tell(stage: HostingStage, happened: str, **facts: object) -> None:
    """Let the observer's program tell something."""
    host_of(stage).puppet.tell(happened, **facts)
    await settle()


async def knock(stage: HostingStage) -> None:
    """Let somebody come to the observers' door."""
    caller = host_of(stage).come()
    assert caller is not None
    caller.has_spoken = True
    await tell(stage, "knocked")
    await tell(stage, "met", name="phone")


async def come_in(stage: HostingStage) -> None:
    """Invite somebody to watch and let it in, to a page."""
    invitation = await stage.session.observers.invite()
    await knock(stage)
    await tell(stage, "code", attempt=1, code=invitation.code, typed=True)
    await host_of(stage).puppet.until(lambda: host_of(stage).puppet.is_admitted)
    await host_of(stage).puppet.until(lambda: bool(stage.questions.open()))


async def answer(stage: HostingStage, *, is_yes: bool) -> None:
    """Answer the question about the observer."""
    (question,) = stage.questions.open()
    stage.questions.answer(question.question_id, is_yes=is_yes, length=GrantLength.FIVE_MINUTES)
    await settle()


async def watch(stage: HostingStage) -> None:
    """Let somebody watch for five minutes."""
    await come_in(stage)
    await answer(stage, is_yes=True)
    await host_of(stage).puppet.until(lambda: "view" in host_of(stage).puppet.granted())


def test_who_watches_is_asked_for_and_written_down() -> None:
    """The owner is asked about an observer at once; a yes lasts its time, and the trail tells it from a peer's."""

    async def scene(stage: HostingStage) -> None:
        await come_in(stage)
        (question,) = stage.questions.open()
        assert isinstance(question, PermissionQuestion)
        assert (question.is_observer, question.peer, question.capability) == (True, "phone", VIEW)
        shown = stage.session.shown().observing
        assert shown is not None
        assert (shown.peer.state, shown.is_watching) == (PeerState.ADMITTED, False)
        assert host_of(stage).puppet.granted() == set()
        await answer(stage, is_yes=True)
        shown = stage.session.shown().observing
        assert shown is not None
        assert shown.is_watching
        assert shown.until_utc_ms is not None
        told = [(each.kind, each.actor) for each in stage.sessions.entries if each.sequence > 0]
        observer, owner = AuditActor.OBSERVER, AuditActor.OWNER
        assert told == [
            (AuditKind.INVITED, owner),
            (AuditKind.KNOCKED, observer),
            (AuditKind.CONSENTED, observer),
            (AuditKind.JOINED, observer),
            (AuditKind.ASKED, observer),
            (AuditKind.GRANTED, owner),
        ]
        assert stage.entries(AuditKind.GRANTED)[0].resource == "watching"
        assert stage.session.shown().peer.state is PeerState.ABSENT

    play(scene)


def test_a_grant_is_written_down_before_it_is_in_force() -> None:
    """While the trail has not taken a yes, nothing is shown."""

    async def scene(stage: HostingStage) -> None:
        await come_in(stage)
        stage.sessions.is_slow.clear()
        await answer(stage, is_yes=True)
        await stage.passes(2)
        assert host_of(stage).puppet.granted() == set()
        stage.sessions.is_slow.set()
        await host_of(stage).puppet.until(lambda: "view" in host_of(stage).puppet.granted())

    play(scene)


def test_a_no_is_said_and_turns_out() -> None:
    """Who may not watch reads so, and is disconnected when it had time to."""

    async def scene(stage: HostingStage) -> None:
        await come_in(stage)
        await answer(stage, is_yes=False)
        assert host_of(stage).puppet.state["notice"] == "The owner does not want you to watch."
        assert {"drop": True} not in host_of(stage).puppet.words
        await stage.passes(int(FAREWELL_S) + 1)
        assert {"drop": True} in host_of(stage).puppet.words
        assert host_of(stage).puppet.granted() == set()

    stage = play(scene)
    assert AuditKind.DENIED in stage.kinds()


def test_no_answer_is_a_no() -> None:
    """After thirty seconds without an answer nobody watches."""

    async def scene(stage: HostingStage) -> None:
        await come_in(stage)
        await stage.passes(31)
        assert stage.questions.open() == []
        assert "did not answer in time" in host_of(stage).puppet.state["notice"]

    play(scene)


def test_a_grant_runs_out() -> None:
    """When the time is over the program knows, the trail says so, and who watched is turned out."""

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        assert host_of(stage).puppet.state["granted"]["view"] is not None
        assert "is over" in host_of(stage).puppet.state["notice"]
        await stage.passes(301)
        assert host_of(stage).puppet.state["granted"] == {}
        await stage.passes(int(FAREWELL_S) + 1)
        assert {"drop": True} in host_of(stage).puppet.words

    stage = play(scene)
    assert stage.entries(AuditKind.EXPIRED)[0].resource == "watching"


def test_the_shield_and_zones_are_followed_at_once() -> None:
    """What the gate is told is told to the observer's program before the owner's command ends."""

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        await stage.session.shield(is_on=True)
        assert host_of(stage).puppet.state["is_shielded"]
        await stage.session.shield(is_on=False)
        assert not host_of(stage).puppet.state["is_shielded"]
        await stage.session.hide((Zone(1, 2, 30, 40),))
        assert host_of(stage).puppet.state["hidden"] == [[1, 2, 30, 40]]
        assert host_of(stage).puppet.state["frame_ns"] == 2 * stage.gate.state["frame_ns"]

    play(scene)


def test_dropping_ends_it_and_closes_the_way_in() -> None:
    """The owner's word takes the grant back first, then ends the programs; the peer notices nothing."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await watch(stage)
        await stage.session.observers.drop()
        assert host_of(stage).puppet.states[-1]["granted"] == {}
        assert host_of(stage).closed
        assert stage.session.shown().observing is None
        assert stage.session.shown().peer.state is PeerState.ADMITTED
        await stage.session.observers.drop()

    stage = play(scene)
    assert stage.entries(AuditKind.REVOKED)[0].resource == "watching"
    assert AuditActor.OBSERVER in {each.actor for each in stage.entries(AuditKind.LEFT)}


def test_a_new_code_for_the_next_one() -> None:
    """Who leaves takes its grant along; a new code lets the next one ask, by the same way in."""

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        with pytest.raises(PeerPresent):
            await stage.session.observers.invite()
        entrance = host_of(stage).entrance
        assert entrance is not None
        entrance.visit = None
        await tell(stage, "left")
        shown = stage.session.shown().observing
        assert shown is not None
        assert (shown.peer.state, shown.invitation) == (PeerState.ABSENT, None)
        await come_in(stage)
        assert len(stage.observer_hosts) == 1
        assert host_of(stage).puppet.granted() == set()

    play(scene)


def test_programs_that_end_take_the_observer_along_and_nothing_else() -> None:
    """When its pod dies who watched is gone; the session and its peer go on, and somebody can be invited again."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()
        await watch(stage)
        host_of(stage).lose("xrdp")
        await settle()
        assert stage.session.shown().observing is None
        assert stage.session.shown().peer.state is PeerState.ADMITTED
        assert not stage.session.is_ending
        await watch(stage)
        assert len(stage.observer_hosts) == 2

    stage = play(scene)
    assert "xrdp ended" in [each.reason for each in stage.entries(AuditKind.INCIDENT)]


@pytest.mark.parametrize(
    "said", [("attempt", {}), ("knocked", {}), ("met", {"name": 3}), ("code", {"attempt": -1})]
)
def test_a_program_that_tells_what_nobody_can_read_is_ended(
    said: tuple[str, dict[str, object]],
) -> None:
    """Words out of turn, or that no program of ours says, end the observer alone."""

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        await tell(stage, said[0], **said[1])
        await settle()
        assert host_of(stage).closed
        assert not stage.session.is_ending

    play(scene)


def test_a_program_that_shows_what_it_must_not_is_ended() -> None:
    """A program that says that it shows more than it was told is not believed in anything."""

    async def scene(stage: HostingStage) -> None:
        await come_in(stage)
        host_of(stage).puppet.claims = "view"
        await stage.session.shield(is_on=True)
        await settle()
        assert host_of(stage).closed
        assert not stage.session.is_ending

    play(scene)


def test_a_program_that_hangs_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shield waits for an observer's program only for so long; then that is ended, and the shield is there."""
    monkeypatch.setattr("core.hosting.observers._PATIENCE_S", 0.1)

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        host_of(stage).puppet.is_silent = True
        async with asyncio.timeout(5):
            await stage.session.shield(is_on=True)
        assert host_of(stage).closed or stage.session.shown().observing is None
        assert stage.gate.state["is_shielded"]

    play(scene)


def test_a_program_that_hangs_does_not_keep_the_session_from_its_shield(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The session's gate hears at once what comes next; the observer hears the same in the same order."""
    monkeypatch.setattr("core.hosting.observers._PATIENCE_S", 60)

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        puppet = host_of(stage).puppet
        puppet.is_silent = True
        hiding = asyncio.ensure_future(stage.session.hide((Zone(1, 1, 9, 9),)))
        await puppet.until(lambda: bool(puppet.state["hidden"]))
        shielding = asyncio.ensure_future(stage.session.shield(is_on=True))
        await stage.gate.until(lambda: stage.gate.state["is_shielded"])
        await settle()
        assert not hiding.done()  # each waits for the observer
        assert not shielding.done()
        puppet.speak()
        await asyncio.gather(hiding, shielding)
        assert puppet.state["is_shielded"]
        assert puppet.state["hidden"] == [[1, 1, 9, 9]]

    play(scene)


def test_wrong_codes_count_for_both_doors() -> None:
    """Five wrong codes at the observers' door lock the session's too."""

    async def scene(stage: HostingStage) -> None:
        await stage.session.observers.invite()
        await knock(stage)
        for attempt in range(5):
            await tell(stage, "code", attempt=attempt + 1, code="AAAA-AAAA", typed=True)
        assert {"drop": True} in host_of(stage).puppet.words
        assert stage.door.locked_until_utc_ms is not None

    stage = play(scene)
    assert len(stage.entries(AuditKind.WRONG_CODE)) == 5
    assert stage.entries(AuditKind.WRONG_CODE)[0].actor is AuditActor.OBSERVER


def test_where_the_policy_lets_nobody_see_nobody_watches() -> None:
    """A policy that denies seeing denies watching: nobody is invited, and nothing is started for it."""

    async def scene(stage: HostingStage) -> None:
        with pytest.raises(UsageFailure, match="lets nobody see the desktop"):
            await stage.session.observers.invite()
        assert stage.observer_hosts == []
        assert stage.session.shown().observing is None

    stage = play(scene, Profile.CUSTOM, PolicyRules(rules=((Capability.KEYBOARD, Rule.ASK),)))
    assert "watching" not in [each.resource for each in stage.entries(AuditKind.INVITED)]


def test_an_observer_alone_keeps_no_session_alive() -> None:
    """The time without a peer's input counts while somebody watches, whatever it presses."""
    rules = PolicyRules(rules=((VIEW, Rule.ALLOW),), idle_minutes=1)

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        await tell(stage, "activity", keys=5)
        await stage.passes(62)

    assert "peer_limit" in play(scene, Profile.CUSTOM, rules).sessions.ended


def test_the_sessions_end_is_the_observers() -> None:
    """When the session ends, who watches sees nothing any more, and the programs end."""

    async def scene(stage: HostingStage) -> None:
        await watch(stage)
        await stage.session.close()
        assert host_of(stage).puppet.states[-1]["granted"] == {}
        assert host_of(stage).closed

    play(scene)


def test_programs_that_do_not_start_leave_nothing_behind() -> None:
    """A failure is the command's, and the next invitation begins anew."""

    async def scene(stage: HostingStage) -> None:
        observers = stage.session.observers
        make = stage.session.observers._parts.make_host

        def failing(**heard: object) -> PuppetHost:
            host = make(**heard)  # type: ignore[arg-type]
            assert isinstance(host, PuppetHost)
            host.failures["start"] = RemoteHostFailed(program="observer", reason="as told")
            return host

        object.__setattr__(observers._parts, "make_host", failing)
        with pytest.raises(RemoteHostFailed):
            await observers.invite()
        assert stage.session.shown().observing is None
        assert host_of(stage).closed
        object.__setattr__(observers._parts, "make_host", make)
        await observers.invite()

    play(scene)


def test_nobody_is_invited_to_a_locked_door() -> None:
    """While not even a new code opens the door, no way in is made."""

    async def scene(stage: HostingStage) -> None:
        now = stage.clock.now()
        for _ in range(2):
            for _ in range(5):
                stage.wrong_codes.add(now)
            stage.wrong_codes.open_again(now)
        for _ in range(5):
            stage.wrong_codes.add(now)
        with pytest.raises(DoorLocked):
            await stage.session.observers.invite()
        assert stage.session.shown().observing is None

    play(scene)
