"""The environment's names for the chain: the files name what is read, and what is wrong is said by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli.chain_options import chain_options
from core.config.chain_environment import NAMES, read_chain_environment
from core.config.engine_options import ChainOptions
from core.errors import UsageFailure

_FOLDER = Path(__file__).parents[3] / "configs" / "environment"
_FILES = ("pi", "production", "staging")


def _read(which: str) -> dict[str, str]:
    lines = (_FOLDER / f"{which}.env.example").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("name", _FILES)
def test_the_files_name_what_is_read(name: str) -> None:
    """Each file has every name once, in one order, with values that are taken, and no key."""
    given = _read(name)
    assert sorted(given) == sorted(NAMES)
    options = read_chain_environment(given)
    assert options.endpoint == (given["ON_SYSTEM_CHAIN_RPC_URL"] or None)
    assert given["COMPLIANCE_SIGNER_KEY"] == ""


def test_there_are_no_other_files() -> None:
    """Production, staging and the Pi have one each."""
    assert sorted(path.name for path in _FOLDER.iterdir()) == [f"{n}.env.example" for n in _FILES]


def test_nothing_said_means_a_chain_of_its_own() -> None:
    """Without a word the appliance runs its own chain."""
    assert chain_options({}) == ChainOptions()


def test_what_is_said_is_taken() -> None:
    """An address on loopback or a socket, and the address of a contract."""
    assert chain_options({"ON_SYSTEM_CHAIN_RPC_URL": "/run/node.sock"}).endpoint == "/run/node.sock"
    given = {"LUCID_ANCHOR_CONTRACT_ADDRESS": "0x" + "ab" * 20}
    assert chain_options(given).anchors == bytes.fromhex("ab" * 20)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ON_SYSTEM_CHAIN_RPC_URL", "https://node.example"),
        ("ON_SYSTEM_CHAIN_RPC_URL", "127.0.0.1:8545"),
        ("LUCID_ANCHOR_CONTRACT_ADDRESS", "0x12"),
    ],
)
def test_what_is_wrong_is_said_by_name(name: str, value: str) -> None:
    """A node elsewhere, or half an address, is refused before anything starts."""
    with pytest.raises(UsageFailure) as refused:
        chain_options({name: value})
    assert name in str(refused.value.facts["reason"])
