"""What one slot earns, in exact fractions, line by line as docs/contracts/LucidRewards.md has the formula."""

import math
from dataclasses import dataclass
from fractions import Fraction

LUCID = 10**18
HALVING = 2_100_000_000 * LUCID


@dataclass(frozen=True)
class SlotRecord:
    """What validators attest about a slot, in the contract's order."""

    slot: int
    node_id: int
    sessions: int
    compressed_bytes: int
    active_nodes: int


def most_after(minted: int) -> int:
    """Give the most that a slot can earn, in LUCID: 50, halved with each 2.1 billion that were minted."""
    return max(1, math.floor(Fraction(50, 2 ** (minted // HALVING))))


def reward_of(record: SlotRecord, minted: int, base_mb: int, d_min_bps: int) -> int:
    """Give what a slot earns, in LUCID."""
    if record.sessions == 0:
        return 2
    sessions = Fraction(record.sessions)
    least = Fraction(d_min_bps, 10_000)
    work = max(sessions, math.ceil(Fraction(record.compressed_bytes, base_mb * 1_000_000)))
    density = Fraction(work) / max(1, record.active_nodes)
    by_sessions = min(Fraction(1), max(Fraction(0), (sessions - 1) / 9))
    by_density = Fraction(0)
    if density >= least:
        by_density = min(Fraction(1), (density - least) / (1 - least))
    return 1 + math.floor((most_after(minted) - 1) * by_sessions * by_density)
