"""A hosted session as the command line's tests speak with it: an engine that hosts one."""

from __future__ import annotations

from collections.abc import Callable

from core.api.commands import EndSession
from core.api.events import Event
from core.api.hosting import DropPeer, HostSession, Invite, InviteObserver, Revoke, Shield
from core.api.snapshots import SessionState
from core.cli.answer import Answer
from core.cli.host import host
from tests.core.cli.conftest import SESSION_ID, Talk, invocation, summary
from tests.fakes.engine_port import FakeEnginePort
from tests.fakes.made_up_hosting import hosting

HOSTED = hosting(session_id=SESSION_ID)
SEALED = summary(state=SessionState.ANCHORING, source="hosted")


def engine(**changes: object) -> FakeEnginePort:
    """Make an engine that hosts one session; changes are answers, by the command's name."""
    answers = {HostSession: HOSTED, EndSession: SEALED}
    kinds = (HostSession, Invite, InviteObserver, Revoke, Shield, DropPeer)
    named = {each.__name__: each for each in kinds}
    return FakeEnginePort(answers=answers | {named[name]: value for name, value in changes.items()})


def hosted(talk: Talk, port: FakeEnginePort, *options: str) -> Answer:
    """Host to the end."""
    with talk(port) as conversation:
        return host(conversation, invocation("session", "host", *options))


def when(port: FakeEnginePort, kind: type[Event], work: Callable[[], object]) -> None:
    """Do something each time something has happened, once the conversation has heard of it."""

    def hear(event: Event) -> None:
        if isinstance(event, kind):
            work()

    port.subscribe(hear)
