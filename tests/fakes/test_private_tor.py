"""The private Tor network is one, and what breaks it does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.end_to_end.remote_desk import until
from tests.fakes.plain_tor import PlainTor, SocksRefused, plain_tor, service_lines
from tests.fakes.private_tor import PrivateTor, running_private_tor

_GREETING = b"hello from behind an onion"


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


def test_nodes_are_killed_and_come_back(private_tor: PrivateTor) -> None:
    """A relay that was killed is connected again once it is revived."""
    private_tor.kill("relay3")
    private_tor.revive("relay3")


def test_a_cut_network_gives_nothing_back(private_tor: PrivateTor) -> None:
    """While it is cut, a directory takes a connection and does not answer; afterwards it does."""
    port = int(private_tor.network_lines[1].split(" 127.0.0.1:")[1].split()[0])
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        with private_tor.cut():
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
