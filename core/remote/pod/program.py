"""The pod's first process: starts the session's programs one after the other, tells how they are, and reaps.

The plan is a JSON object in a file whose descriptor is the only argument: ``logs`` and ``programs``, each with a name,
command, environment, awaited path and inherited descriptors. What happens goes out as JSON lines on standard output:
``started``, ``ready`` (all of them), ``ended`` (with a status and the last lines that it wrote).
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_PATIENCE_S = 15.0
_LOOK_S = 0.02
_LOG_BYTES = 6000
_KEYCTL, _JOIN_SESSION_KEYRING = {"x86_64": 250, "aarch64": 219}, 1


def main() -> None:
    """Run the plan."""
    _leave_keyring()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(int(sys.argv[1])) as file:
        plan = json.load(file)
    logs = Path(plan["logs"])
    running: dict[int, tuple[str, int]] = {}
    processes = []  # kept, so that none is reaped but by us
    for program in plan["programs"]:
        process, log = _start(program, logs)
        processes.append(process)
        running[process.pid] = (program["name"], log)
        _tell(started=program["name"], pid=process.pid)
        if not _is_there(program, process):
            _tell(ended=program["name"], status=process.poll(), log=_last_lines(log))
            return
    for each in {each for program in plan["programs"] for each in program["inherits"]}:
        os.close(each)  # so that the other end notices when the program has gone
    _tell(ready=True)
    _watch(running)


def _leave_keyring() -> None:
    """Take a session keyring of its own: the one of whoever started this may hold keys. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(_KEYCTL[platform.machine()], _JOIN_SESSION_KEYRING, None) < 0:
        raise OSError(ctypes.get_errno(), "no keyring of its own")


def _start(program: dict[str, Any], logs: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start a program; gives the descriptor of its log too, which nobody can put something else in place of."""
    log = os.open(logs / program["name"], os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    process = subprocess.Popen(
        program["command"],
        env=program["environment"],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=program["inherits"],
        start_new_session=True,
    )
    return process, log


def _is_there(program: dict[str, Any], process: subprocess.Popen[bytes]) -> bool:
    """Wait until what it makes is there."""
    deadline = time.monotonic() + _PATIENCE_S
    while program["awaits"] and not os.path.exists(program["awaits"]):  # noqa: PTH110 - a socket is enough
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_S)
    return process.poll() is None


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


if __name__ == "__main__":
    main()
