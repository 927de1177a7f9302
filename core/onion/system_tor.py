"""A tor of the system's that runs as another user: which group it is in, and how it comes to our sockets.

Only that group can pass the directory of such a socket and connect to it; whoever is in it rules that tor anyway.
"""

from __future__ import annotations

import grp
import os
from pathlib import Path

from core.errors import TorRefused

_PASSED = 0o2710  # what is made in it is the group's too
_CONNECTED_TO = 0o660


def group_of_tor(control: Path) -> int | None:
    """Give the group of a system's tor, by its control socket; None where tor runs as this user.

    Raises TorRefused where this user is not in that group; a socket that is not there says None.
    """
    try:
        found = control.stat()
    except PermissionError:
        raise TorRefused(
            reason=f"this user may not look into {control.parent}, where its control socket is"
        ) from None
    except OSError:
        return None  # it does not run just now
    if found.st_uid == os.geteuid():
        return None
    if os.geteuid() != 0 and found.st_gid not in {os.getegid(), *os.getgroups()}:
        name = _name(found.st_gid)
        raise TorRefused(
            reason=f"it is the system's, and this user is not in its group {name}; "
            f"have the user put there (adduser USER {name}), and log in again"
        )
    return found.st_gid


def open_to(group: int, socket: Path) -> None:
    """Let a group come to a socket, also one that is not there yet; its directory holds nothing else.

    Raises TorRefused.
    """
    try:
        os.chown(socket.parent, -1, group)
        socket.parent.chmod(_PASSED)
        if socket.is_socket():
            os.chown(socket, -1, group)
            socket.chmod(_CONNECTED_TO)
    except OSError as error:
        raise TorRefused(
            reason=f"the directory of a socket cannot be opened to its group {_name(group)}: "
            f"{error.strerror}"
        ) from error


def _name(group: int) -> str:
    try:
        return grp.getgrgid(group).gr_name
    except KeyError:
        return str(group)
