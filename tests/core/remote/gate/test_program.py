"""The gate as a process of its own: started like the host does, ended by whatever happens to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.gate_bench import CODE, DARK, SIZE, WHITE
from tests.fakes.gate_sides import (
    PATIENCE_S,
    PROTOCOL,
    FakeDisplay,
    FakeEngine,
    FakeXrdp,
    wait_until,
)

ROOT = Path(__file__).parents[4]
START = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
    "from core.remote.gate.program import main; main(sys.argv[1:])"
)


@contextmanager
def running() -> Iterator[tuple[subprocess.Popen[bytes], FakeEngine, FakeDisplay, Path]]:
    """Start a gate with nothing but the standard library."""
    with tempfile.TemporaryDirectory(prefix="gate-") as name:
        directory, engine = Path(name), FakeEngine()
        display = FakeDisplay(directory / "display", SIZE)
        places = [str(directory / each) for each in ("display", "front")]
        watch, watcher = socket.socketpair()
        lines = (engine.theirs.fileno(), watch.fileno())
        command = [sys.executable, "-I", "-S", "-c", START, *map(str, lines), "none", *places]
        memory = os.open("/proc/self/ns/ipc", os.O_RDONLY)
        command += [str(each) for each in (*SIZE, PROTOCOL, memory)]
        process = subprocess.Popen(command, pass_fds=(*lines, memory), stderr=subprocess.PIPE)
        os.close(memory)
        for each in (engine.theirs, watch):
            each.close()
        display.accept()
        engine.hear("ready", width=SIZE[0], height=SIZE[1])
        yield process, engine, display, directory / "front"
        process.kill()
        process.wait(PATIENCE_S)
        if process.stderr is not None:
            process.stderr.close()
        engine.close()
        display.close()
        watcher.close()


def test_a_gate_is_a_program() -> None:
    """It lets a peer in, shows it the desktop, and ends without a word of its own when the engine is gone."""
    with running() as (process, engine, display, front):
        engine.tell("view")
        display.paint((0, 0, *SIZE), WHITE)
        client = FakeXrdp(front, SIZE)
        client.greet(CODE)
        engine.say(admitted=engine.hear("code")["attempt"])
        client.acknowledge(client.wait_frame()[0])
        wait_until(lambda: set(client.pixels()) == set(WHITE))
        engine.stream.close()
        assert process.wait(PATIENCE_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert set(client.pixels()) == set(DARK)
        client.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_gate_that_is_ended_passes_nothing(how: signal.Signals) -> None:
    """Killed or stopped, it lets nobody in and no key through."""
    with running() as (process, engine, display, front):
        engine.tell("view", "keyboard")
        client = FakeXrdp(front, SIZE)
        client.greet(CODE)
        engine.say(admitted=engine.hear("code")["attempt"])
        engine.tell("view", "keyboard")
        process.send_signal(how)
        if how is not signal.SIGSTOP:
            process.wait(PATIENCE_S)
            client.side.wait_closed()
            with pytest.raises(ConnectionError), socket.socket(socket.AF_UNIX) as stream:
                stream.connect(str(front))
        else:
            client.type("x")
        assert display.events() == []
        client.close()


def test_ctrl_c_is_the_engines_to_handle() -> None:
    """An interrupt of the terminal does not end the gate."""
    with running() as (process, engine, _, _):
        process.send_signal(signal.SIGINT)
        engine.tell("view")
        assert process.poll() is None
