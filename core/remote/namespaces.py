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
TEMPORARY, SHARED_MEMORY = "/tmp", "/dev/shm"  # noqa: S108 - the pod's own
X_SOCKETS = f"{TEMPORARY}/.X11-unix"
COOKIE = "/run/xauthority"
DISPLAY_MEMORY = "/run/display-memory"  # where Xorg finds its SHARED_MEMORY
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
_LARGEST_NOTHING = (
    4096  # bytes of a file system that only hides something, and cannot be written to
)
# Where the first process mounts what can be written to.
_PLACES = (
    *(TEMPORARY, "/run", "/run/xrdp", LOGS, SOCKETS, CHANNEL_SOCKETS),
    *(FRONT, HOME, DISPLAY_MEMORY),
)
_NO_MOUNTS = ["--dev-bind", "/dev/null", "/dev/fuse"]
_NO_COOKIE = ["--ro-bind", "/dev/null", COOKIE]


def pod(bwrap: str, directory: Path, command: Sequence[str]) -> list[str]:
    """Write the command that runs ``command`` as the first process of a pod.

    ``directory`` holds ``rdp``, ``settings`` and ``code``, and cannot be written to. Of the machine, only its programs
    are inside. Where something can be written is for the first process to make (``core.remote.users.Users.places``).
    """
    arguments = [bwrap, "--die-with-parent", "--as-pid-1", "--new-session", "--unshare-net"]
    arguments += ["--unshare-ipc", "--unshare-pid", "--unshare-uts", "--hostname", "session"]
    arguments += _machine(directory / "settings")
    for each in _PLACES:
        arguments += ["--perms", "0755", "--dir", each]
    places = (("rdp", RDP), ("settings", SETTINGS), ("code", CODE), ("settings/xauthority", COOKIE))
    for each, place in places:
        arguments += ["--ro-bind", str(directory / each), place]
    # What one program could put where another looks (a library to load first, say) would be a way through the walls.
    for each in ("/dev", "/"):
        arguments += ["--remount-ro", each]
    return [*arguments, "--clearenv", "--chdir", "/", *command]


def _machine(settings: Path) -> list[str]:
    """Show the machine's programs, and what of its configuration they read."""
    arguments = ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    arguments += ["--dev-bind-try", "/dev/fuse", "/dev/fuse"]
    for link, target in _LINKS.items():
        arguments += ["--symlink", target, link]
    for each in ("/etc", "/var", "/var/cache"):  # made by the way, they would be one user's alone
        arguments += ["--perms", "0755", "--dir", each]
    for each in _ETC:
        arguments += ["--ro-bind-try", f"/etc/{each}", f"/etc/{each}"]
    arguments += ["--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig"]
    arguments += ["--ro-bind", "/etc/xrdp", "/etc/xrdp"]
    arguments += ["--ro-bind", str(settings / "sesman.ini"), "/etc/xrdp/sesman.ini"]
    for each in ("passwd", "group"):
        arguments += ["--ro-bind", str(settings / each), f"/etc/{each}"]
    return arguments


def rdp_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for xrdp: it sees the front and its settings, but not the session.

    A network of its own keeps it from the display's socket that has a name in the network instead of a path.
    """
    walls = [*_cell(bwrap), *_NO_MOUNTS, *_NO_COOKIE, "--unshare-net"]
    walls += _hide(SOCKETS, CHANNEL_SOCKETS, HOME, CODE, SETTINGS, TEMPORARY, SHARED_MEMORY)
    walls += _hide(DISPLAY_MEMORY)
    return [*walls, *command]


def display_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for Xorg: it shares its picture's memory with the gate, and nothing of the front.

    Since xorgxrdp 0.10 that memory is a file that it makes in /dev/shm, and sends as a descriptor.
    """
    walls = [*_cell(bwrap), *_NO_MOUNTS, "--bind", DISPLAY_MEMORY, SHARED_MEMORY]
    return [*walls, *_hide(FRONT, RDP, CHANNEL_SOCKETS, DISPLAY_MEMORY), *command]


def channels_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for the channels: where xrdp meets them, the session's end, the code, and no more.

    A network of its own keeps them from the display's socket that has a name in the network instead of a path.
    """
    walls = [*_cell(bwrap), *_NO_MOUNTS, *_NO_COOKIE, "--unshare-ipc", "--unshare-net"]
    walls += _hide(RDP, SETTINGS, SOCKETS, HOME, TEMPORARY, SHARED_MEMORY, DISPLAY_MEMORY)
    return [*walls, *_hide(FRONT, but=FRONT_CHANNELS), *command]


def watcher_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for the window watcher: the display's X socket, its cookie and the code, and no more."""
    arguments = [*_cell(bwrap), *_NO_MOUNTS, "--unshare-ipc"]
    arguments += _hide(FRONT, RDP, SETTINGS, SOCKETS, CHANNEL_SOCKETS, HOME)
    arguments += _hide(SHARED_MEMORY, DISPLAY_MEMORY)
    return [*arguments, *command]


def client_cell(bwrap: str, command: Sequence[str]) -> list[str]:
    """Write the command for a joined session's client: the display's X socket, its cookie and the line, no network.

    Home and temporary files are its own: there is no desktop in its pod.
    """
    arguments = [*_cell(bwrap), *_NO_MOUNTS, "--unshare-ipc", "--unshare-net"]
    return [
        *arguments,
        *_hide(FRONT, SETTINGS, SOCKETS, CHANNEL_SOCKETS, CODE, DISPLAY_MEMORY),
        *command,
    ]


def desktop_cell(bwrap: str, channels: Sequence[str], desktop: Sequence[str]) -> list[str]:
    """Write the command for the session's end of the channels, and for the desktop beside it.

    The former mounts the peer's drives, which a cell within a cell allows without making its walls removable;
    the latter sees what is mounted, but neither the sockets nor the means to mount. Both end together.
    """
    walls = [*_cell(bwrap), "--unshare-ipc", *_hide(FRONT, CODE, RDP, SETTINGS, DISPLAY_MEMORY)]
    walls += ["--bind", CHANNEL_SOCKETS, SOCKETS, *_hide(CHANNEL_SOCKETS)]
    mounter = [bwrap, "--die-with-parent", "--dev-bind", "/", "/", "--cap-add", "CAP_SYS_ADMIN"]
    powerless = ["setpriv", "--inh-caps=-all", "--ambient-caps=-all"]
    beside = shlex.join([*powerless, *_cell(bwrap), *_NO_MOUNTS, *_hide(SOCKETS), *desktop])
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
    own = ["--unshare-pid", "--proc", "/proc", *_hide(LOGS)]
    return [bwrap, "--die-with-parent", "--dev-bind", "/", "/", *own]


def _hide(*places: str, but: str = "") -> list[str]:
    """Put nothing in the place of directories, which cannot be written to either; of one, a part may be left."""
    words = []
    for each in places:
        words += ["--size", str(_LARGEST_NOTHING), "--tmpfs", each]
        words += ["--bind", but, but] if but else []
        words += ["--remount-ro", each]
    return words
