"""Tests of core.chain.deployment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.chain.connection import NodeConnection
from core.chain.contract import Contract
from core.chain.deployment import Deployment
from core.chain.encoding import created_address
from core.chain.protocol import ANCHORS, CHUNK_STORE, Contracts
from core.errors import AnchorMismatch, AnchorsDifferent, AnchorsNotThere

ACCOUNT = bytes([3]) * 20
CHAIN_ID = 77
FIRST, SECOND = created_address(ACCOUNT, 4), created_address(ACCOUNT, 5)


class _Node(NodeConnection):
    """A chain with code at some addresses, and some transactions of the account."""

    def __init__(self, codes: dict[bytes, bytes], count: int = 6) -> None:
        super().__init__("nowhere")
        self.codes = codes
        self._count = count

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        if method == "eth_getTransactionCount":
            return hex(self._count)
        assert method == "eth_getCode"
        return f"0x{self.codes.get(bytes.fromhex(str(params[0])[2:]), b'').hex()}"


def _codes() -> dict[bytes, bytes]:
    return {
        FIRST: Contract(ANCHORS).runtime_code(),
        SECOND: Contract(CHUNK_STORE).runtime_code(FIRST),
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a path where no file is yet."""
    return tmp_path / "chain" / "deployment.json"


def _find(path: Path, codes: dict[bytes, bytes], chain_id: int = CHAIN_ID) -> Contracts | None:
    return Deployment(path, _Node(codes), ACCOUNT).find(chain_id)


def test_addresses_are_known_before_the_deployment(path: Path) -> None:
    """The second deployment names the address that the first will have."""
    first, second = Deployment(path, _Node({}), ACCOUNT).calls(4)
    assert (first.contract, first.arguments) == (ANCHORS, ())
    assert (second.contract, second.arguments) == (CHUNK_STORE, (FIRST,))


def test_what_was_adopted_is_remembered(path: Path) -> None:
    """The file holds what was adopted, and a later start reads it."""
    adopted = Deployment(path, _Node(_codes()), ACCOUNT).adopt(CHAIN_ID, FIRST, SECOND, 12)
    assert adopted == Contracts(CHAIN_ID, FIRST, SECOND, 12)
    assert _find(path, _codes()) == adopted


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"version": 2}', b'{"version": 1}', b"\xff"]
)
def test_a_lost_file_is_made_again(path: Path, content: bytes) -> None:
    """A file that cannot be read is as good as none: the chain is searched."""
    path.parent.mkdir()
    path.write_bytes(content)
    expected = Contracts(CHAIN_ID, FIRST, SECOND, 0)
    assert _find(path, _codes()) == expected
    assert Deployment(path, _Node(_codes(), count=0), ACCOUNT).find(CHAIN_ID) == expected


def test_another_chain_has_none(path: Path) -> None:
    """A chain that was made anew, or another one, has no contracts until they are deployed there."""
    Deployment(path, _Node(_codes()), ACCOUNT).adopt(CHAIN_ID, FIRST, SECOND, 1)
    assert _find(path, {}) is None
    assert _find(path, {}, chain_id=CHAIN_ID + 1) is None


def test_a_store_of_other_anchors_is_not_taken(path: Path) -> None:
    """The chunk store must be tied to the very anchors that it is adopted with."""
    codes = {**_codes(), SECOND: Contract(CHUNK_STORE).runtime_code(bytes(20))}
    with pytest.raises(AnchorMismatch):
        Deployment(path, _Node(codes), ACCOUNT).adopt(CHAIN_ID, FIRST, SECOND, 1)
    assert _find(path, codes) is None


def test_other_code_at_a_known_address_is_told(path: Path) -> None:
    """When the code is not what was deployed, nothing is sent there."""
    Deployment(path, _Node(_codes()), ACCOUNT).adopt(CHAIN_ID, FIRST, SECOND, 1)
    for address in (FIRST, SECOND):
        with pytest.raises(AnchorMismatch):
            _find(path, {**_codes(), address: b"\x60\x00"})


def test_a_reader_without_an_account_finds_only_what_is_written(path: Path) -> None:
    """Whoever has no key cannot search, and takes the file's word after checking it."""
    assert Deployment(path, _Node(_codes()), None).find(CHAIN_ID) is None
    Deployment(path, _Node(_codes()), ACCOUNT).adopt(CHAIN_ID, FIRST, SECOND, 1)
    assert Deployment(path, _Node(_codes()), None).find(CHAIN_ID) is not None


def _named(path: Path, codes: dict[bytes, bytes], named: bytes) -> Contracts | None:
    return Deployment(path, _Node(codes), ACCOUNT, named).find(CHAIN_ID)


def test_somebody_elses_anchors_are_taken_for_their_code(path: Path) -> None:
    """An address that was named is used when LucidAnchors' code is there, and is written down; nothing else will do."""
    elsewhere = bytes([9]) * 20
    codes = {elsewhere: Contract(ANCHORS).runtime_code()}
    found = Contracts(CHAIN_ID, elsewhere, None, 0)
    assert _named(path, codes, elsewhere) == found
    assert _find(path, codes) == found
    for wrong in ({}, {elsewhere: b"\x60\x00"}):
        path.unlink()
        with pytest.raises(AnchorsNotThere) as told:
            _named(path, wrong, elsewhere)
        assert told.value.facts == {"address": f"0x{elsewhere.hex()}", "chain": CHAIN_ID}
        assert not path.exists()
        path.touch()


def test_another_anchors_than_the_sessions_are_in_is_refused(path: Path) -> None:
    """Sessions of one data directory stay in one contract, whatever is named later."""
    codes = _codes() | {bytes([9]) * 20: Contract(ANCHORS).runtime_code()}
    assert _find(path, codes) is not None
    assert _named(path, codes, FIRST) == _find(path, codes)
    with pytest.raises(AnchorsDifferent) as told:
        _named(path, codes, bytes([9]) * 20)
    assert told.value.facts["expected"] == f"0x{FIRST.hex()}"
