"""Keeps onion services published, through every restart of tor.

Source: control-spec, ADD_ONION, DEL_ONION, "HS_DESC". Services are not detached: tor forgets
them with our control connection, so that none outlives us. Tor leaves open connections to a service alone when it is
withdrawn, and lets nobody new in.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.api.network import ServicePhase, ServiceShown
from core.errors import PublishFailed, TorLost, TorRefused
from core.onion.client_keys import ClientKeys
from core.onion.control import TorControl
from core.onion.control_connection import ControlEvent
from core.onion.keys import ONION_SUFFIX
from core.onion.onion_service import OnionService, add_command, check_service
from core.onion.system_tor import open_to
from core.onion.unhurried import Unhurried

_AT_SERVICE = "PURPOSE=HS_SERVICE_REND"
_DEFENCE = " PoWDefensesEnabled=1"  # at the rates and bursts that tor itself has as defaults
_LINK = re.compile(r"to-[0-9a-f]{12}")
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9._/+-]{1,106}")

_log = logging.getLogger(__name__)


@dataclass
class _Wanted:
    """A service that is wanted, and how far it is."""

    service: OnionService
    is_taken: bool = False  # tor has it
    is_reachable: bool = False
    announced: int = 0  # directories of the network that are given its description
    accepted: int = 0  # those of them that took it
    reason: str = ""  # why it is not reachable yet, in tor's words

    def accept(self) -> None:
        """Note that one more directory took it. When half of them have, whoever looks for it finds it."""
        self.accepted, self.reason = self.accepted + 1, ""
        self.is_reachable = self.is_reachable or self.announced <= 2 * self.accepted

    def forget(self) -> None:
        """Note that tor does not have it."""
        self.is_taken = self.is_reachable = False
        self.announced = self.accepted = 0


class Publisher:
    """Publishes what is wanted at the tor that is attached; for one loop. ``changed`` is called when it moved."""

    def __init__(self, run: Path, changed: Callable[[], None]) -> None:
        self._run = run
        self._changed_outside = changed
        self._wanted: dict[str, _Wanted] = {}
        self._given: dict[str, _Wanted] = {}  # what this tor has, or may have
        self._to_cut: set[str] = set()  # whose circuits are to be closed
        self._keys = ClientKeys()
        self._control: TorControl | None = None
        self._seen_run = ""
        self._group: int | None = None
        self._takes_defence = True
        self._one_at_a_time = asyncio.Lock()
        self._work = Unhurried()
        self._moved = asyncio.Event()

    def shown(self, *, is_ready: bool) -> tuple[ServiceShown, ...]:
        """Show every service that is wanted; ``is_ready`` says whether tor is connected."""
        return tuple(_shown(wanted, is_ready=is_ready) for wanted in self._wanted.values())

    async def attach(self, control: TorControl, seen_run: str, group: int | None = None) -> None:
        """Bring a tor that has just come up what it has to know; ``seen_run`` is our runtime directory as it sees it.

        Of a tor that runs as another user, ``group`` is its group, to which our sockets are opened. Raises TorLost. A
        service that it refuses is tried again by ``refresh``.
        """
        async with self._one_at_a_time:
            self._forget_tor()
            self._control, self._seen_run, self._takes_defence = control, seen_run, True
            self._group = group
            await self._keys.attach(control)
            await self._settle_all()

    def detach(self) -> None:
        """Note that there is no tor to ask any more."""
        self._forget_tor()
        self._keys.detach()
        self._changed()

    async def leave(self) -> None:
        """Take from a tor that is not ours, and runs on, what it would keep of us."""
        await self._keys.leave()

    async def refresh(self) -> None:
        """Try again what tor refused. Raises TorLost."""
        async with self._one_at_a_time:
            await self._settle_all()

    async def publish(self, service: OnionService) -> None:
        """Have a service published until it is withdrawn. Without a tor just now, it is as soon as there is one.

        Raises PublishFailed when tor refuses it; it is not wanted any more then. Whoever is cancelled withdraws it.
        What is wanted is known first: whatever comes between, no tor gets again what was there before.
        """
        check_service(service)
        wanted = self._wanted[service.host] = _Wanted(service)
        await self._work.do(self._publish(wanted))

    async def _publish(self, wanted: _Wanted) -> None:
        host = wanted.service.host
        try:
            async with self._one_at_a_time:
                with suppress(TorLost):  # whoever watches tor starts it again, and attaches
                    await self._settle(host)
        except TorRefused as refused:
            if self._wanted.get(host) is wanted:
                del self._wanted[host]
                self._to_cut.add(host)
            raise PublishFailed(address=host, reason=str(refused.facts["reason"])) from refused
        finally:
            self._changed()

    async def change_clients(self, host: str, clients: tuple[str, ...]) -> None:
        """Let others open a service than before. Raises PublishFailed.

        When somebody may not any more, all who are connected are cut off: circuits do not say who is at their end.
        """
        wanted = self._wanted.get(host)
        if wanted is None or wanted.service.clients == clients:
            return
        await self.publish(replace(wanted.service, clients=clients))

    async def withdraw(self, host: str) -> None:
        """Publish a service no longer; nothing happens where none is.

        From now on no tor gets it again; this one is asked to let it go, and ends when it does not answer in time.
        """
        wanted = self._wanted.pop(host, None)
        if wanted is None:
            return
        self._changed()
        await self._work.do(self._withdraw(wanted.service))

    async def _withdraw(self, service: OnionService) -> None:
        async with self._one_at_a_time:
            with suppress(TorLost):  # gone with tor
                await self._settle(service.host)
            self._drop_link(service.target)

    async def wait_reachable(self, host: str, timeout_s: float) -> None:
        """Return once the network's directories have the service's description. Raises PublishFailed."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self._wanted[host].is_reachable:
                    await self._moved.wait()
        except KeyError:
            raise PublishFailed(address=host, reason="it is not wanted any more") from None
        except TimeoutError:
            wanted = self._wanted.get(host)
            said = "" if wanted is None else wanted.reason
            reason = said or "the directories of the network have not taken its description yet"
            raise PublishFailed(address=host, reason=reason) from None

    async def authorise(self, host: str, client_key: str) -> None:
        """Let tor open a service that asks for this key. Raises ClientKeyNeeded when it is no such key."""
        await self._keys.authorise(host, client_key)

    async def forget(self, host: str) -> None:
        """Forget the key of a service, also one that tor has from before."""
        await self._keys.forget(host)

    async def forget_keys(self) -> None:
        """Forget the key of every service of others."""
        await self._keys.forget_all()

    def hear(self, event: ControlEvent) -> None:
        """Take an event of tor's about a service's description."""
        action, service_id, *_ = [*event.words, "", ""]
        wanted = self._wanted.get(service_id + ONION_SUFFIX)
        if event.kind != "HS_DESC" or wanted is None or not wanted.is_taken:
            return
        if action == "UPLOAD":
            wanted.announced += 1
        elif action == "UPLOADED":
            wanted.accept()
        elif action == "FAILED":
            reason = event.values.get("REASON", "no reason").lower().replace("_", " ")
            wanted.reason = f"a directory did not take its description ({reason})"
        else:
            return
        self._changed()

    async def _settle_all(self) -> None:
        for host in list(self._wanted.keys() | self._given.keys()):
            try:
                await self._settle(host)
            except TorRefused as refused:
                reason = str(refused.facts["reason"])
                if (wanted := self._wanted.get(host)) is not None:
                    wanted.reason = reason
                _log.warning("a service is not published: %s", reason)
        self._changed()

    async def _settle(self, host: str) -> None:
        """Bring tor in line with what is wanted of a service. Raises TorRefused, TorLost."""
        control, given = self._control, self._given.get(host)
        if control is None:
            return
        if given is not None and given is not self._wanted.get(host):
            await self._delete(control, given)
        wanted = self._wanted.get(host)
        if wanted is None:
            return
        if host in self._to_cut:
            await self._close_circuits(control, wanted.service)
        if host not in self._given and self._wanted.get(host) is wanted:
            await self._add(control, wanted)

    async def _add(self, control: TorControl, wanted: _Wanted) -> None:
        """Give tor a service. Raises TorRefused, TorLost."""
        command = add_command(wanted.service, self._seen(wanted.service.target))
        if self._control is not control:
            raise TorLost(reason="another one has come")
        self._given[wanted.service.host] = wanted
        wanted.is_taken = True  # what tor says about it may come before the answer is looked at
        try:
            if not (wanted.service.has_defence and self._takes_defence):
                await control.ask(command)
                return
            try:
                await control.ask(command + _DEFENCE)
            except TorRefused as refused:
                if "PoW" not in str(refused.facts["reason"]):
                    raise
                self._takes_defence = False
                _log.warning("this tor has no proof-of-work defence for onion services")
                await control.ask(command)
        except TorRefused:
            self._forget_given(wanted)
            raise
        except TorLost:
            wanted.is_taken = False
            raise

    async def _delete(self, control: TorControl, given: _Wanted) -> None:
        with suppress(TorRefused):  # unknown to it: it is not published
            await control.ask(f"DEL_ONION {given.service.service_id}")
        host, after = given.service.host, self._wanted.get(given.service.host)
        if after is None or set(given.service.clients) - set(after.service.clients):
            self._to_cut.add(host)  # before it is published again
        self._forget_given(given)

    async def _close_circuits(self, control: TorControl, service: OnionService) -> None:
        """Close the circuits on which clients reach a service; tor would take new streams on them for hours.

        What tor refuses to tell of is tried again by ``refresh``. Raises TorLost: then they are closed.
        """
        try:
            told = await control.read("circuit-status")
        except TorRefused as refused:
            _log.warning("readers are not cut off yet: %s", refused.facts["reason"])
            return
        for line in told.splitlines():
            words = line.split()
            if f"REND_QUERY={service.service_id}" in words and _AT_SERVICE in words:
                with suppress(TorRefused):  # closed meanwhile
                    await control.ask(f"CLOSECIRCUIT {words[0]}")
        self._to_cut.discard(service.host)

    def _forget_given(self, given: _Wanted) -> None:
        given.forget()
        if self._given.get(given.service.host) is given:
            del self._given[given.service.host]

    def _forget_tor(self) -> None:
        self._control = None
        for each in (*self._given.values(), *self._wanted.values()):
            each.forget()
        self._given.clear()
        self._to_cut.clear()

    def _seen(self, target: Path) -> str:
        """Name a socket as tor reaches it: by a link in the runtime directory, short and without a space.

        Another user's tor cannot pass that directory, and gets the path itself.
        """
        link = self._link_of(target)
        is_others = self._group is not None
        seen = str(target) if is_others else f"{self._seen_run}/{link.name}/{target.name}"
        if not _PLAIN_PATH.fullmatch(seen):  # only of a system's tor: ours sees a short name
            raise TorRefused(reason="the path of a socket's directory is too long or has spaces")
        if self._group is not None:
            open_to(self._group, target)
        elif not link.is_symlink():
            link.symlink_to(target.parent)
        return seen

    def _drop_link(self, target: Path) -> None:
        """Remove the link, unless another service goes the same way."""
        link = self._link_of(target)
        if all(link != self._link_of(other.service.target) for other in self._wanted.values()):
            link.unlink(missing_ok=True)

    def _link_of(self, target: Path) -> Path:
        return self._run / f"to-{hashlib.sha256(bytes(target.parent)).hexdigest()[:12]}"

    def _changed(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
        self._changed_outside()


def remove_links(run: Path) -> None:
    """Remove the links that an engine left which ended without a word."""
    for path in run.glob("to-*"):
        if path.is_symlink() and _LINK.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _shown(wanted: _Wanted, *, is_ready: bool) -> ServiceShown:
    phase = ServicePhase.WAITING
    if is_ready and wanted.is_taken:
        phase = ServicePhase.REACHABLE if wanted.is_reachable else ServicePhase.PUBLISHING
    service = wanted.service
    address = f"{service.host}:{service.port}"
    return ServiceShown(service.purpose, address, phase, len(service.clients))
