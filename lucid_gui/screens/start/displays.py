"""Which X displays are there on this machine, by their sockets."""

from __future__ import annotations

import re
from pathlib import Path

# The place is fixed by the X server (xtrans); nothing is ever written there.
X_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108
_SOCKET_NAME = re.compile(r"X(\d{1,5})")


def find_displays(sockets: Path = X_SOCKETS) -> list[str]:
    """List the displays in order, as in ``:0``; whether one lets us in shows when it is recorded."""
    try:
        names = [each.name for each in sockets.iterdir()]
    except OSError:
        return []
    numbers = sorted(int(found[1]) for name in names if (found := _SOCKET_NAME.fullmatch(name)))
    return [f":{number}" for number in numbers]
