"""The made-up door behaves like an engine that hosts, as far as the screens can tell."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from core.api.commands import AnswerQuestion, EndSession
from core.api.events import Event, QuestionAsked, QuestionEnded, RequestFinished
from core.api.hosting import (
    AuditKind,
    DropPeer,
    HideZones,
    HostingChanged,
    HostSession,
    Invite,
    PeerState,
    ReadHosting,
    ReadTrail,
    Revoke,
    Shield,
)
from core.api.permissions import Capability, GrantLength, Profile
from core.api.questions import QuestionEnd
from tests.fakes import made_up_hosting as hosted
from tests.fakes.made_up_appliance import MadeUpAppliance


@pytest.fixture
def appliance() -> Iterator[MadeUpAppliance]:
    """Give a made-up appliance."""
    made = MadeUpAppliance()
    yield made
    made.stop()
    assert made.wait_stopped(10.0)


@pytest.fixture
def events(appliance: MadeUpAppliance) -> queue.SimpleQueue[Event]:
    """Give the queue its events come into, once a session is hosted."""
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    appliance.subscribe(heard.put)
    appliance.submit(HostSession(Profile.STANDARD))
    _next(heard, HostingChanged)
    return heard


def _next(events: queue.SimpleQueue[Event], kind: type[Event]) -> Event:
    while not isinstance(event := events.get(timeout=5.0), kind):
        pass
    return event


def _granted(appliance: MadeUpAppliance) -> set[Capability]:
    assert appliance.door.hosting is not None
    return {each.capability for each in appliance.door.hosting.grants if each.is_granted}


def test_a_peer_comes_in_and_sees(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """The code is spent, and what the rules allow from the start is granted."""
    assert _granted(appliance) == set()
    appliance.door.knock()
    appliance.door.admit()
    _next(events, HostingChanged)
    assert appliance.door.hosting is not None
    assert appliance.door.hosting.peer.state is PeerState.ADMITTED
    assert appliance.door.hosting.invitation is None
    assert _granted(appliance) == {Capability.VIEW}


def test_a_yes_grants_and_a_revoke_takes_it_back(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """A question ends once, and only a yes grants."""
    appliance.door.admit()
    refused, allowed = (
        appliance.door.try_to(Capability.KEYBOARD),
        appliance.door.try_to(Capability.KEYBOARD),
    )
    _next(events, QuestionAsked)
    appliance.submit(AnswerQuestion(refused, is_yes=False))
    assert _next(events, QuestionEnded) == QuestionEnded(refused, QuestionEnd.NO)
    assert Capability.KEYBOARD not in _granted(appliance)
    appliance.submit(AnswerQuestion(allowed, is_yes=True, length=GrantLength.UNTIL_END))
    assert _next(events, QuestionEnded) == QuestionEnded(allowed, QuestionEnd.YES)
    assert Capability.KEYBOARD in _granted(appliance)
    appliance.submit(Revoke(hosted.hosting().session_id, Capability.KEYBOARD))
    _next(events, RequestFinished)
    appliance.submit(ReadHosting())
    _next(events, RequestFinished)
    assert Capability.KEYBOARD not in _granted(appliance)


def test_an_expired_question_stays_denied(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """A late answer changes nothing."""
    appliance.door.admit()
    number = appliance.door.try_to(Capability.POINTER)
    appliance.door.let_expire(number)
    assert _next(events, QuestionEnded) == QuestionEnded(number, QuestionEnd.EXPIRED)
    appliance.submit(AnswerQuestion(number, is_yes=True))
    _next(events, RequestFinished)
    assert Capability.POINTER not in _granted(appliance)


def test_what_the_owner_asks_is_in_effect(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """Shield, zones, a new code, and the peer's leaving."""
    session_id = hosted.hosting().session_id
    for command in (
        Shield(session_id, is_on=True),
        HideZones(session_id, hosted.ZONES),
        DropPeer(session_id),
        Invite(session_id),
    ):
        appliance.submit(command)
        _next(events, RequestFinished)
    now = appliance.door.hosting
    assert now is not None
    assert (now.is_shielded, now.zones, now.peer.state) == (True, hosted.ZONES, PeerState.ABSENT)
    assert now.invitation is not None
    assert now.invitation.code != hosted.invitation(0).code


def test_the_end_closes_the_door(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """There is no hosted session then."""
    appliance.door.guess_wrong(5, 1)
    appliance.submit(EndSession(hosted.hosting().session_id))
    while _next(events, HostingChanged) != HostingChanged(None):
        pass
    assert appliance.door.hosting is None


def test_only_a_hosted_session_has_a_trail(
    appliance: MadeUpAppliance, events: queue.SimpleQueue[Event]
) -> None:
    """Every kind of entry but the rarest occurs in it, in order."""
    appliance.submit(ReadTrail("nobody"))
    while _next(events, RequestFinished).result != ():  # type: ignore[attr-defined]
        pass
    trail = hosted.trail()
    assert [each.sequence for each in trail] == list(range(len(trail)))
    assert [each.at_s for each in trail] == sorted(each.at_s for each in trail)
    assert {each.kind for each in trail} == set(AuditKind) - {AuditKind.VOIDED}
