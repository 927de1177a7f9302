"""The pod's first process: starts the session's programs one after the other, tells how they are, and reaps.

The plan is a JSON object in a file whose descriptor is the only argument: ``logs``, ``places`` (directories, each with
its user, group, mode, and how many bytes a file system of its own may hold, or 0 for none), ``front`` (empty, or a
socket's descriptor and the directory that goes out over it as one) and ``programs``, each with a name, command,
environment, awaited path, inherited descriptors and what it has of the display's shared memory: ``none``, ``all`` (it
is started in there) or ``enters`` (it is started outside, and gets a descriptor of it as its last argument). What
happens goes out as JSON lines on standard output: ``started``, ``ready`` (all of them), ``ended`` (with a status and
the last lines that it wrote).
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_PATIENCE_S = 15.0
_LOOK_S = 0.02
_LOG_BYTES = 6000
_MASK = 0o007  # what a part makes is for itself, and for those whom a group lets come
_KEYCTL, _JOIN_SESSION_KEYRING = {"x86_64": 250, "aarch64": 219}, 1
_SHARED_MEMORY = 0x08000000  # CLONE_NEWIPC
_MOUNTS = 0x00020000  # CLONE_NEWNS
_NO_DEVICES = 0x2 | 0x4  # MS_NOSUID, MS_NODEV
_BYTES_A_FILE = 4096  # a file system may hold one file or directory for so many bytes of its size
_CAPABILITIES = (0x20080522, 0)  # the call's version, and this process
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Run the plan."""
    os.umask(_MASK)
    _leave_keyring()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(int(sys.argv[1])) as file:
        plan = json.load(file)
    _make_all(plan["places"])
    if plan["front"]:
        _hand_out(*plan["front"])
    logs, memory = Path(plan["logs"]), _SharedMemory()
    if any(each["memory"] != "none" for each in plan["programs"]):
        memory.part()
    running: dict[int, tuple[str, int]] = {}
    processes = []  # kept, so that none is reaped but by us
    for program in plan["programs"]:
        process, log = _start(program, logs, memory)
        processes.append(process)
        running[process.pid] = (program["name"], log)
        _tell(started=program["name"], pid=process.pid)
        if not _is_there(program, process):
            _tell(ended=program["name"], status=process.poll(), log=_last_lines(log))
            return
    for each in {each for program in plan["programs"] for each in program["inherits"]}:
        os.close(each)  # so that the other end notices when the program has gone
    _give_up_capabilities()
    _tell(ready=True)
    _watch(running)


def _leave_keyring() -> None:
    """Take a session keyring of its own: the one of whoever started this may hold keys. Raises OSError."""
    number = _KEYCTL[platform.machine()]
    _check(_libc.syscall(number, _JOIN_SESSION_KEYRING, None), "no keyring of its own")


def _make_all(places: list[tuple[str, int, int, int, int]]) -> None:
    """Make the places, with file systems among mounts of its own: others may not be its to change. Raises OSError."""
    if any(size for *_, size in places):
        _check(_libc.unshare(_MOUNTS), "no mounts of its own")
    for place in places:
        _make(*place)


def _make(path: str, user: int, group: int, mode: int, size: int) -> None:
    """Make a directory, or take the one that is there, and give it to a user. Raises OSError.

    One with a size is in memory, and bounded in bytes and in files, which the kernel would let fill half of it.
    """
    place = Path(path)
    place.mkdir(exist_ok=True)
    if size:
        bounds = f"size={size},nr_inodes={size // _BYTES_A_FILE}".encode()
        done = _libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", _NO_DEVICES, bounds)
        _check(done, f"no file system at {path}")
    os.chown(
        place, -1, os.getgid()
    )  # the mode of a directory that passes its group on is kept in an own group alone
    place.chmod(mode)
    os.chown(place, user, group)


def _hand_out(line: int, path: str) -> None:
    """Send a directory as a descriptor. Raises OSError."""
    directory = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    with socket.socket(fileno=line) as stream:
        socket.send_fds(stream, [b"."], [directory])
    os.close(directory)


class _SharedMemory:
    """Two spaces of shared memory, of which neither is in the other's reach: the display's, and that of all others."""

    def __init__(self) -> None:
        self.display = self._others = -1

    def part(self) -> None:
        """Make both and go to the second one. Raises OSError."""
        self.display, self._others = self._make(), self._make()

    def go_to(self, *, display: bool) -> None:
        """Go to one of them: what is started from now on is there. Raises OSError."""
        there = self.display if display else self._others
        _check(_libc.setns(there, _SHARED_MEMORY), "no way to shared memory")

    @staticmethod
    def _make() -> int:
        _check(_libc.unshare(_SHARED_MEMORY), "no shared memory of its own")
        return os.open("/proc/self/ns/ipc", os.O_RDONLY | os.O_CLOEXEC)


def _start(
    program: dict[str, Any], logs: Path, memory: _SharedMemory
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a program; gives the descriptor of its log too, which nobody can put something else in place of."""
    log = os.open(logs / program["name"], os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    entry = [memory.display] if program["memory"] == "enters" else []
    if program["memory"] == "all":
        memory.go_to(display=True)
    process = subprocess.Popen(
        [*program["command"], *map(str, entry)],
        env=program["environment"],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=[*program["inherits"], *entry],
        start_new_session=True,
    )
    if program["memory"] == "all":
        memory.go_to(display=False)
    return process, log


def _is_there(program: dict[str, Any], process: subprocess.Popen[bytes]) -> bool:
    """Wait until what it makes is there."""
    deadline = time.monotonic() + _PATIENCE_S
    while program["awaits"] and not os.path.exists(program["awaits"]):  # noqa: PTH110 - a socket is enough
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_S)
    return process.poll() is None


def _give_up_capabilities() -> None:
    """Have no power from now on, not even over the pod. Raises OSError."""
    header, none = (ctypes.c_uint32 * 2)(*_CAPABILITIES), (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, none), "capabilities cannot be given up")


def _watch(running: dict[int, tuple[str, int]]) -> None:
    """Tell of each program that ends, for as long as there is one; orphans are reaped too."""
    while running:
        pid, status = os.waitpid(-1, 0)
        if found := running.pop(pid, None):
            name, log = found
            _tell(ended=name, status=os.waitstatus_to_exitcode(status), log=_last_lines(log))


def _last_lines(log: int) -> str:
    size = os.fstat(log).st_size  # which the session may make as large as it likes
    return os.pread(log, _LOG_BYTES, max(0, size - _LOG_BYTES)).decode("utf-8", "replace")


def _tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _check(done: int, otherwise: str) -> None:
    if done < 0:
        raise OSError(ctypes.get_errno(), otherwise)


if __name__ == "__main__":
    main()
