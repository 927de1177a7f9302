"""What the gate tells and nobody decides about: it goes into the trail as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.api.hosting import AuditActor, AuditKind
from core.hosting.gate_facts import count_of, text_of
from core.remote.gate_link import Facts


@dataclass(frozen=True)
class Entry:
    """What is to be written down."""

    kind: AuditKind
    actor: AuditActor
    resource: str = ""
    reason: str = ""


def _refused(facts: Facts) -> Entry:
    return Entry(AuditKind.REFUSED, AuditActor.POLICY, reason=text_of(facts, "reason"))


def _clipboard(facts: Facts) -> Entry:
    way, size, form = text_of(facts, "direction"), count_of(facts, "bytes"), facts.get("format", "")
    return Entry(AuditKind.CLIPBOARD, AuditActor.PEER, f"{way} {size} bytes {form}")


def _file(facts: Facts) -> Entry:
    way, size = text_of(facts, "direction"), count_of(facts, "size")
    reason = f"{text_of(facts, 'action')} {way}, {size} bytes"
    return Entry(AuditKind.FILE, AuditActor.PEER, text_of(facts, "name"), reason)


def _focus(facts: Facts) -> Entry:
    """Write down which window is in front; a program may have raised it, and with nobody there."""
    title, program = text_of(facts, "title"), text_of(facts, "window_class")
    return Entry(AuditKind.FOCUS, AuditActor.APPLIANCE, title, program)


def _watched(facts: Facts) -> Entry:
    """Write down that the display is dark because the watcher is silent, and that it is no longer."""
    who = "nobody says" if facts.get("is_blind") is not False else "the watcher says again"
    reason = f"{who} where hidden windows are"
    return Entry(AuditKind.INCIDENT, AuditActor.APPLIANCE, "watcher", reason)


def _gone(facts: Facts) -> Entry:
    program = text_of(facts, "program") or "gate"
    return Entry(AuditKind.INCIDENT, AuditActor.APPLIANCE, program, text_of(facts, "reason"))


ENTRIES: Mapping[str, Callable[[Facts], Entry]] = MappingProxyType(
    {
        "refused": _refused,
        "clipboard": _clipboard,
        "file": _file,
        "focus": _focus,
        "watched": _watched,
        "gone": _gone,  # last words
    }
)
