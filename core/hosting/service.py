"""The commands about hosted sessions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol
from uuid import UUID, uuid4

from core.api import hosting as h
from core.api.joining import JoinRole
from core.api.permissions import Capability
from core.errors import SessionBusy, SessionNotHosted
from core.evidence.consent_terms import make_terms
from core.evidence.policy import HostedRules
from core.hosting.consents import Consents
from core.hosting.door import Door, refuse_locked
from core.hosting.enforcement import SessionPolicy
from core.hosting.hosted_session import HostedSession, HostingTools
from core.hosting.observer_parts import Host as ObserversHost
from core.hosting.observer_parts import ObserverParts
from core.hosting.observers import Observers
from core.hosting.policies import ReadsPolicies, make_policy
from core.hosting.premises import Premises
from core.hosting.surroundings import EndsSessions, HostsPrograms
from core.hosting.ways import Progress, WayIn, WaysIn
from core.permissions.limits import ConnectionLimit, WrongCodes
from core.recording.shared_picture import SharedPicture
from core.recording.shared_picture_source import SharedPictures
from core.remote.gate_link import Facts
from core.remote.host import RemoteHost
from core.remote.observer_host import ObserverHost
from core.remote.programs import WindowRules
from core.runtime.clock import Clock
from core.sessions.hosted import HostedStart
from core.sessions.identity import parse_session_id
from core.vault.open_vault import OpenVault

# What Tor bears, 500 kB/s, carries a pixel of scrolling text in less than this, compressed as xrdp does it.
_PIXEL_NS = 520
SESSION, OBSERVER = "session", "observer"  # what their services are for


class KeepsSessions(EndsSessions, ReadsPolicies, Protocol):
    """The sessions, as the commands see them."""

    async def start_hosted(self, start: HostedStart) -> object:
        """Open and record a hosted session."""

    async def read_trail(self, session_id: UUID) -> tuple[h.AuditEntry, ...]:
        """Read a session's trail."""

    async def read_keys(self, session_id: UUID) -> tuple[h.KeyStroke, ...]:
        """Read what was typed in a session."""


class Host(HostsPrograms, Protocol):
    """What a session's programs run on, from their start to their end."""

    async def start(self) -> None:
        """Start everything; nothing is left behind when that fails."""

    def give_picture(self) -> tuple[int, int]:
        """Hand over the descriptors of the picture and of what tells its changes."""

    async def close(self) -> None:
        """End everything; harmless when that has been done."""


class MakesHost(Protocol):
    """Makes a host that was not started yet."""

    def __call__(
        self,
        clock: Clock,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[str], bool],
        size: tuple[int, int],
        rules: WindowRules,
    ) -> Host:
        """Make it; what is said of the parts is said in RemoteHost."""


class MakesObserverHost(Protocol):
    """Makes a host for whoever may only watch, that was not started yet."""

    def __call__(
        self,
        clock: Clock,
        picture: int,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[str], bool],
    ) -> ObserversHost:
        """Make it; what is said of the parts is said in ObserverHost."""


@dataclass(frozen=True)
class HostingParts:
    """What the service is built on. ``vault`` raises VaultLocked while it is locked."""

    tools: HostingTools
    sessions: KeepsSessions
    vault: Callable[[], OpenVault]
    number: Callable[[str], Awaitable[int]]  # a setting
    make_host: MakesHost = RemoteHost
    make_observer_host: MakesObserverHost = ObserverHost
    way_in: WaysIn = field(default_factory=WaysIn)


class HostingService:
    """Opens hosted sessions, one at a time, and steers the one that runs; lives on the engine's loop."""

    def __init__(self, parts: HostingParts) -> None:
        self._parts = parts
        self._wrong_codes = WrongCodes()
        self._running: HostedSession | None = None
        self._closing = asyncio.Lock()
        self._picture: SharedPicture | None = None

    @property
    def picture(self) -> SharedPicture | None:
        """The picture of the running hosted session, for thumbnails."""
        return self._picture

    def keep_up(self) -> None:
        """Let nothing pass in the session that runs while its pictures are not kept; asked when that has changed."""
        if self._running is not None:
            self._running.keep_up()

    def shown(self) -> h.Hosting | None:
        """Show the hosted session that runs."""
        running = self._running
        return None if running is None or running.is_ending else running.shown()

    async def wait_ready(self, command: h.HostSession, progress: Progress) -> bool:
        """Wait until a session that is opened now could be reached; tells whether it is by Tor, for ``host``.

        Raises what opening it would raise.
        """
        self._refuse()
        self._parts.vault()
        if is_by_tor := self._parts.way_in.is_by_tor(is_local=command.is_local):
            await self._parts.way_in.wait_ready(progress)
        return is_by_tor

    async def host(self, command: h.HostSession, *, is_by_tor: bool) -> h.Hosting:
        """Open a hosted session; when that fails, or is cancelled, nothing of it is left running.

        It is reached as was found when it was waited for, whatever a person has chosen meanwhile: whoever opens it
        was told so. Raises NetworkOffline where that cannot be any more.

        Raises what starting a session raises, what publishing raises, RemoteHostFailed, and DoorLocked while nobody
        could come in.
        """
        self._refuse()
        policy = await make_policy(command, self._parts.vault(), self._parts.sessions)
        frames = await self._parts.number("frames_per_second")
        self._wrong_codes.use(policy.rules.limits.wrong_codes, policy.rules.limits.lock_s)
        make_way = partial(self._parts.way_in.make, is_by_tor=is_by_tor)
        session_id, late, way = uuid4(), _Late(), make_way(SESSION)
        host = self._parts.make_host(
            self._parts.tools.clock,
            heard=late.heard,
            lost=late.lost,
            may_enter=late.may_enter,
            size=(policy.rules.width, policy.rules.height),
            rules=_window_rules(policy.rules),
        )
        premises = Premises(host, way)
        await premises.start()
        await self._record(session_id, policy, premises, frames, command)
        try:
            watching = partial(self._observers, session_id, policy, partial(make_way, OBSERVER))
            session = self._make_session(session_id, policy, premises, watching)
            late.be(session)
            await session.begin()
        except BaseException:
            await self._parts.sessions.end(session_id, "host_lost")
            raise
        return session.shown()

    def _refuse(self) -> None:
        if self._running is not None:
            raise SessionBusy(session_id=str(self._running.session_id))
        refuse_locked(self._wrong_codes, self._parts.tools.clock.now())

    async def _record(
        self,
        session_id: UUID,
        policy: SessionPolicy,
        premises: Premises[Host],
        frames: int,
        command: h.HostSession,
    ) -> None:
        """Record the host's picture; the host ends with the recording, or at once when that does not start."""
        try:
            self._picture = SharedPicture.adopt(*premises.host.give_picture())
            pictures = SharedPictures(
                self._picture,
                clock=self._parts.tools.clock,
                ended=lambda: self._ended(premises),
                frame_rate=frames,
            )
        except BaseException:
            await premises.close()
            raise
        await self._parts.sessions.start_hosted(
            HostedStart(
                session_id=session_id,
                policy_json=policy.signed.document,
                policy_signature=policy.signed.signature,
                pictures=pictures,
                recipients=command.recipients,
                again=command.again,
            )
        )

    def _make_session(
        self,
        session_id: UUID,
        policy: SessionPolicy,
        premises: Premises[Host],
        watching: Callable[[], ObserverParts],
    ) -> HostedSession:
        tools, whole = self._parts.tools, policy.rules.width * policy.rules.height
        connections = ConnectionLimit(policy.rules.limits.connections_a_minute)
        self._running = HostedSession(
            session_id,
            policy,
            tools,
            premises.host,
            way=premises.way,
            door=Door(tools.clock, self._wrong_codes, connections, str(session_id)),
            sign=lambda message: self._parts.vault().sign(message),
            frame_ns=lambda: _PIXEL_NS * whole,
            observers=partial(Observers, watching()),
        )
        return self._running

    def _observers(
        self, session_id: UUID, policy: SessionPolicy, make_way: Callable[[], WayIn]
    ) -> ObserverParts:
        tools, limits = self._parts.tools, policy.rules.limits
        connections = ConnectionLimit(limits.connections_a_minute)
        return ObserverParts(
            session_id=str(session_id),
            clock=tools.clock,
            ask=tools.ask,
            make_host=self._make_observer_host,
            make_way=make_way,
            door=Door(tools.clock, self._wrong_codes, connections, str(session_id)),
            consents=partial(self._consents, session_id, policy),
            rule=policy.rules.rule_of(Capability.VIEW),
            prompt_s=limits.prompt_s,
        )

    def _consents(
        self, session_id: UUID, policy: SessionPolicy, certificate_sha256: str
    ) -> Consents:
        """Sign the terms for whoever may only watch. Raises VaultLocked."""
        vault = self._parts.vault()
        terms = make_terms(
            policy.rules,
            session_id=session_id,
            role=JoinRole.OBSERVER,
            device=vault.device_public_key,
            certificate_sha256=certificate_sha256,
            policy_hash=policy.signed.policy_hash,
        )
        return Consents(
            terms, lambda message: self._parts.vault().sign(message), self._parts.tools.clock
        )

    def _make_observer_host(
        self,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[str], bool],
    ) -> ObserversHost:
        memory = -1 if self._picture is None else self._picture.memory
        return self._parts.make_observer_host(
            self._parts.tools.clock, memory, heard=heard, lost=lost, may_enter=may_enter
        )

    async def invite(self, command: h.Invite) -> h.Invitation:
        """Make a new code."""
        return await self._session(command.session_id).invite()

    async def revoke(self, command: h.Revoke) -> None:
        """Take a grant back."""
        await self._session(command.session_id).revoke(command.capability)

    async def shield(self, command: h.Shield) -> None:
        """Blank everything, or show it again."""
        await self._session(command.session_id).shield(is_on=command.is_on)

    async def hide(self, command: h.HideZones) -> None:
        """Hide zones."""
        await self._session(command.session_id).hide(command.zones)

    async def drop(self, command: h.DropPeer) -> None:
        """Disconnect the peer."""
        await self._session(command.session_id).drop()

    async def invite_observer(self, command: h.InviteObserver) -> h.Invitation:
        """Make a way in for somebody who may only watch."""
        return await self._session(command.session_id).observers.invite()

    async def drop_observer(self, command: h.DropObserver) -> None:
        """Disconnect who watches, and close the way in."""
        await self._session(command.session_id).observers.drop()

    async def read_trail(self, command: h.ReadTrail) -> tuple[h.AuditEntry, ...]:
        """Read a session's trail."""
        return await self._parts.sessions.read_trail(parse_session_id(command.session_id))

    async def read_keys(self, command: h.ReadKeys) -> tuple[h.KeyStroke, ...]:
        """Read what was typed in a session."""
        return await self._parts.sessions.read_keys(parse_session_id(command.session_id))

    async def close(self) -> None:
        """Deny everything in the session that runs, if there is one: its recording ends next.

        Whoever asks while it is being closed waits for that; one that was cancelled on the way can be asked again.
        """
        async with self._closing:
            if self._running is None:
                return
            try:
                await self._running.close()
            except Exception:
                self._forget()
                raise
            self._forget()

    def _forget(self) -> None:
        self._running = None
        self._parts.tools.publish(h.HostingChanged(None))

    async def _ended(self, premises: Premises[Host]) -> None:
        self._picture = None
        try:
            await self.close()
        finally:
            await premises.close()

    def _session(self, session_id: str) -> HostedSession:
        parsed, running = parse_session_id(session_id), self._running
        if running is None or running.session_id != parsed or running.is_ending:
            raise SessionNotHosted(session_id=session_id)
        return running


def _window_rules(rules: HostedRules) -> WindowRules:
    """Write the policy's rules about windows as the watcher reads them."""
    hidden = [{"title": each.title, "class": each.window_class} for each in rules.hidden_windows]
    text = json.dumps({"hidden": hidden, "allowed": list(rules.allowed_programs)})
    return WindowRules(text, is_empty=not hidden and not rules.allowed_programs)


_MOST_EARLY = 64


class _Late:
    """Hands on what a host tells to the session, which comes after it."""

    def __init__(self) -> None:
        self._session: HostedSession | None = None
        self._lost: list[str] = []
        self._early: list[tuple[str, Facts]] = []

    def be(self, session: HostedSession) -> None:
        """From now on there is a session; it hears at once what was seen and lost before."""
        self._session = session
        for happened, facts in self._early:
            session.heard(happened, facts)
        for program in self._lost:
            session.lost(program)

    def heard(self, happened: str, facts: Facts) -> None:
        """Hand on what the gate saw; before there is a session nobody can come, but windows can."""
        if self._session is not None:
            self._session.heard(happened, facts)
        elif len(self._early) < _MOST_EARLY:
            self._early.append((happened, facts))

    def lost(self, program: str) -> None:
        """Hand on that a program is gone."""
        self._lost.append(program)
        if self._session is not None:
            self._session.lost(program)

    def may_enter(self, user: str) -> bool:
        """Hand on that somebody wants to connect, under a user name."""
        return self._session is not None and self._session.may_enter(user)
