"""Somebody who may only watch: how that stands, in words; from the snapshot alone."""

from __future__ import annotations

from typing import Any

from core.api.hosting import Observing, PeerState
from lucid_gui.screens.hosting.sentences import invitation_facts, reach_facts
from lucid_gui.screens.wording import time_text
from lucid_gui.text.peers import LONGEST_NAME, peer_text
from lucid_gui.text.words import tr


def observing_facts(
    observing: Observing | None, now_utc_ms: int, *, is_asking: bool, is_denied: bool
) -> dict[str, Any]:
    """Give what the row and the card of the observer show; ``is_denied`` where the policy lets nobody see."""
    state = "denied" if is_denied and observing is None else _state(observing, is_asking)
    title, detail = _words(state, observing)
    return {
        "state": state,
        "title": title,
        "detail": detail,
        "stateText": _state_text(state, observing),
        "canStop": observing is not None,
        "canInvite": state in {"none", "closed", "waiting"},
        "reach": reach_facts(observing.reach if observing else None),
        "invitation": invitation_facts(observing.invitation if observing else None, now_utc_ms),
    }


def _state(observing: Observing | None, is_asking: bool) -> str:
    if observing is None:
        return "none"
    if observing.is_watching:
        return "watching"
    if observing.peer.state is PeerState.ADMITTED or is_asking:
        return "asking"
    if observing.peer.state is PeerState.AT_DOOR:
        return "at_door"
    return "waiting" if observing.invitation else "closed"


def _words(state: str, observing: Observing | None) -> tuple[str, str]:
    name = peer_text(observing.peer.name, LONGEST_NAME) if observing else ""
    return {
        "denied": (tr("Nobody can watch"), tr("The policy lets nobody see the desktop.")),
        "none": (tr("Let somebody watch"), tr("They see what the peer sees, and can do nothing.")),
        "closed": (tr("Nobody watches"), tr("No code is valid. Make a new one, or stop.")),
        "waiting": (tr("Nobody watches yet"), tr("Give them the address and the code.")),
        "at_door": (
            tr("Somebody is at the door"),
            tr("It wants to watch, and is asked for the code."),
        ),
        "asking": (
            tr("%1 wants to watch").replace("%1", name or tr("Somebody")),
            tr("It sees nothing until you allow it."),
        ),
        "watching": (
            tr("%1 watches").replace("%1", name or tr("Somebody")),
            _until_text(observing),
        ),
    }[state]


def _state_text(state: str, observing: Observing | None) -> str:
    """Say it in a word or two, for the chip."""
    name = peer_text(observing.peer.name, LONGEST_NAME) if observing else ""
    return {
        "denied": tr("nobody can"),
        "none": tr("let somebody watch"),
        "closed": tr("no valid code"),
        "waiting": tr("nobody yet"),
        "at_door": tr("at the door"),
        "asking": tr("asks to watch"),
        "watching": name or tr("watches"),
    }[state]


def _until_text(observing: Observing | None) -> str:
    if observing is None or observing.until_utc_ms is None:
        return tr("Until the end. It sees what the peer sees.")
    return tr("Until %1. It sees what the peer sees.").replace(
        "%1", time_text(observing.until_utc_ms)
    )
