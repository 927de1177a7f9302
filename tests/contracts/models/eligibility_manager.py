"""One node, one vote, from the specification: who is eligible for a month, and which key votes at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.months import month_of
from tests.contracts.models.work_credits_oracle import Record, WorkCreditsOracleModel

LEAST_UPTIME = Fraction(80, 100)
ONE_LUCID = 10**18


@dataclass
class EligibilityManagerModel:
    """The nodes found eligible, by month. ``oracle.nodes.now`` is the block's time."""

    oracle: WorkCreditsOracleModel
    eligible: dict[int, set[int]] = field(default_factory=dict)
    events: list[Emitted] = field(default_factory=list)

    def qualify(self, month: int, node_id: int, records: Sequence[Record]) -> Reverted | None:
        """Find a node eligible by three records; each proof is right if its month's tree has the record."""
        self.events = []
        current = month_of(self.oracle.nodes.now)
        if month != current + 1:
            return Reverted("NotTheMonthBefore", (month, current))
        if node_id in self.eligible.get(month, set()):
            return Reverted("AlreadyQualified", (month, node_id))
        refusal = self._refuse_node(month, node_id)
        refusal = refusal or self._refuse_records(month - 4, node_id, records)
        refusal = refusal or self._refuse_work(node_id, records)
        if refusal is not None:
            return refusal
        self.eligible.setdefault(month, set()).add(node_id)
        values = {"month": month, "nodeId": node_id}
        self.events = [Emitted("EligibilityManager", "NodeQualified", values)]
        return None

    def qualify_many(
        self, month: int, candidates: Sequence[tuple[int, Sequence[Record]]]
    ) -> Reverted | int:
        """Find several nodes eligible, or none; gives how many were not yet."""
        current = month_of(self.oracle.nodes.now)
        if month != current + 1:
            self.events = []
            return Reverted("NotTheMonthBefore", (month, current))
        before = set(self.eligible.get(month, set()))
        events: list[Emitted] = []
        for node_id, records in candidates:
            if node_id in self.eligible.get(month, set()):
                continue
            refusal = self.qualify(month, node_id, records)
            if refusal is not None:
                self.eligible[month], self.events = before, []
                return refusal
            events += self.events
        self.events = events
        return len(self.eligible.get(month, set()) - before)

    def electorate(self, month: int) -> int:
        """Give the month whose nodes vote in a month; 0 for none.

        It is the month itself if more than half as many were found for it as could vote lately; else the largest of
        the last month before it of which that holds, and the three before that one.
        """
        voting: dict[int, int] = {}  # each month's
        own = 0
        for each in range(min(self.eligible, default=month + 1), month + 1):
            lately = (
                self._count(one) or self._count(voting.get(one, 0)) for one in range(each - 3, each)
            )
            if 2 * self._count(each) > max(lately):
                own = voting[each] = each
            else:
                voting[each] = max(range(own, own - 4, -1), key=self._count)
        return voting.get(month, 0)

    def is_standing(self, moment: int) -> bool:
        """Tell whether an earlier month's nodes vote at a moment, or nobody."""
        return self.electorate(month_of(moment)) != month_of(moment)

    def peak(self, moment: int) -> int:
        """Count the votes of the largest electorate of a moment's and those of the three months before."""
        month = month_of(moment)
        before = range(month - 3, month)
        lately = [self._count(each) or self._count(self.electorate(each)) for each in before]
        return max(self.total(moment), *lately)

    def _count(self, month: int) -> int:
        return len(self.eligible.get(month, ()))

    def votes(self, key: bytes, moment: int) -> int:
        """Count a key's votes at a moment."""
        node_id = self.oracle.nodes.key_was_of(key, moment)
        return int(node_id in self.eligible.get(self.electorate(month_of(moment)), set()))

    def total(self, moment: int) -> int:
        """Count all votes at a moment."""
        return self._count(self.electorate(month_of(moment)))

    def _refuse_node(self, month: int, node_id: int) -> Reverted | None:
        node = self.oracle.nodes.nodes.get(node_id)
        if node is None or (node.departs_at and month_of(node.departs_at) <= month):
            return Reverted("NotANodeThen", (month, node_id))
        return None

    def _refuse_records(
        self, first: int, node_id: int, records: Sequence[Record]
    ) -> Reverted | None:
        for month, record in enumerate(records, first):
            if not self.oracle.is_final(month):
                return Reverted("EpochNotFinal", (month,))
            if record.node_id != node_id or not self.oracle.verify(month, record):
                return Reverted("RecordNotProven", (month, node_id))
        return None

    def _refuse_work(self, node_id: int, records: Sequence[Record]) -> Reverted | None:
        seen = sum(each.uptime_seen for each in records)
        expected = sum(each.uptime_expected for each in records)
        if expected == 0 or Fraction(seen, expected) < LEAST_UPTIME:
            return Reverted("UptimeTooLow", (node_id, seen, expected))
        if records[-1].earned < ONE_LUCID:
            return Reverted("EarnedTooLittle", (node_id, records[-1].earned))
        return None
