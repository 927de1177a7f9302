"""A network in its months: the appliance's own node on a clock that a test turns, and three nodes of two operators."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eth_account import Account
from eth_utils import keccak

from core.chain import abi
from core.chain.clients import node_registry, work_credits_oracle
from core.chain.clients.work_credits_oracle import MonthlyRecord
from core.chain.encoding import created_address
from core.chain.month_records import MonthRecords, write_month_records
from core.chain.network.document import DeploymentFile, write_deployment
from core.chain.network.node import NetworkNode, Transaction
from core.chain.network.parts import NAMES, creation_of, part_of
from core.chain.node.assembly import Node
from core.chain.signing import account_of
from core.runtime.clock import Instant
from tests.core.chain.network.bench import DEVICE, some_terms
from tests.core.chain.node_process import KEY, OTHER_KEY, wait_for

OCTOBER = 2026 * 12 + 9
FEBRUARY = OCTOBER + 4
OPERATORS = (KEY, OTHER_KEY, OTHER_KEY)  # of nodes 1 to 3
DEPLOYED = (
    "ParamRegistry",
    "ValidatorSet",
    "NodeRegistry",
    "WorkCreditsOracle",
    "EligibilityManager",
)
DAY_S = 86_400


def at(year: int, month: int, day: int) -> int:
    """Give the first second of a day."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


class TurnedClock:
    """Runs as the machine's, but for the date, which a test sets."""

    def __init__(self, utc_s: int) -> None:
        self.turn_to(utc_s)

    def turn_to(self, utc_s: int) -> None:
        """Have it be that moment now."""
        self._ahead_ns = utc_s * 1_000_000_000 - time.monotonic_ns()

    def now(self) -> Instant:
        """Read both clocks."""
        mono_ns = time.monotonic_ns()
        return Instant(mono_ns, mono_ns + self._ahead_ns)

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)


@contextmanager
def running_node(root: Path, clock: TurnedClock) -> Iterator[Path]:
    """Run the node on a thread; gives its socket."""
    socket, ready = root / "chain.sock", threading.Event()
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def work() -> None:
        stopped = asyncio.Event()
        accounts = account_of(KEY), account_of(OTHER_KEY)
        node = Node.open(root / "chain", clock, chain_id=None, accounts=accounts)
        try:
            await node.listen(socket, None)
            ends.append((asyncio.get_running_loop(), stopped))
            ready.set()
            await node.run_until(stopped)
        finally:
            await node.close()

    (root / "chain").mkdir()
    thread = threading.Thread(target=lambda: asyncio.run(work()), name="node")
    thread.start()
    try:
        assert ready.wait(30), "the node does not begin"
        yield socket
    finally:
        for loop, stopped in ends:
            loop.call_soon_threadsafe(stopped.set)
        thread.join()


@dataclass
class MonthsBench:
    """Contracts on the chain, nodes 1 to 3 and their records: node 3 is up for too little.

    ``node`` deploys, is the only validator and the operator of node 1; ``other`` is the operator of nodes 2 and 3.
    """

    node: NetworkNode
    other: NetworkNode
    clock: TurnedClock
    contracts: dict[str, bytes]

    @classmethod
    def begin(cls, node: NetworkNode, other: NetworkNode, clock: TurnedClock) -> MonthsBench:
        """Deploy, and register the nodes."""
        nonce = node.next_nonce()
        places = {name: created_address(node.account, nonce + i) for i, name in enumerate(DEPLOYED)}
        known = {**places, "deployer": node.account, "LucidTimelock": node.account}
        made = cls(node, other, clock, places)
        terms = some_terms()
        terms = type(terms)(**{**vars(terms), "validators": (node.account,)})
        made.send(*((None, creation_of(part_of(name), known, terms)) for name in DEPLOYED))
        for number, key in enumerate(OPERATORS):
            call = places["NodeRegistry"], made.registering(number)
            made.send(call, by=node if key == KEY else other)
        return made

    @classmethod
    @contextmanager
    def in_january(cls, root: Path) -> Iterator[MonthsBench]:
        """Bring a network to the 3rd of January 2027: October and November are final, December was just committed."""
        clock = TurnedClock(at(2026, 10, 5))
        with running_node(root, clock) as socket:
            node, other = (NetworkNode(str(socket), key) for key in (KEY, OTHER_KEY))
            try:
                months = cls.begin(node, other, clock)
                for number, (year, month) in enumerate([(2026, 11), (2026, 12), (2027, 1)]):
                    months.turn_to(at(year, month, 3))
                    months.commit(months.records(OCTOBER + number))
                yield months
            finally:
                other.close()
                node.close()

    def send(self, *calls: tuple[bytes | None, bytes], by: NetworkNode | None = None) -> None:
        """Send transactions and wait until they are in blocks, without a failure."""
        node = by or self.node
        nonce, sent = node.next_nonce(), []
        for number, (to, data) in enumerate(calls):
            signed = node.sign(Transaction(to, data, 5_000_000), nonce + number)
            node.submit(signed.raw)
            sent.append(signed.raw)
        wait_for(lambda: all(node.receipt(raw) is not None for raw in sent))
        receipts = [node.receipt(raw) for raw in sent]
        assert all(each is not None and each.is_success for each in receipts)

    def turn_to(self, utc_s: int) -> None:
        """Let time pass on the chain: its newest block is of that moment."""
        self.clock.turn_to(utc_s)
        self.send((bytes([1]) * 20, b""))

    def registering(self, number: int) -> bytes:
        """Make the call by which its operator registers a node, which its own key agrees to."""
        key = keccak(f"node {number}".encode())
        operator = account_of(OPERATORS[number])
        fields = (operator, account_of(key), bytes([2]) * 32, bytes(20), bytes([3]) * 32)
        kind = "Register(address operator,address nodeKey,bytes32 identityKey,address pool,bytes32 onionStatementHash)"
        kinds = (abi.ADDRESS, abi.ADDRESS, abi.fixed(32), abi.ADDRESS, abi.fixed(32))
        content = keccak(keccak(kind.encode()) + abi.encode(kinds, fields))
        domain = (
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        )
        domain_fields = (
            keccak(b"Lucid"),
            keccak(b"1"),
            self.node.chain_id(),
            self.contracts["NodeRegistry"],
        )
        words = abi.encode(
            (abi.fixed(32), abi.fixed(32), abi.uint(256), abi.ADDRESS), domain_fields
        )
        digest = keccak(b"\x19\x01" + keccak(keccak(domain.encode()) + words) + content)
        return node_registry.register(*fields[1:], signed(key, digest)).data

    def records(self, month: int, *, seen: Sequence[int] = (744, 744, 400)) -> MonthRecords:
        """Make the records of a month."""
        made = (
            MonthlyRecord(number + 1, account_of(key), 10, 20, 30, 40, seen[number], 744, 10**18)
            for number, key in enumerate(OPERATORS)
        )
        return MonthRecords(month, tuple(made))

    def commit(self, months: MonthRecords) -> None:
        """Have the validator attest a month."""
        oracle, tree = self.contracts["WorkCreditsOracle"], months.tree()
        facts = (months.month, tree.root, tree.count)
        digest = self.node.reader.read(oracle, work_credits_oracle.digest_of(*facts))
        self.send((oracle, work_credits_oracle.commit(*facts, (signed(KEY, digest),)).data))

    def write(self, root: Path, months: MonthRecords) -> Path:
        """Write a month's file."""
        path = root / f"{months.month}.json"
        path.write_bytes(write_month_records(months))
        return path

    def deployment(
        self, root: Path, *, chain_id: int | None = None, genesis: bytes | None = None
    ) -> Path:
        """Write the deployment's file, of another chain if need be."""
        file = DeploymentFile(
            chain_id=chain_id or self.node.chain_id(),
            genesis=genesis or self.node.genesis(),
            first_block=1,
            deployer=self.node.account,
            terms=some_terms(),
            contracts={name: self.contracts.get(name, bytes([9]) * 20) for name in NAMES},
            device=bytes(DEVICE.verify_key),
        )
        path = root / "deployment.json"
        path.write_bytes(write_deployment(file, lambda text: DEVICE.sign(text).signature))
        return path


def signed(key: bytes, digest: bytes) -> bytes:
    """Sign a digest: r, s and v."""
    return bytes(Account.unsafe_sign_hash(digest, key).signature)
