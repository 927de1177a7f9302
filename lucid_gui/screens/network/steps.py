"""The way to Tor as four steps. Source: control-spec, "Bootstrap events": the tags and their percentages."""

from __future__ import annotations

from typing import Any

from core.api.network import TorPhase, TorStatus
from lucid_gui.text.words import tr

# Where each step begins, in Tor's own percent.
_BEGINS = (0, 15, 45, 76)
_END = 100


def tor_steps(tor: TorStatus) -> list[dict[str, Any]]:
    """Give what the stepper shows."""
    is_stuck = tor.phase is TorPhase.STUCK
    return [
        {"key": key, "title": title, "icon": icon, "status": _status(index, tor.percent, is_stuck)}
        for index, (key, icon, title) in enumerate(_steps())
    ]


def _steps() -> tuple[tuple[str, str, str], ...]:
    return (
        ("relay", "link", tr("A relay")),
        ("directory", "list", tr("The directory")),
        ("relays", "download", tr("The relays")),
        ("circuit", "globe-lock", tr("A circuit")),
    )


def _status(index: int, percent: int, is_stuck: bool) -> str:
    until = _BEGINS[index + 1] if index + 1 < len(_BEGINS) else _END
    if percent >= until:
        return "done"
    if percent < _BEGINS[index]:
        return "later"
    return "stopped" if is_stuck else "now"
