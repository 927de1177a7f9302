"""The channels as a process of their own: started like the host does, ended by whatever happens to it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.fakes.gate_sides import PATIENCE_S, FakeEngine, Side, channel_setup

ROOT = Path(__file__).parents[4]
START = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
    "from core.remote.channels.program import main; main(sys.argv[1:])"
)


@pytest.mark.parametrize("how", ["line", "killed", "terminated"])
def test_the_channels_are_a_program(how: str) -> None:
    """They run on the standard library alone, and whatever ends them closes both ends."""
    with (
        tempfile.TemporaryDirectory(prefix="channels-") as name,
        socket.socket(socket.AF_UNIX) as listener,
        socket.socket(socket.AF_UNIX) as stream,
    ):
        front, place, engine = Path(name) / "front", Path(name) / "session", FakeEngine()
        listener.bind(str(place))
        listener.listen(1)
        command = [sys.executable, "-I", "-S", "-c", START]
        process = subprocess.Popen(
            [*command, str(engine.theirs.fileno()), str(front), str(place)],
            pass_fds=[engine.theirs.fileno()],
            stderr=subprocess.PIPE,
        )
        engine.theirs.close()
        engine.hear("ready")
        engine.tell("view", visit=1, is_admitted=True)
        process.send_signal(signal.SIGINT)  # is the engine's to handle
        stream.connect(str(front))
        client, session = Side(stream, "blocks"), Side(listener.accept()[0], "blocks")
        client.send(channel_setup("cliprdr"))
        session.read_until(lambda _: True)
        if how == "line":
            engine.stream.close()
        else:
            process.send_signal(signal.SIGKILL if how == "killed" else signal.SIGTERM)
        client.wait_closed()
        session.wait_closed()
        status = process.wait(PATIENCE_S)
        assert process.stderr is not None
        said = process.stderr.read()
        process.stderr.close()
        session.close()
        engine.close()
        assert (status == 0, said) == (how == "line", b"")
