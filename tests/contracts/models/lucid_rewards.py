"""Rewards of slots, from the specification: attested batches, each following the one before, slots rising."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.lucid_token import CAP
from tests.contracts.models.slot_reward import LUCID, SlotRecord, reward_of

SLOT_S = 120


@dataclass(frozen=True)
class Attestation:
    """What a quorum signed: the slots, and the state that it signed them for."""

    slots: tuple[SlotRecord, ...]
    next_slot: int
    base_mb: int
    d_min_bps: int


class LucidRewardsModel:
    """What was minted to whom. ``accounts`` tells who is paid for a node; ``events`` are those of the last call."""

    def __init__(self, first_slot_at: int, accounts: dict[int, bytes], minted: int) -> None:
        self.first_slot_at = first_slot_at
        self.accounts = accounts
        self.minted = minted
        self.next_slot = 0
        self.base_mb = 5
        self.d_min_bps = 2000
        self.balances: dict[bytes, int] = defaultdict(int)
        self.events: list[Emitted] = []

    def attest(self, slots: Sequence[SlotRecord]) -> Attestation:
        """Give what validators sign as things are now."""
        return Attestation(tuple(slots), self.next_slot, self.base_mb, self.d_min_bps)

    def reward(
        self, slots: Sequence[SlotRecord], attested: Attestation, now: int
    ) -> Reverted | None:
        """Pay slots; a refusal of signatures over something else is told as SignatureVoid."""
        self.events = []
        refusal = self._refusal(slots, attested, now)
        if refusal is not None:
            return refusal
        for each in slots:
            earned = reward_of(each, self.minted, self.base_mb, self.d_min_bps) * LUCID
            amount = min(earned, CAP - self.minted)
            self._pay(each, amount)
        self.next_slot = slots[-1].slot + 1
        return None

    def _refusal(
        self, slots: Sequence[SlotRecord], attested: Attestation, now: int
    ) -> Reverted | None:
        if not slots:
            return Reverted("NoSlots")
        lowest = self.next_slot
        for each in slots:
            if each.slot < lowest:
                return Reverted("SlotNotRising", (lowest, each.slot))
            ends_at = self.first_slot_at + (each.slot + 1) * SLOT_S
            if now < ends_at:
                return Reverted("SlotNotOver", (each.slot, ends_at))
            lowest = each.slot + 1
        if attested != self.attest(slots):
            return Reverted("SignatureVoid")
        for each in slots:
            if each.node_id not in self.accounts:
                return Reverted("NodeUnknown", (each.node_id,))
        return None

    def _pay(self, record: SlotRecord, amount: int) -> None:
        account = self.accounts[record.node_id]
        self.minted += amount
        self.balances[account] += amount
        told = {"slot": record.slot, "nodeId": record.node_id, "account": account, "amount": amount}
        moved = {"from": bytes(20), "to": account, "value": amount}
        self.events += [
            Emitted("LucidRewards", "SlotRewarded", told),
            Emitted("LucidToken", "Transfer", moved),
        ]
