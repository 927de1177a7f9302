"""Damage to messages, for tests of parsers."""

from __future__ import annotations

import random


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Change, cut, repeat or insert something."""
    damage = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(damage) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            damage[at : at + 1] = chance.randbytes(1)
        elif kind == 1:
            del damage[at:]
        elif kind == 2:
            damage[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif kind == 3:
            damage[at : at + 4] = chance.choice(
                (b"\xff" * 4, b"\0" * 4, b"\xff\xff\0\0", b"\0\x80")
            )
        else:
            damage += damage[at:]
    return bytes(damage[: 64 << 10])
