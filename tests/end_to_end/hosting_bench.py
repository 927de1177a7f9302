"""What tests of hosted sessions do as the owner, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.api.commands import AnswerQuestion, CreateVault, Secret
from core.api.events import QuestionAsked
from core.api.hosting import (
    AuditKind,
    Hosting,
    HostSession,
    PeerState,
    ReadHosting,
    ReadTrail,
)
from core.api.permissions import Capability, GrantLength, PolicyRules, Profile
from core.api.questions import PermissionQuestion
from tests.end_to_end.remote_desk import RemoteDesk, agreeing, until
from tests.fakes.front_end import FrontEnd, running_engine

DARK = 60  # a dark page's brightest background component
WHITE = (255, 255, 255)  # the terminal's paper
TERMINAL = (400, 450)  # a place in the terminal without text


@contextmanager
def hosted(
    directory: Path,
    profile: Profile = Profile.STANDARD,
    rules: PolicyRules | None = None,
    **options: Any,  # noqa: ANN401
) -> Iterator[tuple[FrontEnd, Hosting]]:
    """Run an engine with a hosted session."""
    with running_engine(directory, is_anchoring=False, has_seat=True, **options) as owner:
        owner.do(CreateVault(Secret("a passphrase for hosting")))
        yield owner, owner.do(HostSession(profile, rules))


def now(owner: FrontEnd) -> Hosting:
    """Show the hosted session."""
    shown = owner.do(ReadHosting())
    assert isinstance(shown, Hosting)
    return shown


def join(owner: FrontEnd, desk: RemoteDesk, hosting: Hosting) -> None:
    """Connect with the invitation, agree to the terms, and wait until the peer is in."""
    assert hosting.invitation is not None
    desk.connect(hosting.invitation)
    agree(owner, desk)


def agree(owner: FrontEnd, desk: RemoteDesk) -> None:
    """Agree to the terms, where the client has sent the code, and wait until the peer is in."""
    until(lambda: now(owner).peer.name != "", "the client at the door")
    until(agreeing(desk, lambda: now(owner).peer.state is PeerState.ADMITTED), "the peer")


def ask_for(owner: FrontEnd, capability: Capability) -> PermissionQuestion:
    """Wait for the question about a capability."""

    def is_it(event: object) -> bool:
        if not isinstance(event, QuestionAsked):
            return False
        question = event.question
        return isinstance(question, PermissionQuestion) and question.capability is capability

    found = owner.wait_for(is_it)
    assert isinstance(found, QuestionAsked)
    assert isinstance(found.question, PermissionQuestion)
    return found.question


def allow(owner: FrontEnd, capability: Capability) -> None:
    """Answer the question with yes and wait until it is in force."""
    question = ask_for(owner, capability)
    owner.do(AnswerQuestion(question.question_id, is_yes=True, length=GrantLength.UNTIL_END))
    until(lambda: is_granted(owner, capability), f"the grant of {capability.value}")


def is_granted(owner: FrontEnd, capability: Capability) -> bool:
    """Tell whether it is granted."""
    return next(each for each in now(owner).grants if each.capability is capability).is_granted


def kinds(owner: FrontEnd, session_id: str) -> list[AuditKind]:
    """List what the trail says, in order."""
    return [entry.kind for entry in owner.do(ReadTrail(session_id))]
