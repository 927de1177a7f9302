"""What the processes of a hosted session have used of the processor, by what they are for."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

from tests.end_to_end.remote_desk import pod_processes

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12  # after the name, which may hold anything
KINDS = ("gate", "channels", "encoder", "engine", "xorg", "xrdp", "desktop")
_MARKS = {
    b"core.remote.gate.program": "gate",
    b"core.remote.channels.program": "channels",
    b"core.recording.shared_picture_encoder": "encoder",
}
_NAMES = {b"Xorg": "xorg", b"xrdp": "xrdp"}


def _find_all() -> dict[str, list[Path]]:
    """Find the hosted session's processes; the engine is this process without its main thread."""
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for process in pod_processes(os.getpid()):
        with suppress(OSError):
            if kind := _kind((process / "cmdline").read_bytes()):
                found[kind].append(process)
    main = str(threading.main_thread().native_id)
    found["engine"] = [each for each in Path("/proc/self/task").iterdir() if each.name != main]
    return found


def _kind(command: bytes) -> str | None:
    words = command.split(b"\0")
    for mark, kind in _MARKS.items():
        if mark in command and b"python" in words[0]:
            return kind
    name = words[0].rpartition(b"/")[2]
    if name in _NAMES:
        return _NAMES[name]
    return "desktop" if name in {b"openbox", b"xterm", b"xrdp-chansrv"} else None


def _seconds(process: Path) -> float:
    """Read what one has used so far; nothing when it has ended."""
    with suppress(OSError):
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) * _TICK_S
    return 0.0


def used() -> dict[str, float]:
    """Give the seconds of processor time that each kind has used so far."""
    return {kind: sum(map(_seconds, each)) for kind, each in _find_all().items()}
