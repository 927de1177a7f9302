"""Bundles for the page's verifier, and ways to spoil them."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blake3 import blake3

from core.evidence.bundle_format import (
    HEADER_BYTES,
    Section,
    pack_header,
    pack_table,
    read_header,
    read_table,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "evidence.json"
DOCUMENTS = ("manifest", "signatures", "anchors", "inclusion_proofs", "chunk_keys", "trail_key")


def example(member: str = "bundle") -> tuple[bytes, str]:
    """Give a bundle of the published examples (``bundle`` or ``hosted``) and its checkpoint."""
    found = json.loads(VECTORS.read_text(encoding="utf-8"))[member]
    return bytes.fromhex(found["file" if member == "bundle" else "bundle"]), found["checkpoint"]


def sections_of(data: bytes) -> dict[str, bytes]:
    """Take a whole bundle apart."""
    offset, length = read_header(data[:HEADER_BYTES], len(data))
    table = read_table(data[:HEADER_BYTES], data[offset : offset + length], offset)
    return {each.name: data[each.offset : each.offset + each.length] for each in table}


def put_together(sections: Mapping[str, bytes]) -> bytes:
    """Write a bundle whose hashes fit, as a forger would."""
    body, table = b"", []
    for name, content in sections.items():
        hashed = blake3(content).digest()
        table.append(Section(name, HEADER_BYTES + len(body), len(content), hashed))
        body += content
    packed = pack_table(table)
    return pack_header(HEADER_BYTES + len(body), packed) + body + packed


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    """Turn one bit."""
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def forged(data: bytes, chance: random.Random) -> bytes:
    """Change one value in one document of a bundle, or one byte of another section, and make the hashes fit."""
    sections = sections_of(data)
    name = chance.choice(list(sections))
    if name in DOCUMENTS:
        sections[name] = spoiled(sections[name], chance)
    else:
        sections[name] = flipped(sections[name], chance.randrange(len(sections[name])))
    return put_together(sections)


def spoiled(document: bytes, chance: random.Random) -> bytes:
    """Change one value in a document, and write it in canonical form again, as far as it has one."""
    value = json.loads(document)
    _spoil(value, chance)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _spoil(value: Any, chance: random.Random) -> None:  # noqa: ANN401 - any JSON
    """Change something below an object or array, in place."""
    place = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
    inner = value[place]
    if isinstance(inner, dict | list) and inner and chance.random() < 0.9:
        _spoil(inner, chance)
        return
    kind = chance.randrange(10)
    if kind == 0:
        del value[place]
    elif kind == 1 and isinstance(value, dict):
        value[chance.choice(["", "unknown", "__proto__", "é"])] = inner
    else:
        value[place] = _other(inner, chance)


def _other(value: object, chance: random.Random) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return chance.choice([value + 1, value - 1, 0, -1, 2**53 - 1, 2**53, 1.5, str(value)])
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        digit = chance.choice("0123456789abcdefAé\t")
        changed = f"{value[:at]}{digit}{value[at + 1 :]}"
        return chance.choice([changed, changed, value[1:], value + digit, "", value.upper()])
    return chance.choice([None, [], {}, "", 0, [value], "00"])
