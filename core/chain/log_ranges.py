"""Asks a node for logs in as many parts as it wants: many nodes give only so many blocks, or logs, at a time.

What a node has refused once it is not asked again: the connection remembers how many blocks it gives.
"""

from __future__ import annotations

import re
from typing import Any

from core.chain.connection import METHOD_NOT_FOUND, NodeConnection, NodeRefusal
from core.errors import AnchorMismatch, ChainUnreachable

Document = dict[str, Any]
MOST_LOGS = 10_000  # ethereumjs gives so many and leaves out the rest without a word
_LIMIT_EXCEEDED = -32005  # EIP-1474
_NAMES_A_LIMIT = re.compile(
    r"limit|range|too (many|large|wide|big|long)|more than|exceed|max(imum)?\b|timed? ?out",
    re.IGNORECASE,
)


def is_limit(refusal: NodeRefusal) -> bool:
    """Tell whether a node refuses for the size of what was asked, in whatever words it has for that."""
    if refusal.code == METHOD_NOT_FOUND:
        return False
    return refusal.code == _LIMIT_EXCEEDED or _NAMES_A_LIMIT.search(refusal.message) is not None


def read_logs(connection: NodeConnection, asked: Document, first: int, last: int) -> list[Document]:
    """Read the logs of some blocks, in order, those that a node gives though nobody asked for them among them.

    ``asked`` has address and topics, as eth_getLogs takes them. Raises ChainUnreachable, and AnchorMismatch for an
    answer that is no list.
    """
    found: list[Document] = []
    at = first
    while at <= last:
        most = connection.most_log_blocks or last - at + 1
        until = min(last, at + most - 1)
        try:
            answer = connection.ask(
                "eth_getLogs", {**asked, "fromBlock": hex(at), "toBlock": hex(until)}
            )
        except NodeRefusal as refusal:
            if until == at or not is_limit(refusal):
                raise ChainUnreachable(reason=f"eth_getLogs: {refusal.message}") from refusal
            connection.most_log_blocks = (until - at + 1) // 2
            continue
        if not isinstance(answer, list):
            raise AnchorMismatch(field="logs")
        if len(answer) >= MOST_LOGS and until > at:
            connection.most_log_blocks = (until - at + 1) // 2
            continue
        found += answer
        at = until + 1
    return found
