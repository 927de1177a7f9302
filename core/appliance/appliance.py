"""The appliance: its phases, and which service carries out which command."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.api import commands as c
from core.api import hosting as h
from core.api import joining as j
from core.api import network as n
from core.api.access import AccessChanged
from core.api.events import (
    EngineChanged,
    Event,
    IncidentRecorded,
    QuestionAsked,
    SessionChanged,
    SpaceChanged,
)
from core.api.questions import PermissionQuestion
from core.api.snapshots import EnginePhase, EngineSnapshot, failure_snapshot
from core.appliance.assembly import assemble
from core.appliance.handlers import Handlers, plain, service_handlers
from core.appliance.progress import Progress
from core.appliance.services import Services
from core.config.engine_options import EngineOptions
from core.errors import Bug, Failure, SeatNeeded, SessionBusy, StorageFull
from core.runtime.finishing import to_its_end
from core.selftest import run_vectors
from core.sessions.identity import parse_session_id

_log = logging.getLogger(__name__)


class Appliance:
    """One appliance in one data directory; lives on the engine's loop."""

    def __init__(
        self,
        data_directory: Path,
        options: EngineOptions,
        publish: Callable[[Event], None],
        version: str,
    ) -> None:
        self._data_directory = data_directory
        self._options = options
        self._publish = publish
        self._services: Services | None = None
        self._engine = EngineSnapshot(EnginePhase.STARTING, version)
        self._failure: Failure | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._handlers: Handlers = {}
        self._is_up = asyncio.Event()
        self._gate = asyncio.Lock()  # opening, locking and starting a session exclude one another
        self._keeping: asyncio.Task[None] | None = None  # the chain

    # --- life --------------------------------------------------------------------------------

    async def start(self) -> None:
        """Test the vectors, take the data directory, and come to LOCKED, NO_VAULT or READY; or to FAILED."""
        try:
            await self._start()
        finally:
            self._is_up.set()

    async def _start(self) -> None:
        self._change(phase=EnginePhase.STARTING)
        try:
            run_vectors()
            self._services = await assemble(
                self._data_directory, self._options, self._publish, self._engine.version
            )
        except Failure as failure:
            self._failure = failure
            self._change(phase=EnginePhase.FAILED, failure=failure_snapshot(failure))
            return
        services = self._services
        self._handlers = self._make_handlers(services)
        self._change(has_key_store=services.vault.has_key_store)
        services.sessions.on_ended = self._session_ended
        services.sessions.before_stopping = services.let_nobody_act
        services.sessions.on_gap = services.keep_up
        services.space.on_room = self._has_room
        try:
            await self._mark_interrupted(services)
            await services.network.start()
        except Failure as failure:
            self._failure = failure
            self._change(phase=EnginePhase.FAILED, failure=failure_snapshot(failure))
            return
        self._tasks.append(asyncio.ensure_future(services.space.run()))
        if services.vault.is_remembered:
            try:
                await self._unlock(c.UnlockVault())
                return
            except Failure as failure:
                _log.warning("the key store does not open the vault: %s", failure)
                self._report(failure)
        self._settle_phase()

    async def _mark_interrupted(self, services: Services) -> None:
        try:
            await services.recovery.mark_interrupted()
        except StorageFull as failure:  # the next unlocking seals them all the same
            self._report(failure)

    async def stop(self) -> None:
        """End the running session, then every service, in the reverse of their order."""
        services = self._services
        if services is None:
            return
        self._change(phase=EnginePhase.STOPPING)
        services.questions.cancel_all()
        await self._stop_keeping_chain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await services.let_nobody_act()
            await services.sessions.end_running("shutdown")
        finally:
            await services.close()

    def current(self) -> list[Event]:
        """Tell a front end that has just come how things stand."""
        events: list[Event] = [EngineChanged(self._engine)]
        services = self._services
        if services is not None:
            events.append(SpaceChanged(services.space.now()))
            events.extend(QuestionAsked(each) for each in services.questions.open())
            if (running := services.sessions.running_summary) is not None:
                events.append(SessionChanged(running))
            if (hosting := services.hosting.shown()) is not None:
                events.append(h.HostingChanged(hosting))
            if (joined := services.joining.shown()) is not None:
                events.append(j.JoinedChanged(joined))
            if (desktop := services.joining.desktop) is not None:
                events.append(desktop)
            if (chain := services.chain.last) is not None:
                events.append(chain)
            events.append(n.NetworkChanged(services.network.shown()))
            if services.reading.access.is_open:
                events.append(AccessChanged(services.reading.access.shown()))
        return events

    # --- commands ----------------------------------------------------------------------------

    async def carry_out(self, command: c.Command, progress: Progress) -> object:
        """Carry out a command and give its result; raises what the command's service raises."""
        await self._is_up.wait()
        if self._failure is not None:
            raise self._failure
        handler = self._handlers.get(type(command))
        if handler is None:
            raise Bug(f"nobody carries out {type(command).__name__}")
        return await handler(command, progress)

    def _make_handlers(self, services: Services) -> Handlers:
        return {
            **service_handlers(services),
            c.CreateVault: plain(self._create),
            c.UnlockVault: plain(self._unlock),
            c.LockVault: plain(self._lock),
            c.StartSession: plain(self._start_session),
            c.EndSession: plain(self._end_session),
            c.AnswerQuestion: plain(self._answer),
            h.HostSession: self._host_session,
            j.JoinSession: self._join_session,
            n.WorkOffline: plain(self._work_offline),
        }

    async def _create(self, command: c.CreateVault) -> None:
        async with self._gate:
            try:
                await self._need().vault.create(command)
            except BaseException:
                self._settle_phase()  # the vault may be there, though it is not open
                raise
            await self._opened()

    async def _unlock(self, command: c.UnlockVault) -> None:
        async with self._gate:
            await self._need().vault.unlock(command)
            await self._opened()

    async def _opened(self) -> None:
        """The vault is open: seal what a crash left, then work."""
        services = self._need()
        if self._engine.phase is EnginePhase.READY:
            return
        try:
            await self._seal_unfinished()
            await services.anchors.reconcile()
        except BaseException:
            services.vault.lock()  # open means that everything was recovered
            raise
        await to_its_end(self._begin_work(services))  # whoever asked may go: the vault is open

    async def _begin_work(self, services: Services) -> None:
        """Do what an open vault is for, and say that it is open."""
        try:
            await self._open_network(services)
        finally:
            self._settle_phase()
            if self._keeping is None and self._options.is_resident and self._options.is_anchoring:
                self._keeping = asyncio.ensure_future(services.chain.keep_running())

    async def _open_network(self, services: Services) -> None:
        """Let who may read from afar, and serve this appliance's address; recordings can be opened without either."""
        for opened in (services.reading.opened, services.network.opened):
            try:
                await opened()
            except Failure as failure:
                self._report(failure)

    async def _seal_unfinished(self) -> None:
        """Seal what a crash or a full disk left, unless a session runs."""
        services = self._need()
        if services.sessions.running_id is None:
            for session_id in await services.recovery.run():
                await services.sessions.announce(session_id)

    async def _has_room(self) -> None:
        """There is room again: sessions that could not be closed for want of it are."""
        async with self._gate:
            if self._engine.phase is EnginePhase.READY:
                await self._seal_unfinished()

    async def _lock(self, _: c.LockVault) -> None:
        services = self._need()
        async with self._gate:
            if services.sessions.running_id is not None:
                raise SessionBusy(session_id=services.sessions.running_id)
            await to_its_end(self._end_work(services))

    async def _end_work(self, services: Services) -> None:
        """End what needs the keys, then forget them. Where something does not end, all of it goes on."""
        try:
            await services.playback.close_all()
            await self._stop_keeping_chain()
            await services.chain.stop()
            await services.network.locked()
            await services.reading.close()
        except BaseException:
            if services.vault.is_open:
                await self._begin_work(services)
            raise
        services.vault.lock()
        self._settle_phase()

    async def _start_session(self, command: c.StartSession) -> object:
        async with self._gate:
            if self._engine.phase is EnginePhase.READY:
                await self._seal_unfinished()
            summary = await self._need().sessions.start(command)
            self._settle_phase()
        return summary

    async def _host_session(self, command: h.HostSession, progress: Progress) -> object:
        """Wait for Tor, while other commands are carried out, then begin."""
        is_by_tor = await self._need().hosting.wait_ready(command, progress)
        return await self._begin_alone(
            lambda services: services.hosting.host(command, is_by_tor=is_by_tor)
        )

    async def _join_session(self, command: j.JoinSession, progress: Progress) -> object:
        """Wait for Tor, while other commands are carried out, then begin."""
        await self._need().joining.wait_ready(command, progress)
        return await self._begin_alone(lambda services: services.joining.join(command))

    async def _work_offline(self, command: n.WorkOffline) -> object:
        async with self._gate:  # a session that is being opened is there before it is asked about
            return await self._need().network.work_offline(command)

    async def _begin_alone(self, begin: Callable[[Services], Awaitable[object]]) -> object:
        """Begin a session while no other runs; what a crash left is sealed first."""
        async with self._gate:
            services = self._need()
            if services.sessions.running_id is not None:
                raise SessionBusy(session_id=services.sessions.running_id)
            if self._engine.phase is EnginePhase.READY:
                await self._seal_unfinished()
            begun = await begin(services)
            self._settle_phase()
        return begun

    async def _end_session(self, command: c.EndSession) -> object:
        session_id = parse_session_id(command.session_id)
        services = self._need()
        if services.sessions.running_id == str(session_id):
            await services.let_nobody_act()  # first: nothing may happen that is not recorded
        return await services.sessions.end(session_id, "owner")

    async def _stop_keeping_chain(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
            self._keeping = None

    async def _answer(self, command: c.AnswerQuestion) -> None:
        questions = self._need().questions
        asked = next(
            (each for each in questions.open() if each.question_id == command.question_id), None
        )
        if isinstance(asked, PermissionQuestion) and command.is_yes and not self._options.has_seat:
            raise SeatNeeded
        questions.answer(command.question_id, is_yes=command.is_yes, length=command.length)

    # --- telling -----------------------------------------------------------------------------

    def _need(self) -> Services:
        if self._services is None:
            raise Bug("the appliance has not been assembled")
        return self._services

    def _settle_phase(self) -> None:
        services = self._need()
        vault = services.vault
        phase = EnginePhase.READY if vault.is_open else EnginePhase.LOCKED
        self._change(
            phase=phase if vault.exists else EnginePhase.NO_VAULT,
            device_fingerprint=vault.fingerprint(),
            running_session_id=services.sessions.running_id,
        )

    def _session_ended(self) -> None:
        self._change(running_session_id=self._need().sessions.running_id)

    def _report(self, failure: Failure) -> None:
        self._publish(IncidentRecorded(failure_snapshot(failure)))

    def _change(self, **fields: Any) -> None:  # noqa: ANN401 - the snapshot's own fields
        self._engine = replace(self._engine, **fields)
        self._publish(EngineChanged(self._engine))
