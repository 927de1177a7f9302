"""One account's nonces: stuck ones, two senders at once, a chain that is away or another. Once is once."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.chain import outbox
from core.chain.client import Web3AnchorChain
from core.chain.connection import NodeConnection
from core.chain.fees import GWEI, FeeBounds, Fees, outbidding
from core.chain.protocol import open_session
from core.chain.signing import read_transaction
from core.errors import AnchorMismatch, ChainDifferent, NonceUsed
from core.sessions.anchoring import opened_row
from tests.core.chain.node_process import (
    KEY,
    Deployed,
    anvil_node,
    deploy,
    own_node,
    required_anvil,
    wait_for,
)
from tests.core.chain.sending import (
    EPHEMERAL,
    POLICY,
    WHOLE_SESSION,
    Sender,
    deployment,
    session_rows,
    with_contracts,
)
from tests.fakes.clocks import LeapingClock
from tests.fakes.crashing import CrashPlan
from tests.fakes.ledger_chain import BOUND, Ledger
from tests.fakes.power_cut_disk import PowerCut

STUCK_S = 10


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a transaction for stuck after seconds, since each poll is simulated."""
    monkeypatch.setattr(outbox, "_STUCK_AFTER_NS", STUCK_S * 10**9)


# --- a stuck nonce -------------------------------------------------------------------------------


def _offers(ledger: Ledger) -> list[int]:
    return [each.offer for each in ledger.pool.values()]


async def _is_bid(ledger: Ledger, offer: int) -> bool:
    return _offers(ledger) == [offer]


def test_a_transaction_that_no_block_takes_is_outbid_within_bounds(tmp_path: Path) -> None:
    """After a while the same call goes out at the same nonce for more, as often as the bound allows."""
    ledger = with_contracts()
    ledger.is_mining = False

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            began_ns = sender.clock.now().mono_ns
            await sender.put(opened_row(uuid4(), POLICY, EPHEMERAL))
            await sender.until(lambda: _is_bid(ledger, BOUND))
            assert sender.clock.now().mono_ns - began_ns >= BOUND * STUCK_S * 10**9
            later_ns = sender.clock.now().mono_ns + 50 * 10**9
            await sender.until(lambda: _has_passed(sender, later_ns))
            assert _offers(ledger) == [BOUND]
            ledger.is_mining = True
            (row,) = await sender.until_settled()
        assert (row.state, row.transaction) == ("confirmed", ledger.mined[0].hash)
        assert len(ledger.mined) == 1

    asyncio.run(run())


async def _has_passed(sender: Sender, moment_ns: int) -> bool:
    return sender.clock.now().mono_ns >= moment_ns


def test_only_what_holds_the_others_up_is_outbid(tmp_path: Path) -> None:
    """Of several transactions that wait, the lowest nonce gets the better offer."""
    ledger = with_contracts()
    ledger.is_mining = False

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.put(*(opened_row(uuid4(), POLICY, EPHEMERAL) for _ in range(3)))
            await sender.until(lambda: _are_bid(ledger, {0: BOUND, 1: 0, 2: 0}))
            ledger.is_mining = True
            await sender.until_settled()
        assert ledger.effects() == ["openSession"] * 3

    asyncio.run(run())


async def _are_bid(ledger: Ledger, offers: dict[int, int]) -> bool:
    return {nonce: each.offer for (_, nonce), each in ledger.pool.items()} == offers


def test_the_former_offer_may_win(tmp_path: Path) -> None:
    """When a block takes the transaction that was outbid, its effect is found, and nothing is sent again."""
    ledger = with_contracts()
    ledger.is_mining = False

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.put(opened_row(uuid4(), POLICY, EPHEMERAL))
            await sender.until(lambda: _is_bid(ledger, 0))
            (place,), (former,) = ledger.pool.keys(), ledger.pool.values()
            await sender.until(lambda: _is_bid(ledger, 1))
            ledger.pool[place] = former
            ledger.mine()
            ledger.is_mining = True
            (row,) = await sender.until_settled()
        assert (row.state, row.transaction) == ("confirmed", former.hash)
        assert ledger.mined == [former]

    asyncio.run(run())


def test_a_crash_at_any_moment_of_an_outbidding_sends_nothing_twice(tmp_path: Path) -> None:
    """Cut before any call of store and chain while offers rise: the session is opened once, by one of them."""

    async def run(at: int, *, has_crashed: list[bool]) -> None:
        ledger, path = with_contracts(), tmp_path / f"{at}.db"
        ledger.is_mining = False
        row = opened_row(uuid4(), POLICY, EPHEMERAL)
        with suppress(PowerCut):
            async with Sender(path, ledger, plan=CrashPlan(at)) as sender:
                await sender.put(row)
                await sender.until(lambda: _is_bid(ledger, 1))
                has_crashed.append(False)
        ledger.is_mining = True
        async with Sender(path, ledger) as sender:
            await sender.put(row)
            (settled,) = await sender.until_settled()
        assert (settled.state, ledger.effects()) == ("confirmed", ["openSession"]), at
        assert len(ledger.mined) == 1, at

    at, completed = 0, []
    while not completed:
        asyncio.run(run(at, has_crashed=completed))
        at += 7 if at > 40 else 1
    assert at > 40


def test_a_deployment_is_never_outbid(tmp_path: Path) -> None:
    """Its effect is not looked for on the chain, so that it is only sent again as it is."""
    ledger = Ledger()
    ledger.is_mining = False

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger) as sender:
            await sender.put(*deployment(ledger))
            moment_ns = sender.clock.now().mono_ns + 50 * 10**9
            await sender.until(lambda: _has_passed(sender, moment_ns))
            assert set(_offers(ledger)) == {0}

    asyncio.run(run())


def test_an_offer_rises_by_an_eighth_up_to_the_bounds() -> None:
    """Both prices rise by at least the tenth that nodes ask for; past a bound there is no further offer."""
    bounds = FeeBounds(100 * GWEI, 10 * GWEI)
    fees: Fees | None = Fees(10 * GWEI, 0)
    count = 0
    while (better := outbidding(fees, bounds)) is not None:
        assert better.max_fee_per_gas * 10 >= fees.max_fee_per_gas * 11
        assert better.max_priority_fee_per_gas > fees.max_priority_fee_per_gas
        assert better.max_fee_per_gas <= bounds.max_fee_per_gas
        fees, count = better, count + 1
    assert 15 < count < 25
    assert outbidding(Fees(20 * GWEI, 10 * GWEI), bounds) is None


# --- two engines, one key ------------------------------------------------------------------------


def test_two_engines_with_one_key_anchor_everything_once(tmp_path: Path) -> None:
    """They take each other's nonces again and again, and in the end each session is on the chain once."""
    ledger = with_contracts()
    sessions = [uuid4() for _ in range(12)]

    async def run() -> None:
        async with (
            Sender(tmp_path / "one.db", ledger) as one,
            Sender(tmp_path / "two.db", ledger) as two,
        ):
            for at, each in enumerate(sessions):
                await (one if at % 2 else two).put(*session_rows(each))
            settled = [*await one.until_settled(), *await two.until_settled()]
        assert Counter(row.state for row in settled) == {"confirmed": len(settled)}

    asyncio.run(run())
    assert len(ledger.sessions) == 12
    assert Counter(ledger.effects()) == dict.fromkeys(WHOLE_SESSION, 12)


def test_two_engines_that_anchor_the_same_do_it_once(tmp_path: Path) -> None:
    """A copied data directory: both send the same rows with the same key, and both find them done."""
    ledger = with_contracts()
    rows = session_rows(uuid4())

    async def run() -> None:
        async with (
            Sender(tmp_path / "one.db", ledger) as one,
            Sender(tmp_path / "two.db", ledger) as two,
        ):
            await asyncio.gather(one.put(*rows), two.put(*rows))
            settled = [*await one.until_settled(), *await two.until_settled()]
        assert {row.state for row in settled} == {"confirmed"}

    asyncio.run(run())
    assert ledger.effects() == list(WHOLE_SESSION)


# --- away for an hour ----------------------------------------------------------------------------


class HourClock(LeapingClock):
    """Brings the chain back after an hour."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger
        self._back_ns = self.mono_ns + 3600 * 10**9
        self.pauses = 0

    async def sleep(self, seconds: float) -> None:
        """Let the pause pass."""
        self.pauses += 1
        await super().sleep(seconds)
        self.ledger.is_down = self.mono_ns < self._back_ns


def test_a_chain_that_is_down_for_an_hour_loses_nothing(tmp_path: Path) -> None:
    """What was recorded meanwhile is anchored when it is back, once, and it was not asked all the time."""
    ledger = with_contracts()
    ledger.is_down = True
    clock = HourClock(ledger)
    sessions = [uuid4() for _ in range(5)]

    async def run() -> None:
        async with Sender(tmp_path / "db", ledger, clock=clock) as sender:
            for each in sessions:
                await sender.put(*session_rows(each))
            settled = await sender.until_settled()
        assert {row.state for row in settled} == {"confirmed"}

    asyncio.run(run())
    assert set(ledger.sessions) == set(sessions)
    assert Counter(ledger.effects()) == dict.fromkeys(WHOLE_SESSION, 5)
    assert clock.pauses < 3600 / 30 + 60


# --- real nodes ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Lend the appliance's node with the contracts on it."""
    root = tmp_path_factory.mktemp("chain")
    with own_node(root) as node:
        made = Deployed(str(node.socket), root / "deployment.json")
        client = made.client()
        deploy(client)
        client.close()
        yield made


def _open_many(deployed: Deployed, sessions: list[UUID]) -> None:
    """Open sessions as fast as one sender can, taking another nonce whenever somebody was faster."""
    chain = deployed.client()
    for each in sessions:
        while True:
            signed = chain.sign(open_session(each, POLICY, EPHEMERAL), chain.next_nonce())
            try:
                chain.submit(signed.raw)
            except NonceUsed:
                continue
            break
    chain.close()


def test_senders_at_once_on_a_real_node(deployed: Deployed) -> None:
    """Two clients with one key open sessions at the same time; all are opened, each once."""
    sessions = [[uuid4() for _ in range(8)] for _ in range(2)]
    senders = [threading.Thread(target=_open_many, args=(deployed, each)) for each in sessions]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    chain = deployed.client()
    for each in [*sessions[0], *sessions[1]]:
        wait_for(lambda each=each: chain.session_record(each).events)
        assert [event.name for event in chain.session_record(each).events] == ["SessionOpened"]
    chain.close()


def test_a_transaction_for_another_chain_is_kept_for_its_own(deployed: Deployed) -> None:
    """When a node of another chain answers, that is told with both IDs, and no transaction is given up."""
    chain = deployed.client()
    own = chain.chain_id()
    call, nonce = open_session(uuid4(), POLICY, EPHEMERAL), chain.next_nonce()
    chain.sign(call, nonce)
    chain._chain_id = own + 1
    signed = chain.sign(call, nonce)
    with pytest.raises(ChainDifferent) as caught:
        chain.submit(signed.raw)
    assert caught.value.facts == {"expected": own + 1, "found": own}
    chain.close()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "0x0"}, "receipt"),
        ({"logs": []}, "receipt"),
        ({"transactionIndex": "0x9"}, "transaction"),
        ({"transactionHash": f"0x{bytes(32).hex()}"}, "transaction"),
    ],
)
def test_a_lie_about_a_receipt_is_not_believed(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], field: str
) -> None:
    """A node that says that an anchor failed, or is elsewhere, is found out; nothing is given up for it."""
    chain = deployed.client()
    signed = chain.sign(open_session(uuid4(), POLICY, EPHEMERAL), chain.next_nonce())
    chain.submit(signed.raw)
    wait_for(lambda: chain.receipt(signed.hash) is not None)
    truly = chain._connection.ask

    def lie(method: str, *params: object) -> object:
        answer = truly(method, *params)
        return {**answer, **change} if method == "eth_getTransactionReceipt" else answer

    monkeypatch.setattr(chain._connection, "ask", lie)
    with pytest.raises(AnchorMismatch) as caught:
        chain.receipt(signed.hash)
    assert caught.value.facts == {"field": field}
    chain.close()


def test_a_stuck_transaction_is_replaced_on_anvil(tmp_path: Path) -> None:
    """A node that makes no block takes the better offer in place of the first; only that one gets into a block."""
    with anvil_node(required_anvil()) as endpoint:
        chain = Web3AnchorChain(endpoint, private_key=KEY, deployment_path=tmp_path / "d.json")
        deploy(chain)
        node = NodeConnection(endpoint)
        node.ask("evm_setAutomine", False)
        session_id = uuid4()
        first = chain.sign(open_session(session_id, POLICY, EPHEMERAL), chain.next_nonce())
        chain.submit(first.raw)
        better = chain.outbid(first.raw)
        assert better is not None
        chain.submit(better.raw)
        node.ask("evm_mine")
        assert chain.receipt(first.hash) is None
        receipt = chain.receipt(better.hash)
        assert receipt is not None
        assert receipt.is_success
        before, after = read_transaction(first.raw), read_transaction(better.raw)
        assert (before.nonce, before.to, before.data) == (after.nonce, after.to, after.data)
        with pytest.raises(NonceUsed):
            chain.submit(first.raw)
        assert len(chain.session_record(session_id).events) == 1
        node.close()
        chain.close()
