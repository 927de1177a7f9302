"""A session's trail in a person's words: as rows of a list, as marks and as spans on a time line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.api.permissions import GrantLength, Profile
from lucid_gui.screens.consents import how_text
from lucid_gui.screens.wording import clock_text, end_reason_text
from lucid_gui.text.capabilities import capability_named, length_text, words_of
from lucid_gui.text.peers import peer_text
from lucid_gui.text.words import tr

# How long an entry is said while the recording plays past it.
SAID_S = 4.0
_DECIDED = (
    AuditKind.ASKED,
    AuditKind.GRANTED,
    AuditKind.DENIED,
    AuditKind.REVOKED,
    AuditKind.EXPIRED,
)
_GROUPS: dict[str, tuple[AuditKind, ...]] = {
    "peer": (
        AuditKind.OPENED,
        AuditKind.INVITED,
        AuditKind.KNOCKED,
        AuditKind.WRONG_CODE,
        AuditKind.CONSENTED,
        AuditKind.JOINED,
        AuditKind.LEFT,
        AuditKind.ENDED,
    ),
    "decisions": _DECIDED,
    "hidden": (AuditKind.SHIELDED, AuditKind.UNSHIELDED, AuditKind.HIDDEN, AuditKind.SHOWN),
    "things": (AuditKind.CLIPBOARD, AuditKind.FILE),
    "windows": (AuditKind.FOCUS,),
    "incidents": (AuditKind.INCIDENT, AuditKind.REFUSED, AuditKind.VOIDED, AuditKind.WRONG_CODE),
}
_WATCHING = "watching"  # what the trail calls what somebody who may only watch is allowed
# Where marks lie on each other, the first of these is shown.
_WEIGHTS = (
    AuditKind.VOIDED,
    AuditKind.INCIDENT,
    AuditKind.SHIELDED,
    AuditKind.JOINED,
    AuditKind.CONSENTED,
    AuditKind.GRANTED,
    AuditKind.REVOKED,
    AuditKind.DENIED,
    AuditKind.ASKED,
)


class _Words(NamedTuple):
    icon: str
    tone: str  # "plain", "safe", "ask" or "danger"
    text: str  # %1 is what it is about


def groups() -> list[dict[str, str]]:
    """Give the filters of a trail, everything first."""
    return [
        {"value": "", "text": tr("All")},
        {"value": "peer", "text": tr("Peer")},
        {"value": "decisions", "text": tr("Decisions")},
        {"value": "hidden", "text": tr("Hidden")},
        {"value": "things", "text": tr("Files")},
        {"value": "windows", "text": tr("Windows")},
        {"value": "incidents", "text": tr("Incidents")},
    ]


def is_in_group(entry: AuditEntry, group: str) -> bool:
    """Tell whether a filter lets an entry through."""
    return group == "" or entry.kind in _GROUPS.get(group, ())


def entry_row(entry: AuditEntry) -> dict[str, Any]:
    """Give an entry as a row: when, what, who, and why."""
    words = _words()[entry.kind]
    return {
        "at": entry.at_s,
        "clock": clock_text(entry.at_s),
        "icon": _icon(entry, words),
        "tone": words.tone,
        "text": entry_text(entry),
        "detail": _reason(entry),
        "actor": _actor(entry),
        "sequence": entry.sequence,
        "hasReceipt": entry.consent != "",
    }


def entry_text(entry: AuditEntry) -> str:
    """Say what an entry is about, in one line of plain text."""
    words = _words()[entry.kind]
    about = _about(entry)
    text = words.text.replace("%1", about) if about else words.text.replace(": %1", "")
    return text.replace("%1", _somebody(entry.actor))


def _somebody(actor: AuditActor) -> str:
    """Name who came in, where it gave no name."""
    named = {AuditActor.OBSERVER: tr("An observer"), AuditActor.OWNER: tr("You")}
    return named.get(actor, tr("The peer"))


def matches(entry: AuditEntry, wanted: str) -> bool:
    """Tell whether an entry holds every word that is searched for, without regard to case."""
    said = f"{entry_text(entry)} {_reason(entry)}"
    held = f"{said} {entry.reason} {entry.kind.value} {entry.resource}".casefold()
    return all(word in held for word in wanted.casefold().split())


def marks_of(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Give the entries as marks of a time line; a lower weight is shown before a higher one."""
    return [
        {
            "at": each.at_s,
            "icon": _icon(each, _words()[each.kind]),
            "tone": _words()[each.kind].tone,
            "text": entry_text(each),
            "weight": _WEIGHTS.index(each.kind) if each.kind in _WEIGHTS else len(_WEIGHTS),
        }
        for each in entries
    ]


def spans_of(entries: Iterable[AuditEntry], duration_s: float) -> list[dict[str, Any]]:
    """Give what lasted: what was allowed, and when everything was hidden."""
    spans = _Spans()
    for entry in entries:
        name = "" if entry.kind in _GROUPS["hidden"] else entry.resource
        if entry.kind in {AuditKind.GRANTED, AuditKind.SHIELDED}:
            spans.since.setdefault(name, entry.at_s)
        elif entry.kind in {AuditKind.REVOKED, AuditKind.EXPIRED, AuditKind.UNSHIELDED}:
            spans.close(name, entry.at_s)
        elif entry.kind is AuditKind.LEFT and entry.actor is not AuditActor.OBSERVER:
            spans.close_all(entry.at_s, but=_WATCHING)
    spans.close_all(duration_s)
    spans.close("", duration_s)
    return sorted(spans.closed, key=lambda each: (each["tone"] == "hidden", each["from"]))


class _Spans:
    """What is open since when, by its name; the shield has an empty one."""

    def __init__(self) -> None:
        self.since: dict[str, float] = {}
        self.closed: list[dict[str, Any]] = []

    def close(self, name: str, until_s: float) -> None:
        """Let one be over, if it is open."""
        begun = self.since.pop(name, None)
        if begun is not None:
            tone = "allowed" if name else "hidden"
            self.closed.append({"from": begun, "until": until_s, "tone": tone})

    def close_all(self, until_s: float, but: str = "") -> None:
        """Let everything that was allowed be over, but one; the shield outlasts the peer."""
        for name in [each for each in self.since if each not in {"", but}]:
            self.close(name, until_s)


def _icon(entry: AuditEntry, words: _Words) -> str:
    """Give the capability's own icon where the entry is about one, and no other says more."""
    capability = capability_named(entry.resource) if entry.kind in _DECIDED else None
    if capability is not None and not words.icon:
        return words_of(capability).icon
    if _is_about_watching(entry) and not words.icon:
        return "users"
    return words.icon or "circle-help"


def _actor(entry: AuditEntry) -> str:
    """Say who did it; whether the peer or a program brought a window to the front, nobody knows."""
    return "" if entry.kind is AuditKind.FOCUS else _actors()[entry.actor]


def _is_about_watching(entry: AuditEntry) -> bool:
    """Tell whether it was decided about somebody who may only watch."""
    return entry.kind in _DECIDED and entry.resource == _WATCHING


def _about(entry: AuditEntry) -> str:
    if _is_about_watching(entry):
        return tr("Watch")
    capability = capability_named(entry.resource) if entry.kind in _DECIDED else None
    if capability is not None:
        return words_of(capability).name
    if entry.kind is AuditKind.INCIDENT:
        return _met().get(entry.resource, peer_text(entry.resource))
    return peer_text(entry.resource)


def _reason(entry: AuditEntry) -> str:
    """Say why; what the peer wrote is said as it is."""
    if entry.kind is AuditKind.ENDED:
        return end_reason_text(entry.reason) if entry.reason not in {"", "owner"} else ""
    if entry.kind is AuditKind.CONSENTED:
        return how_text(entry)
    if entry.kind is AuditKind.INCIDENT and entry.reason == "":
        return _responses().get(entry.decision, "")
    return _known_reasons(entry.kind).get(entry.reason, peer_text(entry.reason))


def _known_reasons(kind: AuditKind) -> dict[str, str]:
    """Give the words of the codes that stand as the reason of a kind; a peer's own words are none."""
    if kind in {AuditKind.GRANTED, AuditKind.DENIED, AuditKind.EXPIRED}:
        return _reasons()
    if kind is AuditKind.OPENED:
        return _profiles()
    return _met() if kind is AuditKind.SHIELDED else {}


def _reasons() -> dict[str, str]:
    return {
        **{each.value: length_text(each) for each in GrantLength},
        "policy": tr("by the rules"),
        "owner": tr("you said no"),
        "expired": tr("no answer in time"),
        "withdrawn": tr("the peer was gone"),
        "the peer left": tr("the peer left"),
    }


def _profiles() -> dict[str, str]:
    return {
        Profile.STRICT.value: tr("under the strict rules"),
        Profile.STANDARD.value: tr("under the standard rules"),
        Profile.CUSTOM.value: tr("under your own rules"),
    }


def _met() -> dict[str, str]:
    """Name the limits and the rules about unusual behaviour."""
    return {
        "input_burst": tr("faster than anybody types"),
        "repeated_denials": tr("asked again and again"),
        "clipboard_flood": tr("a flood of clipboard offers"),
        "connection_flood": tr("a flood of connections"),
        "longest": tr("the longest time was over"),
        "idle": tr("nobody did anything"),
    }


def _responses() -> dict[str, str]:
    return {
        "shield": tr("everything was hidden"),
        "end": tr("the session was ended"),
        "ended": tr("the session was ended"),
    }


def _actors() -> dict[AuditActor, str]:
    return {
        AuditActor.OWNER: tr("you"),
        AuditActor.PEER: tr("the peer"),
        AuditActor.OBSERVER: tr("an observer"),
        AuditActor.POLICY: tr("the rules"),
        AuditActor.APPLIANCE: tr("Lucid"),
    }


def _words() -> dict[AuditKind, _Words]:
    return _way_words() | _decision_words() | _thing_words()


def _way_words() -> dict[AuditKind, _Words]:
    return {
        AuditKind.OPENED: _Words("circle-dot", "plain", tr("Session opened: %1")),
        AuditKind.INVITED: _Words("qr-code", "plain", tr("A code was made")),
        AuditKind.KNOCKED: _Words("door-open", "plain", tr("Somebody connected: %1")),
        AuditKind.WRONG_CODE: _Words("key-round", "ask", tr("Wrong code")),
        AuditKind.CONSENTED: _Words("file-check", "safe", tr("%1 agreed to the terms")),
        AuditKind.JOINED: _Words("log-in", "safe", tr("%1 joined")),
        AuditKind.LEFT: _Words("log-out", "plain", tr("%1 left")),
        AuditKind.ENDED: _Words("square", "plain", tr("Session ended")),
        AuditKind.VOIDED: _Words(
            "shield-x", "danger", tr("The rules in force were not the signed ones")
        ),
    }


def _decision_words() -> dict[AuditKind, _Words]:
    return {
        AuditKind.ASKED: _Words("", "ask", tr("Asked: %1")),
        AuditKind.GRANTED: _Words("check", "safe", tr("Allowed: %1")),
        AuditKind.DENIED: _Words("ban", "plain", tr("Denied: %1")),
        AuditKind.REVOKED: _Words("x", "plain", tr("Taken back: %1")),
        AuditKind.EXPIRED: _Words("timer", "plain", tr("Time was up: %1")),
        AuditKind.REFUSED: _Words("ban", "ask", tr("Refused: %1")),
        AuditKind.INCIDENT: _Words("triangle-alert", "ask", tr("Unusual: %1")),
    }


def _thing_words() -> dict[AuditKind, _Words]:
    return {
        AuditKind.SHIELDED: _Words("eye-off", "plain", tr("Everything was hidden")),
        AuditKind.UNSHIELDED: _Words("eye", "plain", tr("Shown again")),
        AuditKind.HIDDEN: _Words("square-dashed", "plain", tr("A part was hidden: %1")),
        AuditKind.SHOWN: _Words("eye", "plain", tr("A part was shown again: %1")),
        AuditKind.FOCUS: _Words("app-window", "plain", tr("In front: %1")),
        AuditKind.CLIPBOARD: _Words("clipboard-list", "plain", tr("Clipboard: %1")),
        AuditKind.FILE: _Words("file-check", "plain", tr("File: %1")),
    }
