"""The network as a person chooses it: by Tor or offline, by bridges or without, and at which address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from core.api import network as n
from core.api.access import READING_PORT
from core.api.events import IncidentRecorded
from core.api.snapshots import failure_snapshot
from core.appliance.network_parts import READING, NetworkParts, RunsTor
from core.appliance.own_address import OwnAddress
from core.appliance.own_services import OwnServices
from core.appliance.progress import Progress
from core.appliance.tor_run import TorRun
from core.config.network_settings import NetworkChoice
from core.errors import (
    BridgeMalformed,
    BridgesUnreadable,
    Failure,
    NetworkInUse,
    NetworkOffline,
    RotationRunning,
    StoreCorrupt,
    UsageFailure,
)
from core.onion.bridges import read_bridges
from core.onion.service import OnionService
from core.runtime.finishing import to_its_end

LONGEST_OVERLAP_HOURS = 168.0
LONGEST_WAIT_S = 3600.0
_LOOK_S = 60.0  # how often a rotation's end is looked at: the clock may jump
_LEAST_S = 0.05
_WHOLE = 100
_MS_IN_HOUR = 3_600_000

_log = logging.getLogger(__name__)


class NetworkService:
    """Carries out the commands about the network; lives on the engine's loop.

    Until a person has chosen Tor, nothing is connected. A resident engine goes by Tor from its start on; any other
    starts tor when something has to go by it.
    """

    def __init__(self, parts: NetworkParts, own: OwnAddress) -> None:
        self._parts = parts
        self._own = own
        self._choice = NetworkChoice()
        self._gate = asyncio.Lock()  # one change at a time
        self._was_ready = False
        self._waiting: list[Progress] = []  # whoever waits for tor
        self._ending: asyncio.Task[None] | None = None  # waits for the end of a rotation
        self._own_services: OwnServices | None = None
        self.tor: RunsTor | None = None
        if parts.make_tor is not None:
            self.tor = parts.make_tor(self._changed, self._report)
            self._own_services = OwnServices(self.tor, parts.clock, self._wanted, self._report)
        self.run = TorRun(self.tor, lambda: self.is_by_tor)

    # --- life --------------------------------------------------------------------------------

    async def start(self) -> None:
        """Read what was chosen; a resident engine starts tor. Raises StoreCorrupt for a mode that is none.

        Bridges that cannot be read are told, and tor is not started before there are others or none.
        """
        mode = await self._parts.store_worker.run(self._parts.settings.mode)
        self._choice = NetworkChoice(mode)
        try:
            self._choice, self.run.bridges = await self._read_kept(mode)
        except BridgesUnreadable as unreadable:
            self.run.obstacle = unreadable
            self._report(unreadable)
        else:
            await self._start_if_resident()
        self._changed()

    async def _start_if_resident(self) -> None:
        if self.is_by_tor and self._parts.is_resident:
            try:
                await self.run.start()
            except Failure as failure:  # the recordings here are no less worth for it
                self._report(failure)

    async def opened(self) -> None:
        """The vault is open: the address can be read, and served."""
        async with self._gate:
            await self._own.open()
            if self.is_by_tor:
                await self._own.make()
            self._follow()

    async def locked(self) -> None:
        """The vault is about to be locked: the address is served no more, and the keys of peers' are forgotten."""
        async with self._gate:
            try:
                await self._stop_serving()
                await self.run.forget_keys()
            except BaseException:
                self._follow()  # the vault stays open, and the address is served on
                raise
            self._own.close()
            self._follow()

    async def stop(self) -> None:
        """Withdraw the address, and end tor."""
        async with self._gate:
            self._own.close()
            self._stop_waiting()
            try:
                await self._stop_serving()
            finally:
                await self.run.stop()

    # --- how it stands -----------------------------------------------------------------------

    @property
    def is_by_tor(self) -> bool:
        """Tell whether sessions and peers are reached by Tor."""
        return self.tor is not None and self._choice.mode is n.NetworkMode.TOR

    @property
    def address(self) -> str:
        """Give this appliance's own address, ``….onion``; "" while there is none, or the vault is locked."""
        return self._own.address

    def hosts(self) -> tuple[str, ...]:
        """Give the addresses that are served, the one that is being left among them; none while the vault is locked."""
        return tuple(key.address for key in self._own.served())

    def moves(self) -> tuple[str, ...]:
        """Give every signed statement of a move that is kept, oldest first, as canonical JSON."""
        return self._own.moves()

    def shown(self) -> n.Network:
        """Tell how the network stands."""
        return n.Network(
            mode=n.NetworkMode.TOR if self.is_by_tor else n.NetworkMode.OFFLINE,
            is_chosen=self._choice.mode is not None,
            is_mode_forced=self.tor is None,
            is_tor_others=self._parts.is_tor_others,
            tor=self.run.status,
            bridges=self.run.bridges,
            address=self._own.address,
            rotated_utc_ms=self._own.rotated_utc_ms,
            rotation=self._own.rotation,
            services=self.run.services,
        )

    def clients_changed(self) -> None:
        """Somebody may read by this appliance's address, or may no more."""
        self._follow()

    # --- commands ----------------------------------------------------------------------------

    async def read(self, _: n.ReadNetwork) -> n.Network:
        """Tell how the network stands."""
        return self.shown()

    async def connect(self, _: n.Connect) -> n.Network:
        """Go by Tor from now on, or try again. Raises UsageFailure where this start was told to stay offline."""
        async with self._gate:
            if self.tor is None:
                raise UsageFailure(reason="this start was told to stay offline (LUCID_NETWORK)")
            await self._keep_mode(n.NetworkMode.TOR)
            await self.run.try_again()
            try:
                if self._is_open:
                    await self._own.make()
            finally:
                self._follow()
        return self.shown()

    async def work_offline(self, _: n.WorkOffline) -> n.Network:
        """End tor and reach nobody from now on. Raises NetworkInUse while a session is reached by it."""
        async with self._gate:
            if (session_id := self._parts.in_use()) is not None:
                raise NetworkInUse(session_id=session_id)
            await self._keep_mode(n.NetworkMode.OFFLINE)
            await self._stop_serving()
            await self.run.stop()
            self._follow()
        return self.shown()

    async def wait(self, command: n.WaitForTor, progress: Progress) -> n.Network:
        """Wait until Tor is ready. Raises NetworkOffline, TorNotReady, and what is in Tor's way."""
        if not 0 <= command.timeout_s <= LONGEST_WAIT_S:
            raise UsageFailure(reason=f"a wait is 0 to {LONGEST_WAIT_S:g} seconds")
        tor = await self.run.start()
        self._follow()
        self._waiting.append(progress)
        try:
            await tor.wait_ready(command.timeout_s)
        finally:
            self._waiting.remove(progress)
        return self.shown()

    async def read_bridges(self, command: n.ReadBridges) -> tuple[n.Bridge, ...]:
        """Tell what bridge lines mean; none is used. Raises BridgeMalformed."""
        return read_bridges(command.lines)

    async def use_bridges(self, command: n.UseBridges) -> n.Network:
        """Go by these bridges from now on. Raises BridgeMalformed."""
        return await self._change_bridges(read_bridges(command.lines))

    async def forget_bridges(self, _: n.ForgetBridges) -> n.Network:
        """Go without bridges from now on."""
        return await self._change_bridges(())

    async def rotate(self, command: n.RotateOnion) -> n.Network:
        """Replace this appliance's address. Raises NetworkOffline, RotationRunning, VaultLocked, UsageFailure."""
        if not 0 <= command.overlap_hours <= LONGEST_OVERLAP_HOURS:
            raise UsageFailure(
                reason=f"the old address can be served for 0 to {LONGEST_OVERLAP_HOURS:g} more hours"
            )
        async with self._gate:
            if not self.is_by_tor:
                raise NetworkOffline
            try:
                await self._own.rotate(round(command.overlap_hours * _MS_IN_HOUR))
            finally:  # also where whoever asked has gone: it may be done
                self._follow()
        return self.shown()

    async def finish(self, _: n.FinishRotation) -> n.Network:
        """Let the old address go now. Raises RotationMissing, VaultLocked."""
        async with self._gate:
            try:
                await self._own.finish()
            finally:
                self._follow()
        return self.shown()

    async def _change_bridges(self, bridges: tuple[n.Bridge, ...]) -> n.Network:
        async with self._gate:
            await to_its_end(self._switch_bridges(bridges))
            await self._start_if_resident()  # it may have waited for them
            self._follow()
        return self.shown()

    async def _switch_bridges(self, bridges: tuple[n.Bridge, ...]) -> None:
        """Keep them first: tor never goes by bridges that the next start does not know of."""
        before = self._choice.bridges
        await self._keep_bridges(tuple(each.line for each in bridges))
        try:
            await self.run.use_bridges(bridges)
        except Failure:
            await self._keep_bridges(before)
            raise

    async def _keep_bridges(self, lines: tuple[str, ...]) -> None:
        await self._parts.store_worker.run(self._parts.settings.save_bridges, lines)
        self._choice = NetworkChoice(self._choice.mode, lines)

    async def _keep_mode(self, mode: n.NetworkMode) -> None:
        """Keep what was chosen; memory follows the disk, whoever gives up meanwhile."""
        await to_its_end(self._keep_mode_whole(mode))

    async def _keep_mode_whole(self, mode: n.NetworkMode) -> None:
        await self._parts.store_worker.run(self._parts.settings.save_mode, mode)
        self._choice = NetworkChoice(mode, self._choice.bridges)
        self._changed()  # also where what follows fails

    async def _read_kept(
        self, mode: n.NetworkMode | None
    ) -> tuple[NetworkChoice, tuple[n.Bridge, ...]]:
        """Read the bridges that were kept; they were read once before they were. Raises BridgesUnreadable."""
        try:
            lines = await self._parts.store_worker.run(self._parts.settings.bridges)
            return NetworkChoice(mode, lines), read_bridges("\n".join(lines)) if lines else ()
        except (StoreCorrupt, BridgeMalformed) as failure:
            raise BridgesUnreadable(reason=str(failure.facts["reason"])) from failure

    # --- this appliance's own address --------------------------------------------------------

    def _wanted(self) -> Mapping[str, OnionService]:
        """Say what should be published: the own addresses, once the vault is open and somebody may read by them."""
        clients = self._parts.clients() if self._is_open else ()
        if not clients or not self.is_by_tor:
            return {}
        return {
            key.address: OnionService(
                key=key,
                port=READING_PORT,
                target=self._parts.target(),
                purpose=READING,
                clients=clients,
            )
            for key in self._own.served()
        }

    @property
    def _is_open(self) -> bool:
        """Tell whether the vault is open, and is not about to be locked."""
        return self._parts.is_open() and not self._own.is_closed

    async def _stop_serving(self) -> None:
        if self._own_services is not None:
            await self._own_services.stop()

    def _follow(self) -> None:
        """Bring everything else in line with how things stand now."""
        if self._own_services is not None and self.run.is_running and self._is_open:
            self._own_services.start()
        if self._own.rotation is None:
            self._stop_waiting()
        elif self._ending is None:
            self._ending = asyncio.ensure_future(self._wait_for_end())
        self._changed()

    async def _wait_for_end(self) -> None:
        """Let the old address go when its time is over."""
        clock, is_over = self._parts.clock, False
        while not is_over and self._own.rotation is not None:
            await clock.sleep(min(max(self._own.left_s(), _LEAST_S), _LOOK_S))
            try:
                async with self._gate:
                    is_over = await self._own.let_go_if_over()
            except Failure as failure:  # a full disk, such as; it is tried again
                self._report(failure)
                await clock.sleep(_LOOK_S)
            except Exception:  # noqa: BLE001 - a task boundary: it is logged, told and tried again
                _log.exception("letting the old address go failed")
                if (rotation := self._own.rotation) is not None:
                    self._report(RotationRunning(address=rotation.old_address))
                await clock.sleep(_LOOK_S)
        self._ending = None
        self._follow()

    def _stop_waiting(self) -> None:
        waiting, self._ending = self._ending, None
        if waiting is not None:
            waiting.cancel()

    # --- telling -----------------------------------------------------------------------------

    def _changed(self) -> None:
        """Tell front ends, and publish what waited for tor."""
        is_ready = self.run.status.phase is n.TorPhase.READY
        if is_ready and not self._was_ready and self._own_services is not None:
            self._own_services.wake()
        self._was_ready = is_ready
        for progress in self._waiting:
            progress("connecting_to_tor", self.run.status.percent, _WHOLE)
        self._parts.publish(n.NetworkChanged(self.shown()))

    def _report(self, failure: Failure) -> None:
        self._parts.publish(IncidentRecorded(failure_snapshot(failure)))
