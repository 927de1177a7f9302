"""The commands about hosted sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid4

from core.api import hosting as h
from core.canonical.documents import canonical_json
from core.errors import SessionNotHosted
from core.evidence.policy import hosted_policy, policy_hash, read_hosted_policy
from core.evidence.policy_signature import sign_policy
from core.hosting.door import Door
from core.hosting.enforcement import SessionPolicy
from core.hosting.hosted_session import EndsSessions, HostedSession, HostingTools
from core.permissions.limits import ConnectionLimit, WrongCodes
from core.recording.shared_picture import SharedPicture
from core.recording.shared_picture_source import SharedPictures
from core.remote.host import RemoteHost
from core.sessions.hosted import HostedStart
from core.sessions.identity import parse_session_id
from core.vault.open_vault import OpenVault

# What Tor bears, 500 kB/s, carries a pixel of scrolling text in less than this, compressed as xrdp does it.
_PIXEL_NS = 520


class KeepsSessions(EndsSessions, Protocol):
    """The sessions, as the commands see them."""

    async def start_hosted(self, start: HostedStart) -> object:
        """Open and record a hosted session."""

    async def read_trail(self, session_id: UUID) -> tuple[h.AuditEntry, ...]:
        """Read a session's trail."""

    async def read_keys(self, session_id: UUID) -> tuple[h.KeyStroke, ...]:
        """Read what was typed in a session."""


@dataclass(frozen=True)
class HostingParts:
    """What the service is built on. ``vault`` raises VaultLocked while it is locked."""

    tools: HostingTools
    sessions: KeepsSessions
    vault: Callable[[], OpenVault]
    number: Callable[[str], Awaitable[int]]  # a setting


class HostingService:
    """Opens hosted sessions, one at a time, and steers the one that runs; lives on the engine's loop."""

    def __init__(self, parts: HostingParts) -> None:
        self._parts = parts
        self._wrong_codes = WrongCodes()
        self._running: HostedSession | None = None
        self._picture: SharedPicture | None = None

    @property
    def picture(self) -> SharedPicture | None:
        """The picture of the running hosted session, for thumbnails."""
        return self._picture

    def shown(self) -> h.Hosting | None:
        """Show the hosted session that runs."""
        return None if self._running is None else self._running.shown()

    async def host(self, command: h.HostSession) -> h.Hosting:
        """Open a hosted session. Raises what starting a session raises, and RemoteHostFailed."""
        policy = self._make_policy(command)
        limits = policy.rules.limits
        self._wrong_codes.use(limits.wrong_codes, limits.lock_s)
        session_id = uuid4()
        tools = self._parts.tools
        door = Door(
            tools.clock,
            self._wrong_codes,
            ConnectionLimit(limits.connections_a_minute),
            str(session_id),
        )
        late = _Late()
        host = RemoteHost(
            tools.clock,
            heard=late.heard,
            lost=late.lost,
            may_enter=lambda: late.came(door.may_connect()),
            size=(policy.rules.width, policy.rules.height),
        )
        await host.start()
        frames = await self._parts.number("frames_per_second")
        await self._record(session_id, policy, host, frames, command.recipients)
        frame_ns = policy.rules.width * policy.rules.height * _PIXEL_NS
        session = HostedSession(
            session_id, policy, tools, host, door=door, frame_ns=lambda: frame_ns
        )
        self._running = late.session = session
        try:
            await session.begin()
        except BaseException:
            await self._parts.sessions.end(session_id, "host_lost")
            raise
        return session.shown()

    async def _record(
        self,
        session_id: UUID,
        policy: SessionPolicy,
        host: RemoteHost,
        frames: int,
        recipients: tuple[str, ...],
    ) -> None:
        """Record the host's picture; the host ends with the recording, or at once when that does not start."""
        try:
            self._picture = SharedPicture(*host.give_picture())
            pictures = SharedPictures(
                self._picture,
                clock=self._parts.tools.clock,
                ended=lambda: self._ended(host),
                frame_rate=frames,
            )
        except BaseException:
            await host.close()
            raise
        await self._parts.sessions.start_hosted(
            HostedStart(
                session_id=session_id,
                policy_json=policy.signed.document,
                policy_signature=policy.signed.signature,
                pictures=pictures,
                recipients=recipients,
            )
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

    async def read_trail(self, command: h.ReadTrail) -> tuple[h.AuditEntry, ...]:
        """Read a session's trail."""
        return await self._parts.sessions.read_trail(parse_session_id(command.session_id))

    async def read_keys(self, command: h.ReadKeys) -> tuple[h.KeyStroke, ...]:
        """Read what was typed in a session."""
        return await self._parts.sessions.read_keys(parse_session_id(command.session_id))

    async def close(self) -> None:
        """Deny everything in the session that runs, if there is one: its recording ends next."""
        session, self._running = self._running, None
        if session is not None:
            await session.close()
            self._parts.tools.publish(h.HostingChanged(None))

    async def _ended(self, host: RemoteHost) -> None:
        self._picture = None
        await self.close()
        await host.close()

    def _make_policy(self, command: h.HostSession) -> SessionPolicy:
        vault = self._parts.vault()
        document = hosted_policy(command.profile, command.rules)
        signed = sign_policy(canonical_json(document), vault.sign)
        rules = read_hosted_policy(signed.document)
        return SessionPolicy(signed, rules, vault.device_public_key, policy_hash(document))

    def _session(self, session_id: str) -> HostedSession:
        parsed = parse_session_id(session_id)
        if self._running is None or self._running.session_id != parsed:
            raise SessionNotHosted(session_id=session_id)
        return self._running


class _Late:
    """Hands on what a host tells to the session, which comes after it."""

    def __init__(self) -> None:
        self.session: HostedSession | None = None

    def heard(self, happened: str, facts: object) -> None:
        """Hand on what the gate saw; before there is a session nobody can have come."""
        if self.session is not None:
            self.session.heard(happened, facts)  # type: ignore[arg-type]

    def lost(self, program: str) -> None:
        """Hand on that a program is gone."""
        if self.session is not None:
            self.session.lost(program)

    def came(self, is_taken: bool) -> bool:  # noqa: FBT001 - it only passes through
        """Count a connection."""
        if self.session is not None:
            self.session.connection_came()
        return is_taken and self.session is not None
