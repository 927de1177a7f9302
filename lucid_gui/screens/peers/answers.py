"""What a peer answered, made rows of; the document is the peer's, and nothing in it is to be trusted."""

from __future__ import annotations

import json
from typing import Any

from core.api.peers import PeerAnswer, PeerTopic
from lucid_gui.screens.wording import duration_text
from lucid_gui.text.amounts import moment_text
from lucid_gui.text.peers import LONGEST_NAME, peer_text
from lucid_gui.text.words import tr

MOST_ROWS = 200
_GOOD, _ASKING = "safe", "ask"
_FINE = "ok"
_NAMED = 8
_LATEST_MS = 8_000_000_000_000  # Qt's calendar goes far, and a screen has little room


def answer_facts(answer: PeerAnswer | None) -> dict[str, Any]:
    """Give what the page of an answer shows; empty while there is none."""
    if answer is None:
        return {}
    rows = _rows(answer)
    return {
        "topic": answer.topic.value,
        "when": tr("As of %1").replace("%1", moment_text(answer.utc_ms)),
        "rows": rows or [],
        "isUnreadable": rows is None,
    }


def _rows(answer: PeerAnswer) -> list[dict[str, str]] | None:
    """Make rows; None for a document that is not of the form that it should be."""
    try:
        document = json.loads(answer.document)
        member = "checks" if answer.topic is PeerTopic.HEALTH else "sessions"
        make = _check_row if answer.topic is PeerTopic.HEALTH else _session_row
        return [make(each) for each in document[member][:MOST_ROWS]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _check_row(check: dict[str, object]) -> dict[str, str]:
    is_fine = str(check["level"]) == _FINE
    return {
        "icon": "circle-check" if is_fine else "triangle-alert",
        "tone": _GOOD if is_fine else _ASKING,
        "title": peer_text(str(check["sentence"])),
        "detail": peer_text(str(check["name"]), LONGEST_NAME),
        "value": "",
    }


def _session_row(session: dict[str, object]) -> dict[str, str]:
    is_anchored = session["is_anchored"] is True
    started = session["started_utc_ms"]
    duration = session["duration_s"]
    if not isinstance(started, int) or not isinstance(duration, int | float):
        raise TypeError
    if not (0 <= started <= _LATEST_MS and 0 <= duration <= _LATEST_MS):
        raise ValueError
    return {
        "icon": "shield-check" if is_anchored else "hourglass",
        "tone": _GOOD if is_anchored else "plain",
        "title": moment_text(started),
        "detail": f"{duration_text(duration)}, {peer_text(str(session['session_id'])[:_NAMED])}",
        "value": peer_text(str(session["state"]), LONGEST_NAME),
    }
