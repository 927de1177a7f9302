"""Joining by Tor: one way for all of it, what is waited for, and whose loss ends it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.api import joining as j
from core.api.network import TorPhase
from core.errors import (
    ClientKeyNeeded,
    Failure,
    HostUnreachable,
    NetworkOffline,
    TorNotReady,
    UsageFailure,
)
from tests.core.joining.hall import HOST, KEY, ONION, Hall, at
from tests.fakes.clocks import settle
from tests.fakes.other_end import CODE


def test_by_tor_everything_goes_one_way_of_its_own() -> None:
    """Terms, acceptance and the client itself: the same address, circuits of its own, and the invitation's key."""

    async def work(hall: Hall) -> None:
        link = hall.onion_link()
        await hall.service.read_terms(j.ReadTerms(link))
        assert hall.tor.forgotten == [HOST]
        command = hall.command(invitation=link)
        await hall.service.wait_ready(command, lambda *_: None)
        joined = await hall.service.join(command)
        assert joined.address == ONION
        assert hall.tor.forgotten == [HOST]
        (host,) = hall.hosts
        assert host.dial is not None
        (await host.dial(ONION)).close()
        assert set(hall.transport.dialled) == {(ONION, ONION, KEY)}
        assert hall.other_end.asked == ["terms", "terms", "join"]

    hall = at(work)
    assert hall.tor.forgotten == [HOST, HOST]


def test_a_typed_onion_address_takes_its_key() -> None:
    """Without it nobody is called."""

    async def work(hall: Hall) -> None:
        hall.onion_link()
        with pytest.raises(ClientKeyNeeded):
            await hall.service.read_terms(j.ReadTerms(ONION, CODE))
        assert hall.transport.dialled == []
        await hall.service.read_terms(j.ReadTerms(ONION, CODE, KEY.lower()))
        await hall.join(invitation=ONION, code=CODE, client_key=KEY)

    at(work)


@pytest.mark.parametrize(
    "failure", [NetworkOffline(), HostUnreachable(address=ONION, reason="it is not published")]
)
def test_who_cannot_be_reached_by_tor_is_not_joined(failure: Failure) -> None:
    """Offline, and after the other session's end: it is said, and no key is kept."""

    async def work(hall: Hall) -> None:
        link = hall.onion_link()
        hall.transport.failure = failure
        with pytest.raises(type(failure)):
            await hall.service.read_terms(j.ReadTerms(link))
        with pytest.raises(type(failure)):
            await hall.join(invitation=link)
        assert hall.tor.forgotten == [HOST, HOST]
        assert hall.hosts == []

    at(work)


def test_who_goes_offline_meanwhile_joins_nobody() -> None:
    """While Tor is waited for, or between that and the joining; nobody is called, and nothing is recorded."""

    async def work(hall: Hall) -> None:
        command = hall.command(invitation=hall.onion_link())
        await hall.service.wait_ready(command, lambda *_: None)
        hall.tor.become(TorPhase.CONNECTING, 10)
        waiting = asyncio.ensure_future(hall.service.wait_ready(command, lambda *_: None))
        await settle()
        hall.network.go_offline()
        hall.tor.become(TorPhase.READY)
        for going in (waiting, hall.service.join(command)):
            with pytest.raises(NetworkOffline):
                await going
        assert not hall.transport.dialled
        assert not hall.hosts
        assert not hall.sessions.started

    at(work)


def test_tor_is_waited_for_before_anybody_is_called() -> None:
    """How far it is, is told; a session on this machine waits for nothing, nor does what cannot be joined anyway."""

    async def work(hall: Hall) -> None:
        heard: list[tuple[str, int, int]] = []
        link = hall.onion_link()
        hall.tor.become(TorPhase.CONNECTING, 10)
        asked = j.ReadTerms(link)
        reading = asyncio.ensure_future(
            hall.service.read_terms(asked, lambda *facts: heard.append(facts))
        )
        await settle()
        assert heard == [("connecting_to_tor", 10, 100)]
        assert hall.transport.dialled == []
        hall.tor.become(TorPhase.READY)
        await reading
        hall.tor.become(TorPhase.STUCK)
        command = hall.command(invitation=link)
        with pytest.raises(TorNotReady):
            await hall.service.wait_ready(command, lambda *_: None)
        with pytest.raises(UsageFailure):
            await hall.service.wait_ready(replace(command, name=""), lambda *_: None)
        await hall.service.wait_ready(hall.command(), lambda *_: None)

    at(work)


@pytest.mark.parametrize(
    ("phase", "reason"),
    [
        (TorPhase.READY, "the other end has ended it"),
        (TorPhase.RESTARTING, "tor lost"),
        (TorPhase.CONNECTING, "tor not ready"),
        (TorPhase.STUCK, "tor not ready"),
    ],
)
def test_the_loss_of_the_own_tor_is_not_the_other_ends_doing(phase: TorPhase, reason: str) -> None:
    """The record says which of the two it was; either way the session is over."""

    async def work(hall: Hall) -> None:
        await hall.join(invitation=hall.onion_link())
        hall.hosts[0].lose(None)
        hall.tor.become(phase)  # it is known a moment later only
        await hall.clock.advance(1)
        found = [each.reason for each in hall.sessions.entries if each.resource == "connection"]
        assert found == [reason]
        assert hall.sessions.ended == ["other_end"]

    at(work)
