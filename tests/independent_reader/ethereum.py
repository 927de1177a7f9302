"""Verifies an anchor proof. Written from docs/formats/bundle.md and the papers it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from Crypto.Hash import keccak as _keccak

from tests.independent_reader.primitives import Refused, demand


def keccak(data: bytes) -> bytes:
    """Keccak-256."""
    return _keccak.new(digest_bits=256, data=data).digest()


def read_rlp(data: bytes) -> Any:  # noqa: ANN401 - bytes, or lists of lists
    """Read one item: bytes, or a list of items."""
    item, rest = _take(data)
    demand(rest == b"", "something is left over")
    return item


def _take(data: bytes) -> tuple[Any, bytes]:
    first = data[0]
    if first < 0x80:
        return data[:1], data[1:]
    base = 0xC0 if first >= 0xC0 else 0x80
    length, at = first - base, 1
    if length > 55:
        at = 1 + length - 55
        length = int.from_bytes(data[1:at], "big")
        demand(length > 55 and data[1] != 0, "a length that is too long")
    body, rest = data[at : at + length], data[at + length :]
    demand(len(body) == length, "cut short")
    if base == 0x80:
        demand(length != 1 or body[0] >= 0x80, "a small byte with a head")
        return body, rest
    items = []
    while body:
        item, body = _take(body)
        items.append(item)
    return items, rest


def nibbles(data: bytes) -> list[int]:
    """Split bytes into halves, the high one first."""
    return [half for octet in data for half in (octet >> 4, octet & 15)]


def trie_value(root: bytes, key: bytes, nodes: list[bytes]) -> bytes:
    """Follow a key through the nodes of a proof."""
    left, path, child = list(nodes), nibbles(key), root
    while True:
        node: Any = child
        if isinstance(child, bytes):
            encoded = left.pop(0)
            demand(keccak(encoded) == child, "a node that nobody names")
            node = read_rlp(encoded)
        if len(node) == 17:
            child, path = node[path[0]], path[1:]
            continue
        demand(len(node) == 2, "a node of another size")
        packed = nibbles(node[0])
        flag, own = packed[0], packed[1:] if packed[0] & 1 else packed[2:]
        demand(path[: len(own)] == own, "the path leads elsewhere")
        path = path[len(own) :]
        if flag & 2:
            demand(not path and not left, "the proof does not end here")
            return bytes(node[1])
        child = node[1]


def rlp_of_number(number: int) -> bytes:
    """Write a number below 2^32 in RLP."""
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return octets if len(octets) == 1 and octets[0] < 0x80 else bytes([0x80 + len(octets)]) + octets


EVENTS = {
    "opened": "SessionOpened(bytes16,address,bytes32,bytes32)",
    "sealed": "SessionSealed(bytes16,address,bytes32,bytes32,uint32,uint32)",
    "progress": "ProgressAnchored(bytes16,address,bytes32,uint32)",
}


@dataclass(frozen=True)
class Anchor:
    """An event, and the block it is in."""

    block_hash: bytes
    number: int
    time_utc_s: int
    owner: bytes
    words: list[bytes]


def verify_anchor(proof: dict[str, Any], kind: str, session_id: bytes) -> Anchor:
    """Verify a proof and find its one event."""
    header = read_rlp(bytes.fromhex(proof["header"]))
    demand(len(header) >= 15, "header")
    nodes = [bytes.fromhex(node) for node in proof["nodes"]]
    receipt = trie_value(header[5], rlp_of_number(proof["transaction_index"]), nodes)
    status, _, _, logs = read_rlp(receipt[1:] if receipt[0] < 0x80 else receipt)
    demand(status == b"\x01", "the transaction failed")
    if proof.get("batch") is not None:
        owner, words = _in_batch(proof, kind, session_id, logs)
        return _anchor(proof, header, owner, words)
    topic = keccak(EVENTS[kind].encode())
    found = [
        (topics[2], data)
        for address, topics, data in logs
        if address.hex() == proof["contract"]
        and len(topics) == 3
        and topics[:2] == [topic, session_id + bytes(16)]
    ]
    if len(found) != 1:
        raise Refused("not one event")
    owner, data = found[0]
    return _anchor(proof, header, owner, [data[at : at + 32] for at in range(0, len(data), 32)])


def _anchor(proof: dict[str, Any], header: Any, owner: bytes, words: list[bytes]) -> Anchor:  # noqa: ANN401 - see read_rlp
    demand(owner[:12] == bytes(12), "owner")
    return Anchor(
        block_hash=keccak(bytes.fromhex(proof["header"])),
        number=int.from_bytes(header[8], "big"),
        time_utc_s=int.from_bytes(header[11], "big"),
        owner=owner[12:],
        words=words,
    )


def _in_batch(
    proof: dict[str, Any],
    kind: str,
    session_id: bytes,
    logs: Any,  # noqa: ANN401 - see read_rlp
) -> tuple[bytes, list[bytes]]:
    """Find the batch that holds a record; gives its owner's word, and the words of the event that it stands for."""
    batch = proof["batch"]
    if kind == "opened":
        values = [bytes.fromhex(batch[name]) for name in ("policy_hash", "ephemeral_key")]
    else:
        demand(kind == "sealed", "a batch holds openings and seals")
        values = [bytes.fromhex(batch[name]) for name in ("manifest_hash", "merkle_root")]
        values.append(batch["chunk_count"].to_bytes(32, "big"))
    topic = keccak(b"BatchAnchored(address,uint32,bytes32,uint32)")
    for address, topics, data in logs:
        if address.hex() != proof["contract"] or len(topics) != 3 or topics[0] != topic:
            continue
        name = kind.capitalize().encode().ljust(32, b"\0")
        record = b"".join([name, topics[1], session_id + bytes(16), *values])
        found = keccak(keccak(record))
        for beside in map(bytes.fromhex, batch["path"]):
            found = keccak(min(found, beside) + max(found, beside))
        if found == data[:32]:
            return topics[1], values if kind == "opened" else [*values, bytes(32)]
    raise Refused("in no batch")


def blocks_under(checkpoint: bytes, headers: list[bytes]) -> set[bytes]:
    """List the blocks that a checkpoint covers."""
    parents = {keccak(each): read_rlp(each)[0] for each in headers}
    covered = set()
    while checkpoint in parents:
        covered.add(checkpoint)
        checkpoint = parents[checkpoint]
    return covered
