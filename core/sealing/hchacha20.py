"""HChaCha20: a 32-byte key and 16 bytes of nonce become another 32-byte key (draft-irtf-cfrg-xchacha-03, 2.2).

Pure Python, about 0.1 ms a call: it runs once a message, however long the message is. Python integers
do not promise constant time; the only secret it sees is a key that is used for one message or a few.
"""

from __future__ import annotations

import struct

_CONSTANTS = (0x61707865, 0x3320646E, 0x79622D32, 0x6B206574)
_WORDS = struct.Struct("<12I")
_OUTPUT = struct.Struct("<8I")
_MASK = 0xFFFFFFFF
_COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
_DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
_DOUBLE_ROUNDS = 10


def hchacha20(key: bytes, nonce: bytes) -> bytes:
    """Derive the key for the last 8 bytes of an extended nonce; ``nonce`` is its first 16 bytes."""
    state = [*_CONSTANTS, *_WORDS.unpack(key + nonce)]
    for _ in range(_DOUBLE_ROUNDS):
        for quarter in (*_COLUMNS, *_DIAGONALS):
            _quarter_round(state, *quarter)
    return _OUTPUT.pack(*state[:4], *state[12:])


def _quarter_round(state: list[int], a: int, b: int, c: int, d: int) -> None:
    va, vb, vc, vd = state[a], state[b], state[c], state[d]
    va = (va + vb) & _MASK
    vd ^= va
    vd = ((vd << 16) | (vd >> 16)) & _MASK
    vc = (vc + vd) & _MASK
    vb ^= vc
    vb = ((vb << 12) | (vb >> 20)) & _MASK
    va = (va + vb) & _MASK
    vd ^= va
    vd = ((vd << 8) | (vd >> 24)) & _MASK
    vc = (vc + vd) & _MASK
    vb ^= vc
    vb = ((vb << 7) | (vb >> 25)) & _MASK
    state[a], state[b], state[c], state[d] = va, vb, vc, vd
