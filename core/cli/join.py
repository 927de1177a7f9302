"""Join: somebody else's session, watched and recorded without a screen. Nothing can be typed or clicked from here."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, cast

from core.api.commands import EndSession
from core.api.events import SessionChanged
from core.api.hosting import AuditRecorded
from core.api.joining import Joined, JoinedChanged, JoinedState, JoinSession, Terms
from core.api.permissions import Rule
from core.api.snapshots import SessionState, SessionSummary
from core.cli.answer import Answer, Interrupted, plain, say
from core.cli.confirmation import is_yes
from core.cli.conversation import Conversation, InterruptAsked
from core.cli.invitation_line import read_given
from core.cli.session_text import session_facts, trail_line
from core.errors import UsageFailure

_RUNNING = (SessionState.OPENING, SessionState.RECORDING)
_LONGEST_NAME = 64


def join(conversation: Conversation, invocation: Namespace) -> Answer:
    """Show the terms, accept them as the person says, and follow the session to its end."""
    is_json = getattr(invocation, "json", False)
    given = read_given(invocation)
    conversation.open_vault()
    terms = cast("Terms", conversation.ask(given.asking()))
    _show_terms(terms, is_json=is_json)
    if not invocation.accept_terms:
        _accept(terms, is_stdin_read=given.is_from_stdin)
    command = JoinSession(
        invitation=given.text,
        code=given.code,
        certificate_sha256=terms.certificate_sha256,
        terms_hash=terms.terms_hash,
        name=invocation.name or socket.gethostname()[:_LONGEST_NAME],
        recipients=tuple(invocation.recipient),
        client_key=given.client_key,
    )
    joined = cast("Joined", conversation.ask(command))
    _tell(joined, is_json=is_json)
    _follow(conversation, joined, invocation.seconds, is_json=is_json)
    summary = cast("SessionSummary", conversation.ask(EndSession(joined.session_id)))
    return Answer(plain(summary), session_facts(summary))


def _show_terms(terms: Terms, *, is_json: bool) -> None:
    """Say what is accepted, on stdout: it is what the person decides by."""
    if is_json:
        print(json.dumps(plain({"terms": terms}), ensure_ascii=False), flush=True)
        return
    asked = ", ".join(each.value for each, rule in terms.rules if rule is Rule.ASK)
    print(f"session       {terms.session_id}, as {terms.role.value}")
    print(f"device        {terms.device_fingerprint}")
    print(f"certificate   SHA-256 {terms.certificate_sha256}")
    print(f"terms         {terms.terms_hash}")
    print(f"profile       {terms.profile.value}: to be asked for: {asked or 'nothing'}")
    print()
    for line in terms.text.splitlines():
        print(f"  {line}")
    print()
    sys.stdout.flush()
    if not terms.is_certificate_known:
        say("No link named this certificate: compare it with the one on the other screen.")


def _accept(terms: Terms, *, is_stdin_read: bool) -> None:
    """Have the person accept; raises UsageFailure where nobody can be asked, Interrupted for a no or Ctrl-C."""
    with _terminal(is_stdin_read=is_stdin_read) as terminal:
        is_accepted = is_yes("Accept these terms and join?", terminal)
    if not is_accepted:
        say(f"Not accepted, and not joined: {terms.session_id}.")
        raise Interrupted


@contextmanager
def _terminal(*, is_stdin_read: bool) -> Iterator[TextIO]:
    """Give what a person answers on: standard input, or the terminal itself where that has brought the invitation."""
    if sys.stdin.isatty():
        yield sys.stdin
        return
    nobody = UsageFailure(reason="without a terminal, the terms are accepted by --accept-terms")
    if not is_stdin_read:
        raise nobody
    try:
        descriptor = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        raise nobody from None
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as terminal:
        yield terminal


def _tell(joined: Joined, *, is_json: bool) -> None:
    facts = {
        "session_id": joined.session_id,
        "address": joined.address,
        "consent_hash": joined.consent_hash,
        "policy_hash": joined.policy_hash,
    }
    if is_json:
        print(json.dumps(facts), flush=True)
    else:
        say(f"Joined; recorded as session {joined.session_id}. Ctrl-C leaves and seals it.")
        say("Nothing can be typed or clicked from here: that needs a touch on the kiosk.")


def _follow(
    conversation: Conversation, joined: Joined, seconds: float | None, *, is_json: bool
) -> None:
    """Say what happens until the session ends, somebody ends it, or its time is over."""
    until = None if seconds is None else time.monotonic() + seconds
    state = joined.state
    for event in conversation.events(until):
        match event:
            case InterruptAsked():
                return
            case SessionChanged(session=session) if session.session_id == joined.session_id:
                if session.state not in _RUNNING:
                    return
            case JoinedChanged(joined=Joined(state=found)) if found is not state and not is_json:
                state = found
                say(_STATES[found])
            case AuditRecorded(entry=entry) if not is_json:
                say(trail_line(entry))


_STATES = {
    JoinedState.CONNECTING: "Connecting.",
    JoinedState.WATCHING: "Connected: what the other end shows is recorded.",
    JoinedState.ENDED: "The other end has ended it, or the connection to it is gone.",
}
