"""Finds every node eligible that is: from the record files of three months, for the month that comes next.

Nothing waits in here: ``advance`` does what can be done now. The contract judges each node beforehand (``eth_call``),
so that no node that is not eligible keeps the others of its transaction out; where one fails all the same, its nodes
are judged again. In the end each node is looked at once more, since blocks may have been left meanwhile. Whoever dies
in between begins anew: a node that was found eligible is passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from core.chain.clients import eligibility_manager, work_credits_oracle
from core.chain.clients.eligibility_manager import Candidate
from core.chain.clients.events.eligibility_manager import NodeQualified
from core.chain.clients.work_credits_oracle import MonthlyRecord
from core.chain.month_records import MonthRecords, month_name
from core.chain.months import month_of
from core.chain.network.node import NetworkNode, Transaction
from core.chain.one_transaction import OneTransaction
from core.chain.protocol import TransactionReceipt
from core.chain.reading import read_hex
from core.errors import (
    AnchorMismatch,
    ChainRejected,
    ContractRefused,
    Failure,
    MonthNotFinal,
    MonthRecordsDifferent,
    UsageFailure,
)
from core.sealing.sorted_tree import SortedTree

MONTHS = 3
_FIRST_BEFORE = 4  # the records are those of the months four, three and two before
_BATCH = 16  # nodes a transaction: about 3,000,000 gas, and under 100 kB
_NODE_GAS, _CALL_GAS = 250_000, 100_000
_DATA_BYTE_GAS = 40  # the floor of EIP-7623
_LAST_TIME = 253_402_300_799  # the end of the year 9999, behind which no calendar of ours goes
_MOST_TRIES = 3  # of one node


@dataclass
class Outcome:
    """What became of the nodes, by their numbers."""

    added: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)  # were found eligible already
    refused: dict[int, ContractRefused] = field(default_factory=dict)

    def settled(self) -> int:
        """Count the nodes of which it is known."""
        return len(self.added) + len(self.before) + len(self.refused)


class Qualifying:
    """The nodes of one month on one node of the chain; raises ChainUnreachable, AnchorMismatch throughout."""

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
        self._going: OneTransaction | None = None
        self._to_confirm: list[int] = []
        self._tries: Counter[int] = Counter()

    @property
    def is_waiting(self) -> bool:
        """Whether nothing can be done until what was sent comes into a block."""
        return self._going is not None

    def done(self) -> int:
        """Count the nodes of which it is known what became of them."""
        return self.outcome.settled()

    def electorate(self) -> int:
        """Count all nodes that are eligible in the month, by the chain's word."""
        return self._node.reader.read(self._manager, eligibility_manager.count_of(self.month))

    def advance(self) -> bool:
        """Do what can be done now; True when nothing is left.

        Raises BalanceTooLow before a batch that the account cannot pay for, ChainRejected when the chain refuses a
        batch for good or again and again, ContractRefused when the month has ended.
        """
        if self._going is not None:
            self._go_on(self._going)
        elif len(self._batch) < _BATCH and self._waiting:
            self._judge(self._waiting[-1])
            self._waiting.pop()  # only now: the node may have been away
        elif self._batch:
            self._send()
        elif self._to_confirm:
            self._confirm(self._to_confirm[-1])
            self._to_confirm.pop()
        return not (self._waiting or self._batch or self._going or self._to_confirm)

    def _coming(self, expected: int | None) -> int:
        """Give the month that comes next on the chain, if the files are the three that it needs."""
        time = self._node.head_time()
        if not 0 <= time <= _LAST_TIME:
            raise AnchorMismatch(field="time of the newest block")
        coming = month_of(time) + 1
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
                self._to_confirm.append(node_id)
            else:
                self.outcome.refused[node_id] = refused
            return
        self._batch.append(Candidate(node_id, records, proofs))

    def _send(self) -> None:
        data = eligibility_manager.qualify_many(self.month, tuple(self._batch)).data
        gas = _CALL_GAS + len(self._batch) * _NODE_GAS + len(data) * _DATA_BYTE_GAS
        transaction = Transaction(self._manager, data, gas)
        nonce = self._node.next_nonce()
        self._going = OneTransaction.begin(self._node, transaction, nonce, lambda _raw: None)
        self._going.submit()

    def _go_on(self, going: OneTransaction) -> None:
        receipt = going.look()
        if receipt is not None and receipt.is_success:
            self._take(receipt)
        elif receipt is not None:
            refused = ChainRejected(reason=f"qualifyMany: {receipt.revert_reason}")
            self._put_back((each.node_id for each in self._batch), refused)
        elif going.is_lost:
            self._put_back((each.node_id for each in self._batch), None)
        else:
            return
        self._batch, self._going = [], None

    def _take(self, receipt: TransactionReceipt) -> None:
        nodes, added = [each.node_id for each in self._batch], self._added_by(receipt)
        self.outcome.added += [each for each in nodes if each in added]
        self.outcome.before += [each for each in nodes if each not in added]
        self._to_confirm += nodes

    def _put_back(self, nodes: Iterable[int], refused: Failure | None) -> None:
        """Have nodes judged again. Raises ``refused``, if there is one, when it happened too often to one of them."""
        again = list(nodes)
        if refused is not None:
            self._tries.update(again)
            if any(self._tries[each] >= _MOST_TRIES for each in again):
                raise refused
        self._waiting += sorted(again, reverse=True)

    def _confirm(self, node_id: int) -> None:
        """See whether a node is eligible by the chain of now: the block that made it so may have been left."""
        call = eligibility_manager.is_qualified(self.month, node_id)
        if not self._node.reader.read(self._manager, call):
            for found in (self.outcome.added, self.outcome.before):
                if node_id in found:
                    found.remove(node_id)
            self._put_back([node_id], AnchorMismatch(field=f"node {node_id} in qualifyMany"))

    def _added_by(self, receipt: TransactionReceipt) -> set[int]:
        """Read which nodes a transaction found eligible: those that somebody else was first with, it passed over."""
        logs = self._node.logs(self._manager, receipt.block_number, receipt.block_number)
        own = (log for log in logs if read_hex(log["transactionHash"]) == receipt.hash)
        topics = (cast("list[object]", log["topics"]) for log in own)
        return {
            NodeQualified.decode([read_hex(each) for each in some], b"").node_id for some in topics
        }
