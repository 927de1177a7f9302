"""A hall to join from: a service whose hosts are puppets and whose sessions are paper, and somebody to join."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nacl.signing import SigningKey

from core.api import joining as j
from core.api.events import Event
from core.errors import (
    Failure,
    VaultLocked,
)
from core.hosting.ways import WaysIn
from core.joining.joined_session import JoiningTools
from core.joining.service import JoiningParts, JoiningService
from core.onion.keys import ClientKey, ServiceKey
from core.transport.transport import Purpose, Transport
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.hosting_stage import PaperSessions
from tests.fakes.joining_stage import PuppetJoinedHost
from tests.fakes.other_end import OtherEnd, sign_with
from tests.fakes.tor import FakeNetwork, FakeTor

ONION = f"{ServiceKey(bytes(32)).address}:3389"
HOST = ONION.partition(":")[0]
KEY = ClientKey(b"\x07" * 32).private_text


class Device:
    """A vault that signs and does nothing else."""

    def __init__(self) -> None:
        self.key = SigningKey.generate()
        self.device_public_key = bytes(self.key.verify_key)
        self.sign = partial(sign_with, self.key)


class Tunnel(Transport):
    """Leads every onion address to one of this machine, and notes what was dialled."""

    def __init__(self, tor: FakeTor) -> None:
        super().__init__(tor)
        self.leads_to = ""
        self.dialled: list[tuple[str, str, str]] = []
        self.failure: Failure | None = None

    async def dial(
        self, address: str, purpose: Purpose, *, peer: str = "", client_key: str = ""
    ) -> socket.socket:
        """Dial what it leads to."""
        assert purpose is Purpose.SESSION
        self.dialled.append((address, peer, client_key))
        if self.failure is not None:
            raise self.failure
        return await super().dial(self.leads_to or address, purpose)


class Hall:
    """A service whose hosts are puppets and whose sessions are paper, and somebody else's appliance that answers."""

    def __init__(self, *, has_seat: bool = True) -> None:
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.sessions = PaperSessions()
        self.hosts: list[PuppetJoinedHost] = []
        self.host_failure: BaseException | None = None
        self.is_locked = False
        self.tor = FakeTor()
        self.network = FakeNetwork(self.tor)
        self.transport = Tunnel(self.tor)
        self.other_end = OtherEnd()
        device = Device()

        def vault() -> Any:  # noqa: ANN401
            if self.is_locked:
                raise VaultLocked
            return device

        async def number(_: str) -> int:
            return 15

        self.service = JoiningService(
            JoiningParts(
                tools=JoiningTools(self.clock, self.events.append, self.sessions),
                sessions=self.sessions,
                vault=vault,
                number=number,
                has_seat=has_seat,
                way_in=WaysIn(self.network),
                transport=self.transport,
                make_host=self._make_host,
            )
        )

    def _make_host(self, clock: ManualClock, **parts: Any) -> PuppetJoinedHost:  # noqa: ANN401
        host = PuppetJoinedHost(clock, **parts)
        host.failure = self.host_failure
        self.hosts.append(host)
        return host

    def command(self, **changes: str) -> j.JoinSession:
        """Accept the terms."""
        terms = self.other_end.terms
        facts: dict[str, Any] = {
            "invitation": self.other_end.link,
            "code": "",
            "certificate_sha256": self.other_end.certificate_sha256,
            "terms_hash": terms.terms_hash.hex(),
            "name": "the hall",
        }
        return j.JoinSession(**facts | changes)

    def onion_link(self) -> str:
        """Write an invitation to an onion address, which leads to the other end."""
        self.transport.leads_to = self.other_end.address
        return self.other_end.link.replace(self.other_end.address, ONION) + f"&key={KEY}"

    async def join(self, **changes: str) -> j.Joined:
        """Join."""
        return await self.service.join(self.command(**changes))


def at(work: Callable[[Hall], Awaitable[None]], *, has_seat: bool = True) -> Hall:
    """Work in a hall; whatever happened there, nothing is left running."""

    async def run(directory: str) -> Hall:
        hall = Hall(has_seat=has_seat)
        await hall.other_end.open(Path(directory))
        try:
            await work(hall)
            if hall.service.shown() is not None:
                await hall.sessions.end(hall.sessions.started[0].session_id, "owner")
            await settle()
            assert hall.service.shown() is None
            assert hall.service.picture is None
            assert all(each.closed for each in hall.hosts)
        finally:
            hall.other_end.close()
        return hall

    with TemporaryDirectory() as directory:
        return asyncio.run(run(directory))
