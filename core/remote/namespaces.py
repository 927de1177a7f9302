"""The walls of a hosted session, as arguments of bubblewrap: an outer pod, and inner cells for what is hostile.

The pod has its own network (nothing but loopback), processes, shared memory and files; a cell has its own
processes besides, and the desktop's cell its own shared memory, so that Xorg's picture is not in its reach.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

FRONT, RDP, SETTINGS = "/run/front", "/run/rdp", "/run/settings"
CODE, LOGS = "/run/code", "/run/logs"
X_SOCKETS = "/tmp/.X11-unix"  # noqa: S108 - the pod's own
SOCKETS, HOME = "/run/xrdp/sockdir", "/guest"
FRONT_CHANNELS = f"{FRONT}/channels"  # where xrdp meets the channels
CHANNEL_SOCKETS = "/run/xrdp/channels"  # what the session's end of the channels finds as SOCKETS
DRIVES = f"{HOME}/drives"  # where the peer's are mounted
DISPLAY_NUMBER = 10

_LINKS = {"/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib", "/lib64": "usr/lib64"}
_ETC = (
    *("alternatives", "fonts", "X11", "xdg", "localtime", "bash.bashrc"),
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d"),
)
_TMP_BYTES = 256 << 20
_NO_MOUNTS = ["--dev-bind", "/dev/null", "/dev/fuse"]


def pod(bwrap: str, directory: Path, command: Sequence[str]) -> list[str]:
    """Write the command that runs ``command`` as the first process of a pod.

    ``directory`` holds ``front``, ``rdp``, ``settings`` and ``code``. Of the machine, only its programs are inside.
    """
    arguments = [bwrap, "--die-with-parent", "--as-pid-1", "--new-session"]
    arguments += [
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-uts",
        "--hostname",
        "session",
    ]
    arguments += ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    arguments += ["--dev-bind-try", "/dev/fuse", "/dev/fuse"]
    for link, target in _LINKS.items():
        arguments += ["--symlink", target, link]
    for each in (
        "/etc",
        "/var",
        "/var/cache",
    ):  # which would be the first process's alone, made by the way
        arguments += ["--perms", "0755", "--dir", each]
    for each in _ETC:
        arguments += ["--ro-bind-try", f"/etc/{each}", f"/etc/{each}"]
    arguments += ["--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig"]
    arguments += ["--ro-bind", "/etc/xrdp", "/etc/xrdp"]
    arguments += ["--ro-bind", str(directory / "settings/sesman.ini"), "/etc/xrdp/sesman.ini"]
    for each in ("passwd", "group"):
        arguments += ["--ro-bind", str(directory / "settings" / each), f"/etc/{each}"]
    arguments += ["--perms", "1777", "--size", str(_TMP_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
    arguments += ["--tmpfs", "/run"]
    arguments += ["--perms", "1777", "--dir", X_SOCKETS, "--tmpfs", LOGS]
    arguments += ["--tmpfs", SOCKETS, "--tmpfs", CHANNEL_SOCKETS]
    arguments += ["--size", str(_TMP_BYTES), "--tmpfs", HOME]
    arguments += ["--bind", str(directory / "front"), FRONT]
    for each, place in (("rdp", RDP), ("settings", SETTINGS), ("code", CODE)):
        arguments += ["--ro-bind", str(directory / each), place]
    arguments += ["--ro-bind", str(directory / "settings/xauthority"), f"{HOME}/.Xauthority"]
    # What one program could put where another looks (a library to load first, say) would be a way through the walls.
    for each in ("/dev", "/run", "/"):
        arguments += ["--remount-ro", each]
    return [*arguments, "--clearenv", "--chdir", "/", *command]


def rdp_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for xrdp: it sees the front and its settings, but not the session.

    A network of its own keeps it from the display's socket that has a name in the network instead of a path.
    """
    walls = [*_cell(bwrap), *_NO_MOUNTS, "--unshare-net"]
    hidden = (SOCKETS, CHANNEL_SOCKETS, HOME, CODE, SETTINGS, "/tmp")  # noqa: S108 - where X has its socket
    for each in hidden:
        walls += ["--tmpfs", each]
    return [*walls, *command]


def display_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for Xorg: it shares its picture's memory with the gate, and nothing of the front."""
    walls = [*_cell(bwrap), *_NO_MOUNTS]
    for each in (FRONT, RDP, CHANNEL_SOCKETS):
        walls += ["--tmpfs", each]
    return [*walls, *command]


def channels_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for the channels: where xrdp meets them, the session's end, the code, and no more.

    A network of its own keeps them from the display's socket that has a name in the network instead of a path.
    """
    walls = [*_cell(bwrap), *_NO_MOUNTS, "--unshare-ipc", "--unshare-net"]
    for each in (FRONT, RDP, SETTINGS, SOCKETS, HOME, "/tmp"):  # noqa: S108 - where the display's socket is
        walls += ["--tmpfs", each]
    return [*walls, "--bind", FRONT_CHANNELS, FRONT_CHANNELS, *command]


def watcher_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for the window watcher: the display's X socket, its cookie and the code, and no more."""
    arguments = [*_cell(bwrap), *_NO_MOUNTS, "--unshare-ipc"]
    for each in (FRONT, RDP, SETTINGS, SOCKETS, CHANNEL_SOCKETS, LOGS, HOME):
        arguments += ["--tmpfs", each]
    arguments += ["--ro-bind", f"{HOME}/.Xauthority", f"{HOME}/.Xauthority"]
    return [*arguments, *command]


def desktop_cell(bwrap: str, channels: Sequence[str], desktop: Sequence[str]) -> list[str]:
    """Write the command for the session's end of the channels, and for the desktop beside it.

    The former mounts the peer's drives, which a cell within a cell allows without making its walls removable;
    the latter sees what is mounted, but neither the sockets nor the means to mount. Both end together.
    """
    walls = [*_cell(bwrap), "--unshare-ipc", "--tmpfs", FRONT, "--tmpfs", CODE]
    walls += ["--tmpfs", RDP, "--tmpfs", SETTINGS, "--bind", CHANNEL_SOCKETS, SOCKETS]
    walls += ["--tmpfs", CHANNEL_SOCKETS]
    mounter = [bwrap, "--die-with-parent", "--dev-bind", "/", "/", "--cap-add", "CAP_SYS_ADMIN"]
    powerless = ["setpriv", "--inh-caps=-all", "--ambient-caps=-all"]
    beside = shlex.join([*powerless, *_cell(bwrap), *_NO_MOUNTS, "--tmpfs", SOCKETS, *desktop])
    # What is put there while no drive is mounted would be in the way of the next one. Since xrdp 0.10, the session's
    # end of the channels has a directory of its user's own.
    script = (
        f"mkdir -m 555 {DRIVES} && mount --make-shared {HOME} && ln -s . {SOCKETS}/$UID || exit"
    )
    return [
        *walls,
        *mounter,
        "bash",
        "-c",
        f"{script}; {shlex.join(channels)} & {beside} & wait -n",
    ]


def _cell(bwrap: str) -> list[str]:
    own = ["--unshare-pid", "--proc", "/proc", "--tmpfs", LOGS, "--tmpfs", "/dev/shm"]  # noqa: S108
    return [bwrap, "--die-with-parent", "--dev-bind", "/", "/", *own]
