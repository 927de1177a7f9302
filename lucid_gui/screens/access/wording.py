"""Accesses and calls in words: what a token may read, how it stands, and what became of a call."""

from __future__ import annotations

from typing import Any

from core.api.access import Access, AccessGranted, Call, CallOutcome, Scope
from lucid_gui.screens.wording import count_text, day_text
from lucid_gui.text.amounts import moment_text
from lucid_gui.text.peers import LONGEST_NAME, peer_text
from lucid_gui.text.words import tr

SPANS_DAYS = (7, 30, 90, 366)
_NAMED = 8  # digits of a session's ID


def scope_words(scope: Scope) -> tuple[str, str]:
    """Name what a token may read, and say what that is."""
    return {
        Scope.HEALTH: (tr("Health"), tr("Whether it runs, its version, its space, its chain.")),
        Scope.METRICS: (tr("Metrics"), tr("Numbers for a monitoring program, without names.")),
        Scope.SESSIONS: (tr("Sessions"), tr("Which there were, when, how long, and their state.")),
        Scope.MANIFESTS: (tr("Manifests"), tr("What was signed of each session, and its rules.")),
        Scope.PROOFS: (tr("Proofs"), tr("What proves a session, without any of its pictures.")),
    }[scope]


def scope_rows(chosen: frozenset[Scope]) -> list[dict[str, Any]]:
    """Give a row for each scope, in their order."""
    rows = []
    for scope in Scope:
        title, detail = scope_words(scope)
        rows.append(
            {"scope": scope.value, "title": title, "detail": detail, "isOn": scope in chosen}
        )
    return rows


def span_options() -> list[dict[str, Any]]:
    """Give the lengths to choose from."""
    texts = (tr("7 days"), tr("30 days"), tr("90 days"), tr("A year"))
    return [{"value": days, "text": text} for days, text in zip(SPANS_DAYS, texts, strict=True)]


def state_of(access: Access, now_utc_ms: int) -> str:
    """Tell whether an access is "open", "revoked" or "over"."""
    if access.revoked_utc_ms is not None:
        return "revoked"
    return "open" if now_utc_ms < access.expires_utc_ms else "over"


def access_row(access: Access, now_utc_ms: int) -> dict[str, Any]:
    """Give what a row of the list shows."""
    state = state_of(access, now_utc_ms)
    return {
        "accessId": access.access_id,
        "name": peer_text(access.name, LONGEST_NAME),
        "state": state,
        "scopes": ", ".join(scope_words(each)[0] for each in access.scopes),
        "ends": _end_text(access, state, now_utc_ms),
        "used": _used_text(access),
    }


def granted_facts(granted: AccessGranted | None, now_utc_ms: int) -> dict[str, Any]:
    """Give what the page shows that is shown once; empty without a new access."""
    if granted is None:
        return {}
    return {
        "name": peer_text(granted.access.name, LONGEST_NAME),
        "link": granted.link,
        "address": granted.address,
        "keyLine": granted.client_auth,
        "key": granted.client_key,
        "token": granted.token,
        "ends": day_text(granted.access.expires_utc_ms, now_utc_ms),
        "scopes": ", ".join(scope_words(each)[0] for each in granted.access.scopes),
    }


def call_row(call: Call) -> dict[str, Any]:
    """Give what a row of the log shows."""
    subject = f" {call.subject[:_NAMED]}" if call.subject else ""
    return {
        "sequence": call.sequence,
        "when": moment_text(call.utc_ms),
        "who": peer_text(call.name, LONGEST_NAME) or tr("Nobody known"),
        "what": peer_text(f"{call.what}{subject}"),
        "outcome": _outcome_text(call.outcome),
        "isFine": call.outcome is CallOutcome.ANSWERED,
    }


def checked_text(count: int) -> str:
    """Say that the log holds."""
    return count_text(
        count,
        tr("%1 call; none was taken out, none was changed."),
        tr("%1 calls; none was taken out, none was changed."),
    )


def _end_text(access: Access, state: str, now_utc_ms: int) -> str:
    if access.revoked_utc_ms is not None:
        return tr("ended by you, %1").replace("%1", day_text(access.revoked_utc_ms, now_utc_ms))
    text = tr("until %1") if state == "open" else tr("over since %1")
    return text.replace("%1", day_text(access.expires_utc_ms, now_utc_ms))


def _used_text(access: Access) -> str:
    if access.used_utc_ms is None:
        return tr("not used yet")
    calls = count_text(access.calls, tr("%1 call"), tr("%1 calls"))
    return tr("%1, last on %2").replace("%1", calls).replace("%2", moment_text(access.used_utc_ms))


def _outcome_text(outcome: CallOutcome) -> str:
    return {
        CallOutcome.ANSWERED: tr("answered"),
        CallOutcome.UNKNOWN: tr("no such access"),
        CallOutcome.EXPIRED: tr("over already"),
        CallOutcome.REVOKED: tr("ended by you"),
        CallOutcome.OUT_OF_SCOPE: tr("may not read that"),
        CallOutcome.TOO_MANY: tr("too many calls"),
        CallOutcome.NOT_FOUND: tr("nothing there"),
        CallOutcome.REFUSED: tr("not understood"),
        CallOutcome.FAILED: tr("failed"),
    }[outcome]
