"""What the contracts say of a session: its slot of storage, and its events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.chain.connection import NodeConnection
from core.chain.contract import Contract
from core.chain.log_ranges import read_logs
from core.chain.protocol import AnchoredEvent, Contracts, OnChainState, SessionRecord
from core.errors import AnchorMismatch

_EVENTS = ("SessionOpened", "ProgressAnchored", "ChunkAnchored", "SessionSealed")
_WORD = 32
_ADDRESS = 20
_MALFORMED = (KeyError, ValueError, TypeError, AttributeError, IndexError)


def read_session(
    connection: NodeConnection, anchors: Contract, contracts: Contracts, session_id: UUID
) -> SessionRecord:
    """Read both as of the same block. Raises ChainUnreachable, AnchorMismatch."""
    tag = connection.read("eth_blockNumber")
    address = f"0x{contracts.anchors.hex()}"
    call = {
        "to": address,
        "data": f"0x{anchors.encode_call('sessionOf', (session_id.bytes,)).hex()}",
    }
    output = _bytes(connection.read("eth_call", call, tag))
    owner, state, progress_count, opened_at = anchors.decode_result("sessionOf", output)
    asked = {
        "address": address,
        "topics": [
            [f"0x{anchors.event_topic(name).hex()}" for name in _EVENTS],
            f"0x{session_id.bytes.ljust(_WORD, bytes(1)).hex()}",
        ],
    }
    given = read_logs(connection, asked, contracts.first_block, int(tag, 16))
    logs = [log for log in given if is_asked_for(log, asked)]
    is_known = state != OnChainState.UNKNOWN.value
    return SessionRecord(
        session_id=session_id,
        state=OnChainState(state),
        owner=_bytes(owner) if is_known else None,
        progress_count=progress_count,
        opened_at_utc_s=opened_at if is_known else None,
        events=tuple(read_event(anchors, log) for log in logs),
    )


def is_asked_for(log: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Tell whether a log is one of those asked for: there are clients that give others, too. Raises AnchorMismatch."""
    try:
        address, topics = log["address"].lower(), [topic.lower() for topic in log["topics"]]
    except _MALFORMED as error:
        raise AnchorMismatch(field="log") from error
    if address != asked["address"].lower():
        return False
    wanted = [[each] if isinstance(each, str) else each for each in asked["topics"]]
    return len(topics) >= len(wanted) and all(
        any_of is None or topic in any_of for topic, any_of in zip(topics, wanted, strict=False)
    )


def read_event(contract: Contract, log: dict[str, Any], owner_topic: int = 1) -> AnchoredEvent:
    """Decode a contract's log; the owner is its indexed field of that number. Raises AnchorMismatch."""
    try:
        return _read_event(contract, log, owner_topic)
    except _MALFORMED as error:
        raise AnchorMismatch(field="event") from error


def _read_event(contract: Contract, log: dict[str, Any], owner_topic: int) -> AnchoredEvent:
    decoded = contract.decode_log([_bytes(topic) for topic in log["topics"]], _bytes(log["data"]))
    if decoded is None:
        raise AnchorMismatch(field="event")
    return AnchoredEvent(
        name=decoded.name,
        owner=decoded.topics[owner_topic][_WORD - _ADDRESS :],
        values=decoded.values,
        transaction_hash=_bytes(log["transactionHash"]),
        transaction_index=int(log["transactionIndex"], 16),
        log_index=int(log["logIndex"], 16),
        block_number=int(log["blockNumber"], 16),
        block_hash=_bytes(log["blockHash"]),
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
