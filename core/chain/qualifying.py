"""Finds every node eligible that is: from the record files of three months, for the month that comes next.

Nothing waits in here: ``advance`` does what can be done now. The contract judges each node beforehand (``eth_call``),
so that no node that is not eligible keeps the others of its transaction out. Whoever dies in between begins anew: a
node that was found eligible is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from core.chain.clients import eligibility_manager, work_credits_oracle
from core.chain.clients.eligibility_manager import Candidate
from core.chain.clients.events.eligibility_manager import NodeQualified
from core.chain.clients.work_credits_oracle import MonthlyRecord
from core.chain.month_records import MonthRecords, month_name
from core.chain.months import month_of
from core.chain.network.node import NetworkNode, Transaction
from core.chain.protocol import TransactionReceipt
from core.chain.reading import read_hex
from core.errors import (
    ChainRejected,
    ContractRefused,
    MonthNotFinal,
    MonthRecordsDifferent,
    NonceUsed,
    UsageFailure,
)
from core.sealing.sorted_tree import SortedTree

MONTHS = 3
_FIRST_BEFORE = 4  # the records are those of the months four, three and two before
_BATCH = 16  # nodes a transaction: about 3,000,000 gas, and under 100 kB
_NODE_GAS, _CALL_GAS = 250_000, 100_000
_DATA_BYTE_GAS = 40  # the floor of EIP-7623
_SUBMIT_EVERY = 20
_BUMP_EVERY = 240


@dataclass
class Outcome:
    """What became of the nodes, by their numbers."""

    added: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)  # were found eligible already
    refused: dict[int, ContractRefused] = field(default_factory=dict)

    def settled(self) -> int:
        """Count the nodes of which it is known."""
        return len(self.added) + len(self.before) + len(self.refused)


@dataclass
class _Sent:
    nonce: int
    raw: list[bytes]
    transaction: Transaction
    nodes: tuple[int, ...]
    looks: int = 0


class Qualifying:
    """The nodes of one month on one node of the chain; raises ChainUnreachable throughout."""

    def __init__(
        self,
        node: NetworkNode,
        contracts: Mapping[str, bytes],
        months: Sequence[MonthRecords],
        expected: int | None = None,
    ) -> None:
        """Take the records of the months four, three and two before the one that comes next.

        Another month than ``expected`` is refused. Raises UsageFailure, MonthNotFinal, MonthRecordsDifferent.
        """
        self._node = node
        self._manager = contracts["EligibilityManager"]
        self._months = sorted(months, key=lambda each: each.month)
        self.month = self._coming(expected)
        self._trees = [each.tree() for each in self._months]
        for each, tree in zip(self._months, self._trees, strict=True):
            self._require_final(contracts["WorkCreditsOracle"], each, tree)
        self._places = [
            {record.node_id: place for place, record in enumerate(each.records)}
            for each in self._months
        ]
        self._waiting = sorted(set.intersection(*map(set, self._places)), reverse=True)
        self.total = len(self._waiting)
        self.outcome = Outcome()
        self._batch: list[Candidate] = []
        self._sent: _Sent | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether nothing can be done until what was sent comes into a block."""
        return self._sent is not None

    def electorate(self) -> int:
        """Count all nodes that are eligible in the month, by the chain's word."""
        return self._node.reader.read(self._manager, eligibility_manager.count_of(self.month))

    def advance(self) -> bool:
        """Do what can be done now; True when nothing is left. Raises ChainRejected when the chain refuses a batch."""
        if self._sent is not None:
            self._look(self._sent)
        elif len(self._batch) < _BATCH and self._waiting:
            self._judge(self._waiting.pop())
        elif self._batch:
            self._send()
        return not (self._waiting or self._batch or self._sent)

    def _coming(self, expected: int | None) -> int:
        """Give the month that comes next on the chain, if the files are the three that it needs."""
        coming = month_of(self._node.head_time()) + 1
        name = month_name(coming)
        if expected not in (None, coming):
            raise UsageFailure(reason=f"the month that comes next on the chain is {name}")
        needed = [coming - _FIRST_BEFORE + each for each in range(MONTHS)]
        if [each.month for each in self._months] != needed:
            names = ", ".join(map(month_name, needed))
            raise UsageFailure(
                reason=f"the month that comes next on the chain is {name}: name the records of {names}"
            )
        return coming

    def _require_final(self, oracle: bytes, given: MonthRecords, tree: SortedTree) -> None:
        name = month_name(given.month)
        if not self._node.reader.read(oracle, work_credits_oracle.is_final(given.month)):
            raise MonthNotFinal(month=name)
        epoch = self._node.reader.read(oracle, work_credits_oracle.epoch_of(given.month))
        if (epoch.root, epoch.node_count) != (tree.root, tree.count):
            raise MonthRecordsDifferent(month=name, root=epoch.root.hex())

    def _judge(self, node_id: int) -> None:
        """Have the contract judge one node, and put it into the next batch if it would be found eligible."""
        places = [each[node_id] for each in self._places]
        records: tuple[MonthlyRecord, ...] = tuple(
            each.records[place] for each, place in zip(self._months, places, strict=True)
        )
        proofs = tuple(tree.path(place) for tree, place in zip(self._trees, places, strict=True))
        try:
            self._node.reader.read(
                self._manager, eligibility_manager.qualify(self.month, node_id, records, proofs)
            )
        except ContractRefused as refused:
            if refused.facts["error"] == "NotTheMonthBefore":
                raise
            if refused.facts["error"] == "AlreadyQualified":
                self.outcome.before.append(node_id)
            else:
                self.outcome.refused[node_id] = refused
            return
        self._batch.append(Candidate(node_id, records, proofs))

    def _send(self) -> None:
        data = eligibility_manager.qualify_many(self.month, tuple(self._batch)).data
        gas = _CALL_GAS + len(self._batch) * _NODE_GAS + len(data) * _DATA_BYTE_GAS
        transaction = Transaction(self._manager, data, gas)
        nonce = self._node.next_nonce()
        raw = self._node.sign(transaction, nonce).raw
        self._sent = _Sent(nonce, [raw], transaction, tuple(each.node_id for each in self._batch))
        self._submit(self._sent)

    def _look(self, sent: _Sent) -> None:
        for raw in sent.raw:
            if (receipt := self._node.receipt(raw)) is not None:
                self._finish(sent, receipt)
                return
        sent.looks += 1
        if sent.looks % _BUMP_EVERY == 0:
            sent.raw.append(self._node.sign(sent.transaction, sent.nonce, len(sent.raw)).raw)
        if sent.looks % _SUBMIT_EVERY == 0:
            self._submit(sent)

    def _submit(self, sent: _Sent) -> None:
        try:
            self._node.submit(sent.raw[-1])
        except NonceUsed:
            if all(self._node.receipt(raw) is None for raw in sent.raw):
                self._sent = (
                    None  # another transaction of this account took the nonce: it is signed anew
                )

    def _finish(self, sent: _Sent, receipt: TransactionReceipt) -> None:
        if not receipt.is_success:
            raise ChainRejected(reason=f"qualifyMany: {receipt.revert_reason}")
        added = self._added_by(receipt)
        self.outcome.added += [each for each in sent.nodes if each in added]
        self.outcome.before += [each for each in sent.nodes if each not in added]
        self._batch, self._sent = [], None

    def _added_by(self, receipt: TransactionReceipt) -> set[int]:
        """Read which nodes a transaction found eligible: those that somebody else was first with, it passed over."""
        logs = self._node.logs(self._manager, receipt.block_number, receipt.block_number)
        own = (log for log in logs if read_hex(log["transactionHash"]) == receipt.hash)
        topics = (cast("list[object]", log["topics"]) for log in own)
        return {
            NodeQualified.decode([read_hex(each) for each in some], b"").node_id for some in topics
        }
