"""The pod's first program: starts what the plan says, in turn, and tells how each of them is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parents[4] / "core/remote/pod/program.py"


def program(name: str, script: str, awaits: str = "", inherits: tuple[int, ...] = ()) -> Any:  # noqa: ANN401
    """Plan a shell script."""
    return {
        "name": name,
        "command": ["/bin/sh", "-c", script],
        "environment": {"PATH": "/usr/bin:/bin", "WORD": name},
        "awaits": awaits,
        "inherits": inherits,
        "memory": "none",
    }


def run(directory: Path, *programs: Any, inherited: tuple[int, ...] = ()) -> list[dict[str, Any]]:  # noqa: ANN401
    """Run a plan to its end; gives what was told."""
    plan = os.memfd_create("plan", 0)
    try:
        os.write(
            plan,
            json.dumps(
                {"logs": str(directory), "places": [], "front": [], "programs": programs}
            ).encode(),
        )
        os.lseek(plan, 0, os.SEEK_SET)
        command = [sys.executable, "-I", "-S", str(PROGRAM), str(plan)]
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=30, pass_fds=(plan, *inherited)
        )
    finally:
        os.close(plan)
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def ends(told: list[dict[str, Any]]) -> dict[str, tuple[int, str]]:
    """Sort the ends by name: status and last lines."""
    return {each["ended"]: (each["status"], each["log"]) for each in told if "ended" in each}


def test_programs_start_in_turn(tmp_path: Path) -> None:
    """The second program starts when what the first one makes is there, and then the pod is ready."""
    made, seen = tmp_path / "made", tmp_path / "seen"
    first = program("first", f"sleep 0.2; touch {made}; sleep 0.3", str(made))
    second = program("second", f"test -e {made} && touch {seen}; sleep 0.1")
    told = run(tmp_path, first, second)
    assert [each.get("started") for each in told[:2]] == ["first", "second"]
    assert told[2] == {"ready": True}
    assert seen.exists()
    assert ends(told) == {"first": (0, ""), "second": (0, "")}


def test_an_end_is_told_with_its_last_words(tmp_path: Path) -> None:
    """A program that ends is told with its status and the end of what it wrote, however much that is."""
    script = "sleep 0.1; yes word | head -c 100000; echo last >&2; exit 3"
    status, log = ends(run(tmp_path, program("talker", script)))["talker"]
    assert status == 3
    assert len(log) == 6000
    assert log.endswith("last\n")


def test_a_signal_is_told_as_a_negative_status(tmp_path: Path) -> None:
    """What killed a program can be told apart from what it returned."""
    assert ends(run(tmp_path, program("victim", "sleep 0.1; kill -9 $$")))["victim"][0] == -9


def test_a_program_that_never_makes_what_is_awaited_ends_the_pod(tmp_path: Path) -> None:
    """When one dies before what it should make is there, nothing further is started."""
    broken = program("broken", "echo no display; exit 1", str(tmp_path / "never"))
    told = run(tmp_path, broken, program("next", "true"))
    assert [each.get("started") for each in told] == ["broken", None]
    assert ends(told) == {"broken": (1, "no display\n")}


def test_an_early_death_is_not_lost(tmp_path: Path) -> None:
    """One that dies while others are still being started is told as well, once they are."""
    early = program("early", "sleep 0.1; exit 7")
    made = tmp_path / "made"
    late = program("late", f"sleep 0.4; touch {made}; sleep 0.2", str(made))
    last = program("last", "sleep 0.2")
    told = run(tmp_path, early, late, last)
    assert ends(told) == {"early": (7, ""), "late": (0, ""), "last": (0, "")}


def test_a_program_gets_what_the_plan_gives_it(tmp_path: Path) -> None:
    """It has its own environment and descriptors, and no others."""
    reading, writing = os.pipe()
    given = program(
        "given", f"echo $WORD $HOME >/proc/self/fd/{writing}; sleep 0.1", inherits=(writing,)
    )
    other = program("other", f"sleep 0.1; (echo no >/proc/self/fd/{writing}) 2>/dev/null || exit 5")
    told = run(tmp_path, given, other, inherited=(writing,))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() == "given\n"
    assert ends(told)["other"][0] == 5
