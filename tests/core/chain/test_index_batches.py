"""What an index missed of LucidBatches, which came to be known late: added whole, through re-orgs and stops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.chain import index_batches as missed_module
from core.chain.index import ChainIndex, Progress
from core.chain.index_queries import Wanted, batches, counts, sessions
from core.chain.index_source import BlockSource
from core.chain.index_store import IndexStore, Watched
from core.errors import AnchorMismatch
from tests.core.chain.indexing import BOTH, altered, content, follow, made_anew, small_chain
from tests.fakes.made_chain import ANCHORS, CHAIN_ID, MadeChain
from tests.fakes.made_sessions import WATCHED, batch, opened, owner_of, voided


@pytest.fixture
def store(tmp_path: Path) -> Iterator[IndexStore]:
    """Lend an empty index."""
    made = IndexStore(tmp_path / "index.db")
    yield made
    made.close()


def _only_anchors(store: IndexStore, chain: MadeChain, *, is_verified: bool) -> None:
    """Index a chain on which LucidBatches is not known yet."""
    watched = Watched(CHAIN_ID, ANCHORS, None, 1)
    source = BlockSource(chain, watched)  # type: ignore[arg-type]
    ChainIndex(store, source).follow(watched, is_verified=is_verified)


def _with_batches(number: int) -> tuple[Any, ...]:
    return (
        opened(number),
        batch(owner_of(number), number, 40),
        *([voided(1)] if number == 5 else []),
    )


def _stopped_half_way(store: IndexStore, *, is_verified: bool) -> MadeChain:
    """Begin to add the batches of 40 blocks, and stop between two parts."""
    chain = MadeChain()
    for number in range(1, 41):
        chain.add(*_with_batches(number))
    _only_anchors(store, chain, is_verified=is_verified)
    steps: list[Progress] = []
    source = BlockSource(chain, WATCHED)  # type: ignore[arg-type]
    ChainIndex(store, source).follow(
        WATCHED, told=steps.append, is_cancelled=lambda: len(steps) == 4
    )
    return chain


@BOTH
def test_what_was_missed_of_batches_is_added(
    store: IndexStore, tmp_path: Path, is_verified: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Part by part nothing is missed or read twice, and what was indexed of the anchors is not read again."""
    monkeypatch.setattr(missed_module, "_BLOCKS_AT_ONCE", 7)
    chain = MadeChain()
    for number in range(1, 41):
        chain.add(*_with_batches(number))
    _only_anchors(store, chain, is_verified=is_verified)
    assert batches(store) == []
    chain.add(*_with_batches(41))
    rows = [each.row for each in sessions(store, Wanted(most=99))]
    told: list[Progress] = []
    source = BlockSource(chain, WATCHED)  # type: ignore[arg-type]
    done = ChainIndex(store, source).follow(WATCHED, batches_block=4, told=told.append)
    assert [each.row for each in sessions(store, Wanted(most=99))][1:] == rows
    assert sorted(each.number for each in batches(store)) == list(range(4, 42))
    assert (done.block, done.events) == (41, 37 + 1 + 2)
    assert store.watched() == WATCHED
    assert store.is_verified() is is_verified
    assert len(told) > 5
    assert follow(store, chain).events == 0


@BOTH
def test_a_reorg_while_batches_are_added_loses_nothing(
    store: IndexStore, tmp_path: Path, is_verified: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chain exchanges blocks between two parts, above and below where they are: the index is the chain's own."""
    monkeypatch.setattr(missed_module, "_BLOCKS_AT_ONCE", 6)
    for above in (3, 14, 25, 38):
        chain = MadeChain()
        for number in range(1, 41):
            chain.add(*_with_batches(number))
        place = tmp_path / f"{above}.db"
        missed = IndexStore(place)
        _only_anchors(missed, chain, is_verified=is_verified)
        steps: list[Progress] = []

        def exchange(
            done: Progress,
            steps: list[Progress] = steps,
            chain: MadeChain = chain,
            above: int = above,
        ) -> None:
            steps.append(done)
            if len(steps) == 3:
                chain.exchange(above, b"other")
                for number in range(above + 1, 44):
                    chain.add(*_with_batches(number + 100))

        source = BlockSource(chain, WATCHED)  # type: ignore[arg-type]
        ChainIndex(missed, source).follow(WATCHED, told=exchange)
        found = content(missed)
        whole = made_anew(chain, tmp_path / f"{above}-anew.db")
        assert {name: found[name] for name in ("batches", "voids")} == {
            name: whole[name] for name in ("batches", "voids")
        }
        assert counts(missed).sessions == 43
        missed.close()


@BOTH
def test_adding_batches_goes_on_after_it_was_stopped(
    store: IndexStore, is_verified: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between two parts, the next run reads only the parts that are left."""
    monkeypatch.setattr(missed_module, "_BLOCKS_AT_ONCE", 5)
    chain = _stopped_half_way(store, is_verified=is_verified)
    half = len(batches(store))
    assert 0 < half < 40
    assert store.watched() == Watched(CHAIN_ID, ANCHORS, None, 1)
    done = follow(store, chain)
    assert (done.events, len(batches(store))) == (41 - half, 40)


def test_a_lie_while_batches_are_added_is_found(store: IndexStore) -> None:
    """A batch that a node makes up below the position is refused, and nothing of it stays."""
    chain = small_chain()
    _only_anchors(store, chain, is_verified=True)
    chain.lie = altered("0.logs.0.data", lambda data: data[:-1] + "f", "eth_getBlockReceipts")
    with pytest.raises(AnchorMismatch):
        follow(store, chain)
    assert batches(store) == []


@BOTH
def test_batches_that_are_lost_sight_of_half_way_are_read_whole(
    store: IndexStore, is_verified: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped half-way, then followed while LucidBatches is not found: later blocks are not passed over."""
    monkeypatch.setattr(missed_module, "_BLOCKS_AT_ONCE", 5)
    chain = _stopped_half_way(store, is_verified=is_verified)
    assert 0 < len(batches(store)) < 40
    for number in range(41, 61):
        chain.add(*_with_batches(number))
    _only_anchors(store, chain, is_verified=is_verified)
    follow(store, chain)
    assert sorted(each.number for each in batches(store)) == list(range(1, 61))
    assert store.watched() == WATCHED
