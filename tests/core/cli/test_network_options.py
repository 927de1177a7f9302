"""The environment says how Tor is run, and what is wrong in it is said before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli.network_options import network_options
from core.config.engine_options import NetworkOptions
from core.errors import UsageFailure

AUTHORITY = "DirAuthority test0 orport=5000 v3ident=" + "0" * 40 + " 127.0.0.1:7000 " + "1" * 40


def reason(environment: dict[str, str]) -> str:
    """Read an environment that is refused and give the reason."""
    with pytest.raises(UsageFailure) as refused:
        network_options(environment)
    return str(refused.value.facts["reason"])


def test_nothing_said_means_the_tor_of_this_machine() -> None:
    """Without a word, and with empty ones, it is the program tor, on the network that everybody uses."""
    assert network_options({}) == NetworkOptions()
    empty = dict.fromkeys(
        ("LUCID_NETWORK", "LUCID_TOR", "LUCID_TOR_NETWORK", "LUCID_TOR_SYSTEM"), ""
    )
    assert network_options(empty) == NetworkOptions()


def test_a_start_can_be_kept_offline() -> None:
    """Offline is the one word that LUCID_NETWORK takes; another is no permission to connect."""
    assert network_options({"LUCID_NETWORK": "offline", "LUCID_TOR": "x"}) is None
    assert "Offline" in reason({"LUCID_NETWORK": "Offline"})


def test_the_program_and_the_sockets_are_named() -> None:
    """Another program, or a directory with the sockets of a tor that is not ours."""
    assert network_options({"LUCID_TOR": "tor-next"}) == NetworkOptions(program="tor-next")
    assert network_options({"LUCID_TOR_SYSTEM": "run"}) == NetworkOptions(
        system_control=Path("run/control"), system_socks=Path("run/socks")
    )


def test_a_private_network_is_read(tmp_path: Path) -> None:
    """Its lines are taken without comments and empty lines."""
    path = tmp_path / "network"
    path.write_text(f"# a laboratory\n\nTestingTorNetwork 1\n{AUTHORITY}\n")
    options = network_options({"LUCID_TOR_NETWORK": str(path)})
    assert options == NetworkOptions(network_lines=("TestingTorNetwork 1", AUTHORITY))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# nothing but a comment\n",
        b"SocksPort 9050\n",
        b"TestingTorNetwork 1\n",
        AUTHORITY.encode() + b"\nControlPort 9051\n",
        b"\xff\xfe",
        b"x" * 70_000,
    ],
)
def test_a_file_that_names_no_private_network_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing that is not wholly a private network is read: the rest would mean Tor's own."""
    path = tmp_path / "network"
    path.write_bytes(content)
    assert "LUCID_TOR_NETWORK" in reason({"LUCID_TOR_NETWORK": str(path)})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """It is named with the system's reason."""
    said = reason({"LUCID_TOR_NETWORK": str(tmp_path / "nowhere")})
    assert "nowhere: No such file" in said


def test_a_private_network_is_for_our_own_tor() -> None:
    """Both at once are refused: the other tor would go by a network of its own."""
    said = reason({"LUCID_TOR_NETWORK": "x", "LUCID_TOR_SYSTEM": "y"})
    assert "LUCID_TOR_SYSTEM" in said
