"""The profiles that a session with a remote peer can have, in plain words."""

from __future__ import annotations

from core.api.permissions import Profile
from lucid_gui.text.words import tr


def profile_cards() -> list[dict[str, str]]:
    """Give the profiles, the strictest first, each with what the peer may do at first."""
    return [
        {
            "value": Profile.STRICT.value,
            "icon": "shield-alert",
            "title": tr("Strict"),
            "detail": tr(
                "At first it sees nothing. Seeing, clicking, typing and the clipboard are asked. Never files or sound."
            ),
        },
        {
            "value": Profile.STANDARD.value,
            "icon": "shield",
            "title": tr("Standard"),
            "detail": tr(
                "At first it sees the desktop. Clicking, typing, clipboard, files and sound are asked, one by one."
            ),
        },
        {
            "value": Profile.CUSTOM.value,
            "icon": "sliders-horizontal",
            "title": tr("Custom"),
            "detail": tr("Your own rules: what is asked, what never, what stays hidden."),
        },
    ]
