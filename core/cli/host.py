"""Host: a session that a peer can join, without a screen. From here one can deny and revoke, but not grant."""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from core.api.commands import AnswerQuestion, Command, EndSession
from core.api.events import Event, QuestionAsked, QuestionEnded, SessionChanged
from core.api.hosting import (
    AuditRecorded,
    DropObserver,
    DropPeer,
    Hosting,
    HostingChanged,
    Invitation,
    Invite,
    InviteObserver,
    Revoke,
    Shield,
)
from core.api.network import ServicePhase
from core.api.permissions import Capability
from core.api.questions import PermissionQuestion
from core.api.snapshots import FailureSnapshot, SessionState, SessionSummary, failure_snapshot
from core.api.text import sentence_for
from core.cli.answer import Answer, Interrupted, Refused, error_document, plain, say
from core.cli.conversation import Conversation, InterruptAsked
from core.cli.host_options import host_command
from core.cli.host_readers import READER_LINES, answer_line
from core.cli.invitation_text import (
    connect_line,
    invitation_lines,
    invitation_members,
    qr_code,
)
from core.cli.session_text import session_facts, trail_line
from core.cli.sessions import resolve
from core.cli.units import moment
from core.errors import UsageFailure

_RUNNING = (SessionState.OPENING, SessionState.RECORDING)
_HELP = (
    "Type: deny · revoke CAPABILITY · shield on|off · drop · code (a new one) · observer [off]"
    f" · {READER_LINES} · end. Only the kiosk can allow."
)
_REACH = {
    True: "Tor leads to this session again.",
    False: "Tor no longer leads to this session; it goes on, and its address stays.",
}
_OBSERVER = "Whoever comes with that code can only watch, if it is allowed on a kiosk; from here it can be denied."


@dataclass(frozen=True)
class LineTyped(Event):
    """The person typed a line; it waits among the lines, for who waits for an answer hears of nothing else."""


@dataclass
class _Watch:
    """Which session this is about, how it is spoken of, what is asked just now, and what was typed."""

    session_id: str
    is_json: bool
    has_qr: bool = False
    last: Hosting | None = None  # as it was told last; None before it was said how to connect
    asked: dict[int, str] = field(default_factory=dict)
    lines: queue.SimpleQueue[tuple[str, ...]] = field(default_factory=queue.SimpleQueue)


def host(conversation: Conversation, invocation: Namespace) -> Answer:
    """Open a session, say how to connect, and follow it to its end."""
    if invocation.qr and getattr(invocation, "json", False):
        raise UsageFailure(reason="--qr draws for people, and does not go with --json")
    command = host_command(invocation)
    if command.again:
        command = replace(command, again=resolve(conversation, command.again))
    conversation.open_vault()
    hosting = cast("Hosting", conversation.ask(command))
    is_json = getattr(invocation, "json", False)
    watch = _Watch(hosting.session_id, is_json, has_qr=invocation.qr)
    _take_note(hosting, watch)
    if watch.last is None and not is_json:
        say("Tor publishes the session's address; it is said as soon as somebody can come.")
    _listen(conversation, watch)
    _follow(conversation, watch, invocation.seconds)
    summary = cast("SessionSummary", conversation.ask(EndSession(hosting.session_id)))
    return Answer(plain(summary), session_facts(summary))


def _take_note(hosting: Hosting, watch: _Watch) -> None:
    """Say how to connect once somebody can, and then what has changed about that."""
    last = watch.last
    if last is None:
        if hosting.reach in {None, ServicePhase.REACHABLE} and hosting.invitation is not None:
            watch.last = hosting
            _tell(hosting, hosting.invitation, watch)
        return
    watch.last = hosting
    if watch.is_json:
        return
    if hosting.locked_until_utc_ms not in {None, last.locked_until_utc_ms}:
        until = moment(hosting.locked_until_utc_ms)
        say(
            f"The door is locked until {until} UTC: too many codes were wrong. A new code opens it."
        )
    was_found, is_found = (each.reach is ServicePhase.REACHABLE for each in (last, hosting))
    if is_found is not was_found:
        say(_REACH[is_found])
    before, after = (each.observing and each.observing.reach for each in (last, hosting))
    if after is not before and after is ServicePhase.REACHABLE:
        say("The observer's address can be reached now.")


def _tell(hosting: Hosting, invitation: Invitation, watch: _Watch) -> None:
    """Say how to connect: on stdout, since it is what the command is for."""
    if watch.is_json:
        facts = {
            "session_id": hosting.session_id,
            "profile": hosting.profile.value,
            "policy_hash": hosting.policy_hash,
            **invitation_members(invitation),
        }
        _print_object(facts)
        return
    print(f"session       {hosting.session_id}")
    _print_invitation(invitation, watch)
    print(f"connect with  {connect_line(invitation, hosting.width, hosting.height)}")
    sys.stdout.flush()
    say(_HELP)


def _print_invitation(invitation: Invitation, watch: _Watch) -> None:
    print("\n".join(invitation_lines(invitation)))
    if watch.has_qr:
        print("\n".join(qr_code(invitation.link)))


def _print_object(facts: Mapping[str, object]) -> None:
    """Print an object on a line of its own."""
    print(json.dumps(plain(facts), ensure_ascii=False), flush=True)


def _listen(conversation: Conversation, watch: _Watch) -> None:
    """Hand typed lines to the conversation, on a thread that ends with the process."""

    def read() -> None:
        for line in sys.stdin:
            watch.lines.put(tuple(line.split()))
            conversation.put(LineTyped())

    threading.Thread(target=read, name="typed-lines", daemon=True).start()


def _follow(conversation: Conversation, watch: _Watch, seconds: float | None) -> None:
    """Say what happens until the session ends, somebody ends it, or its time is over."""
    until = None if seconds is None else time.monotonic() + seconds
    for event in conversation.events(until):
        match event:
            case InterruptAsked():
                return
            case SessionChanged(session=session) if session.session_id == watch.session_id:
                if session.state not in _RUNNING:
                    return
            case LineTyped():
                if not _take_lines(conversation, watch):
                    return
            case _:
                _say_event(event, watch)


def _say_event(event: Event, watch: _Watch) -> None:
    match event:
        case HostingChanged(hosting=Hosting(session_id=watch.session_id) as hosting):
            _take_note(hosting, watch)
        case QuestionAsked(question=PermissionQuestion() as question):
            _say_asked(question, watch)
        case QuestionEnded(question_id=ended, end=end) if ended in watch.asked:
            say(f"{watch.asked.pop(ended)}: {end.value}")
        case AuditRecorded(entry=entry) if not watch.is_json:
            say(trail_line(entry))


def _say_asked(question: PermissionQuestion, watch: _Watch) -> None:
    what = "watching" if question.is_observer else question.capability.value
    watch.asked[question.question_id] = what
    who = question.peer or ("somebody" if question.is_observer else "the peer")
    say(f"asked: {what} by {who} (only the kiosk can allow it)")


def _take_lines(conversation: Conversation, watch: _Watch) -> bool:
    """Do what was typed, line by line; says whether the session goes on."""
    while not watch.lines.empty():
        words = watch.lines.get()
        if words == ("end",):
            return False
        try:
            if words:
                _carry_out(conversation, watch, words)
        except Interrupted:
            return False
    return True


def _carry_out(conversation: Conversation, watch: _Watch, words: tuple[str, ...]) -> None:
    """Do what a typed line says; what cannot be done is said, and the session goes on."""
    try:
        answer = answer_line(conversation, words)
        if answer is not None:
            _show_answer(answer, is_json=watch.is_json)
            return
        for command in _commands(watch, words):
            result = conversation.submit(command)
            if isinstance(result, Invitation):
                _show_invitation(result, watch)
            if isinstance(command, InviteObserver) and not watch.is_json:
                say(_OBSERVER)
    except Refused as refused:
        _show_refusal(refused.failure, is_json=watch.is_json)
    except ValueError:
        if watch.is_json:
            reason = f"{' '.join(words)}. {_HELP}".rstrip(".")
            _show_refusal(failure_snapshot(UsageFailure(reason=reason)), is_json=True)
        else:
            say(_HELP)


def _show_invitation(invitation: Invitation, watch: _Watch) -> None:
    if watch.is_json:
        _print_object(invitation_members(invitation))
    else:
        _print_invitation(invitation, watch)
        sys.stdout.flush()


def _show_answer(answer: Answer, *, is_json: bool) -> None:
    """Show what a line asked for; on stdout, as the command of that name does."""
    if is_json:
        _print_object(answer.document)
    else:
        print("\n".join(answer.lines), flush=True)


def _show_refusal(failure: FailureSnapshot, *, is_json: bool) -> None:
    if is_json:
        _print_object({"error": error_document(failure)})
    else:
        say(f"lucid: {sentence_for(failure).what}")


def _commands(watch: _Watch, words: tuple[str, ...]) -> list[Command]:
    makers: dict[str, Callable[[], list[Command]]] = {
        "deny": lambda: [AnswerQuestion(each, is_yes=False) for each in watch.asked],
        "revoke": lambda: [Revoke(watch.session_id, Capability(" ".join(words[1:])))],
        "shield": lambda: [Shield(watch.session_id, is_on=words[1:] != ("off",))],
        "drop": lambda: [DropPeer(watch.session_id)],
        "code": lambda: [Invite(watch.session_id)],
        "observer": lambda: _observer(watch, words[1:]),
    }
    if words[0] not in makers:
        raise ValueError(words[0])
    return makers[words[0]]()


def _observer(watch: _Watch, words: tuple[str, ...]) -> list[Command]:
    if words not in {(), ("off",)}:
        raise ValueError(words[0])
    return [DropObserver(watch.session_id) if words else InviteObserver(watch.session_id)]
