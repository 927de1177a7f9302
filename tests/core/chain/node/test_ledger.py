"""Tests of core.chain.node.ledger."""

from __future__ import annotations

import random
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from core.chain.node.ledger import CannotApply
from core.errors import StoreCorrupt, StoreNewer
from tests.core.chain.node.examples import (
    GENESIS,
    GENESIS_TIME,
    chain_on,
    deployment,
    mine,
    raw_transaction,
    transaction,
)

# Golden: a chain that was made by any version must open with every later one.
GENESIS_HASH = "8f2fdc661d9b8c707c1c06ff469d43897497979d64cd229a2b9c4470907449f8"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a path where no store is yet."""
    return tmp_path / "chain.db"


def test_genesis_is_the_same_everywhere(tmp_path: Path) -> None:
    """The same file gives the same first block; another chain ID or time gives another."""
    hashes = []
    for name, genesis in [
        ("a", GENESIS),
        ("b", GENESIS),
        ("c", replace(GENESIS, chain_id=1235)),
        ("d", replace(GENESIS, time_utc_s=GENESIS_TIME + 1)),
    ]:
        with chain_on(tmp_path / name, genesis) as chain:
            hashes.append(chain.ledger.head.hash.hex())
    assert hashes[0] == hashes[1] == GENESIS_HASH
    assert len(set(hashes)) == 3


def test_blocks_are_there_after_reopening(path: Path) -> None:
    """Head, transactions, receipts and state are what they were."""
    with chain_on(path) as chain:
        mine(chain, deployment(0))
        mine(chain, raw_transaction(1), raw_transaction(2))
        head = chain.ledger.head
    with chain_on(path) as chain:
        assert chain.ledger.head == head
        assert len(chain.ledger.receipts(head)) == 2
        place = chain.ledger.place_of(transaction(2).hash)
        assert place is not None
        assert (place.block_number, place.index) == (2, 1)
        with chain.ledger.state(head) as state:
            assert state.get_nonce(transaction(0).sender) == 3


def test_time_rises_by_whole_seconds_whatever_the_clock_does(path: Path) -> None:
    """A clock that stands still or jumps back makes blocks one second apart; one that runs on is followed."""
    times = []
    with chain_on(path) as chain:
        for nonce, now in enumerate([GENESIS_TIME + 50, GENESIS_TIME + 50, 0, GENESIS_TIME + 90]):
            mine(chain, raw_transaction(nonce), now_utc_s=now)
            times.append(chain.ledger.head.timestamp - GENESIS_TIME)
    assert times == [50, 51, 52, 90]


def test_what_cannot_be_applied_leaves_no_trace(path: Path) -> None:
    """A transaction that the rules refuse is named by its position, and the chain is as before."""
    with chain_on(path) as chain:
        before = chain.ledger.head
        with pytest.raises(CannotApply) as refusal:
            chain.ledger.append([transaction(0), transaction(5)], GENESIS_TIME + 1)
        assert refusal.value.position == 1
        assert chain.ledger.head == before
        assert chain.ledger.place_of(transaction(0).hash) is None
        mine(chain, raw_transaction(0))


def test_the_base_fee_stays_zero(path: Path) -> None:
    """Nothing costs anything, so an account without a balance can anchor."""
    with chain_on(path) as chain:
        mine(chain, *(raw_transaction(nonce) for nonce in range(50)))
        mine(chain, raw_transaction(50))
        assert chain.ledger.head.base_fee_per_gas == 0


def test_another_genesis_is_told(path: Path) -> None:
    """A store whose first block is not that of the genesis file is refused."""
    with chain_on(path):
        pass
    with pytest.raises(StoreCorrupt), chain_on(path, replace(GENESIS, chain_id=99)):
        pass


class _Forgotten(Exception):
    """Where a transaction is was an entry of its own, and it is gone whole."""


def _grown(path: Path) -> bytes:
    """Reopen a chain, read all of it, add a block with a fixed time, and give the head's hash."""
    with chain_on(path) as chain:
        for number in range(chain.ledger.head.block_number + 1):
            header = chain.ledger.header_at(number)
            assert header is not None
            assert len(chain.ledger.receipts(header)) == len(
                chain.ledger.block(header).transactions
            )
        if chain.ledger.place_of(transaction(1).hash) is None:
            raise _Forgotten
        mine(chain, raw_transaction(2), now_utc_s=GENESIS_TIME + 500)
        return chain.ledger.head.hash


def _two_blocks(path: Path) -> None:
    with chain_on(path) as chain:
        mine(chain, deployment(0))
        mine(chain, raw_transaction(1))


@pytest.mark.expects_log_errors  # py-evm logs what it could not write
def test_a_lost_entry_is_told(tmp_path: Path) -> None:
    """Whichever entry is gone, the node stops, or goes on exactly as it would have, save that look-ups can miss."""
    whole, damaged = tmp_path / "whole.db", tmp_path / "damaged.db"
    _two_blocks(whole)
    database = sqlite3.connect(whole)
    keys = [row[0] for row in database.execute("SELECT key FROM entries ORDER BY key")]
    database.close()
    told = 0
    expected = _grown(Path(shutil.copy(whole, damaged)))
    for key in keys:
        shutil.copy(whole, damaged)
        database = sqlite3.connect(damaged)
        with database:
            database.execute("DELETE FROM entries WHERE key = ?", (key,))
        database.close()
        try:
            assert _grown(damaged) == expected
        except (StoreCorrupt, _Forgotten):
            told += 1
    assert told > len(keys) // 2


@pytest.mark.expects_log_errors
def test_flipped_bits_are_told(tmp_path: Path) -> None:
    """Wherever bits of the file flip, the node either stops or goes on exactly as it would have."""
    whole, damaged = tmp_path / "whole.db", tmp_path / "damaged.db"
    _two_blocks(whole)
    expected = _grown(Path(shutil.copy(whole, damaged)))
    content = whole.read_bytes()
    randomness = random.Random(20261122)
    told = 0
    for _ in range(60):
        altered = bytearray(content)
        altered[randomness.randrange(len(altered))] ^= 1 << randomness.randrange(8)
        damaged.write_bytes(altered)
        try:
            assert _grown(damaged) == expected
        except (StoreCorrupt, StoreNewer):
            told += 1
    assert told > 0


@pytest.mark.expects_log_errors
def test_a_truncated_file_is_told(tmp_path: Path) -> None:
    """A file that was cut anywhere is not opened as a shorter chain."""
    whole, damaged = tmp_path / "whole.db", tmp_path / "damaged.db"
    _two_blocks(whole)
    content = whole.read_bytes()
    for eighths in range(1, 8):
        damaged.write_bytes(content[: len(content) * eighths // 8])
        with pytest.raises(StoreCorrupt):
            _grown(damaged)
