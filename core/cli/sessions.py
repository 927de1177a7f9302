"""Sessions: list, show, verify, play and export what was recorded."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from uuid import UUID

from core.api.commands import (
    Disclosure,
    ExportBundle,
    ExportVideo,
    ListSessions,
    ShowSession,
    VerifySession,
)
from core.api.hosting import AuditEntry, KeyStroke, ReadKeys, ReadTrail
from core.api.snapshots import (
    ExportedFile,
    SessionDetail,
    SessionSummary,
    VerificationReport,
    failure_snapshot,
)
from core.cli.answer import Answer, Refused, plain, say
from core.cli.conversation import Conversation
from core.cli.report import report_answer
from core.cli.session_text import session_detail, session_list
from core.cli.typed_text import typed_lines, typed_text
from core.cli.units import count, size
from core.errors import ConsentMalformed, SessionUnknown, UsageFailure
from core.evidence.consent import read_consent


def list_sessions(conversation: Conversation, _invocation: Namespace) -> Answer:
    """List all sessions, newest first."""
    sessions = _all(conversation)
    return Answer({"sessions": [plain(session) for session in sessions]}, session_list(sessions))


def show_session(conversation: Conversation, invocation: Namespace) -> Answer:
    """Show all that is known of a session."""
    session_id = resolve(conversation, invocation.session_id)
    detail = cast("SessionDetail", conversation.ask(ShowSession(session_id)))
    document = plain(detail)
    return Answer({**document.pop("summary"), **document}, session_detail(detail))


def verify_session(conversation: Conversation, invocation: Namespace) -> Answer:
    """Check a session against itself, its signatures and the chain; with keys at hand, its contents too."""
    session_id = resolve(conversation, invocation.session_id)
    conversation.open_vault_if_given()
    return report_answer(cast("VerificationReport", conversation.ask(VerifySession(session_id))))


def show_trail(conversation: Conversation, invocation: Namespace) -> Answer:
    """List who did what in a session; empty for one without a peer."""
    session_id = resolve(conversation, invocation.session_id)
    entries = cast("tuple[AuditEntry, ...]", conversation.ask(ReadTrail(session_id)))
    lines = [
        f"{each.at_s:9.1f} s  {each.actor.value:9}  {each.kind.value:10}  {each.resource}  {_reason(each)}"
        for each in entries
    ]
    document = {"session_id": session_id, "entries": [plain(each) for each in entries]}
    return Answer(document, lines or ["Nothing: nobody could join this session."])


def _reason(entry: AuditEntry) -> str:
    """Say why, or, of a consent, how it was given, by which device, and under which hash."""
    if not entry.consent:
        return entry.reason
    try:
        receipt = read_consent(entry.consent.encode()).receipt
    except ConsentMalformed:
        return f"{entry.reason} (it cannot be read)"
    how, device = receipt.means.value.replace("_", " "), receipt.party.device.hex()
    by = f" by device {device[:16]}…" if device else ""
    return f"to terms {receipt.terms_hash.hex()[:16]}…, {how}{by}; receipt {entry.reason}"


def show_keys(conversation: Conversation, invocation: Namespace) -> Answer:
    """Show what was typed in a session; empty unless its policy has it recorded."""
    session_id = resolve(conversation, invocation.session_id)
    strokes = cast("tuple[KeyStroke, ...]", conversation.ask(ReadKeys(session_id)))
    document = {
        "session_id": session_id,
        "text": typed_text(strokes),
        "strokes": [plain(each) for each in strokes],
    }
    nothing = "Nothing: nobody typed, or the session's policy does not have it recorded."
    return Answer(document, list(typed_lines(strokes)) or [nothing])


def export_session(conversation: Conversation, invocation: Namespace) -> Answer:
    """Write an evidence bundle, or a video."""
    if invocation.video:
        return _export_video(conversation, invocation, invocation.file)
    session_id = resolve(conversation, invocation.session_id)
    disclosure = _disclosure(invocation)
    if disclosure is Disclosure.READABLE:
        say("This bundle discloses the keys of its chunks: whoever has the file can watch them.")
    command = ExportBundle(
        session_id,
        invocation.file.absolute(),
        disclosure,
        invocation.from_s,
        getattr(invocation, "until_s", None),
    )
    return _exported(conversation.ask(command))


def play_session(conversation: Conversation, invocation: Namespace) -> Answer:
    """Write a session as an ordinary video."""
    return _export_video(conversation, invocation, invocation.out)


def resolve(conversation: Conversation, words: str) -> str:
    """Find the session whose ID begins with ``words``; raises Refused when none or several do."""
    try:
        return str(UUID(words))
    except ValueError:
        pass
    wanted = words.lower()
    found = [each.session_id for each in _all(conversation) if each.session_id.startswith(wanted)]
    if len(found) == 1 and wanted:
        return found[0]
    if found:
        reason = f"{count(len(found), 'session')} begin with {words}; give more of the ID"
        raise Refused(failure_snapshot(UsageFailure(reason=reason)))
    raise Refused(failure_snapshot(SessionUnknown(session_id=words)))


def _all(conversation: Conversation) -> tuple[SessionSummary, ...]:
    return cast("tuple[SessionSummary, ...]", conversation.ask(ListSessions()))


def _disclosure(invocation: Namespace) -> Disclosure:
    if invocation.disclose:
        return Disclosure.READABLE
    return Disclosure.SEALED if invocation.with_chunks else Disclosure.PROOFS


def _export_video(conversation: Conversation, invocation: Namespace, destination: Path) -> Answer:
    session_id = resolve(conversation, invocation.session_id)
    say("The video is not encrypted: whoever has the file can watch it.")
    command = ExportVideo(
        session_id,
        destination.absolute(),
        invocation.from_s,
        getattr(invocation, "until_s", None),
    )
    return _exported(conversation.ask(command))


def _exported(result: object) -> Answer:
    exported = cast("ExportedFile", result)
    return Answer(plain(exported), _exported_lines(exported))


def _exported_lines(exported: ExportedFile) -> Iterator[str]:
    yield f"{exported.path}: {exported.kind}, {size(exported.size_bytes)}, {count(exported.chunks, 'chunk')}"
    if exported.kind == "bundle":
        yield f"Anyone can check it with: lucid proof verify {exported.path}"
