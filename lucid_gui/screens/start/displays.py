"""Which X displays are there on this machine, by their sockets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

# The place is fixed by the X server (xtrans); nothing is ever written there.
X_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108
_SOCKET_NAME = re.compile(r"X(\d{1,5})")
_OF_THIS_MACHINE = re.compile(
    r"(?:unix/?)?(:\d{1,5})(?:\.\d+)?"
)  # X(7): [protocol/]:display[.screen]
_X_PLATFORM = "xcb"  # Qt's; by any other it is not X that the kiosk is shown by


def find_displays(sockets: Path = X_SOCKETS) -> list[str]:
    """List the displays in order, as in ``:0``; whether one lets us in shows when it is recorded."""
    try:
        names = [each.name for each in sockets.iterdir()]
    except OSError:
        return []
    numbers = sorted(int(found[1]) for name in names if (found := _SOCKET_NAME.fullmatch(name)))
    return [f":{number}" for number in numbers]


def own_display(platform: str, environment: Mapping[str, str]) -> str:
    """Name the display that the kiosk is shown on, as in ``:0``; empty where that is none of this machine's X."""
    found = _OF_THIS_MACHINE.fullmatch(environment.get("DISPLAY", ""))
    return found[1] if found and platform == _X_PLATFORM else ""
