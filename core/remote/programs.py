"""The programs of a hosted session, in the order in which they are started."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import NamedTuple

from core.remote import namespaces as inside
from core.remote.pod_process import DisplayMemory, Program

PYTHON = "/usr/bin/python3"  # the system's own: gate and pod need nothing but its standard library
_DISPLAY = f"{inside.SOCKETS}/xrdp_display_{inside.DISPLAY_NUMBER}"
_SESSION = f"{inside.CHANNEL_SOCKETS}/xrdp_chansrv_socket_{inside.DISPLAY_NUMBER}"
_GATE = (
    f"import sys; sys.path.insert(0, {inside.CODE!r}); "
    "from core.remote.gate.program import main; main(sys.argv[1:])"
)
_WATCHER = _GATE.replace("gate.program", "watcher.program")
_CHANNELS = _GATE.replace("gate.program", "channels.program")
_GREETING = (
    "printf '\\033[1mA hosted session.\\033[0m\\n\\nEverything on this screen is being recorded and sealed.\\n"
    "A remote peer can do here what the owner allows.\\n\\n'; exec bash --norc --noprofile -i"
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/usr/sbin:/bin:/sbin",
    "HOME": inside.HOME,
    "USER": "guest",
    "LANG": "C.UTF-8",
    "DISPLAY": f":{inside.DISPLAY_NUMBER}",
    "XRDP_SOCKET_PATH": inside.SOCKETS,
    "XAUTHORITY": inside.COOKIE,
}


class Lines(NamedTuple):
    """Descriptors: the gate's line to the engine, and the two ends of the line between gate and watcher."""

    engine: int
    gate_end: int
    watcher_end: int


@dataclass(frozen=True)
class WindowRules:
    """Which windows are hidden, as the watcher reads it; ``is_empty`` where none ever is."""

    text: str
    is_empty: bool


NO_RULES = WindowRules('{"hidden": [], "allowed": []}', is_empty=True)


def session_programs(
    bwrap: str,
    lines: Lines,
    channels: int,
    *,
    size: tuple[int, int],
    version: int,
    rules: WindowRules,
) -> list[Program]:
    """List the programs of a session.

    ``channels`` is the descriptor of the channels' line to the engine, ``version`` that of the display's protocol.

    The watcher comes before the desktop, so that nobody can take the display's place before it.

    The gate comes before the desktop, so that no window is there before the display has its size.
    """
    rdp = ["xrdp", "--nodaemon", "--config", f"{inside.RDP}/xrdp.ini"]
    desktop = inside.desktop_cell(bwrap, ["xrdp-chansrv"], _desktop())
    watcher = inside.watcher_cell(bwrap, _watcher(lines.watcher_end, rules.text))
    return [
        display_program(bwrap),
        gate_program(lines, size=size, version=version, has_rules=not rules.is_empty),
        Program("watcher", watcher, ENVIRONMENT, inherits=(lines.watcher_end,)),
        Program("desktop", desktop, ENVIRONMENT, _SESSION),
        _channels_program(bwrap, channels),
        Program("xrdp", inside.rdp_cell(bwrap, rdp), ENVIRONMENT, f"{inside.FRONT}/rdp"),
    ]


def display_program(bwrap: str) -> Program:
    """Give the program of the display, which comes first in every pod."""
    cell = inside.display_cell(bwrap, _xorg())
    return Program("xorg", cell, ENVIRONMENT, _DISPLAY, memory=DisplayMemory.ALL)


def gate_program(lines: Lines, *, size: tuple[int, int], version: int, has_rules: bool) -> Program:
    """Give the program of the gate, which comes next."""
    command = _gate(lines, size, version, has_rules=has_rules)
    front = f"{inside.FRONT}/display"
    inherits = (lines.engine, lines.gate_end)
    return Program("gate", command, ENVIRONMENT, front, inherits, DisplayMemory.ENTERS)


def _channels_program(bwrap: str, line: int) -> Program:
    front = f"{inside.FRONT_CHANNELS}/socket"
    command = [PYTHON, "-I", "-S", "-c", _CHANNELS, str(line), front, _SESSION]
    return Program("channels", inside.channels_cell(bwrap, command), ENVIRONMENT, front, (line,))


def _xorg() -> list[str]:
    return [
        *("Xorg", f":{inside.DISPLAY_NUMBER}", "-auth", inside.COOKIE),
        *("-config", f"{inside.SETTINGS}/xorg.conf", "-logfile", "/dev/null"),
        *("-noreset", "-nolisten", "tcp", "-novtswitch", "-dpms", "-s", "0"),
    ]


def _watcher(line: int, rules: str) -> list[str]:
    socket = f"{inside.X_SOCKETS}/X{inside.DISPLAY_NUMBER}"
    places = [socket, inside.COOKIE]
    return [PYTHON, "-I", "-S", "-c", _WATCHER, str(line), *places, rules]


def _gate(lines: Lines, size: tuple[int, int], version: int, *, has_rules: bool) -> list[str]:
    given = [str(lines.engine), str(lines.gate_end), "rules" if has_rules else "none"]
    places = [_DISPLAY, f"{inside.FRONT}/display", *map(str, (*size, version))]
    return [PYTHON, "-I", "-S", "-c", _GATE, *given, *places]


def _desktop() -> list[str]:
    """The window manager starts the terminal when it is ready: a window that comes earlier may never be shown."""
    shell = ["xterm", "-geometry", "100x30+60+60", "-fa", "Monospace", "-fs", "11"]
    return ["openbox", "--startup", shlex.join([*shell, "-e", "sh", "-c", _GREETING])]
