"""What the contract's events say about a session, decoded from the logs of a receipt.

The layout is that of the Solidity ABI; the events are those of ``LucidAnchors``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from eth_hash.auto import keccak

from core.evidence.rlp_codec import RlpItem, RlpRefused, as_bytes, as_list, as_whole, decode_list

ADDRESS_BYTES = 20
_WORD = 32
_TYPED_BELOW = 0x80
_RECEIPT_ITEMS = 4
_BLOOM_BYTES = 256
_TOPICS = 3
_COUNT_BYTES = 4


@dataclass(frozen=True)
class Log:
    """One log of a receipt."""

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class SessionOpened:
    """A session was opened by ``owner``, under a policy and with a key of its own."""

    owner: bytes
    policy_hash: bytes
    ephemeral_key: bytes


@dataclass(frozen=True)
class SessionSealed:
    """A session was sealed by ``owner``; ``progress_count`` is what was last anchored on the way."""

    owner: bytes
    manifest_hash: bytes
    merkle_root: bytes
    chunk_count: int
    progress_count: int


@dataclass(frozen=True)
class ProgressAnchored:
    """The first ``chunk_count`` chunks of a session were anchored by ``owner``."""

    owner: bytes
    merkle_root: bytes
    chunk_count: int


SessionEvent: TypeAlias = SessionOpened | SessionSealed | ProgressAnchored

OPENED_SIGNATURE = "SessionOpened(bytes16,address,bytes32,bytes32)"
SEALED_SIGNATURE = "SessionSealed(bytes16,address,bytes32,bytes32,uint32,uint32)"
PROGRESS_SIGNATURE = "ProgressAnchored(bytes16,address,bytes32,uint32)"


def logs_of_receipt(receipt: bytes) -> tuple[Log, ...]:
    """Decode a receipt as it lies in the trie and give its logs; none when its transaction failed.

    RlpRefused when it is not a receipt: RLP of status, gas, bloom and logs, after a type byte
    where the transaction has one (EIP-2718).
    """
    is_typed = bool(receipt) and receipt[0] < _TYPED_BELOW
    items = decode_list(receipt[1:] if is_typed else receipt)
    if len(items) != _RECEIPT_ITEMS:
        raise RlpRefused("not a receipt")
    is_success = as_whole(items[0], 1) == 1
    as_whole(items[1], _WORD)
    as_bytes(items[2], _BLOOM_BYTES)
    logs = tuple(_log(item) for item in as_list(items[3]))
    return logs if is_success else ()


def session_events(
    logs: Sequence[Log], contract: bytes, session_id: UUID
) -> tuple[SessionEvent, ...]:
    """Give the events that ``contract`` logged about a session, in order."""
    events = (_event(log, session_id) for log in logs if log.address == contract)
    return tuple(event for event in events if event is not None)


def _log(item: RlpItem) -> Log:
    address, topics, data = _three(item)
    return Log(
        address=as_bytes(address, ADDRESS_BYTES),
        topics=tuple(as_bytes(topic, _WORD) for topic in as_list(topics)),
        data=as_bytes(data),
    )


def _three(item: RlpItem) -> tuple[RlpItem, RlpItem, RlpItem]:
    items = as_list(item)
    if len(items) != 3:  # noqa: PLR2004 - address, topics, data
        raise RlpRefused("not a log")
    return items[0], items[1], items[2]


def _event(log: Log, session_id: UUID) -> SessionEvent | None:
    if len(log.topics) != _TOPICS or log.topics[1] != session_id.bytes.ljust(_WORD, b"\x00"):
        return None
    owner = _owner(log.topics[2])
    if log.topics[0] == _topic(OPENED_SIGNATURE):
        return SessionOpened(owner, *_words(log.data, 2))
    if log.topics[0] == _topic(SEALED_SIGNATURE):
        manifest_hash, root, count, progress = _words(log.data, 4)
        return SessionSealed(owner, manifest_hash, root, _count(count), _count(progress))
    if log.topics[0] == _topic(PROGRESS_SIGNATURE):
        root, count = _words(log.data, 2)
        return ProgressAnchored(owner, root, _count(count))
    return None


def _topic(signature: str) -> bytes:
    return keccak(signature.encode("ascii"))


def _owner(topic: bytes) -> bytes:
    if any(topic[:-ADDRESS_BYTES]):
        raise RlpRefused("not an address")
    return topic[-ADDRESS_BYTES:]


def _words(data: bytes, count: int) -> list[bytes]:
    if len(data) != count * _WORD:
        raise RlpRefused("an event with other data")
    return [data[at : at + _WORD] for at in range(0, len(data), _WORD)]


def _count(word: bytes) -> int:
    if any(word[:-_COUNT_BYTES]):
        raise RlpRefused("not a uint32")
    return int.from_bytes(word, "big")
