"""A chain of one's own is one's own: a taken port is refused, and whatever ends it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.own_network import main

_ROOT = Path(__file__).parents[2]


def test_a_taken_port_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever listens there already is not taken for the node that was to be started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit):
            main(["--port", str(port)])
    assert f"port {port} is taken" in capsys.readouterr().err


def test_an_address_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """What an address is is said to a person, and no function's name."""
    with pytest.raises(SystemExit):
        main(["--account", "0x12"])
    assert "0x12 is no address: one is 0x and 40 hex digits" in capsys.readouterr().err


def test_ended_by_the_system_it_leaves_nothing(tmp_path: Path) -> None:
    """SIGTERM ends the node and takes its folder along."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.fakes.own_network", "--client", "ethereumjs"]
    with subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=_ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert "answers at" in running.stdout.readline()
        assert any(tmp_path.glob("lucid-network-*"))
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
    assert not any(tmp_path.glob("lucid-network-*"))
