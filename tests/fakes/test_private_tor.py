"""The private Tor network is one, and what breaks it does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.end_to_end.remote_desk import until
from tests.fakes.plain_tor import PlainTor, SocksRefused, plain_tor, service_lines
from tests.fakes.private_tor import PrivateTor, running_private_tor

_GREETING = b"hello from behind an onion"
_ROOT = Path(__file__).parents[2]
_AT_ONCE_S = 5.0  # nobody votes so soon: what is not tied first comes up, and is found
_STARTER = """\
import sys
from pathlib import Path
from tests.fakes.private_tor import running_private_tor
with running_private_tor(Path(sys.argv[1])):
    pass
"""


@pytest.fixture(scope="module")
def own_tor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateTor]:
    """Give a network that only these tests go by, to be broken: everything else shares the other one."""
    with running_private_tor(tmp_path_factory.mktemp("own-tor")) as network:
        yield network


@contextmanager
def greeter(path: Path) -> Iterator[None]:
    """Greet everybody who connects to a Unix socket."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def greet() -> None:
            with suppress(OSError):  # it is shut
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.sendall(_GREETING)

        thread = threading.Thread(target=greet)
        thread.start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def greeting_of(client: PlainTor, host: str) -> bytes:
    """Read what the service says; wait until it is published."""
    found = b""

    def is_there() -> bool:
        nonlocal found
        try:
            connection = client.connect(host, 80)
        except SocksRefused:
            return False
        with connection:
            while more := connection.recv(100):
                found += more
        return True

    until(is_there, "the service")
    return found


def test_an_onion_service_is_reached(private_tor: PrivateTor, tmp_path: Path) -> None:
    """Two tors with nothing of ours are service and client of the network."""
    lines = service_lines(tmp_path / "service", 80, f"unix:{tmp_path / 'greeter'}")
    network = private_tor.network_lines
    with (
        plain_tor(tmp_path / "server", network, *lines),
        plain_tor(tmp_path / "client", network) as client,
        greeter(tmp_path / "greeter"),
    ):
        host = (tmp_path / "service/hostname").read_text("ascii").strip()
        assert greeting_of(client, host) == _GREETING


def test_a_service_that_is_not_there_is_refused(private_tor: PrivateTor, tmp_path: Path) -> None:
    """A client is told that no service has an address, and does not wait for ever."""
    nobody = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
    with (
        plain_tor(tmp_path / "client", private_tor.network_lines) as client,
        pytest.raises(SocksRefused),
    ):
        client.connect(nobody, 80)


def test_the_lines_stand_in_a_file(private_tor: PrivateTor) -> None:
    """What LUCID_TOR_NETWORK names holds the same lines, none of which is of the real network."""
    lines = private_tor.lines_file.read_text("ascii").splitlines()
    assert tuple(lines) == private_tor.network_lines
    authorities = [line for line in lines if line.startswith("DirAuthority ")]
    assert len(authorities) == 3
    assert all(" 127.0.0.1:" in line for line in authorities)


@pytest.mark.timeout(180)
def test_nodes_are_killed_and_come_back(own_tor: PrivateTor) -> None:
    """A relay that was killed is gone, and is connected again once it is revived."""
    nodes = len(own_tor.nodes)
    assert len(_nodes_below(own_tor.pid)) == nodes
    own_tor.kill("relay3")
    assert len(_nodes_below(own_tor.pid)) == nodes - 1
    own_tor.revive("relay3")
    assert len(_nodes_below(own_tor.pid)) == nodes


@pytest.mark.timeout(180)
def test_a_cut_network_gives_nothing_back(own_tor: PrivateTor) -> None:
    """While it is cut, a directory takes a connection and does not answer; afterwards it does."""
    port = int(own_tor.network_lines[1].split(" 127.0.0.1:")[1].split()[0])
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        with own_tor.cut():
            connection.sendall(b"GET /tor/status-vote/current/consensus HTTP/1.0\r\n\r\n")
            connection.settimeout(0.5)
            with pytest.raises(TimeoutError):
                connection.recv(1)
        connection.settimeout(20)
        assert connection.recv(4) == b"HTTP"


@pytest.mark.timeout(180)
def test_a_network_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    """Where a node cannot start, its last words are in the failure."""
    (tmp_path / "attempt0/relay2/notices.log").mkdir(parents=True)
    with (
        pytest.raises(AssertionError, match=r"(?s)did not come up:.*relay2"),
        running_private_tor(tmp_path),
    ):
        pass


def test_a_network_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    """Where the run is killed, also before its network is there, none of the network's programs is left."""
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(tmp_path)], cwd=_ROOT, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: any("-f" in words for words in _about(tmp_path).values()), "the nodes")
        starter.kill()
        starter.wait()
        until(lambda: not _about(tmp_path), "the end of all that it started", _AT_ONCE_S)
    finally:
        starter.kill()
        starter.wait()
        for number in _about(tmp_path):
            os.kill(number, signal.SIGKILL)


def _about(directory: Path) -> dict[int, list[str]]:
    """Find the processes whose command lines name something in a directory, by their numbers."""
    found = {}
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (each / "cmdline").read_text("utf-8", "replace").split("\0")
            if any(word.startswith(str(directory)) for word in words):
                found[int(each.name)] = words
    return found


def _nodes_below(program: int) -> list[str]:
    """List the children of the network's program that run."""
    return Path(f"/proc/{program}/task/{program}/children").read_text("ascii").split()
