"""Tests of core.chain.node.genesis."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.chain.node.genesis import DEFAULT_CHAIN_ID, FILE_NAME, Genesis, settle_genesis
from core.errors import StoreCorrupt, UsageFailure

ACCOUNT = bytes([7]) * 20


def test_the_file_is_written_once_and_rules(tmp_path: Path) -> None:
    """What the first start asked for holds for every later one, whatever that asks for."""
    first = settle_genesis(tmp_path, 77, (ACCOUNT,), 1000)
    assert (first.chain_id, first.time_utc_s, first.balances[0][0]) == (77, 1000, ACCOUNT)
    assert settle_genesis(tmp_path, None, (bytes(20),), 2000) == first
    assert settle_genesis(tmp_path, 77, (), 2000) == first


def test_the_chain_id_has_a_default(tmp_path: Path) -> None:
    """Without a setting the chain has the product's ID, which the header repeats."""
    genesis = settle_genesis(tmp_path, None, (), 1000)
    assert genesis.chain_id == DEFAULT_CHAIN_ID
    assert genesis.extra_data == b"Lucid 1280656201"


def test_another_chain_id_is_refused(tmp_path: Path) -> None:
    """A chain is not silently given another ID."""
    settle_genesis(tmp_path, 77, (), 1000)
    with pytest.raises(UsageFailure):
        settle_genesis(tmp_path, 78, (), 1000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"version": 2}',
        b'{"version": 1, "chain_id": 1, "time_utc_s": 1, "balances": {"0x12": "1"}}',
        b'{"version": 1, "chain_id": 1, "time_utc_s": 1, "balances": []}',
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    """A file that cannot be read stops the node; it is not made anew over a chain that is there."""
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(StoreCorrupt):
        settle_genesis(tmp_path, None, (), 1000)


def test_the_file_comes_back_as_it_was() -> None:
    """Writing and reading are inverse."""
    genesis = Genesis(1, 2, ((ACCOUNT, 10**30), (bytes(20), 0)))
    assert Genesis.from_json(genesis.to_json()) == genesis
