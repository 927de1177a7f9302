"""What an account had of LucidToken at the end of a month, proved by the token's storage alone.

Source: docs/contracts/LucidToken.md, *Storage layout, for proofs*.
"""

from __future__ import annotations

from core.chain.months import month_of
from core.chain.storage_proof import month_entry, month_list, split_entry
from core.evidence.state_proof import StateProof, verify_state_proof
from core.evidence.trie_proof import ProofRefused

_SLOTS = 1 << 256
_ADDRESS_BYTES = 20
_YEAR_10000_UTC_S = 253_402_300_800


def verify_month_amount(proof: StateProof, token: bytes, account: bytes | None, month: int) -> int:
    """Give the base units that ``account`` (20 bytes), or all accounts for None, had when ``month`` ended.

    ``month`` is year * 12 + (month - 1), UTC. The header must be of a block after the month, and the caller's to trust.
    Raises ProofRefused where the proof does not show it, ProofWrong for what is no header.
    """
    if account is not None and len(account) != _ADDRESS_BYTES:
        raise ValueError("an address has 20 bytes")
    proved = verify_state_proof(proof, token)
    if proved.header.time_utc_s >= _YEAR_10000_UTC_S:
        raise ProofRefused("a block of no time that a calendar has")
    if month_of(proved.header.time_utc_s) <= month:
        raise ProofRefused("the month was not over, so the amount could still change")
    listed = month_list(account)
    count = proved.values.get(listed)
    if count is None:
        raise ProofRefused("the number of entries is not shown")
    first = month_entry(listed, 0)
    shown: dict[int, tuple[int, int]] = {}
    for slot, value in proved.values.items():
        index = (slot - first) % _SLOTS
        if index < count:
            shown[index] = split_entry(value)
    return _amount_at(shown, count, month)


def _amount_at(shown: dict[int, tuple[int, int]], count: int, month: int) -> int:
    """Find the last entry not above the month: the one after it is above, or there is none."""
    for index in (-1, *shown):
        is_before = index < 0 or (index in shown and shown[index][0] <= month)
        following = shown.get(index + 1)
        is_last = index + 1 == count or (following is not None and following[0] > month)
        if is_before and is_last:
            return 0 if index < 0 else shown[index][1]
    raise ProofRefused("the proof does not show what the account had in that month")
