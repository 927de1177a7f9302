"""A hosted session between two networks: the peer reaches one port of the host's, and the session reaches nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from core.api.hosting import Invitation
from tests.end_to_end.hosting_bench import TERMINAL, WHITE
from tests.end_to_end.remote_desk import (
    agreeing,
    pod_processes,
    remote_desk,
    session_home,
    until,
)
from tests.fakes.two_networks import HERE

ROOT = Path(__file__).parents[2]
_ENDING_S = 30.0

pytestmark = pytest.mark.timeout(180)


class Networks:
    """Two joined networks; whoever is not root makes them in a user namespace of its own."""

    def __init__(self, cable: subprocess.Popen[str]) -> None:
        self._cable = cable
        self._there = int(_line(cable.stdout))

    def here(self) -> list[str]:
        """Name what runs a program in the host's network."""
        return _enter(self._cable.pid)

    def there(self) -> list[str]:
        """Name what runs a program in the peer's network."""
        return _enter(self._there)

    def passed(self) -> set[str]:
        """List the kinds of packets that have gone from one to the other."""
        assert self._cable.stdin is not None
        self._cable.stdin.write("\n")
        self._cable.stdin.flush()
        return set(json.loads(_line(self._cable.stdout)))


def _enter(process: int) -> list[str]:
    user = [] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]
    return ["nsenter", "-t", str(process), *user, "-n", "--"]


def _line(stream: IO[str] | None) -> str:
    assert stream is not None
    line = stream.readline()
    assert line, "the program has ended"
    return line


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a program of the tests until the end of a block; it ends with its input."""
    program = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert program.stdin is not None
    assert program.stdout is not None
    try:
        with program.stdout:
            yield program
            program.stdin.close()
            assert program.wait(_ENDING_S) == 0
    finally:
        program.kill()
        program.wait()


@pytest.fixture
def networks() -> Iterator[Networks]:
    """Give two joined networks."""
    user = [] if os.geteuid() == 0 else ["-U", "--map-current-user", "--keep-caps"]
    program = [sys.executable, "-m", "tests.fakes.two_networks"]
    with running(["unshare", *user, "-n", "--", *program]) as cable:
        yield Networks(cable)


def interfaces(process: Path) -> set[str]:
    """Name the network interfaces that a process sees."""
    lines = (process / "net/dev").read_text().splitlines()[2:]
    return {line.split(":")[0].strip() for line in lines}


def test_a_session_between_two_networks(networks: Networks, data_directory: Path) -> None:
    """The peer sees and types; one port is all that crosses; no process of the session has an interface but lo."""
    host = [sys.executable, "-m", "tests.fakes.generous_host", str(data_directory), HERE]
    with running([*networks.here(), *host]) as hosting, remote_desk(networks.there()) as desk:
        facts = json.loads(_line(hosting.stdout))
        del facts["session_id"]
        invitation = Invitation(**facts)
        desk.connect(invitation)
        desk.focus()
        until(agreeing(desk, lambda: desk.pixel(*TERMINAL) == WHITE), "the desktop at the peer's")
        desk.press("a")
        while _line(hosting.stdout) != "keyboard in force\n":
            pass
        desk.press("BackSpace")
        home = session_home(hosting.pid)
        desk.type("touch ~/typed; cat /proc/net/dev > ~/interfaces; echo > ~/written")
        until((home / "written").exists, "what was typed")
        assert (home / "typed").exists()
        assert "here" not in (home / "interfaces").read_text()
        pod = [each for each in pod_processes(hosting.pid) if interfaces(each) != {"lo", "here"}]
        assert len(pod) > 5
        assert all(interfaces(each) == {"lo"} for each in pod)
        assert networks.passed() == {"arp", f"tcp {invitation.address.rsplit(':', 1)[1]}"}
        desk.disconnect()
