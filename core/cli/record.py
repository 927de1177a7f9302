"""Record: one session from its start to its anchor, ended by time, by Ctrl-C or by itself."""

from __future__ import annotations

import signal
import time
from argparse import Namespace
from typing import cast

from core.api.commands import EndSession, ShowSession, SourceKind, StartSession, WaitForAnchor
from core.api.events import SessionChanged, SessionProgressed
from core.api.snapshots import SessionDetail, SessionState, SessionSummary
from core.cli.answer import Answer, Interrupted, Refused, plain, say
from core.cli.conversation import Conversation, InterruptAsked
from core.cli.session_text import session_facts
from core.cli.units import count, length, size

_ANCHOR_S = 60.0
_RUNNING = (SessionState.OPENING, SessionState.RECORDING)
# An anchor that did not come in time is no failure of the recording: it comes later, by itself.
_LATER = frozenset({"anchor_missing", "chain_unreachable"})


def record(conversation: Conversation, invocation: Namespace) -> Answer:
    """Record, seal and, unless told otherwise, wait for the anchor."""
    conversation.open_vault()
    started = cast("SessionSummary", conversation.ask(_start_command(invocation)))
    seconds: float | None = invocation.seconds
    planned = "until Ctrl-C" if seconds is None else f"for {length(seconds)}"
    say(f"Recording {started.source} {planned}, session {started.session_id}.")
    is_hurried = _watch(conversation, started.session_id, seconds)
    summary = cast("SessionSummary", conversation.ask(EndSession(started.session_id)))
    if summary.state is SessionState.ANCHORING and not (invocation.no_wait or is_hurried):
        summary = _wait_for_anchor(conversation, summary)
    if summary.state is SessionState.ANCHORING:
        say("It is sealed; it will be anchored as soon as the chain takes it and Lucid runs.")
    return Answer(plain(summary), session_facts(summary))


def _start_command(invocation: Namespace) -> StartSession:
    recipients = tuple(invocation.recipient)
    if invocation.sandbox:
        return StartSession(SourceKind.SANDBOX, recipients=recipients)
    return StartSession(SourceKind.DISPLAY, display=invocation.display, recipients=recipients)


def _watch(conversation: Conversation, session_id: str, seconds: float | None) -> bool:
    """Show how the session grows until its end; True when whoever ended it should not be kept waiting.

    Ctrl-C is how a recording without a time ends; one with a time was cut short by it.
    """
    until = None if seconds is None else time.monotonic() + seconds
    try:
        for event in conversation.events(until):
            match event:
                case InterruptAsked(number=number):
                    return seconds is not None or number == signal.SIGTERM
                case SessionProgressed(live=live) if live.session_id == session_id:
                    gap = ", no picture just now" if live.is_in_gap else ""
                    conversation.progress.show(
                        f"{length(live.duration_s)}  {size(live.recorded_bytes)}, "
                        f"{count(live.sealed_chunks, 'chunk')} sealed, {live.frames} frames{gap}"
                    )
                case SessionChanged(session=session) if session.session_id == session_id:
                    if session.state not in _RUNNING:
                        return False
    finally:
        conversation.progress.clear()
    return False


def _wait_for_anchor(conversation: Conversation, sealed: SessionSummary) -> SessionSummary:
    say("Sealed. Waiting for the anchor (Ctrl-C leaves it for later).")
    try:
        return cast("SessionSummary", conversation.ask(WaitForAnchor(sealed.session_id, _ANCHOR_S)))
    except Interrupted:
        pass
    except Refused as refused:
        if refused.failure.code not in _LATER:
            raise
    return cast("SessionDetail", conversation.ask(ShowSession(sealed.session_id))).summary
