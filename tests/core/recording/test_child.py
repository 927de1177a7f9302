"""A child is watched, bounded in what it says, and cannot outlive the engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import MissingProgram
from core.recording.child import Child, child_environment, find_program
from tests.engine_thread import on_engine_thread

ENVIRONMENT = child_environment()


def shell(script: str, *, has_output: bool = False) -> Child:
    """Start a shell as a child."""
    return Child(["sh", "-c", script], ENVIRONMENT, has_output=has_output)


def test_it_is_seen_to_end() -> None:
    """A child's end and its exit code are known, and what it said last."""

    async def scenario() -> None:
        child = shell("echo first >&2; echo second >&2; exit 7")
        assert child.is_alive
        assert await child.wait(10)
        assert (child.is_alive, child.exit_code) == (False, 7)
        assert child.log_lines == ["first", "second"]
        await child.close()

    on_engine_thread(scenario)


def test_its_log_is_bounded() -> None:
    """Of a child that floods its standard error only the last lines are kept."""

    async def scenario() -> list[str]:
        child = shell("seq 100000 >&2; head -c 100000 /dev/zero | tr '\\0' x >&2")
        await child.wait(20)
        lines = child.log_lines
        await child.close()
        return lines

    lines = on_engine_thread(scenario)
    assert len(lines) <= 61
    assert max(map(len, lines)) <= 400
    assert "100000" in lines


def test_output_is_read_on_demand() -> None:
    """A child that writes more than the pipe holds waits for its reader."""

    async def scenario() -> int:
        child = shell("head -c 4000000 /dev/zero", has_output=True)
        assert not await child.wait(0.2)
        got = 0
        while (data := child.output.read_ready(1 << 20)) != b"":
            if data is None:
                await child.output.wait_ready()
            else:
                got += len(data)
        await child.close()
        return got

    assert on_engine_thread(scenario) == 4_000_000


def test_closing_is_polite_first() -> None:
    """With patience a child gets SIGTERM and time; one that ignores it is killed."""

    async def scenario() -> tuple[int | None, int | None]:
        rest = "echo ready; while :; do sleep 0.01; done"
        kind = shell(f"trap 'exit 3' TERM; {rest}", has_output=True)
        stubborn = shell(f"trap '' TERM; {rest}", has_output=True)
        await kind.output.wait_ready()
        await stubborn.output.wait_ready()
        await kind.close(5)
        await stubborn.close(0.2)
        return kind.exit_code, stubborn.exit_code

    assert on_engine_thread(scenario) == (3, -signal.SIGKILL)


def test_a_missing_program_is_named() -> None:
    """What is not on the PATH is named with its Debian package."""
    with pytest.raises(MissingProgram) as caught:
        find_program("no-such-program", "its-package", {"PATH": ""})
    assert caught.value.facts == {"program": "no-such-program", "package": "its-package"}


def test_lucids_own_settings_stay_with_lucid(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child does not see where the passphrase or the data lie."""
    monkeypatch.setenv("LUCID_PASSPHRASE_FILE", "somewhere")
    assert "LUCID_PASSPHRASE_FILE" not in child_environment({"DISPLAY": ":1"})
    assert child_environment({"DISPLAY": ":1"})["DISPLAY"] == ":1"


ENGINE = """
import asyncio
from core.recording.child import Child, child_environment
async def main():
    child = Child(["sleep", "1000"], child_environment())
    print(child.pid, flush=True)
    await asyncio.sleep(1000)
asyncio.run(main())
"""


def test_kill_9_of_the_engine_takes_it_along() -> None:
    """When the engine's process is killed, its child is gone at once."""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", ENGINE], stdout=subprocess.PIPE, cwd=root
    ) as engine:
        assert engine.stdout is not None
        pid = int(engine.stdout.readline())
        assert is_running(pid)
        os.kill(engine.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return words.rpartition(")")[2].split()[0] not in {"Z", "X"}
