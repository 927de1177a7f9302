"""The index of the chain as front ends ask for it: followed, cancelled, asked, missing, damaged."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from core.api.chain_index import AnchoredPage, AnchoredPhase, FollowChain, ListAnchored
from core.api.commands import WaitForAnchor
from core.appliance.index_service import IndexService
from core.chain import index_queries as queries
from core.chain.index_store import IndexStore
from core.chain.protocol import ChainHead, Contracts
from core.errors import (
    ChainUnreachable,
    ContractsMissing,
    IndexDamaged,
    IndexMissing,
    SessionNotIndexed,
    UsageFailure,
)
from tests.core.appliance.appliance_bench import appliance, create, record
from tests.fakes.busy_worker import cancel_often
from tests.fakes.front_end import FrontEnd, Refused
from tests.fakes.lying_node import lying_node
from tests.fakes.made_chain import ANCHORS, BATCHES, CHAIN_ID, START_UTC_S, MadeChain, session_id
from tests.fakes.made_sessions import batch, chunked, fill, opened, owner_of, stepped, voided

MS = 1000


def refusal(front_end: FrontEnd, command: Any) -> str:  # noqa: ANN401 - any command
    """Have a command refused, and give the code."""
    with pytest.raises(Refused) as told:
        front_end.do(command)
    return told.value.failure.code


def test_a_recorded_session_is_found_on_the_own_chain(tmp_path: Path) -> None:
    """What this appliance recorded is in the index with its owner and seal, checked against the headers or not."""
    with appliance(tmp_path, is_anchoring=True) as front_end:
        assert refusal(front_end, ListAnchored()) == "index_missing"
        create(front_end)
        recorded = record(front_end)
        front_end.do(WaitForAnchor(recorded.session_id, 30.0))
        plain = front_end.do(FollowChain())
        assert (plain.sessions, plain.sealed, plain.is_verified) == (1, 1, False)
        assert plain.block == plain.head
        page = front_end.do(ListAnchored())
        assert [each.session_id for each in page.sessions] == [recorded.session_id]
        assert page.sessions[0].merkle_root == f"0x{recorded.merkle_root}"
        assert page.next_row is None
        verified = front_end.do(FollowChain(is_verified=True))
        assert (verified.is_verified, verified.sessions, verified.events) == (True, 1, plain.events)
        assert front_end.do(FollowChain()).events == 0
        assert front_end.do(ListAnchored()).sessions == page.sessions


class _Chain:
    """Stands for the chain service: a node with the contracts at known places, or without any."""

    def __init__(self, endpoint: str, *, has_contracts: bool = True) -> None:
        self._endpoint = endpoint
        self._has_contracts = has_contracts

    async def use(self, work: Any) -> Any:  # noqa: ANN401 - any work
        return work(self)

    async def endpoint(self) -> str:
        return self._endpoint

    def contracts(self) -> Contracts | None:
        return Contracts(CHAIN_ID, ANCHORS, bytes(20), 0) if self._has_contracts else None

    def status(self) -> ChainHead:
        return ChainHead(CHAIN_ID, 0, bytes(32), 0)

    @property
    def batches(self) -> _Chain:
        return self

    def address(self) -> bytes:
        return BATCHES

    def first_block(self) -> int:
        return 0


def _service(path: Path, endpoint: str, *, has_contracts: bool = True) -> IndexService:
    return IndexService(path, cast("Any", _Chain(endpoint, has_contracts=has_contracts)))


def _ignore(_stage: str, _done: int, _total: int) -> None:
    """Hear of progress."""


def _ask(path: Path, **wanted: Any) -> AnchoredPage:  # noqa: ANN401 - a command's fields
    return asyncio.run(_service(path, "").list_anchored(ListAnchored(**wanted)))


@pytest.fixture
def indexed(tmp_path: Path) -> Path:
    """Give the index of a chain with 140 sessions, a step of one, and a batch."""
    chain = MadeChain()
    fill(chain, blocks=20, a_block=7)
    chain.add(stepped(139), chunked(139), batch(owner_of(1), 1, 30), voided(138))
    path = tmp_path / "index.db"
    with lying_node(chain.ask) as node:
        shown = asyncio.run(_service(path, node.endpoint).follow(FollowChain(), _ignore))
    assert (shown.sessions, shown.sealed, shown.batches) == (140, 133, 1)
    assert (shown.block, shown.head) == (21, 21)
    return path


def test_the_index_is_asked_by_owner_time_and_state(indexed: Path) -> None:
    """Each condition narrows the list; the chain is not asked; times are milliseconds, and the end is left out."""
    owner = f"0x{owner_of(3).hex()}"
    assert len(_ask(indexed, owner=owner).sessions) == 20
    assert len(_ask(indexed, phase=AnchoredPhase.OPEN).sessions) == 7
    since, until = (MS * (START_UTC_S + 12 * block) for block in (5, 8))
    within = _ask(indexed, owner=owner, since_utc_ms=since, until_utc_ms=until)
    assert [each.opened_block for each in within.sessions] == [7, 6, 5]
    later = _ask(indexed, owner=owner, since_utc_ms=since + 1, until_utc_ms=until)
    assert [each.opened_block for each in later.sessions] == [7, 6]
    assert _ask(indexed, owner=f"0x{'99' * 20}").sessions == ()


def test_pages_join(indexed: Path) -> None:
    """Page after page gives each session once, the newest first, and the last one says that it is."""
    rows: list[int] = []
    page = _ask(indexed, limit=40)
    while page.next_row is not None:
        rows += [each.row for each in page.sessions]
        page = _ask(indexed, limit=40, before_row=page.next_row)
    rows += [each.row for each in page.sessions]
    assert rows == list(range(140, 0, -1))
    assert _ask(indexed, limit=140).next_row is None
    assert _ask(indexed, limit=70, before_row=71).next_row is None


def test_a_session_is_shown_by_the_beginning_of_its_id(indexed: Path) -> None:
    """A beginning that is unique shows the session with its steps, in whatever spelling; others are refused."""
    whole = str(UUID(bytes=session_id(139)))
    for words in (whole, whole[:7].upper(), whole.replace("-", "")):
        page = _ask(indexed, session_id=words)
        assert [each.session_id for each in page.sessions] == [whole]
        assert [(each.kind, each.number) for each in page.steps] == [("progress", 3), ("chunk", 4)]
    assert _ask(indexed, session_id=str(UUID(bytes=session_id(138)))).sessions[0].is_void
    with pytest.raises(SessionNotIndexed) as told:
        _ask(indexed, session_id=str(UUID(int=1)))
    assert told.value.facts["block"] == 21
    with pytest.raises(UsageFailure, match="but not of that owner"):
        _ask(indexed, session_id=whole, owner=f"0x{'99' * 20}")
    twice = next(digit for digit in "0123456789abcdef" if _begin_with(digit) > 1)
    for words in (twice, "no hex", "a" * 33):
        with pytest.raises(UsageFailure):
            _ask(indexed, session_id=words)


def _begin_with(digit: str) -> int:
    return sum(session_id(number).hex().startswith(digit) for number in range(140))


def test_what_cannot_be_asked_is_refused(indexed: Path) -> None:
    """An owner that is no address, and a list of none or too many, are usage errors."""
    for wanted in ({"owner": "0x12"}, {"limit": 0}, {"limit": 1001}, {"before_row": 10**20}):
        with pytest.raises(UsageFailure):
            _ask(indexed, **wanted)


def test_following_that_is_cancelled_goes_on_later(tmp_path: Path) -> None:
    """Cancelled half-way, the command ends as cancelled, and the next one reads only what is left."""
    chain = MadeChain()
    for number in range(300):
        chain.add(opened(number))
    path = tmp_path / "index.db"
    begun = asyncio.Event()

    async def cancelled(endpoint: str) -> None:
        loop = asyncio.get_running_loop()
        service = _service(path, endpoint)
        going = asyncio.ensure_future(
            service.follow(FollowChain(), lambda *_: loop.call_soon(begun.set))
        )
        await begun.wait()
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going

    with lying_node(chain.ask) as node:
        asyncio.run(cancelled(node.endpoint))
        half = _ask(path).index
        assert 0 < half.sessions < 300
        node.asked.clear()
        done = asyncio.run(_service(path, node.endpoint).follow(FollowChain(), _ignore))
    assert (done.sessions, done.events) == (300, 300 - half.sessions)
    asked = [
        int(params[0]["fromBlock"], 16) for name, params in node.asked if name == "eth_getLogs"
    ]
    assert min(asked) == half.block + 1


def test_who_follows_at_the_same_time_waits(tmp_path: Path) -> None:
    """Two that bring the index up to the chain at once both end well; the second one finds nothing left."""
    chain = MadeChain()
    fill(chain, blocks=30, a_block=3)

    async def both(endpoint: str) -> list[int]:
        service = _service(tmp_path / "index.db", endpoint)
        done = await asyncio.gather(*(service.follow(FollowChain(), _ignore) for _ in range(2)))
        return [each.events for each in done]

    with lying_node(chain.ask) as node:
        first, second = asyncio.run(both(node.endpoint))
    assert first > 0
    assert second == 0


def test_there_is_nothing_to_follow_before_the_contracts(tmp_path: Path) -> None:
    """On a chain without the contracts following says so, and makes no index."""
    path = tmp_path / "index.db"
    with pytest.raises(ContractsMissing):
        asyncio.run(_service(path, "", has_contracts=False).follow(FollowChain(), _ignore))
    assert not path.exists()


def test_a_chain_that_does_not_answer_leaves_the_index_as_it_is(indexed: Path) -> None:
    """An unreachable node is told as that, and what was indexed can be asked still."""
    before = _ask(indexed)
    with pytest.raises(ChainUnreachable) as told:
        asyncio.run(_service(indexed, "http://127.0.0.1:1").follow(FollowChain(), _ignore))
    assert "no node listens" in str(told.value.facts["reason"])
    assert _ask(indexed) == before


def test_a_damaged_index_says_what_to_do(indexed: Path) -> None:
    """A file that is no database is named, whoever asks; without it everything is read again."""
    indexed.write_bytes(b"x" * 4096)
    for beside in ("-wal", "-shm"):
        indexed.with_name(indexed.name + beside).unlink(missing_ok=True)
    with pytest.raises(IndexDamaged) as told:
        _ask(indexed)
    assert told.value.facts["path"] == str(indexed)


def test_a_missing_index_says_so(tmp_path: Path) -> None:
    """Without a file, and with one in which nothing was begun, there is no index."""
    path = tmp_path / "index.db"
    with pytest.raises(IndexMissing):
        _ask(path)
    IndexStore(path).close()
    with pytest.raises(IndexMissing):
        _ask(path)


def test_a_question_that_is_cancelled_twice_holds_up_nobody(
    indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read to its end, and closed, before the question is over; the loop goes on meanwhile."""
    reading, may_read, waited = threading.Event(), threading.Event(), list[bool]()
    real = queries.sessions

    def slowly(*given: Any) -> Any:  # noqa: ANN401 - as the real one
        reading.set()
        waited.append(may_read.wait(10))
        return real(*given)

    async def run() -> None:
        monkeypatch.setattr(queries, "sessions", slowly)
        asking = asyncio.ensure_future(_service(indexed, "").list_anchored(ListAnchored()))
        await asyncio.to_thread(reading.wait)
        await cancel_often(asking)
        assert not asking.done()
        may_read.set()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not any(each.name.startswith("index") for each in threading.enumerate())

    asyncio.run(run())
    assert waited == [True]
