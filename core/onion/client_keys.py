"""Keys that open onion services of others, told to each tor, and taken back from it.

Source: control-spec, ONION_CLIENT_AUTH_ADD and ONION_CLIENT_AUTH_REMOVE. A tor keeps them when our connection to it
ends: one that is not ours would keep them for as long as it runs.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress

from core.errors import Bug, ClientKeyNeeded, TorLost, TorRefused
from core.onion.control import TorControl
from core.onion.keys import ONION_SUFFIX, ClientKey
from core.onion.unhurried import Unhurried

_HOST = re.compile(r"[a-z2-7]{56}\.onion")


class ClientKeys:
    """For one loop. What is wanted is known before tor is asked, so that whoever gives up leaves nothing behind."""

    def __init__(self) -> None:
        self._wanted: dict[str, ClientKey] = {}
        self._told: dict[str, ClientKey] = {}  # what this tor knows
        self._control: TorControl | None = None
        self._one_at_a_time = asyncio.Lock()
        self._work = Unhurried()

    async def attach(self, control: TorControl) -> None:
        """Tell a tor that has just come up every key. Raises TorLost."""
        self._control = control
        self._told.clear()
        for host in list(self._wanted):
            with suppress(ClientKeyNeeded):  # it is told to whoever dials next
                await self._settle(host)

    def detach(self) -> None:
        """Note that there is no tor to ask any more."""
        self._control = None
        self._told.clear()

    async def leave(self) -> None:
        """Take every key back from a tor that runs on; a tor that is started later is told them again."""
        control, told = self._control, list(self._told)
        self.detach()
        if control is None:
            return
        async with self._one_at_a_time:
            with suppress(TorLost):
                for host in told:
                    await _remove(control, host)

    async def authorise(self, host: str, client_key: str) -> None:
        """Let tor open a service that asks for this key. Raises ClientKeyNeeded when it is no such key."""
        service_id(host)
        try:
            key = ClientKey.read(client_key)
        except ValueError as error:
            raise ClientKeyNeeded(address=host) from error
        self._wanted[host] = key
        with suppress(TorLost):  # the next one is told
            await self._work.do(self._settle(host))

    async def forget(self, host: str) -> None:
        """Forget the key of a service, also one that tor has from before."""
        service_id(host)
        self._wanted.pop(host, None)
        with suppress(TorLost):  # gone with tor
            await self._work.do(self._take_back(host))

    async def forget_all(self) -> None:
        """Forget every key, and take back from tor those that it was told."""
        hosts = self._wanted.keys() | self._told.keys()
        self._wanted.clear()
        await self._work.do(self._take_back_all(hosts))

    async def _take_back_all(self, hosts: Iterable[str]) -> None:
        with suppress(TorLost):  # gone with tor
            for host in hosts:
                await self._take_back(host)

    async def _settle(self, host: str) -> None:
        async with self._one_at_a_time:
            control, key = self._control, self._wanted.get(host)
            if control is None or key is None or _is_same(self._told.get(host), key):
                return
            self._told[host] = key  # before: cut off in the middle, it is taken back
            try:
                await control.ask(f"ONION_CLIENT_AUTH_ADD {service_id(host)} {key.tor_key()}")
            except TorRefused as refused:
                self._told.pop(host, None)
                if self._wanted.get(host) is key:
                    del self._wanted[host]
                raise ClientKeyNeeded(address=host) from refused

    async def _take_back(self, host: str) -> None:
        async with self._one_at_a_time:
            control = self._control
            if control is not None and host not in self._wanted:
                self._told.pop(host, None)
                await _remove(control, host)


async def _remove(control: TorControl, host: str) -> None:
    with suppress(TorRefused):  # unknown to it
        await control.ask(f"ONION_CLIENT_AUTH_REMOVE {service_id(host)}")


def _is_same(known: ClientKey | None, key: ClientKey) -> bool:
    return known is not None and known.private_text == key.private_text


def service_id(host: str) -> str:
    """Write a host as tor's commands take it. Raises Bug when it is none, before it gets into a command."""
    if not _HOST.fullmatch(host):
        raise Bug("no host of an onion service")
    return host.removesuffix(ONION_SUFFIX)
