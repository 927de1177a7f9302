"""Peer: other appliances that let this one read, and what they say.

What comes from a peer is somebody else's: it is made fit to be shown before it is.
"""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Mapping
from typing import Any, cast

from core.api.commands import VerifyBundle
from core.api.network import WaitForTor
from core.api.peers import (
    AddPeer,
    AskPeer,
    FetchProof,
    FollowPeer,
    ForgetPeer,
    ListPeers,
    Peer,
    PeerAnswer,
    PeerTopic,
)
from core.api.snapshots import ExportedFile, VerificationReport, failure_snapshot
from core.canonical.plain_text import plain_text
from core.cli.answer import Answer, Refused, plain, say
from core.cli.columns import facts, table
from core.cli.conversation import Conversation
from core.cli.given_text import read_given_text
from core.cli.report import report_answer
from core.cli.units import count, moment, size
from core.errors import ExitCode, PeerUnknown, UsageFailure
from core.peers.pairing import read_pairing
from core.vault.device import short_fingerprint

_LARGEST_LINE = 4096
_PASTE = "Paste the line that the other appliance shows, and press Enter."
_FAILING = "fail"


def add(conversation: Conversation, invocation: Namespace) -> Answer:
    """Pair with an appliance by the line that it shows; without a vault here, no line is asked for."""
    conversation.need_vault()
    line = read_given_text(
        invocation.line_fd,
        invocation.file,
        noun="the pairing line",
        question=_PASTE,
        most=_LARGEST_LINE,
        is_one_line=True,
    ).strip()
    read_pairing(line)  # so that a line that is none is said before anybody waits for Tor
    _go_by_tor(conversation)
    peer = cast("Peer", conversation.ask(AddPeer(line, invocation.name)))
    return _about(peer, f"Paired. Ask it with: lucid peer health {peer.peer_id}")


def list_peers(conversation: Conversation, _invocation: Namespace) -> Answer:
    """List the peers."""
    peers = _all(conversation)
    rows = [
        (
            each.peer_id,
            each.name,
            _short(each.address),
            short_fingerprint(each.device_fingerprint),
            _scopes(each),
            moment(each.seen_utc_ms),
        )
        for each in peers
    ]
    header = ("PEER", "NAME", "ADDRESS", "DEVICE", "MAY READ", "SEEN (UTC)")
    lines = list(table(header, rows)) if rows else ["No peers. Pair with one: lucid peer add"]
    return Answer({"peers": plain(peers)}, lines)


def health(conversation: Conversation, invocation: Namespace) -> Answer:
    """Ask a peer how it is; the command ends with 1 where something there fails."""
    answer = _asked(conversation, invocation, PeerTopic.HEALTH)
    document = _document(answer)
    checks = [each for each in _list(document, "checks") if isinstance(each, dict)]
    rows = [[_text(each.get(part)) for part in ("name", "level", "sentence")] for each in checks]
    is_failing = document.get("level") == _FAILING
    return Answer(
        _told(answer, document),
        table(("CHECK", "LEVEL", ""), rows),
        ExitCode.DOES_NOT_HOLD if is_failing else ExitCode.FINE,
    )


def sessions(conversation: Conversation, invocation: Namespace) -> Answer:
    """List the sessions of a peer, newest first."""
    answer = _asked(conversation, invocation, PeerTopic.SESSIONS)
    document = _document(answer)
    found = [each for each in _list(document, "sessions") if isinstance(each, dict)]
    rows = [
        (_text(each.get("session_id")), _text(each.get("state")), _moment(each)) for each in found
    ]
    lines = list(table(("SESSION", "STATE", "STARTED (UTC)"), rows)) if rows else ["No sessions."]
    if document.get("next"):
        lines.append(f"There are more than these {count(len(rows), 'session')}.")
    return Answer(_told(answer, document), lines)


def metrics(conversation: Conversation, invocation: Namespace) -> Answer:
    """Give a peer's metrics as they came, in Prometheus' format."""
    answer = _asked(conversation, invocation, PeerTopic.METRICS)
    lines = [plain_text(line, 4096) for line in answer.document.splitlines()]
    return Answer(_told(answer, answer.document), lines)


def proof(conversation: Conversation, invocation: Namespace) -> Answer:
    """Fetch a session's evidence bundle; with --verify, check it at once, against the peer's own device."""
    place = invocation.file.absolute()
    if os.path.lexists(place) and not invocation.force:
        raise UsageFailure(reason=f"{place} is there already; to write over it, add --force")
    peer = resolve(conversation, invocation.peer)
    _go_by_tor(conversation)
    command = FetchProof(peer.peer_id, invocation.session_id, str(place))
    fetched = cast("ExportedFile", conversation.ask(command))
    if not invocation.verify:
        check = (
            f"Check it with: lucid proof verify {fetched.path} --device {peer.device_fingerprint}"
        )
        return Answer(plain(fetched), [f"{fetched.path}: {size(fetched.size_bytes)}", check])
    say(f"{fetched.path}: {size(fetched.size_bytes)}")
    asked = VerifyBundle(place, checkpoint=invocation.checkpoint, device=peer.device_fingerprint)
    return report_answer(cast("VerificationReport", conversation.ask(asked)))


def follow(conversation: Conversation, invocation: Namespace) -> Answer:
    """Look whether a peer has moved."""
    before = resolve(conversation, invocation.peer)
    _go_by_tor(conversation)
    peer = cast("Peer", conversation.ask(FollowPeer(before.peer_id)))
    has_moved = peer.address != before.address
    return _about(peer, "It has moved." if has_moved else "It is where it was.")


def forget(conversation: Conversation, invocation: Namespace) -> Answer:
    """Forget a peer and its secrets."""
    peer = resolve(conversation, invocation.peer)
    conversation.ask(ForgetPeer(peer.peer_id))
    words = f"{peer.name} is forgotten here. Its owner can end the access too: lucid access revoke"
    return Answer({"peer_id": peer.peer_id}, [words])


def resolve(conversation: Conversation, words: str) -> Peer:
    """Find the peer with that name, or whose ID begins so; raises Refused when none or several do."""
    peers = _all(conversation)
    named = [each for each in peers if each.name == words]
    found = named or [each for each in peers if words and each.peer_id.startswith(words.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        reason = f"{count(len(found), 'peer')} fit {words}; give more of the ID"
        raise Refused(failure_snapshot(UsageFailure(reason=reason)))
    raise Refused(failure_snapshot(PeerUnknown(peer_id=words)))


def _go_by_tor(conversation: Conversation) -> None:
    conversation.open_existing_vault()
    conversation.ask(WaitForTor())


def _all(conversation: Conversation) -> tuple[Peer, ...]:
    conversation.open_existing_vault()
    return cast("tuple[Peer, ...]", conversation.ask(ListPeers()))


def _asked(conversation: Conversation, invocation: Namespace, topic: PeerTopic) -> PeerAnswer:
    peer = resolve(conversation, invocation.peer)
    _go_by_tor(conversation)
    return cast("PeerAnswer", conversation.ask(AskPeer(peer.peer_id, topic)))


def _document(answer: PeerAnswer) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", json.loads(answer.document))


def _told(answer: PeerAnswer, document: object) -> dict[str, object]:
    return {"peer": plain(answer.peer), "utc_ms": answer.utc_ms, answer.topic.value: document}


def _about(peer: Peer, words: str) -> Answer:
    known = facts(
        [
            ("peer", peer.peer_id),
            ("name", peer.name),
            ("address", peer.address),
            ("device", peer.device_fingerprint),
            ("may read", _scopes(peer)),
            ("moves", str(peer.moves) if peer.moves else None),
        ]
    )
    return Answer(plain(peer), [*known, words])


def _scopes(peer: Peer) -> str:
    return ", ".join(scope.value for scope in peer.scopes) or "nothing"


def _short(address: str) -> str:
    return f"{address[:16]}….onion"


def _list(document: Mapping[str, Any], member: str) -> list[Any]:
    found = document.get(member)
    return found if isinstance(found, list) else []


def _text(value: object) -> str:
    return plain_text(value) if isinstance(value, str) else "-"


def _moment(session: Mapping[str, Any]) -> str:
    started = session.get("started_utc_ms")
    is_moment = isinstance(started, int) and 0 <= started < 1 << 47
    return moment(started) if is_moment else "-"
