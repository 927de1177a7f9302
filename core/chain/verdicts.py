"""What a node's refusal of a transaction means for the one who sent it.

Nodes answer in words; these are go-ethereum's, which others repeat. Whatever is not known to be final is tried again,
since a transaction given up by mistake is a session without an anchor.
"""

from __future__ import annotations

import re
from enum import Enum

from core.chain.connection import NodeRefusal

INVALID_PARAMS = -32602
_KNOWN = re.compile(
    r"already known|known transaction|already imported|already exists|already in the txpool"
)
_NONCE_USED = re.compile(
    r"nonce too low|nonce is too low|invalid nonce|replacement (?:transaction|gas)|could not replace"
)
_NEVER_VALID = re.compile(
    r"invalid transaction|invalid chain ?id|chain id|intrinsic gas|exceeds block gas|gas limit too high"
    r"|oversized|invalid sender|signature|not supported|failed to decode|could not be decoded|rlp"
    r"|max priority fee per gas higher|priority fee greater|initcode|replay-protected|eip-155"
)
# go-ethereum's answer about a transaction in a block that it took this very moment.
_NOT_INDEXED = re.compile(r"indexing is in progress")


class Verdict(Enum):
    """What to do about it."""

    KNOWN = "known"  # nothing: the node has it
    NONCE_USED = "nonce_used"  # find out whose it was
    NEVER_VALID = "never_valid"  # give up
    LATER = "later"  # try again


def is_not_indexed(refusal: NodeRefusal) -> bool:
    """Tell whether a node only has not got round yet to what it was asked about."""
    return _NOT_INDEXED.search(refusal.message.lower()) is not None


def judge(refusal: NodeRefusal) -> Verdict:
    """Read a refusal of eth_sendRawTransaction."""
    message = refusal.message.lower()
    if _KNOWN.search(message):
        return Verdict.KNOWN
    if _NONCE_USED.search(message):
        return Verdict.NONCE_USED
    if refusal.code == INVALID_PARAMS or _NEVER_VALID.search(message):
        return Verdict.NEVER_VALID
    return Verdict.LATER
