"""Whether a session can be found: what its invitation says, what front ends are told, what is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.api.network import ServicePhase
from core.errors import PublishFailed
from core.hosting.ways import Leaving, LoopbackWayIn, OnionWayIn
from core.onion.keys import ClientKey
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage
from tests.fakes.tor import FakeTor

REACHABLE, WAITING = ServicePhase.REACHABLE, ServicePhase.WAITING


def play(
    scene: Callable[[HostingStage, FakeTor], Awaitable[None]],
    tor: type[FakeTor] = FakeTor,
    *,
    is_early: bool = False,
) -> HostingStage:
    """Play a scene in a session that is reached by Tor, ``is_early``: found before it begins. Every way is closed."""

    async def run() -> HostingStage:
        fake = tor()
        leaving = Leaving()
        ways = [OnionWayIn(fake, "session", leaving)]
        await ways[0].open()
        if is_early:
            fake.find()
        unused = iter(ways.copy())

        def make() -> OnionWayIn:
            if (way := next(unused, None)) is None:
                ways.append(way := OnionWayIn(fake, "session", leaving))
            return way

        stage = HostingStage(make_way=make)
        try:
            async with stage:
                await scene(stage, fake)
        finally:
            for each in ways:
                await each.close()
            await leaving.settle()
        return stage

    return asyncio.run(run())


def test_an_invitation_names_the_onion_address_and_its_key() -> None:
    """The entrance listens where the way leads to, and nobody has to know of that."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        shown, service = stage.session.shown(), next(iter(tor.published.values()))
        assert shown.invitation is not None
        assert shown.invitation.address == f"{service.key.address}:3389"
        assert f"key={shown.invitation.client_key}" in shown.invitation.link
        assert stage.host.place == service.target
        assert shown.reach is ServicePhase.PUBLISHING

    play(scene)


def test_front_ends_hear_at_once_that_it_can_be_found() -> None:
    """Nothing is written down of that: it is as it should be."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        tor.find()
        await settle()
        changed = stage.changes()[-1].hosting
        assert changed is not None
        assert changed.reach is REACHABLE

    assert not play(scene).entries(AuditKind.INCIDENT)


@pytest.mark.parametrize("is_early", [False, True])
def test_a_tor_that_is_lost_ends_no_session(is_early: bool) -> None:
    """Its loss and its return are in the trail, once each, and front ends are told."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        tor.find()
        await settle()
        for phase in (WAITING, ServicePhase.PUBLISHING, REACHABLE):
            tor.find(phase)
            await stage.passes(2)
            assert stage.session.shown().reach is phase
        assert not stage.session.is_ending

    stage = play(scene, is_early=is_early)
    found = [(each.actor, each.resource, each.reason) for each in stage.entries(AuditKind.INCIDENT)]
    assert found == [
        (AuditActor.APPLIANCE, "tor", "it no longer leads to this session"),
        (AuditActor.APPLIANCE, "tor", "it leads to this session again"),
    ]


def test_a_session_that_is_not_found_goes_on() -> None:
    """It is told why, and Tor goes on trying."""

    class Hidden(FakeTor):
        async def wait_reachable(self, address: str, timeout_s: float) -> None:
            raise PublishFailed(address=address, reason=f"nobody took it in {timeout_s} s")

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        await settle()
        assert not stage.session.is_ending
        tor.find()
        await stage.passes(2)
        assert stage.session.shown().reach is REACHABLE

    assert play(scene, Hidden).incidents() == ["publish_failed"]


def test_on_this_machine_there_is_no_such_question() -> None:
    """The entrance has the address, and no key opens it."""

    async def run() -> None:
        async with HostingStage(make_way=LoopbackWayIn) as stage:
            shown = stage.session.shown()
            assert shown.reach is None
            assert shown.invitation is not None
            assert shown.invitation.client_key == ""

    asyncio.run(run())


def test_who_was_disconnected_knows_no_way_any_more() -> None:
    """The owner's word is for good: the next code comes with another address and key, and the old one is gone."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        tor.find()
        await settle()
        before = stage.session.shown().invitation
        (target,) = [each.target for each in tor.published.values()]
        assert before is not None
        await stage.join()
        await stage.session.drop()
        await settle()
        (host,) = tor.published
        assert before.address.removesuffix(":3389") in tor.withdrawn
        assert tor.published[host].target == target
        assert stage.session.shown().reach is ServicePhase.PUBLISHING
        await stage.leave()
        await stage.passes(2)
        invitation = await stage.session.invite()
        assert invitation.address == f"{host}:3389" != before.address
        assert tor.published[host].clients == (ClientKey.read(invitation.client_key).public_text,)
        assert invitation.client_key != before.client_key
        assert f"{host}:3389" in invitation.link
        assert invitation.client_key in invitation.link
        assert invitation.certificate_sha256 == before.certificate_sha256
        tor.find()
        await settle()
        changed = stage.changes()[-1].hosting
        assert changed is not None
        assert changed.reach is REACHABLE
        await stage.join()

    stage = play(scene)
    assert not stage.incidents()
    assert not stage.entries(AuditKind.INCIDENT)


def test_who_is_disconnected_before_the_address_was_found_is_no_incident() -> None:
    """Nobody waits for an address that nobody is to find any more; to disconnect twice in a row harms nothing."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        await stage.join()
        await stage.session.drop()
        await stage.session.drop()
        await settle()
        assert len(tor.published) == 1
        await stage.leave()
        invitation = await stage.session.invite()
        assert [f"{each}:3389" for each in tor.published] == [invitation.address]

    stage = play(scene)
    assert not stage.incidents()


def test_a_new_address_that_cannot_be_had_is_told() -> None:
    """The session goes on; its owner hears that nobody comes to it."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        await stage.join()
        tor.refuses = PublishFailed(address="", reason="Tor refused it")
        await stage.session.drop()
        await settle()
        assert not tor.published
        assert stage.session.shown().reach is WAITING
        assert not stage.session.is_ending

    assert play(scene).incidents() == ["publish_failed"]


@pytest.mark.parametrize("is_at_door", [False, True])
def test_who_was_never_in_keeps_the_way(is_at_door: bool) -> None:
    """Where somebody only stood at the door, or left by itself, the invitation stays as it was given."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        before = stage.session.shown().invitation
        assert before is not None
        if is_at_door:
            await stage.knock()
            await stage.session.drop()
            await stage.leave()
            assert stage.session.shown().invitation == before
        else:
            await stage.join()
            await stage.leave()
            await stage.session.drop()
            assert (await stage.session.invite()).address == before.address
        assert not tor.withdrawn

    play(scene)


def test_who_watches_comes_by_an_address_of_its_own() -> None:
    """It has another key, and is gone when it is dropped, though the session's stays."""

    async def scene(stage: HostingStage, tor: FakeTor) -> None:
        invitation = await stage.session.observers.invite()
        own = stage.session.shown().invitation
        assert own is not None
        assert invitation.address != own.address
        assert invitation.client_key not in {"", own.client_key}
        assert len(tor.published) == 2
        shown = stage.session.shown().observing
        assert shown is not None
        assert shown.reach is ServicePhase.PUBLISHING
        await stage.session.observers.drop()
        await settle()
        assert [f"{each}:3389" for each in tor.published] == [own.address]

    assert not play(scene).incidents()
