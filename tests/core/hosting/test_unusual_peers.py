"""Peers that are idle, hasty or insistent, and those that only look so."""

from __future__ import annotations

from core.api.hosting import AuditActor, AuditKind
from core.api.permissions import Capability, PolicyRules, Profile
from tests.fakes.hosting_stage import HostingStage, play

KEYBOARD, POINTER = Capability.KEYBOARD, Capability.POINTER


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


def test_a_stranger_at_the_door_raises_no_shield() -> None:
    """Nobody without a code can blank the recording."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        for _ in range(6):
            await stage.hear("activity", keys=500, clipboard=50)
            await stage.clock.advance(1)
        assert not stage.gate.state["is_shielded"]

    assert play(scene).incidents() == []


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
