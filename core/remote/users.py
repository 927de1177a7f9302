"""The users of a pod: where the engine may make some, each part is one of its own; else all are the engine's user.

The pod's first process is root among them and nobody else on the machine: bubblewrap makes a user namespace, and the
engine writes down which of the machine's users are in it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.remote import namespaces as inside

_SETPRIV = "/usr/bin/setpriv"
THROW_AWAY_USERS = range(61184, 65520)  # those that systemd sets aside for passing users
# Each part's groups, the first of which its files and its shared memory belong to. "front" is what lies between xrdp
# and the gate, "cookie" whoever may come to the display; in a part's own group is who may come to its socket.
_GROUPS = {
    "xorg": ("xorg", "cookie"),
    "gate": ("front", "gate"),
    "channels": ("channels", "front"),
    "watcher": ("watcher", "cookie"),
    "desktop": ("desktop", "cookie"),
    "xrdp": ("xrdp", "front"),
    "client": ("client", "cookie"),
    "observer": ("front",),
}
_PLACES = {name: place for place, name in enumerate((*_GROUPS, "front", "cookie"), start=1)}
_COUNT = 16  # set aside at once, from a multiple of it on
# What the first process starts with, and gives up when all programs are there.
_FIRST_HAS = ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE")
_SOCKET_BYTES, _LOG_BYTES = 1 << 20, 16 << 20
_GUEST_BYTES = 256 << 20  # home, temporary files, shared memory and the display's, each


class Place(NamedTuple):
    """A directory inside the pod; ``size`` is what a file system of its own may hold, 0 where it has none."""

    path: str
    user: int
    group: int
    mode: int
    size: int = 0


@dataclass(frozen=True)
class Users:
    """A pod's users. ``first`` is the machine's number of the pod's own root; None where all are this process's."""

    first: int | None

    def number(self, name: str) -> int:
        """Tell the user (and the group) of a part, or the group "front" or "cookie"; raises KeyError."""
        place = _PLACES[name]
        return os.getuid() if self.first is None else self.first + place

    def group(self, name: str) -> int:
        """Tell a group; raises KeyError for a name that is none."""
        number = self.number(name)
        return os.getgid() if self.first is None else number

    @property
    def root(self) -> int:
        """Tell the first process's user, as the pod numbers it."""
        return os.getuid() if self.first is None else 0

    @property
    def root_group(self) -> int:
        """Tell the first process's group, as the pod numbers it."""
        return os.getgid() if self.first is None else 0

    def pod(self, bwrap: Sequence[str], tells: int, waits: int) -> list[str]:
        """Write the command of a pod whose first process may start programs as its users.

        Where they must be written down (``write``), bubblewrap tells its process as ``child-pid`` of a JSON object at
        the descriptor ``tells``, and waits for a byte at ``waits``.
        """
        program, *arguments = bwrap
        if self.first is None:
            return [program, "--cap-add", "CAP_SYS_ADMIN", *arguments]
        walls = ["--unshare-user", "--userns-block-fd", str(waits), "--info-fd", str(tells)]
        for each in _FIRST_HAS:
            walls += ["--cap-add", f"CAP_{each}"]
        return [*become(self.first), program, *walls, *arguments]

    def write(self, process: int) -> None:
        """Write down which of the machine's users are in a process's user namespace. Raises OSError."""
        if self.first is None:
            raise ValueError("this process has no users to give")
        lines = f"0 {self.first} 1\n{self.first + 1} {self.first + 1} {_COUNT - 1}\n"
        for each in ("uid_map", "gid_map"):
            Path("/proc", str(process), each).write_text(lines, encoding="ascii")

    def program(self, part: str, command: Sequence[str], *, enters: bool) -> list[str]:
        """Write a command so that it runs as that part's user, without any capability.

        One that ``enters`` the display's shared memory keeps what that takes, and must give it up itself.
        """
        kept = "-all,+sys_admin" if enters else "-all"
        capabilities = [f"--inh-caps={kept}", f"--ambient-caps={kept}", "--no-new-privs"]
        if self.first is None:
            return [_SETPRIV, *capabilities, "--", *command]
        user, (first, *others) = str(self.number(part)), map(self._text, _GROUPS[part])
        groups = ["--groups", ",".join(others)] if others else ["--clear-groups"]
        own = ["--reuid", user, "--regid", first, *groups, "--bounding-set=-all"]
        return [_SETPRIV, *own, *capabilities, "--", *command]

    def names(self) -> dict[str, int]:
        """Name the pod's users: the desktop's is the guest."""
        guest = {"guest": self.number("desktop")}
        others = {} if self.first is None else {each: self.number(each) for each in _GROUPS}
        return guest | {name: user for name, user in others.items() if name != "desktop"}

    def places(self, parts: Collection[str]) -> list[Place]:
        """List all directories that can be written to in a pod with these parts: each is bounded.

        A socket that is made in one belongs to its group. Home is the client's where there is one.
        """
        name = "client" if "client" in parts else "desktop"
        root, guest, own = (self.root, self.root_group), self.number(name), self.group(name)
        sockets, channels = self.group("gate"), self.group("channels")
        front, mode = self.group("front"), 0o3770  # who makes a socket there keeps it
        return [
            Place(inside.TEMPORARY, *root, 0o1777, _GUEST_BYTES),
            Place(inside.X_SOCKETS, *root, 0o1777),
            Place(inside.LOGS, *root, 0o700, _LOG_BYTES),
            Place(inside.SHARED_MEMORY, guest, own, 0o700, _GUEST_BYTES),
            Place(
                inside.DISPLAY_MEMORY, self.number("xorg"), self.group("xorg"), 0o700, _GUEST_BYTES
            ),
            Place(inside.HOME, guest, own, 0o711, _GUEST_BYTES),
            Place(inside.SOCKETS, self.number("xorg"), sockets, 0o2710, _SOCKET_BYTES),
            Place(inside.CHANNEL_SOCKETS, guest, channels, 0o2710, _SOCKET_BYTES),
            Place(inside.FRONT, self.root, front, mode, _SOCKET_BYTES),
            Place(inside.FRONT_CHANNELS, self.number("channels"), front, 0o2710),
        ]

    def give(self, directory: Path, rdp: str) -> None:
        """Give each part what is its own of a pod's directory; the folder "rdp" is that of the part ``rdp``."""
        if self.first is None:
            return
        for each in (directory, *directory.rglob("*")):
            is_private = each.is_relative_to(directory / "rdp")
            owner = self.number(rdp) if is_private else self.first
            os.chown(each, owner, owner, follow_symlinks=False)
            if not each.is_symlink():
                each.chmod((0o755 if each.is_dir() else 0o644) & (0o700 if is_private else 0o777))
        directory.chmod(0o700)
        cookie = directory / "settings/xauthority"
        os.chown(cookie, self.first, self.number("cookie"))
        cookie.chmod(0o640)

    def _text(self, name: str) -> str:
        return str(self.number(name))


def pod_users() -> Users:
    """Choose users that own nothing, where this process may become others."""
    if os.geteuid() != 0:
        return Users(None)
    taken = {_owner(each) // _COUNT for each in Path("/proc").iterdir() if each.name.isdigit()}
    firsts = range(THROW_AWAY_USERS.start, THROW_AWAY_USERS.stop, _COUNT)
    return Users(secrets.choice([first for first in firsts if first // _COUNT not in taken]))


def become(user: int) -> list[str]:
    """Write what runs a command as that user, for good."""
    own = ["--reuid", str(user), "--regid", str(user), "--clear-groups", "--no-new-privs"]
    return [_SETPRIV, *own]


def _owner(process: Path) -> int:
    with suppress(OSError):
        return process.stat().st_uid
    return 0  # it has ended meanwhile
