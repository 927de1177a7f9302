"""HKDF with HMAC-BLAKE2b and the keys derived by it."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from core.errors import Bug
from core.sealing.hkdf import LONGEST_OUTPUT, hkdf_blake2b, hkdf_expand, hkdf_extract
from core.sealing.keys import chunk_key, journal_key

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sealing.json").read_text("ascii"))
SESSION_KEY = bytes.fromhex(VECTORS["session_key"])
SESSION_ID = UUID(hex=VECTORS["session_id"])


def test_golden_outputs() -> None:
    """Outputs of less than, exactly and more than one block are those of the independent script."""
    for case in VECTORS["hkdf"]:
        output = hkdf_blake2b(
            SESSION_KEY,
            salt=bytes.fromhex(case["salt"]),
            info=bytes.fromhex(case["info"]),
            length=case["length"],
        )
        assert output.hex() == case["output"]


def test_no_salt_is_a_block_of_zeros() -> None:
    """Without a salt RFC 5869 takes as many zeros as the hash has bytes."""
    assert hkdf_extract(b"", b"key") == hkdf_extract(bytes(64), b"key")


@pytest.mark.parametrize("length", [0, -1, LONGEST_OUTPUT + 1])
def test_refuses_lengths_that_it_cannot_give(length: int) -> None:
    """More than 255 blocks or nothing at all is a bug of the caller."""
    with pytest.raises(Bug):
        hkdf_expand(bytes(64), b"", length)
    assert len(hkdf_expand(bytes(64), b"", LONGEST_OUTPUT)) == LONGEST_OUTPUT


def test_golden_keys() -> None:
    """Chunk and journal keys are those of the independent script."""
    for case in VECTORS["chunk_keys"]:
        assert chunk_key(SESSION_KEY, SESSION_ID, case["index"]).hex() == case["key"]
    journal = VECTORS["journal_key"]
    key = journal_key(SESSION_KEY, SESSION_ID, journal["index"], bytes.fromhex(journal["salt"]))
    assert key.hex() == journal["key"]


def test_every_key_is_its_own() -> None:
    """Another index, session, session key, salt or purpose gives another key."""
    other = UUID(int=1)
    salt = bytes(32)
    keys = {
        chunk_key(SESSION_KEY, SESSION_ID, 0),
        chunk_key(SESSION_KEY, SESSION_ID, 1),
        chunk_key(SESSION_KEY, other, 0),
        chunk_key(bytes(32), SESSION_ID, 0),
        journal_key(SESSION_KEY, SESSION_ID, 0, salt),
        journal_key(SESSION_KEY, SESSION_ID, 1, salt),
        journal_key(SESSION_KEY, SESSION_ID, 0, bytes([1]) * 32),
    }
    assert len(keys) == 7


def test_refuses_keys_of_another_length() -> None:
    """A session key and a journal salt have 32 bytes."""
    with pytest.raises(Bug):
        chunk_key(bytes(31), SESSION_ID, 0)
    with pytest.raises(Bug):
        journal_key(SESSION_KEY, SESSION_ID, 0, bytes(16))
