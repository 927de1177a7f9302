"""The door of a made-up appliance: hosts a session and does what the owner asks, as an engine would."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.api.commands import AnswerQuestion, Command
from core.api.events import EngineChanged, QuestionAsked, QuestionEnded, SessionChanged
from core.api.hosting import (
    AuditActor,
    AuditEntry,
    AuditRecorded,
    DropObserver,
    DropPeer,
    HideZones,
    Hosting,
    HostingChanged,
    HostSession,
    Invitation,
    Invite,
    InviteObserver,
    Observing,
    Peer,
    PeerState,
    ReadHosting,
    ReadTrail,
    Revoke,
    Shield,
)
from core.api.network import NetworkMode, ServicePhase
from core.api.permissions import Capability, GrantLength, Rule
from core.api.questions import PermissionQuestion, QuestionEnd
from core.api.snapshots import SessionState
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up

if TYPE_CHECKING:
    from tests.fakes.made_up_appliance import MadeUpAppliance

_LENGTHS_MS = {GrantLength.FIVE_MINUTES: 300_000, GrantLength.QUARTER_HOUR: 900_000}
_QUESTION_S = 30.0


class MadeUpDoor:
    """Knows the hosted session of an appliance; its answers run on the appliance's thread.

    What a peer does is a method of the script: ``knock``, ``admit``, ``try_to``, ``leave``, ``guess_wrong``.
    """

    def __init__(self, appliance: MadeUpAppliance) -> None:
        self.hosting: Hosting | None = None
        self.now_utc_ms = lambda: int(time.time() * 1000)
        self._appliance = appliance
        self._is_local = False
        self._question_ids = itertools.count(1)
        self._open: dict[int, PermissionQuestion] = {}

    def answers(self) -> dict[type[Command], object]:
        """Give what answers the commands about hosting."""
        return {
            HostSession: self._host,
            Invite: self._invite,
            Revoke: self._revoke,
            Shield: self._shield,
            HideZones: self._hide,
            DropPeer: lambda _command: self.change(peer=Peer(), invitation=None),
            InviteObserver: self._invite_observer,
            DropObserver: lambda _command: self.change(observing=None),
            ReadHosting: lambda _command: self.hosting,
            ReadTrail: self._read_trail,
            AnswerQuestion: self._answer,
        }

    # --- what a peer does --------------------------------------------------------------------

    def knock(self) -> None:
        """Connect, and be asked for the code."""
        self.change(peer=Peer(PeerState.AT_DOOR))

    def admit(self, name: str = hosted.PEER) -> None:
        """Give the right code."""
        assert self.hosting is not None
        grants = tuple(
            replace(each, is_granted=each.rule is Rule.ALLOW) for each in self.hosting.grants
        )
        self.change(peer=hosted.admitted(name), invitation=None, grants=grants)

    def consent(self, actor: AuditActor = AuditActor.PEER) -> None:
        """Agree to the terms; the trail says so."""
        assert self.hosting is not None
        entry = hosted.consented(120.0, made_up.STARTED_UTC_MS, actor)
        self._appliance.emit(AuditRecorded(self.hosting.session_id, entry))

    def ask_to_watch(self, **changes: Any) -> int:  # noqa: ANN401 - fields of the question
        """Come in as somebody who may only watch; gives the ID of the question that the owner is asked."""
        self.change(observing=Observing(Peer(PeerState.ADMITTED, hosted.OBSERVER)))
        return self.try_to(
            Capability.VIEW, **{"peer": hosted.OBSERVER, "is_observer": True, **changes}
        )

    def guess_wrong(self, count: int, locked_until_utc_ms: int | None = None) -> None:
        """Give wrong codes."""
        changes: dict[str, Any] = {"wrong_codes": count, "locked_until_utc_ms": locked_until_utc_ms}
        if locked_until_utc_ms is not None:
            changes |= {"invitation": None, "peer": Peer()}
        self.change(**changes)

    def try_to(self, capability: Capability, seconds: float = _QUESTION_S, **changes: Any) -> int:  # noqa: ANN401 - fields of the question
        """Try what is not allowed; gives the ID of the question that the owner is asked."""
        number = next(self._question_ids)
        deadline = self.now_utc_ms() + int(seconds * 1000)
        asked = hosted.question(capability, deadline, number, **changes)
        self._open[number] = asked
        self._appliance.emit(QuestionAsked(asked))
        return number

    def let_expire(self, question_id: int) -> None:
        """Let a question's time run out: denied."""
        del self._open[question_id]
        self._appliance.emit(QuestionEnded(question_id, QuestionEnd.EXPIRED))

    def end(self) -> None:
        """Let the hosted session be over."""
        if self.hosting is not None:
            self.hosting = None
            self._appliance.emit(HostingChanged(None))

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - fields of the snapshot
        """Change the hosted session and say so."""
        assert self.hosting is not None
        self.hosting = replace(self.hosting, **changes)
        self._appliance.emit(HostingChanged(self.hosting))

    # --- the answers -------------------------------------------------------------------------

    def _host(self, command: HostSession) -> Hosting:
        appliance, self._is_local = self._appliance, command.is_local
        opened = made_up.summary(
            hosted.HOSTED,
            SessionState.RECORDING,
            source=hosted.SOURCE,
            duration_s=0.0,
            chunks=0,
            gaps=0,
        )
        appliance.sessions[opened.session_id] = opened
        appliance.engine = replace(appliance.engine, running_session_id=opened.session_id)
        reach = ServicePhase.PUBLISHING if self._is_by_tor() else None
        invitation = self._invitation(0)
        self.hosting = hosted.hosting(command.profile, invitation=invitation, reach=reach)
        appliance.emit(EngineChanged(appliance.engine))
        appliance.emit(SessionChanged(opened))
        appliance.emit(HostingChanged(self.hosting))
        return self.hosting

    def _is_by_tor(self) -> bool:
        return self._appliance.net.network.mode is NetworkMode.TOR and not self._is_local

    def _invitation(self, number: int) -> Invitation:
        make = hosted.onion_invitation if self._is_by_tor() else hosted.invitation
        return make(number, self.now_utc_ms())

    def _invite(self, _command: Invite) -> Invitation:
        assert self.hosting is not None
        has_one = self.hosting.invitation is not None
        made = self._invitation(1 if has_one else 2)
        self.change(invitation=made)
        return made

    def _read_trail(self, command: ReadTrail) -> tuple[AuditEntry, ...]:
        known = self._appliance.sessions.get(command.session_id)
        is_hosted = known is not None and known.source == hosted.SOURCE
        return hosted.trail(known.started_utc_ms) if known and is_hosted else ()

    def _shield(self, command: Shield) -> None:
        if self._appliance.other_end.is_asked(command):
            self._appliance.other_end.answer_shared(command)
        else:
            self.change(is_shielded=command.is_on)

    def _hide(self, command: HideZones) -> None:
        if self._appliance.other_end.is_asked(command):
            self._appliance.other_end.answer_shared(command)
        else:
            self.change(zones=command.zones)

    def _revoke(self, command: Revoke) -> None:
        if self._appliance.other_end.is_asked(command):
            self._appliance.other_end.answer_shared(command)
            return
        assert self.hosting is not None
        changed = hosted.with_grant(self.hosting, command.capability, is_granted=False)
        self.change(grants=changed.grants)

    def _answer(self, command: AnswerQuestion) -> None:
        question = self._open.pop(command.question_id, None)
        if question is None or self.hosting is None:
            return
        if question.is_observer:
            self._let_watch(command)
        elif command.is_yes:
            lasts = _LENGTHS_MS.get(command.length)
            until = None if lasts is None else self.now_utc_ms() + lasts
            changed = hosted.with_grant(
                self.hosting, question.capability, is_granted=True, until_utc_ms=until
            )
            self.change(grants=changed.grants)
        end = QuestionEnd.YES if command.is_yes else QuestionEnd.NO
        self._appliance.emit(QuestionEnded(command.question_id, end))

    def _invite_observer(self, _command: InviteObserver) -> Invitation:
        now = self.now_utc_ms()
        if self._is_by_tor():
            made = hosted.onion_invitation(2, now, "observer")
            self.change(observing=Observing(invitation=made, reach=ServicePhase.PUBLISHING))
        else:
            made = hosted.observer_invitation(now)
            self.change(observing=Observing(invitation=made))
        return made

    def _let_watch(self, command: AnswerQuestion) -> None:
        lasts = _LENGTHS_MS.get(command.length)
        until = None if lasts is None else self.now_utc_ms() + lasts
        self.change(observing=hosted.watching(until) if command.is_yes else None)
