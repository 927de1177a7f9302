"""Opening, steering and closing hosted sessions: one at a time, and nothing left behind when a step fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nacl.signing import SigningKey

from core.api import hosting as h
from core.api.events import Event
from core.api.network import ServicePhase, TorPhase
from core.api.permissions import Capability, Profile, Zone
from core.errors import (
    DoorLocked,
    NetworkOffline,
    PublishFailed,
    RemoteHostFailed,
    SessionBusy,
    SessionNotHosted,
    SessionUnknown,
    StorageTooLow,
    TorNotReady,
    UsageFailure,
    VaultLocked,
)
from core.hosting.hosted_session import HostingTools
from core.hosting.service import HostingParts, HostingService
from core.hosting.ways import WaysIn
from core.permissions.questions import OpenQuestions
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.hosting_stage import PaperSessions
from tests.fakes.puppet_host import PuppetHost
from tests.fakes.tor import FakeNetwork, FakeTor

OPEN = Path("/proc/self/fd")


class OpenDevice:
    """A vault that signs and does nothing else."""

    def __init__(self) -> None:
        self._key = SigningKey.generate()
        self.device_public_key = bytes(self._key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """Sign as the device."""
        return bytes(self._key.sign(message).signature)


class House:
    """A service whose hosts are puppets and whose sessions are paper."""

    def __init__(self, *, is_by_tor: bool = False) -> None:
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.tor = FakeTor()
        self.sessions = PaperSessions()
        self.hosts: list[PuppetHost] = []
        self.failures: dict[str, BaseException] = {}
        self.is_locked = False
        self.number_failure: BaseException | None = None
        self.before: Callable[[str], Awaitable[None]] | None = None
        self._vault = OpenDevice()
        self.network = FakeNetwork(self.tor if is_by_tor else None)
        self.ways = WaysIn(self.network)
        questions = OpenQuestions(self.clock, self.events.append)
        tools = HostingTools(self.clock, questions.ask_for, self.events.append, self.sessions)
        self.service = HostingService(
            HostingParts(
                tools,
                self.sessions,
                self._open_vault,
                self._number,
                self._make_host,
                self._make_observer_host,
                way_in=self.ways,
            )
        )

    def _open_vault(self) -> Any:  # noqa: ANN401 - stands in for an OpenVault
        if self.is_locked:
            raise VaultLocked
        return self._vault

    async def _number(self, _: str) -> int:
        if self.number_failure is not None:
            raise self.number_failure
        return 15

    def _make_host(self, clock: ManualClock, **options: Any) -> PuppetHost:  # noqa: ANN401
        host = PuppetHost(clock, **options)
        host.failures |= self.failures
        if self.before is not None:
            host.before = self.before
        self.hosts.append(host)
        return host

    def _make_observer_host(self, clock: ManualClock, _: int, **options: Any) -> PuppetHost:  # noqa: ANN401
        return self._make_host(clock, **options)

    async def host(self, profile: Profile = Profile.STANDARD, **fields: Any) -> h.Hosting:  # noqa: ANN401
        """Open a session."""
        command = h.HostSession(profile, **fields)
        is_by_tor = await self.service.wait_ready(command, lambda *_: None)
        return await self.service.host(command, is_by_tor=is_by_tor)

    async def end(self) -> None:
        """End the recording, as sessions do."""
        await self.sessions.end(uuid4(), "owner")

    def is_clean(self) -> bool:
        """Tell whether nothing runs."""
        is_over = self.service.shown() is None and self.service.picture is None
        is_found = bool(self.tor.published)
        return is_over and not is_found and all(each.closed for each in self.hosts)


def descriptors() -> int:
    """Count what is open."""
    return len(list(OPEN.iterdir()))


def play(scene: Callable[[House], Awaitable[None]], *, is_by_tor: bool = False) -> House:
    """Play a scene; at its end nothing runs, and no descriptor is open that was not before."""

    async def run() -> House:
        house = House(is_by_tor=is_by_tor)
        before = descriptors()
        await scene(house)
        if house.sessions.started and not house.sessions.ended:
            await house.end()
        await settle()
        assert house.is_clean()
        assert descriptors() == before
        return house

    return asyncio.run(run())


def test_a_session_is_opened_recorded_and_closed() -> None:
    """It is given out with an invitation; the gate's picture is the recording's; its end tells front ends."""

    async def scene(house: House) -> None:
        hosting = await house.host()
        assert hosting.invitation is not None
        assert hosting.invitation.code in hosting.invitation.link
        assert house.service.shown() is not None
        assert house.service.picture is not None
        start = house.sessions.started[0]
        assert str(start.session_id) == hosting.session_id
        await house.end()

    house = play(scene)
    assert house.events[-1] == h.HostingChanged(None)


def test_a_locked_vault_starts_nothing() -> None:
    """Without the device's key there is no policy to enforce."""

    async def scene(house: House) -> None:
        house.is_locked = True
        with pytest.raises(VaultLocked):
            await house.host()
        house.is_locked = False
        house.number_failure = RuntimeError("no settings")
        with pytest.raises(RuntimeError):
            await house.host()
        assert house.hosts == []

    play(scene)


@pytest.mark.parametrize("is_by_tor", [False, True])
@pytest.mark.parametrize("step", ["start", "picture", "recording", "open"])
def test_a_step_that_fails_leaves_nothing_behind(step: str, is_by_tor: bool) -> None:
    """Whichever it is; and the next session can be opened."""
    failure = RemoteHostFailed(program="x", reason="y")

    async def scene(house: House) -> None:
        if step == "recording":
            house.sessions.start_failure = StorageTooLow(free_percent=1, needed_percent=2)
        else:
            house.failures[step] = failure
        with pytest.raises(Exception) as failed:  # noqa: PT011 - the step's own
            await house.host()
        assert getattr(failed.value, "code", "") in {
            "remote_host_failed",
            "recorder_failed",
            "storage_too_low",
        }
        await settle()
        assert house.is_clean()
        house.failures.clear()
        house.sessions.start_failure = None
        house.sessions.ended.clear()
        await house.host()

    play(scene, is_by_tor=is_by_tor)


@pytest.mark.parametrize("is_by_tor", [False, True])
@pytest.mark.parametrize("step", ["start", "open"])
def test_a_start_that_is_cancelled_leaves_nothing_behind(step: str, is_by_tor: bool) -> None:
    """The person has changed their mind, or the engine stops."""

    async def scene(house: House) -> None:
        reached = asyncio.Event()

        async def wait(name: str) -> None:
            if name == step:
                reached.set()
                await asyncio.Event().wait()

        house.before = wait
        opening = asyncio.ensure_future(house.host())
        await reached.wait()
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        await settle()
        assert house.is_clean()

    play(scene, is_by_tor=is_by_tor)


def test_by_tor_a_session_has_an_address_of_its_own() -> None:
    """It is published for this session only and gone with it; who watches has another, and both go at its end."""

    async def scene(house: House) -> None:
        hosting = await house.host()
        assert hosting.invitation is not None
        assert hosting.reach is ServicePhase.PUBLISHING
        watching = await house.service.invite_observer(h.InviteObserver(hosting.session_id))
        assert watching.address != hosting.invitation.address
        assert {each.purpose for each in house.tor.services} == {"session", "observer"}
        await house.end()
        assert not house.tor.published
        house.sessions.ended.clear()
        again = await house.host()
        assert again.invitation is not None
        assert again.invitation.address not in {watching.address, hosting.invitation.address}

    play(scene, is_by_tor=True)


def test_a_session_can_stay_on_this_machine_though_tor_is_used() -> None:
    """Where that is asked for nothing is published, and who watches comes the same way."""

    async def scene(house: House) -> None:
        hosting = await house.host(is_local=True)
        await house.service.invite_observer(h.InviteObserver(hosting.session_id))
        assert hosting.reach is None
        assert not house.tor.published

    play(scene, is_by_tor=True)


def test_a_session_that_was_to_be_by_tor_does_not_open_on_loopback() -> None:
    """Whoever goes offline between the wait for Tor and the start gets no session; the other way round, one as seen."""

    async def scene(house: House) -> None:
        command = h.HostSession()
        is_by_tor = await house.service.wait_ready(command, lambda *_: None)
        assert is_by_tor
        house.network.go_offline()
        with pytest.raises(NetworkOffline):
            await house.service.host(command, is_by_tor=is_by_tor)
        assert not house.hosts
        assert not house.sessions.started

    async def other(house: House) -> None:
        hosting = await house.service.host(h.HostSession(), is_by_tor=False)
        await house.service.invite_observer(h.InviteObserver(hosting.session_id))
        assert hosting.reach is None
        assert not house.tor.published

    play(scene, is_by_tor=True)
    play(other, is_by_tor=True)


def test_a_tor_that_hangs_holds_no_sealing_back() -> None:
    """The session is over, and its recording handed on, while the address is still being withdrawn."""

    async def scene(house: House) -> None:
        answers, withdraw = asyncio.Event(), house.tor.withdraw

        async def hang(address: str) -> None:
            await answers.wait()
            await withdraw(address)

        house.tor.withdraw = hang  # type: ignore[method-assign]
        hosting = await house.host()
        await house.service.invite_observer(h.InviteObserver(hosting.session_id))
        async with asyncio.timeout(5):
            await house.end()
        assert all(each.closed for each in house.hosts)
        assert len(house.tor.published) == 2
        answers.set()
        await house.ways.settle()

    play(scene, is_by_tor=True)


def test_an_address_that_cannot_be_published_opens_no_session() -> None:
    """What was started meanwhile is ended."""

    async def scene(house: House) -> None:
        house.tor.refuses = PublishFailed(address="", reason="as told")
        with pytest.raises(PublishFailed):
            await house.host()
        assert not house.sessions.started

    play(scene, is_by_tor=True)


def test_nobody_waits_for_tor_to_be_refused_then() -> None:
    """A session that runs, and a locked vault, are said first; then how Tor stands."""

    async def scene(house: House) -> None:
        def ready(**fields: bool) -> Awaitable[bool]:
            return house.service.wait_ready(h.HostSession(**fields), lambda *_: None)

        house.tor.become(TorPhase.STUCK)
        house.is_locked = True
        with pytest.raises(VaultLocked):
            await ready()
        house.is_locked = False
        with pytest.raises(TorNotReady):
            await ready()
        await ready(is_local=True)
        house.tor.become(TorPhase.READY)
        await ready()
        await house.host()
        with pytest.raises(SessionBusy):
            await ready()

    play(scene, is_by_tor=True)


def test_a_program_that_is_gone_before_the_session_is_there() -> None:
    """Nobody gets a session whose desktop ended while the recording started."""

    async def scene(house: House) -> None:
        real = house.sessions.start_hosted

        async def start(start: Any) -> None:  # noqa: ANN401
            await real(start)
            house.hosts[0].lose("desktop")

        house.sessions.start_hosted = start  # type: ignore[method-assign]
        with pytest.raises((SessionNotHosted, RemoteHostFailed)):
            await house.host()

    house = play(scene)
    assert house.sessions.ended[0] == "host_lost"


def test_one_session_at_a_time() -> None:
    """A second one is refused before anything of it is started."""

    async def scene(house: House) -> None:
        await house.host()
        with pytest.raises(SessionBusy):
            await house.host()
        assert len(house.hosts) == 1

    play(scene)


def test_commands_are_for_the_session_that_runs() -> None:
    """Another's ID, one that is none and one that has ended are refused; the running one's is carried out."""

    async def scene(house: House) -> None:
        hosting = await house.host()
        own, other = hosting.session_id, str(uuid4())
        for command in (
            lambda each: house.service.invite(h.Invite(each)),
            lambda each: house.service.revoke(h.Revoke(each, Capability.VIEW)),
            lambda each: house.service.shield(h.Shield(each, is_on=True)),
            lambda each: house.service.hide(h.HideZones(each, (Zone(1, 2, 3, 4),))),
            lambda each: house.service.drop(h.DropPeer(each)),
        ):
            await command(own)
            with pytest.raises(SessionNotHosted):
                await command(other)
            with pytest.raises(SessionUnknown):
                await command("no id")
        assert await house.service.read_trail(h.ReadTrail(own)) == tuple(house.sessions.entries)
        await house.end()
        with pytest.raises(SessionNotHosted):
            await house.service.invite(h.Invite(own))

    play(scene)


@pytest.mark.parametrize(
    "zones",
    [
        (Zone(0, 0, 0, 5),),
        (Zone(0, 0, 5, -5),),
        (Zone(0.5, 0, 5, 5),),  # type: ignore[arg-type]
        tuple(Zone(each, 0, 5, 5) for each in range(65)),
    ],
)
def test_zones_that_no_gate_can_read_never_get_there(zones: tuple[Zone, ...]) -> None:
    """The owner is told; what was hidden stays hidden."""

    async def scene(house: House) -> None:
        hosting = await house.host()
        good = h.HideZones(hosting.session_id, (Zone(1, 2, 3, 4),))
        await house.service.hide(good)
        with pytest.raises(UsageFailure):
            await house.service.hide(h.HideZones(hosting.session_id, zones))
        shown = house.service.shown()
        assert shown is not None
        assert shown.zones == good.zones

    play(scene)


def test_who_closes_while_it_is_being_closed_waits_for_it() -> None:
    """The owner's end and the recording's meet: the trail is whole before the host goes, and front ends hear once."""

    async def scene(house: House) -> None:
        house.sessions.is_slow.clear()
        await house.host()
        by_owner = asyncio.ensure_future(house.service.close())
        await settle()
        assert house.service.shown() is None
        by_recording = asyncio.ensure_future(house.end())
        await settle()
        assert not house.hosts[0].closed
        house.sessions.is_slow.set()
        await asyncio.gather(by_owner, by_recording)
        await house.service.close()

    house = play(scene)
    assert house.events.count(h.HostingChanged(None)) == 1


def test_a_closing_that_was_cancelled_is_done_by_the_next() -> None:
    """Everything was denied already; the session is still there to be ended."""

    async def scene(house: House) -> None:
        house.sessions.is_slow.clear()
        hosting = await house.host()
        closing = asyncio.ensure_future(house.service.close())
        await settle()
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        with pytest.raises(SessionNotHosted):
            await house.service.invite(h.Invite(hosting.session_id))
        house.sessions.is_slow.set()
        await house.end()

    house = play(scene)
    assert house.events.count(h.HostingChanged(None)) == 1


def test_a_locked_door_stays_locked_in_the_next_session() -> None:
    """Wrong codes are the engine's: ending a session and opening another opens no door more often than a new code."""

    async def scene(house: House) -> None:
        for count in (1, 2):
            await house.host()
            assert len(house.hosts) == count
            host = house.hosts[-1]
            host.puppet.tell("knocked")
            for each in range(5):
                host.puppet.tell("code", attempt=each + 1, code="AAAA-AAAA", typed=True)
            await settle()
            await house.end()
            house.sessions.ended.clear()
        with pytest.raises(DoorLocked):
            await house.host()
        assert len(house.hosts) == 2

    play(scene)
