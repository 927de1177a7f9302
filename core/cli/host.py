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
    HostSession,
    Invitation,
    Invite,
    InviteObserver,
    Revoke,
    Shield,
)
from core.api.permissions import Capability, PolicyRules, Profile, Rule, WindowRule
from core.api.questions import PermissionQuestion
from core.api.snapshots import FailureSnapshot, SessionState, SessionSummary, failure_snapshot
from core.api.text import sentence_for
from core.cli.answer import Answer, Interrupted, Refused, error_document, plain, say
from core.cli.conversation import Conversation, InterruptAsked
from core.cli.session_text import session_facts
from core.cli.sessions import resolve
from core.errors import UsageFailure

_RUNNING = (SessionState.OPENING, SessionState.RECORDING)
_HELP = (
    "Type: deny · revoke CAPABILITY · shield on|off · drop · code (a new one) · observer [off] · end."
    " Only the kiosk can allow."
)
_OBSERVER = "Whoever comes with that code can only watch, if it is allowed on a kiosk; from here it can be denied."


_LIMITS = {
    "longest": "longest_minutes",
    "idle": "idle_minutes",
    "largest_file": "largest_file_mib",
    "largest_clipboard": "largest_clipboard_kib",
}
# What a custom profile alone can say, by the names of the options.
_OWN = ("rule", "record_keys", "hide_title", "hide_class", "only_program", *_LIMITS)


@dataclass(frozen=True)
class LineTyped(Event):
    """The person typed a line; it waits among the lines, for who waits for an answer hears of nothing else."""


@dataclass
class _Watch:
    """Which session this is about, how it is spoken of, what is asked just now, and what was typed."""

    session_id: str
    is_json: bool
    asked: dict[int, str] = field(default_factory=dict)
    lines: queue.SimpleQueue[tuple[str, ...]] = field(default_factory=queue.SimpleQueue)


def host(conversation: Conversation, invocation: Namespace) -> Answer:
    """Open a session, say how to connect, and follow it to its end."""
    command = _host_command(invocation)
    if command.again:
        command = replace(command, again=resolve(conversation, command.again))
    conversation.open_vault()
    hosting = cast("Hosting", conversation.ask(command))
    watch = _Watch(hosting.session_id, is_json=getattr(invocation, "json", False))
    _tell(hosting, is_json=watch.is_json)
    _listen(conversation, watch)
    _follow(conversation, watch, invocation.seconds)
    summary = cast("SessionSummary", conversation.ask(EndSession(hosting.session_id)))
    return Answer(plain(summary), session_facts(summary))


def _host_command(invocation: Namespace) -> HostSession:
    profile = Profile(invocation.profile or Profile.STANDARD.value)
    own = [each for each in _OWN if getattr(invocation, each) not in (None, False, [])]
    if invocation.again and (invocation.profile or own):
        raise UsageFailure(reason="--again takes the earlier session's policy as it is")
    if own and profile is not Profile.CUSTOM:
        raise UsageFailure(reason=f"--{own[0].replace('_', '-')} goes with --profile custom")
    rules = _own_rules(invocation) if profile is Profile.CUSTOM else None
    return HostSession(profile, rules, tuple(invocation.recipient), invocation.again or "")


def _own_rules(invocation: Namespace) -> PolicyRules:
    """Read the rules of a custom profile; limits that are not named are the usual ones."""
    limits = {
        field: getattr(invocation, option)
        for option, field in _LIMITS.items()
        if getattr(invocation, option) is not None
    }
    hidden = [
        *(WindowRule(title=each) for each in invocation.hide_title),
        *(WindowRule(window_class=each) for each in invocation.hide_class),
    ]
    return PolicyRules(
        rules=tuple(_rule(each) for each in invocation.rule),
        hidden_windows=tuple(hidden),
        allowed_programs=tuple(invocation.only_program),
        records_keys=invocation.record_keys,
        **limits,
    )


def _rule(text: str) -> tuple[Capability, Rule]:
    name, _, rule = text.partition("=")
    try:
        return Capability(name), Rule(rule)
    except ValueError:
        known = ", ".join(each.value for each in Capability)
        raise UsageFailure(
            reason=f"--rule {text}: write CAPABILITY=deny|ask|allow; capabilities are {known}"
        ) from None


def _tell(hosting: Hosting, *, is_json: bool) -> None:
    """Say how to connect, at once: on stdout, since it is what the command is for."""
    invitation = hosting.invitation
    assert invitation is not None  # noqa: S101 - a session opens with one
    if is_json:
        facts = {
            "session_id": hosting.session_id,
            "profile": hosting.profile.value,
            "policy_hash": hosting.policy_hash,
            **plain(invitation),
        }
        _print_object(facts)
        return
    print(f"session       {hosting.session_id}")
    _print_invitation(invitation)
    size = f"{hosting.width}x{hosting.height}"
    print(
        f"connect with  xfreerdp /v:{invitation.address} /u:NAME /p:{invitation.code} /size:{size}"
    )
    sys.stdout.flush()
    say(_HELP)


def _print_invitation(invitation: Invitation) -> None:
    print(f"address       {invitation.address}")
    print(f"code          {invitation.code}")
    print(f"certificate   SHA-256 {invitation.certificate_sha256}")
    print(f"link          {invitation.link}")


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
            case QuestionAsked(question=PermissionQuestion() as question):
                what = "watching" if question.is_observer else question.capability.value
                watch.asked[question.question_id] = what
                who = question.peer or ("somebody" if question.is_observer else "the peer")
                say(f"asked: {what} by {who} (only the kiosk can allow it)")
            case QuestionEnded(question_id=ended, end=end) if ended in watch.asked:
                say(f"{watch.asked.pop(ended)}: {end.value}")
            case AuditRecorded(entry=entry) if not watch.is_json:
                what = f"{entry.kind.value} {entry.resource} {entry.reason}"
                say(f"{entry.at_s:8.1f} s  {what}".rstrip())
            case LineTyped():
                if not _take_lines(conversation, watch):
                    return


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
        for command in _commands(watch, words):
            result = conversation.submit(command)
            if isinstance(result, Invitation):
                _show_invitation(result, is_json=watch.is_json)
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


def _show_invitation(invitation: Invitation, *, is_json: bool) -> None:
    if is_json:
        _print_object(plain(invitation))
    else:
        _print_invitation(invitation)
        sys.stdout.flush()


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
