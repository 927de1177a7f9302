"""The index of a chain: complete, in order, through re-orgs, kills, down nodes and lies."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.chain import index as index_module
from core.chain.index import ChainIndex, Progress
from core.chain.index_queries import (
    AnchoredState,
    Wanted,
    batches,
    counts,
    session,
    sessions,
)
from core.chain.index_source import BlockSource
from core.chain.index_store import CHECKPOINT_EVERY, IndexStore, Watched
from core.errors import (
    AnchorMismatch,
    ChainDifferent,
    ChainUnreachable,
    StoreNewer,
)
from tests.core.chain.indexing import BOTH, TABLES, altered, content, follow, made_anew, small_chain
from tests.fakes.made_chain import ANCHORS, CHAIN_ID, START_UTC_S, MadeChain, session_id
from tests.fakes.made_sessions import (
    WATCHED,
    fill,
    opened,
    owner_of,
    sealed,
    stepped,
    voided,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[IndexStore]:
    """Lend an empty index."""
    made = IndexStore(tmp_path / "index.db")
    yield made
    made.close()


@BOTH
def test_everything_is_found(store: IndexStore, is_verified: bool) -> None:
    """Sessions with their steps, seals and voids, and batches, come out with block, time and transaction."""
    chain = small_chain()
    done = follow(store, chain, is_verified=is_verified)
    assert (done.block, done.head, done.events, done.rolled_back) == (4, 4, 8, 0)
    found = session(store, UUID(bytes=session_id(1)))
    assert found is not None
    one, steps = found
    assert (one.state, one.owner, one.chunk_count) == (AnchoredState.SEALED, owner_of(1), 5)
    assert (one.opened_block, one.sealed_block) == (1, 4)
    assert one.opened_at_utc_s == START_UTC_S + 12
    assert one.opened_transaction.hex() == chain.blocks[1]["transactions"][0][2:]
    assert [(each.kind, each.number, each.block) for each in steps] == [
        ("progress", 3, 3),
        ("chunk", 4, 3),
    ]
    assert [each.is_void for each in sessions(store, Wanted())] == [True, False]
    assert [(each.number, each.count) for each in batches(store)] == [(1, 40), (2, 30)]
    assert session(store, UUID(bytes=session_id(3))) is None


@BOTH
def test_a_session_voided_from_an_earlier_place_on_is_void_once(
    store: IndexStore, is_verified: bool
) -> None:
    """A report that lowers the place is an event like any other, and changes nothing else; one twice does not fit."""
    chain = MadeChain()
    chain.add(opened(1), opened(2))
    chain.add(voided(2, 7))
    chain.add(voided(2, 3), voided(2))
    follow(store, chain, is_verified=is_verified)
    assert [each.is_void for each in sessions(store, Wanted())] == [True, False]
    chain.add(voided(2, 3))
    with pytest.raises(AnchorMismatch):
        follow(store, chain, is_verified=is_verified)


@BOTH
def test_sessions_are_asked_for_by_owner_state_and_time(
    store: IndexStore, is_verified: bool
) -> None:
    """Each condition narrows the list, together they narrow it further, and pages join without a gap."""
    chain = MadeChain()
    fill(chain, blocks=20, a_block=7)
    follow(store, chain, is_verified=is_verified)
    assert (counts(store).sessions, counts(store).sealed) == (140, 133)
    assert len(sessions(store, Wanted(owner=owner_of(3), most=999))) == 20
    assert len(sessions(store, Wanted(state=AnchoredState.OPEN, most=999))) == 7
    since, until = START_UTC_S + 12 * 5, START_UTC_S + 12 * 8
    within = Wanted(since_utc_s=since, until_utc_s=until, most=999)
    assert {each.opened_block for each in sessions(store, within)} == {5, 6, 7}
    narrow = Wanted(owner_of(3), AnchoredState.SEALED, since, until)
    assert [each.opened_block for each in sessions(store, narrow)] == [7, 6, 5]
    rows: list[int] = []
    while page := sessions(store, Wanted(below_row=rows[-1] if rows else None, most=9)):
        rows += [each.row for each in page]
    assert rows == list(range(140, 0, -1))
    assert [each.number for each in batches(store, owner_of(1))] == []


@BOTH
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.integers(0, 10**9))
def test_any_sequence_of_reorgs_ends_in_the_chains_own_index(
    tmp_path_factory: pytest.TempPathFactory, is_verified: bool, seed: int
) -> None:
    """After blocks were added and exchanged at random, the index is that of a chain that was only ever so."""
    chance = random.Random(seed)
    directory = tmp_path_factory.mktemp("index")
    chain, store = MadeChain(), IndexStore(directory / "index.db")
    number = 0
    for step in range(6):
        for _ in range(chance.randrange(12)):
            ready = [each for each in _open(chain, number) if chance.random() < 0.4]
            fresh = range(number, number + chance.randrange(4))
            number = fresh.stop
            chain.add(*map(opened, fresh), *map(stepped, ready), *map(sealed, ready))
        follow(store, chain, is_verified=is_verified, depth=8)
        chain.exchange(chance.randrange(len(chain.blocks)), step.to_bytes(2))
    chain.add(opened(number))
    follow(store, chain, is_verified=is_verified, depth=8)
    found = content(store)
    store.close()
    anew = made_anew(chain, directory / "anew.db")
    assert {name: _without_rows(rows) for name, rows in found.items()} == {
        name: _without_rows(rows) for name, rows in anew.items()
    }


def _open(chain: MadeChain, below: int) -> list[int]:
    """List the sessions that were opened and not sealed on the chain as it is now."""
    seen = Counter(
        log["topics"][1]
        for receipts in chain.receipts.values()
        for receipt in receipts
        for log in receipt["logs"]
    )
    ids = {f"0x{session_id(each).ljust(32, bytes(1)).hex()}": each for each in range(below)}
    return sorted(ids[topic] for topic, count in seen.items() if count == 1)


def _without_rows(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave the rows' numbers away, of which a re-org uses up some."""
    return sorted(row[1:] for row in rows)


@BOTH
def test_a_shallow_reorg_is_undone_silently(store: IndexStore, is_verified: bool) -> None:
    """Sessions of exchanged blocks are gone, those below stay, and nobody needs to be told."""
    chain = MadeChain()
    fill(chain, blocks=10, a_block=2)
    follow(store, chain, is_verified=is_verified)
    chain.exchange(7, b"other")
    chain.add(opened(500))
    done = follow(store, chain, is_verified=is_verified)
    assert (done.block, done.rolled_back, done.rewritten) == (8, 3, None)
    assert session(store, UUID(bytes=session_id(19))) is None
    assert session(store, UUID(bytes=session_id(500))) is not None
    still = session(store, UUID(bytes=session_id(12)))
    assert still is not None
    assert still[0].state is AnchoredState.OPEN  # it was opened in block 7 and sealed in block 8


@BOTH
def test_a_deep_reorg_rebuilds_from_a_checkpoint_and_is_told(
    store: IndexStore, is_verified: bool, tmp_path: Path
) -> None:
    """Deeper than the hashes that are kept, the index begins again at the last checkpoint that is still there."""
    chain = MadeChain()
    for at in range(CHECKPOINT_EVERY + 300):
        chain.add(*([opened(at)] if at % 100 == 0 else []))
    follow(store, chain, is_verified=is_verified, depth=20)
    chain.exchange(CHECKPOINT_EVERY + 10, b"other")
    for at in range(250):
        chain.add(*([opened(9000 + at)] if at % 100 == 0 else []))
    done = follow(store, chain, is_verified=is_verified, depth=20)
    assert done.rewritten is not None
    assert done.rewritten.facts["checkpoint"] == CHECKPOINT_EVERY
    assert done.block == CHECKPOINT_EVERY + 260
    assert content(store)["sessions"] == made_anew(chain, tmp_path / "anew.db")["sessions"]


@BOTH
def test_another_chain_of_the_same_id_is_indexed_from_the_start(
    store: IndexStore, is_verified: bool
) -> None:
    """A chain that was made anew has no block in common; the index is rebuilt, and says so."""
    chain = MadeChain()
    fill(chain, blocks=5, a_block=2)
    follow(store, chain, is_verified=is_verified)
    other = MadeChain(salt=b"other")
    fill(other, blocks=3, a_block=1, first=700)
    done = follow(store, other, is_verified=is_verified)
    assert done.rewritten is not None
    assert counts(store).sessions == 3


def test_a_node_of_another_chain_is_refused(store: IndexStore) -> None:
    """A wrong chain ID changes nothing in the index."""
    chain = small_chain()
    follow(store, chain)
    before = content(store)
    with pytest.raises(ChainDifferent) as caught:
        follow(store, MadeChain(chain_id=1))
    assert caught.value.facts == {"expected": CHAIN_ID, "found": 1}
    assert content(store) == before


@BOTH
def test_a_chain_that_is_down_loses_nothing(store: IndexStore, is_verified: bool) -> None:
    """However often the node stops answering in between, following goes on where it was."""
    chain = MadeChain()
    fill(chain, blocks=30, a_block=3)
    calls = 0

    def fail_sometimes(_method: str, _params: object, answer: object) -> object:
        nonlocal calls
        calls += 1
        if calls % 23 == 0:
            raise ChainUnreachable(reason="it is down")
        return answer

    chain.lie = fail_sometimes
    source = BlockSource(chain, WATCHED)  # type: ignore[arg-type]
    index = ChainIndex(store, source, depth=4)
    for _ in range(200):
        try:
            index.follow(WATCHED, is_verified=is_verified)
            break
        except ChainUnreachable:
            continue
    chain.lie = lambda _method, _params, answer: answer
    assert calls > 2 * 23
    assert follow(store, chain, is_verified=is_verified, depth=4).events == 0
    assert (counts(store).sessions, counts(store).sealed) == (90, 87)


# --- lies ----------------------------------------------------------------------------------------


def _flip(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


@pytest.mark.parametrize(
    "lie",
    [
        altered("0.logs.0.data", _flip, "eth_getBlockReceipts"),
        altered("0.logs.0.topics.1", _flip, "eth_getBlockReceipts"),
        altered("0.logs", lambda _: [], "eth_getBlockReceipts"),
        altered("0.status", lambda _: "0x0", "eth_getBlockReceipts"),
        altered("0.logsBloom", _flip, "eth_getBlockReceipts"),
        altered("0.logs.0.data", lambda _: "nonsense", "eth_getBlockReceipts"),
        altered("logsBloom", lambda _: "0x" + "0" * 512, "eth_getBlockByNumber"),
        altered("receiptsRoot", _flip, "eth_getBlockByNumber"),
        altered("timestamp", lambda _: "0x1", "eth_getBlockByNumber"),
        altered("hash", _flip, "eth_getBlockByNumber"),
        altered("transactions", lambda _: [], "eth_getBlockByNumber"),
        lambda method, _params, answer: answer[1:] if method == "eth_getBlockReceipts" else answer,
        lambda method, _params, answer: {} if method == "eth_getBlockByNumber" else answer,
        lambda method, _params, answer: "0xzz" if method == "eth_chainId" else answer,
    ],
)
def test_a_lie_about_receipts_or_headers_is_found(
    store: IndexStore, lie: Callable[..., Any]
) -> None:
    """Whatever a node alters, makes up or leaves out, nothing of that block gets into a verified index."""
    chain = small_chain()
    chain.lie = lie
    with pytest.raises(AnchorMismatch):
        follow(store, chain, is_verified=True)
    assert content(store) == {name: [] for name in TABLES}


def test_a_block_that_does_not_follow_is_found(store: IndexStore) -> None:
    """A node that goes on with a block of another chain does not get it in."""
    chain, other = small_chain(), MadeChain(salt=b"other")
    fill(other, blocks=4, a_block=1)

    def lie(method: str, params: Any, answer: Any) -> Any:  # noqa: ANN401 - any JSON
        if method == "eth_getBlockByNumber" and params[0] == "0x3":
            return other.answer(method, params)
        return answer

    chain.lie = lie
    with pytest.raises(AnchorMismatch) as caught:
        follow(store, chain, is_verified=True)
    assert caught.value.facts["field"] == "parent_hash"


@pytest.mark.parametrize(
    "lie",
    [
        altered("0.blockNumber", lambda _: "0x63", "eth_getLogs"),
        altered("0.blockHash", _flip, "eth_getLogs"),
        altered("0.removed", lambda _: True, "eth_getLogs"),
        altered("0.data", lambda data: data + "00", "eth_getLogs"),
        altered("0.address", _flip, "eth_getLogs"),
        lambda method, _params, answer: (
            list(reversed(answer)) if method == "eth_getLogs" else answer
        ),
        lambda method, _params, answer: answer * 2 if method == "eth_getLogs" else answer,
        lambda method, _params, answer: "none" if method == "eth_getLogs" else answer,
        lambda method, _params, answer: [{}] if method == "eth_getLogs" else answer,
    ],
)
def test_logs_that_cannot_be_are_refused(store: IndexStore, lie: Callable[..., Any]) -> None:
    """Without verification, too, logs of other blocks, contracts, order or shape are refused whole."""
    chain = small_chain()
    chain.lie = lie
    with pytest.raises(AnchorMismatch):
        follow(store, chain)
    assert content(store) == {name: [] for name in TABLES}


def test_what_a_plain_index_was_told_falsely_a_verified_one_finds(store: IndexStore) -> None:
    """A log left out goes unnoticed in a plain index; asked to verify, it is begun anew and has the session."""
    chain = small_chain()
    chain.lie = lambda method, _params, answer: answer[1:] if method == "eth_getLogs" else answer
    with pytest.raises(AnchorMismatch):  # the seal of a session that nobody opened
        follow(store, chain)
    chain.lie = lambda method, _params, answer: (
        [each for each in answer if session_id(2).hex() not in each["topics"][1]]
        if method == "eth_getLogs"
        else answer
    )
    follow(store, chain)
    assert counts(store).sessions == 1
    follow(store, chain, is_verified=True)
    assert counts(store).sessions == 2
    assert store.is_verified()


# --- bounds, restarts, versions ------------------------------------------------------------------


def test_a_range_with_too_many_logs_is_asked_for_in_parts(store: IndexStore) -> None:
    """A node that limits its answers is asked for fewer blocks until it gives them."""
    chain = MadeChain()
    fill(chain, blocks=40, a_block=3)
    chain.most_logs = 13
    assert follow(store, chain).block == 40
    assert counts(store).sessions == 120
    chain.most_logs = 2
    fill(chain, blocks=1, a_block=9, first=500)
    with pytest.raises(ChainUnreachable, match="more than"):
        follow(store, chain)


def test_ids_are_opened_once(store: IndexStore) -> None:
    """A chain that opens an ID twice, which the contract never does, is refused whole."""
    chain = MadeChain()
    chain.add(opened(1))
    chain.add(opened(1))
    with pytest.raises(AnchorMismatch, match="opened twice"):
        follow(store, chain)


def test_other_contracts_are_indexed_from_the_start(store: IndexStore) -> None:
    """When the contract for batches comes to be known, nothing of it is missed; another LucidAnchors begins anew."""
    chain = small_chain()
    only_anchors = Watched(CHAIN_ID, ANCHORS, None, 1)
    source = BlockSource(chain, only_anchors)  # type: ignore[arg-type]
    ChainIndex(store, source).follow(only_anchors)
    assert (batches(store), counts(store).sessions) == ([], 2)
    follow(store, chain)
    assert len(batches(store)) == 2
    assert store.watched() == WATCHED
    other = Watched(CHAIN_ID, bytes([0xC3]) * 20, None, 1)
    ChainIndex(store, BlockSource(chain, other)).follow(other)  # type: ignore[arg-type]
    assert (batches(store), counts(store).sessions) == ([], 0)


@pytest.mark.parametrize("steps", range(0, 14, 2))
def test_killed_anywhere_it_goes_on(tmp_path: Path, steps: int) -> None:
    """After kill -9 at any step the next start has whole steps only, goes on from there, and ends up complete."""
    path = tmp_path / "index.db"
    command = [sys.executable, "-m", "tests.fakes.indexing_victim", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        told = [victim.stdout.readline() for _ in range(steps)]
        victim.kill()
    store = IndexStore(path)
    position = store.position()
    assert (position.number if position else 0) >= (int(told[-1]) if told else 0)
    chain = MadeChain()
    fill(chain, blocks=60, a_block=5)
    assert follow(store, chain, is_verified=True).block == 60
    assert content(store) == made_anew(chain, tmp_path / "anew.db")
    store.close()


def test_an_index_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """A file that a later version of Lucid wrote is left alone."""
    path = tmp_path / "index.db"
    IndexStore(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(StoreNewer):
        IndexStore(path)


def test_it_can_be_stopped_and_tells_how_far_it_is(
    store: IndexStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is told, and a cancelled run ends after the step it is in."""
    monkeypatch.setattr(index_module, "_EVENTS_AT_ONCE", 10)
    chain = MadeChain()
    fill(chain, blocks=30, a_block=5)
    steps: list[Progress] = []
    source = BlockSource(chain, WATCHED)  # type: ignore[arg-type]
    done = ChainIndex(store, source).follow(
        WATCHED, is_verified=True, told=steps.append, is_cancelled=lambda: len(steps) == 3
    )
    assert done == steps[-1]
    assert 0 < done.block < done.head == 30


def test_a_number_that_no_column_holds_is_the_nodes_fault(store: IndexStore) -> None:
    """A block of a time beyond every calendar, and a log that is none, are a node that contradicts itself."""
    for path, value, method in (
        ("timestamp", hex(1 << 70), "eth_getBlockByNumber"),
        ("0.logIndex", hex(1 << 70), "eth_getLogs"),
        ("0", "no log", "eth_getLogs"),
    ):
        chain = small_chain()
        chain.lie = altered(path, lambda _, value=value: value, method)
        with pytest.raises(AnchorMismatch):
            follow(store, chain)
    assert store.read("SELECT * FROM sessions") == []


@BOTH
def test_who_cancels_does_not_wait_for_a_whole_step(store: IndexStore, is_verified: bool) -> None:
    """In the middle of a thousand blocks no more of them are asked for."""
    chain = MadeChain()
    for number in range(300):
        chain.add(opened(number))
    source = BlockSource(chain, WATCHED)  # type: ignore[arg-type]
    ChainIndex(store, source).follow(
        WATCHED, is_verified=is_verified, is_cancelled=lambda: len(chain.asked) > 20
    )
    assert len(chain.asked) < 30
