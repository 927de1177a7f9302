"""A network in the middle of its months: the appliance's own node on a clock that a test turns, with three nodes."""

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
from tests.core.chain.node_process import KEY, wait_for

OCTOBER = 2026 * 12 + 9
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
        node = Node.open(root / "chain", clock, chain_id=None, accounts=(account_of(KEY),))
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
    """Contracts on the chain, nodes 1 to 3 of this account, and their records: node 3 is up for too little."""

    node: NetworkNode
    clock: TurnedClock
    contracts: dict[str, bytes]

    @classmethod
    def begin(cls, node: NetworkNode, clock: TurnedClock) -> MonthsBench:
        """Deploy, and register the nodes."""
        nonce = node.next_nonce()
        places = {name: created_address(node.account, nonce + i) for i, name in enumerate(DEPLOYED)}
        known = {**places, "deployer": node.account, "LucidTimelock": node.account}
        made = cls(node, clock, places)
        terms = some_terms()
        terms = type(terms)(**{**vars(terms), "validators": (node.account,)})
        made.send(*((None, creation_of(part_of(name), known, terms)) for name in DEPLOYED))
        made.send(*((places["NodeRegistry"], made.registering(number)) for number in range(3)))
        return made

    def send(self, *calls: tuple[bytes | None, bytes]) -> None:
        """Send transactions and wait until they are in blocks, without a failure."""
        nonce, sent = self.node.next_nonce(), []
        for number, (to, data) in enumerate(calls):
            signed = self.node.sign(Transaction(to, data, 5_000_000), nonce + number)
            self.node.submit(signed.raw)
            sent.append(signed.raw)
        wait_for(lambda: all(self.node.receipt(raw) is not None for raw in sent))
        receipts = [self.node.receipt(raw) for raw in sent]
        assert all(each is not None and each.is_success for each in receipts)

    def turn_to(self, utc_s: int) -> None:
        """Let time pass on the chain: its newest block is of that moment."""
        self.clock.turn_to(utc_s)
        self.send((bytes([1]) * 20, b""))

    def registering(self, number: int) -> bytes:
        """Make the call that registers a node, by its own key."""
        key = keccak(f"node {number}".encode())
        fields = (self.node.account, account_of(key), bytes([2]) * 32, bytes(20), bytes([3]) * 32)
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
            MonthlyRecord(
                node_id, self.node.account, 10, 20, 30, 40, seen[node_id - 1], 744, 10**18
            )
            for node_id in (1, 2, 3)
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

    def deployment(self, root: Path) -> Path:
        """Write the deployment's file."""
        file = DeploymentFile(
            chain_id=self.node.chain_id(),
            genesis=self.node.genesis(),
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
