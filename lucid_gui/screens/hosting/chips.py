"""What a peer may do, as a chip for each capability: grey, amber or in colour, and until when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core.api.hosting import Grant, Hosting
from core.api.permissions import Capability, Rule
from lucid_gui.screens.wording import count_text, time_text
from lucid_gui.text.capabilities import words_of
from lucid_gui.text.words import tr


def chips_of(
    hosting: Hosting | None, asking: Collection[Capability], revoking: Collection[Capability]
) -> list[dict[str, Any]]:
    """Give the chips in the order of Capability."""
    grants = hosting.grants if hosting else ()
    return [_chip(each, each.capability in asking, each.capability in revoking) for each in grants]


def _chip(grant: Grant, is_asking: bool, is_revoking: bool) -> dict[str, Any]:
    words = words_of(grant.capability)
    state = "allowed" if grant.is_granted else "asking" if is_asking else "denied"
    text = _text(grant, is_asking, is_revoking)
    name = f"{words.name}, {text}"
    if grant.is_granted:
        name = tr("%1. Tap to take it back.").replace("%1", name)
    return {
        "capability": grant.capability.value,
        "icon": words.icon,
        "title": words.name,
        "state": state,
        "stateText": text,
        "name": name,
        "isRevocable": grant.is_granted and not is_revoking,
    }


def _text(grant: Grant, is_asking: bool, is_revoking: bool) -> str:
    if is_revoking:
        return tr("taking it back")
    if grant.is_granted:
        return _until_text(grant.until_utc_ms)
    return tr("asking now") if is_asking else _denied_text(grant)


def _until_text(until_utc_ms: int | None) -> str:
    if until_utc_ms is None:
        return tr("until the end")
    return tr("until %1").replace("%1", time_text(until_utc_ms))


def _denied_text(grant: Grant) -> str:
    if grant.rule is Rule.DENY:
        return tr("never, by the rules")
    if grant.attempts:
        return count_text(grant.attempts, tr("tried once"), tr("tried %1 times"))
    return tr("not allowed")
