"""The commands about joined sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol
from uuid import UUID, uuid4

from core.api import hosting as h
from core.api import joining as j
from core.canonical.documents import canonical_json
from core.errors import (
    CertificateDifferent,
    DesktopTooLarge,
    Failure,
    NetworkOffline,
    SeatNeeded,
    SessionBusy,
    SessionNotJoined,
    TermsRefused,
    TorLost,
    TorNotReady,
    UsageFailure,
)
from core.evidence.consent import is_name
from core.evidence.policy import joined_policy, policy_hash, read_hosted_policy
from core.evidence.policy_signature import sign_policy
from core.hosting.enforcement import SessionPolicy
from core.hosting.surroundings import EndsSessions
from core.hosting.ways import Progress, WaysIn
from core.joining import greeting
from core.joining.greeting import Offer
from core.joining.invited import Invited, read_invitation
from core.joining.joined_session import JoinedSession, JoiningTools, OtherEnd, ShowsOtherEnd
from core.joining.showing import Showing
from core.recording.shared_picture import SharedPicture
from core.recording.shared_picture_source import SharedPictures
from core.remote.dial import Dial
from core.remote.gate_link import Facts
from core.remote.joined_host import JoinedHost
from core.remote.joined_programs import Target
from core.runtime.clock import Clock
from core.sessions.hosted import HOST_LOST, OTHER_END, HostedStart
from core.sessions.identity import parse_session_id
from core.transport.transport import Purpose, Transport
from core.vault.open_vault import OpenVault

LABEL = "joined"  # of a recording's source, in lists
_MOST_INPUTS = 256
_NOTICE_S = 0.5  # a tor that ends takes its connections with it a moment before it is missed
_MOST_PIXELS = (2560, 1600)  # as many as these, in any shape


def _silent(stage: str, done: int, total: int) -> None:
    """Tell nobody how far it is."""


class KeepsSessions(EndsSessions, Protocol):
    """The sessions, as the commands see them."""

    async def start_hosted(self, start: HostedStart) -> object:
        """Open and record a session that has a policy and a trail."""


class Host(ShowsOtherEnd, Protocol):
    """What a joined session runs on, from its start to its end."""

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
        lost: Callable[[Failure | None], None],
        dial: Dial,
        target: Target,
        size: tuple[int, int],
    ) -> Host:
        """Make it; what is said of the parts is said in JoinedHost."""


@dataclass(frozen=True)
class JoiningParts:
    """What the service is built on. ``vault`` raises VaultLocked while it is locked."""

    tools: JoiningTools
    sessions: KeepsSessions
    vault: Callable[[], OpenVault]
    number: Callable[[str], Awaitable[int]]  # a setting
    has_seat: bool
    way_in: WaysIn = field(default_factory=WaysIn)  # says when Tor is there
    transport: Transport = field(default_factory=Transport)
    make_host: MakesHost = JoinedHost


class JoiningService:
    """Joins somebody else's sessions, one at a time, and steers the one that runs; lives on the engine's loop."""

    def __init__(self, parts: JoiningParts) -> None:
        self._parts = parts
        self._running: JoinedSession | None = None
        self._closing = asyncio.Lock()
        self._picture: SharedPicture | None = None
        self._showing: Showing | None = None
        self._invited: Invited | None = None  # to the session that runs, or is being joined
        self._looking: asyncio.Task[None] | None = None
        self._noticing: asyncio.Task[None] | None = None

    @property
    def picture(self) -> SharedPicture | None:
        """The picture of the running joined session, for thumbnails."""
        return self._picture

    @property
    def desktop(self) -> j.DesktopShown | None:
        """The picture that was shown last, for whoever has just come."""
        return None if self._showing is None else self._showing.last

    def is_about(self, session_id: str) -> bool:
        """Tell whether a command that names this session is for a joined one."""
        running = self._running
        return running is not None and str(running.session_id) == session_id.lower()

    def keep_up(self) -> None:
        """Let nothing out of the session that runs while its pictures are not kept; asked when that has changed."""
        if self._running is not None:
            self._running.keep_up()

    def shown(self) -> j.Joined | None:
        """Show the joined session that runs."""
        running = self._running
        return None if running is None or running.is_ending else running.shown()

    async def read_terms(self, command: j.ReadTerms, progress: Progress = _silent) -> j.Terms:
        """Ask the other end for its terms, once Tor is there where it takes Tor.

        Raises what the greeting raises, what ``wait_for_tor`` raises, and DesktopTooLarge.
        """
        invited = read_invitation(command.invitation, command.code, command.client_key)
        await self._wait_ready(invited, progress)
        try:
            return (await self._offer(invited)).shown()
        finally:
            await self._forget_key(invited)

    async def wait_ready(self, command: j.JoinSession, progress: Progress) -> None:
        """Wait until the session that is to be joined can be reached. Raises what joining it would raise."""
        self._refuse(command)
        await self._wait_ready(_pinned(command), progress)

    async def join(self, command: j.JoinSession) -> j.Joined:
        """Accept the terms, join and record; when that fails, or is cancelled, nothing of it is left running.

        Raises what reading and accepting terms raises, what starting a session raises, RemoteHostFailed, and
        NetworkOffline where Tor was left since it was waited for.
        """
        self._refuse(command)
        invited = _pinned(command)
        if invited.is_by_tor:
            self._parts.way_in.require()
        self._invited = invited
        try:
            return await self._join(command, invited)
        except BaseException:
            await self._forget_key(invited)
            raise

    async def _join(self, command: j.JoinSession, invited: Invited) -> j.Joined:
        offer = await self._offer(invited)
        if offer.terms.terms_hash.hex() != command.terms_hash:
            raise TermsRefused(reason="they are not those that were accepted")
        policy = self._make_policy(offer)
        frames = await self._parts.number("frames_per_second")
        session_id, late = uuid4(), _Late()
        host = self._parts.make_host(
            self._parts.tools.clock,
            heard=late.heard,
            lost=lambda failure: self._lost(late, invited, failure),
            dial=self._way_to(invited),
            target=Target(offer.invited.address, command.certificate_sha256, command.name),
            size=(policy.rules.width, policy.rules.height),
        )
        await host.start()
        picture = await self._record(session_id, policy, host, frames, command.recipients)
        try:
            session = self._make_session(session_id, policy, host, offer, command.name)
            late.be(session)
            self._show(picture, str(session_id))
            await session.begin()
        except BaseException as error:
            await self._parts.sessions.end(session_id, late.end_reason(error))
            raise
        return session.shown()

    async def allow(self, command: j.AllowHere) -> None:
        """Let something out of this appliance; only this seat can. Raises SeatNeeded."""
        self._need_seat()
        await self._session(command.session_id).allow(command.capability, command.length)

    async def act(self, command: j.SendInput) -> None:
        """Hand on what is done at this seat. Raises SeatNeeded."""
        self._need_seat()
        if len(command.inputs) > _MOST_INPUTS:
            raise UsageFailure(reason=f"at most {_MOST_INPUTS} inputs can be handed on at once")
        self._session(command.session_id).act(command.inputs)

    async def revoke(self, command: h.Revoke) -> None:
        """Take a grant back."""
        await self._session(command.session_id).revoke(command.capability)

    async def shield(self, command: h.Shield) -> None:
        """Show, record and let out nothing; or all as before."""
        await self._session(command.session_id).shield(is_on=command.is_on)
        if self._showing is not None:
            self._showing.show_again()

    async def hide(self, command: h.HideZones) -> None:
        """Neither show nor record zones."""
        await self._session(command.session_id).hide(command.zones)

    async def close(self) -> None:
        """Let nothing out of the session that runs, if there is one: its recording ends next.

        Whoever asks while it is being closed waits for that; one that was cancelled on the way can be asked again.
        """
        async with self._closing:
            if self._running is None:
                return
            try:
                await self._running.close()
            except Exception:
                await self._forget()
                raise
            await self._forget()

    async def _forget(self) -> None:
        noticing, self._noticing = self._noticing, None
        if noticing is not None:
            noticing.cancel()
            await asyncio.gather(noticing, return_exceptions=True)
        await self._stop_showing()
        self._running = None
        self._parts.tools.publish(j.JoinedChanged(None))

    # --- its parts ---------------------------------------------------------------------------

    def _refuse(self, command: j.JoinSession) -> None:
        """Raise what is wrong before anybody is called."""
        if self._running is not None:
            raise SessionBusy(session_id=str(self._running.session_id))
        if not is_name(command.name):
            raise UsageFailure(reason="a name has 1 to 64 characters that can be shown")
        self._parts.vault()

    async def _wait_ready(self, invited: Invited, progress: Progress) -> None:
        if invited.is_by_tor:
            await self._parts.way_in.wait_ready(progress)

    def _way_to(self, invited: Invited) -> Dial:
        """Give what dials the other end, on circuits of its own."""
        return partial(
            self._parts.transport.dial,
            purpose=Purpose.SESSION,
            peer=invited.address,
            client_key=invited.client_key,
        )

    def _lost(self, late: _Late, invited: Invited, failure: Failure | None) -> None:
        """Hand on that it is over; what this end's own Tor may have done is asked about a moment later."""
        if failure is None and invited.is_by_tor:
            self._noticing = asyncio.ensure_future(self._notice(late))
        else:
            late.lost(failure)

    async def _notice(self, late: _Late) -> None:
        """Wait until the end of Tor would be known, and hand on whose doing the end of the connection was."""
        await self._parts.tools.clock.sleep(_NOTICE_S)
        late.lost(self._parts.way_in.loss())

    async def _forget_key(self, invited: Invited) -> None:
        """Have Tor forget the client key; one that cannot be asked has forgotten it, or does when it ends."""
        with suppress(NetworkOffline, TorLost, TorNotReady):
            await self._parts.transport.forget(invited.address)

    async def _offer(self, invited: Invited) -> Offer:
        """Read the terms; those of a desktop that would take all of this machine's time to show are refused."""
        offer = await greeting.read_terms(self._way_to(invited), invited)
        width, height = offer.terms.width, offer.terms.height
        if width * height > _MOST_PIXELS[0] * _MOST_PIXELS[1]:
            most = "×".join(map(str, _MOST_PIXELS))
            raise DesktopTooLarge(width=width, height=height, most=most)
        return offer

    async def _record(
        self,
        session_id: UUID,
        policy: SessionPolicy,
        host: Host,
        frames: int,
        recipients: tuple[str, ...],
    ) -> SharedPicture:
        """Record the host's picture; the host ends with the recording, or at once when that does not start."""
        try:
            picture = SharedPicture.adopt(*host.give_picture())
            pictures = SharedPictures(
                picture,
                clock=self._parts.tools.clock,
                ended=lambda: self._ended(host),
                frame_rate=frames,
                label=LABEL,
            )
            self._picture = picture
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
        return picture

    def _make_session(
        self, session_id: UUID, policy: SessionPolicy, host: Host, offer: Offer, name: str
    ) -> JoinedSession:
        vault, clock = self._parts.vault(), self._parts.tools.clock
        picture = self._picture

        async def accept() -> greeting.Admission:
            return await greeting.accept(
                self._way_to(offer.invited),
                offer,
                name=name,
                device=vault.device_public_key,
                sign=vault.sign,
                utc_ns=clock.now().utc_ns,
            )

        self._running = JoinedSession(
            session_id,
            policy,
            self._parts.tools,
            host,
            other_end=OtherEnd(offer.shown(), offer.invited.address, name),
            accept=accept,
            sequence=partial(_sequence, picture),
        )
        return self._running

    def _show(self, picture: SharedPicture, session_id: str) -> None:
        """Show the picture where somebody can see it: at the seat."""
        tools = self._parts.tools
        if self._parts.has_seat and not picture.is_closed:
            self._showing = Showing(picture, session_id, tools.clock, tools.publish)
            self._looking = asyncio.ensure_future(self._showing.run())
            self._looking.add_done_callback(self._look_at)

    async def _stop_showing(self) -> None:
        looking, self._looking, self._showing = self._looking, None, None
        if looking is not None:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    def _look_at(self, looking: asyncio.Task[None]) -> None:
        """Tell of a fault that has frozen the picture, when it happens."""
        error = None if looking.cancelled() else looking.exception()
        if error is not None and self._running is not None:
            self._running.report(error)

    async def _ended(self, host: Host) -> None:
        self._picture = None
        invited, self._invited = self._invited, None
        try:
            await self.close()
        finally:
            await host.close()
            if invited is not None:
                await self._forget_key(invited)

    def _make_policy(self, offer: Offer) -> SessionPolicy:
        vault, terms = self._parts.vault(), offer.terms
        document = joined_policy(
            (terms.width, terms.height),
            terms.limits.longest_minutes,
            may_act=terms.role is j.JoinRole.PEER,
        )
        signed = sign_policy(canonical_json(document), vault.sign)
        rules = read_hosted_policy(signed.document)
        return SessionPolicy(signed, rules, vault.device_public_key, policy_hash(document))

    def _need_seat(self) -> None:
        if not self._parts.has_seat:
            raise SeatNeeded

    def _session(self, session_id: str) -> JoinedSession:
        parsed, running = parse_session_id(session_id), self._running
        if running is None or running.session_id != parsed or running.is_ending:
            raise SessionNotJoined(session_id=session_id)
        return running


def _pinned(command: j.JoinSession) -> Invited:
    """Name the certificate that was accepted; raises CertificateDifferent where the link names another."""
    invited = read_invitation(command.invitation, command.code, command.client_key)
    accepted = command.certificate_sha256
    if invited.certificate_sha256 not in {"", accepted}:
        raise CertificateDifferent(found=accepted, expected=invited.certificate_sha256)
    return replace(invited, certificate_sha256=accepted)


def _sequence(picture: SharedPicture | None) -> int:
    """Give the number of a picture's last change; -1 when it is gone."""
    return -1 if picture is None or picture.is_closed else picture.header().sequence


class _Late:
    """Hands on what a host tells to the session, which comes after it."""

    def __init__(self) -> None:
        self._session: JoinedSession | None = None
        self._early: list[Failure | None] = []
        self._has_lost = False  # the connection, or a program of this end, is gone

    def end_reason(self, error: BaseException) -> str:
        """Say why a session ends that could not begin: as it says itself, or by the end where that failed."""
        if self._session is not None and self._session.end_reason:
            return self._session.end_reason
        is_here = not isinstance(error, Failure) or self._has_lost
        return HOST_LOST if is_here else OTHER_END

    def be(self, session: JoinedSession) -> None:
        """From now on there is a session; it hears at once what was lost before."""
        self._session = session
        for failure in self._early:
            session.lost(failure)

    def heard(self, happened: str, facts: Facts) -> None:
        """Hand on what the gate saw; before there is a session, nothing can be."""
        if self._session is not None:
            self._session.heard(happened, facts)

    def lost(self, failure: Failure | None) -> None:
        """Hand on that it is over."""
        self._has_lost = True
        if self._session is None:
            self._early.append(failure)
        else:
            self._session.lost(failure)
