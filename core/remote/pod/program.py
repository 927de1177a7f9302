"""The pod's first process: starts the session's programs one after the other, tells how they are, and reaps.

The plan is a JSON object in a file whose descriptor is the only argument: ``logs`` and ``programs``, each with a name,
command, environment, awaited path and inherited descriptors. What happens goes out as JSON lines on standard output:
``started``, ``ready`` (all of them), ``ended`` (with a status and the last lines that it wrote).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_PATIENCE_S = 15.0
_LOOK_S = 0.02
_LOG_BYTES = 6000


def main() -> None:
    """Run the plan."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(int(sys.argv[1])) as file:
        plan = json.load(file)
    logs = Path(plan["logs"])
    running: dict[int, str] = {}
    processes = []  # kept, so that none is reaped but by us
    for program in plan["programs"]:
        process = _start(program, logs)
        processes.append(process)
        running[process.pid] = program["name"]
        _tell(started=program["name"], pid=process.pid)
        if not _is_there(program, process):
            _tell(
                ended=program["name"], status=process.poll(), log=_last_lines(logs, program["name"])
            )
            return
    for each in {each for program in plan["programs"] for each in program["inherits"]}:
        os.close(each)  # so that the other end notices when the program has gone
    _tell(ready=True)
    _watch(running, logs)


def _start(program: dict[str, Any], logs: Path) -> subprocess.Popen[bytes]:
    with (logs / program["name"]).open("wb") as log:
        return subprocess.Popen(
            program["command"],
            env=program["environment"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=program["inherits"],
            start_new_session=True,
        )


def _is_there(program: dict[str, Any], process: subprocess.Popen[bytes]) -> bool:
    """Wait until what it makes is there."""
    deadline = time.monotonic() + _PATIENCE_S
    while program["awaits"] and not os.path.exists(program["awaits"]):  # noqa: PTH110 - a socket is enough
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_S)
    return process.poll() is None


def _watch(running: dict[int, str], logs: Path) -> None:
    """Tell of each program that ends, for as long as there is one; orphans are reaped too."""
    while running:
        pid, status = os.waitpid(-1, 0)
        if name := running.pop(pid, None):
            _tell(ended=name, status=os.waitstatus_to_exitcode(status), log=_last_lines(logs, name))


def _last_lines(logs: Path, name: str) -> str:
    with (logs / name).open("rb") as log:
        size = log.seek(0, os.SEEK_END)  # which the session may make as large as it likes
        log.seek(max(0, size - _LOG_BYTES))
        return log.read(_LOG_BYTES).decode("utf-8", "replace")


def _tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
