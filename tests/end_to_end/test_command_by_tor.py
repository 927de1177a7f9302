"""The command line by itself, in a private Tor network: what ``session host`` prints is all that a plain tor needs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.onion_bench import host_and_port
from tests.fakes.plain_tor import plain_tor
from tests.fakes.private_tor import PrivateTor

# The first packet of an RDP client: a connection request. What answers it begins with a 3, too.
HELLO = bytes((3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0))
LUCID = (sys.executable, "-m", "core.cli")

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def environment(
    data_directory: Path, passphrase_file: Path, private_tor: PrivateTor
) -> dict[str, str]:
    """Have the command find its data, its passphrase and the private network."""
    return {
        **os.environ,
        "LUCID_DATA_DIR": str(data_directory),
        "LUCID_PASSPHRASE_FILE": str(passphrase_file),
        "LUCID_TOR_NETWORK": str(private_tor.lines_file),
    }


@contextmanager
def hosting(environment: dict[str, str], *options: str) -> Iterator[subprocess.Popen[str]]:
    """Host a session by the command; it is over at the end, whatever happened."""
    command = subprocess.Popen(
        [*LUCID, "session", "host", "--json", *options],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with command:
            yield command
    finally:
        command.kill()


def answers(connection: socket.socket) -> bool:
    """Tell whether an RDP server answers there."""
    connection.settimeout(30.0)
    connection.sendall(HELLO)
    return connection.recv(1) == HELLO[:1]


def test_what_is_printed_is_all_that_a_plain_tor_needs(
    tmp_path: Path, environment: dict[str, str], private_tor: PrivateTor
) -> None:
    """The line for its ClientOnionAuthDir opens the address; without it, and on loopback, there is nothing."""
    connecting = [*LUCID, "onion", "connect"]
    subprocess.run(connecting, env=environment, check=True, capture_output=True, timeout=90)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    with hosting(environment) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        facts = json.loads(command.stdout.readline())
        host, port = host_and_port(facts["address"])
        assert facts["client_auth"].startswith(f"{host.removesuffix('.onion')}:descriptor:x25519:")
        (keys / "friend.auth_private").write_text(facts["client_auth"], "ascii")
        lines = (*private_tor.network_lines, f"ClientOnionAuthDir {keys}")
        with plain_tor(tmp_path / "tor", lines) as tor, tor.connect(host, port) as connection:
            assert answers(connection)
        command.stdin.write("end\n")
        command.stdin.flush()
        assert json.loads(command.stdout.read())["end_reason"] == "owner"
        assert command.wait() == 0


def test_a_local_session_is_reached_on_this_machine_only(environment: dict[str, str]) -> None:
    """Though the appliance goes by Tor."""
    connecting = [*LUCID, "onion", "connect", "--wait", "0"]
    subprocess.run(connecting, env=environment, check=True, capture_output=True, timeout=90)
    with hosting(environment, "--local") as command:
        assert command.stdout is not None
        facts = json.loads(command.stdout.readline())
        host, port = host_and_port(facts["address"])
        assert (host, facts["client_key"]) == ("127.0.0.1", "")
        with socket.create_connection((host, port)) as connection:
            assert answers(connection)
        command.communicate("end\n", 60)
        assert command.returncode == 0
