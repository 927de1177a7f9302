"""Asks a node for logs in as many parts as it wants: many nodes give only so many blocks, or logs, at a time.

A range that a node has refused it is not asked for again: the connection remembers how many blocks it gives. How many
blocks have more logs than it gives depends on the blocks: after them, more are asked for at a time again.
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
# Refusals that fewer blocks would not change: how often it is asked, and blocks that it does not have.
_NAMES_ANOTHER_REASON = re.compile(
    r"\brate|too many requests|request (limit|count)|per (second|minute|hour|day)|throttl|quota"
    r"|not found|unknown block|missing|pruned|out of range|beyond|invalid block range|execution",
    re.IGNORECASE,
)
_NAMES_ITS_LOGS = re.compile(r"results|\blogs\b|size|timed? ?out", re.IGNORECASE)


def is_limit(refusal: NodeRefusal) -> bool:
    """Tell whether a node refuses for the size of what was asked, in whatever words it has for that."""
    if refusal.code == METHOD_NOT_FOUND:
        return False
    if _NAMES_ANOTHER_REASON.search(refusal.message) is not None:
        return False
    return refusal.code == _LIMIT_EXCEEDED or _NAMES_A_LIMIT.search(refusal.message) is not None


def read_logs(connection: NodeConnection, asked: Document, first: int, last: int) -> list[Document]:
    """Read the logs of some blocks, in order, those that a node gives though nobody asked for them among them.

    ``asked`` has address and topics, as eth_getLogs takes them. Raises ChainUnreachable, and AnchorMismatch for an
    answer that is no list of logs of these blocks.
    """
    found: list[Document] = []
    at, span = first, last - first + 1
    while at <= last:
        until = min(last, at + min(span, connection.most_log_blocks or span) - 1)
        half = (until - at + 1) // 2
        try:
            answer = connection.ask(
                "eth_getLogs", {**asked, "fromBlock": hex(at), "toBlock": hex(until)}
            )
        except NodeRefusal as refusal:
            if until == at or not is_limit(refusal):
                raise ChainUnreachable(reason=f"eth_getLogs: {refusal.message}") from refusal
            if _NAMES_ITS_LOGS.search(refusal.message) is None:
                connection.most_log_blocks = half
            span = half
            continue
        logs = logs_within(answer, at, until)
        if len(logs) >= MOST_LOGS and until > at:
            span = half
            continue
        found += logs
        at, span = until + 1, 2 * span
    return found


def logs_within(answer: object, first: int, last: int) -> list[Document]:
    """Take an answer for logs of some blocks. Raises AnchorMismatch for anything that is none."""
    if not isinstance(answer, list):
        raise AnchorMismatch(field="logs")
    for log in answer:
        try:
            number = int(log["blockNumber"], 16)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise AnchorMismatch(field="log") from error
        if not isinstance(log, dict) or not first <= number <= last:
            raise AnchorMismatch(field="block of a log")
    return answer
