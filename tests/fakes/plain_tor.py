"""A tor as anybody runs it, with nothing of ours: the other end of an onion service, or the service to compare with."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.fakes.tether import tethered
from tests.fakes.tor_talk import tell

_CONNECTED_S = 60.0
_ENDING_S = 5.0
_POLL_S = 0.05
_NO_DEFAULTS = ("--defaults-torrc", "/nonexistent/torrc-defaults")

_TORRC = """\
DataDirectory {home}
Log notice file {log}
SafeLogging 0
SocksPort 127.0.0.1:{socks} ExtendedErrors
ControlSocket {home}/control
CookieAuthentication 0
ShutdownWaitLength 0
__OwningControllerProcess {owner}
GeoIPFile {home}/no-countries
GeoIPv6File {home}/no-countries
"""


class SocksRefused(Exception):
    """Tor did not make a connection; the number is that of SOCKS 5 (RFC 1928, section 6) or Tor's own (0xF0 and up)."""


class PlainTor:
    """A tor with a SOCKS port on loopback."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path, socks_port: int) -> None:
        self._process = process
        self.home = home
        self.socks_port = socks_port

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def log(self) -> str:
        """Show what it has written so far."""
        with suppress(OSError):
            return (self.home / "notices.log").read_text("utf-8", "replace")
        return ""

    def wait_connected(self) -> None:
        """Wait until it has built a circuit."""
        deadline = time.monotonic() + _CONNECTED_S
        while "Bootstrapped 100%" not in self.log():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(_POLL_S)

    def authorise(self, host: str, client_key: str) -> None:
        """Give it the key that opens an onion service: X25519, base32 (control-spec, ONION_CLIENT_AUTH_ADD)."""
        secret = base64.b64encode(base64.b32decode(client_key + "=" * (-len(client_key) % 8)))
        name = host.removesuffix(".onion")
        self.tell(f"ONION_CLIENT_AUTH_ADD {name} x25519:{secret.decode('ascii')}")

    def tell(self, command: str) -> str:
        """Have it carry out a command of its control protocol; gives what it answers."""
        return tell(self.home / "control", command)

    def connect(
        self, host: str, port: int, timeout_s: float = 60.0, *, isolation: str = ""
    ) -> socket.socket:
        """Connect to an onion service through it (RFC 1928); raises SocksRefused.

        Streams with another isolation go by other circuits.
        """
        connection = socket.create_connection(("127.0.0.1", self.socks_port), timeout_s)
        try:
            _ask_for(connection, host, port, isolation or "-")
        except TimeoutError:
            connection.close()
            raise TimeoutError(self.log()) from None
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def plain_tor(
    home: Path,
    network_lines: Sequence[str],
    *more_lines: str,
    through: Sequence[str] = (),
) -> Iterator[PlainTor]:
    """Run a tor for the length of a block, connected to the network that the lines are of.

    It ends with the thread that runs this, also where that is killed.
    """
    home.mkdir(mode=0o700, parents=True)
    lines = [*network_lines, *more_lines]
    port = _free_port()
    text = _TORRC.format(home=home, log=home / "notices.log", socks=port, owner=os.getpid())
    (home / "no-countries").touch()
    (home / "torrc").write_text(text + "\n".join(lines) + "\n", "utf-8")
    with subprocess.Popen(
        tethered([*through, "tor", "-f", str(home / "torrc"), *_NO_DEFAULTS, "--hush"]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            tor = PlainTor(process, home, port)
            tor.wait_connected()
            yield tor
        finally:
            process.terminate()
            try:
                process.wait(_ENDING_S)
            except subprocess.TimeoutExpired:
                process.kill()


def service_lines(home: Path, port: int, target: str) -> tuple[str, str]:
    """Give the torrc lines of an onion service that leads to ``target``; its address is in ``home/hostname``."""
    return f"HiddenServiceDir {home}", f"HiddenServicePort {port} {target}"


def _ask_for(connection: socket.socket, host: str, port: int, isolation: str) -> None:
    mark = isolation.encode("ascii")
    connection.sendall(
        b"\x05\x01\x02"
    )  # by user and password (RFC 1929), by which Tor tells streams apart
    assert _read(connection, 2) == b"\x05\x02"
    connection.sendall(bytes([1, len(mark)]) + mark + b"\x01-")
    assert _read(connection, 2) == b"\x01\x00"
    name = host.encode("ascii")
    request = b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big")
    connection.sendall(request)
    answer = _read(connection, 10)
    if answer[1]:
        raise SocksRefused(answer[1])


def _read(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = connection.recv(size - len(found))
        if not more:
            raise ConnectionResetError
        found += more
    return found


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        assert isinstance(port, int)
        return port
