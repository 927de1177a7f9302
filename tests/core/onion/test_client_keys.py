"""Tests of core.onion.client_keys with a tor that keeps what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.errors import Bug, ClientKeyNeeded, TorLost, TorRefused
from core.onion.client_keys import ClientKeys
from core.onion.keys import ClientKey
from tests.core.onion.moves import service_key

HOST, OTHER = service_key(0).address, service_key(1).address
KEY, KEY_OF_LATER = (ClientKey(bytes([number]) * 32).private_text for number in (1, 2))
Work = Callable[[ClientKeys, Any], Awaitable[None]]


class KeepingTor:
    """Keeps keys by service, until they are taken back; answers only while ``on`` is set."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.on = asyncio.Event()
        self.on.set()
        self.refuses = False
        self.is_lost = False
        self.asked = 0

    async def ask(self, command: str) -> list[str]:
        """Keep a key, or let it go."""
        self.asked += 1
        await self.on.wait()
        if self.is_lost:
            raise TorLost(reason="it ended")
        word, service, *rest = command.split(" ")
        if self.refuses:
            raise TorRefused(reason="no")
        if word == "ONION_CLIENT_AUTH_ADD":
            self.keys[f"{service}.onion"] = rest[0]
        else:
            assert word == "ONION_CLIENT_AUTH_REMOVE"
            self.keys.pop(f"{service}.onion", None)
        return ["OK"]


def run(work: Work) -> None:
    """Run a test's work, with a tor that is attached."""

    async def whole() -> None:
        keys, tor = ClientKeys(), KeepingTor()
        await keys.attach(tor)  # type: ignore[arg-type]
        await asyncio.wait_for(work(keys, tor), 10)

    asyncio.run(whole())


def test_a_key_is_told_once_and_to_each_tor() -> None:
    """The same key is not told again; another one in its place is; a new tor is told what is known."""

    async def work(keys: ClientKeys, tor: KeepingTor) -> None:
        for key in (KEY, KEY, KEY_OF_LATER):
            await keys.authorise(HOST, key)
        assert tor.asked == 2
        keys.detach()
        await keys.authorise(OTHER, KEY)
        after = KeepingTor()
        await keys.attach(after)  # type: ignore[arg-type]
        assert after.keys.keys() == {HOST, OTHER}
        assert after.keys[HOST] == tor.keys[HOST]

    run(work)


def test_a_tor_that_runs_on_keeps_nothing() -> None:
    """Whoever leaves a tor takes every key back from it, and tells the next one all of them."""

    async def work(keys: ClientKeys, tor: KeepingTor) -> None:
        await keys.authorise(HOST, KEY)
        await keys.authorise(OTHER, KEY)
        await keys.leave()
        assert tor.keys == {}
        after = KeepingTor()
        await keys.attach(after)  # type: ignore[arg-type]
        assert after.keys.keys() == {HOST, OTHER}
        after.is_lost = True
        await keys.leave()

    run(work)


def test_a_key_of_before_is_forgotten_too() -> None:
    """What a tor was told by a run of which this one knows nothing is taken back from it when it is forgotten."""

    async def work(keys: ClientKeys, tor: KeepingTor) -> None:
        tor.keys[HOST] = "x25519:of-before"
        await keys.forget(HOST)
        assert tor.keys == {}
        tor.refuses = True
        await keys.forget(HOST)  # unknown to it

    run(work)


def test_whoever_gives_up_leaves_no_key() -> None:
    """A key is forgotten also where whoever forgot it has gone, and where it was being told just then."""

    async def work(keys: ClientKeys, tor: KeepingTor) -> None:
        tor.on.clear()
        telling = asyncio.ensure_future(keys.authorise(HOST, KEY))
        await asyncio.sleep(0)
        forgetting = asyncio.ensure_future(keys.forget(HOST))
        await asyncio.sleep(0)
        for each in (telling, forgetting):
            each.cancel()
        await asyncio.gather(telling, forgetting, return_exceptions=True)
        tor.on.set()
        await keys.authorise(OTHER, KEY)  # after them
        assert tor.keys.keys() == {OTHER}

    run(work)


def test_what_is_no_key_is_refused() -> None:
    """A key that is none, one that tor refuses, and a host that is none are not kept."""

    async def work(keys: ClientKeys, tor: KeepingTor) -> None:
        with pytest.raises(ClientKeyNeeded):
            await keys.authorise(HOST, "x")
        tor.refuses = True
        with pytest.raises(ClientKeyNeeded):
            await keys.authorise(HOST, KEY)
        tor.refuses = False
        with pytest.raises(Bug):
            await keys.authorise("a b.onion", KEY)
        with pytest.raises(Bug):
            await keys.forget("a b.onion")
        keys.detach()
        await keys.attach(tor)  # type: ignore[arg-type]
        assert tor.keys == {}

    run(work)


def test_all_keys_are_forgotten_at_once() -> None:
    """Tor is asked to let each go, a later one is told of none, and who is told anew can open again."""

    async def work(keys: ClientKeys, tor: KeepingTor) -> None:
        for host in (HOST, OTHER):
            await keys.authorise(host, KEY)
        await keys.forget_all()
        assert tor.keys == {}
        keys.detach()
        after = KeepingTor()
        await keys.attach(after)  # type: ignore[arg-type]
        assert after.asked == 0
        await keys.authorise(HOST, KEY)
        assert list(after.keys) == [HOST]

    run(work)


def test_all_keys_are_forgotten_also_where_tor_is_gone() -> None:
    """A tor that was lost has forgotten them itself; nothing is raised, and the next one hears of none."""

    async def work(keys: ClientKeys, tor: KeepingTor) -> None:
        await keys.authorise(HOST, KEY)
        tor.is_lost = True
        await keys.forget_all()
        keys.detach()
        await keys.authorise(OTHER, KEY)
        await keys.forget_all()
        after = KeepingTor()
        await keys.attach(after)  # type: ignore[arg-type]
        assert after.keys == {}

    run(work)
