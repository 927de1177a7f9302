"""Tests of core.onion.presence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from core.canonical.documents import canonical_json
from core.errors import StatementMalformed, StatementWrong
from core.onion.presence import (
    LARGEST_PRESENCE,
    Presence,
    SignedPresence,
    check_presence,
    make_challenge,
    read_presence,
    sign_presence,
)
from tests.core.onion.moves import DEVICE, MADE_UTC_MS, service_key, sign_device
from tests.vectors.generate_presences import text as vectors_text
from tests.vectors.generate_presences import vectors_path

CHALLENGE = bytes(range(32)).hex()
HOST = service_key(0).address
SAID = Presence(CHALLENGE, HOST, DEVICE, MADE_UTC_MS)


def _check(signed: SignedPresence, challenge: str = CHALLENGE, host: str = HOST) -> None:
    check_presence(signed, challenge=challenge, host=host, device=DEVICE)


def test_a_presence_is_read_as_it_was_written() -> None:
    """What the device signed is read whole, and holds for whoever asked, where it was asked."""
    signed = sign_presence(SAID, sign_device)
    assert read_presence(signed.to_json()) == signed
    assert len(signed.to_json()) < LARGEST_PRESENCE
    _check(signed)


def test_the_vectors_are_those_that_are_kept() -> None:
    """Today's code writes, with fixed keys, what it wrote when the format was made."""
    assert vectors_path().read_text(encoding="utf-8") == vectors_text()


def test_challenges_are_made_anew() -> None:
    """No two are the same, and each is one that a device signs."""
    first, second = make_challenge(), make_challenge()
    assert first != second
    _check(sign_presence(replace(SAID, challenge=first), sign_device), first)


def test_another_challenge_address_or_device_does_not_hold() -> None:
    """An answer to somebody else, of before, elsewhere, or by another device is refused."""
    signed = sign_presence(SAID, sign_device)
    with pytest.raises(StatementWrong):
        _check(signed, challenge="00" * 32)
    with pytest.raises(StatementWrong):
        _check(signed, host=service_key(1).address)
    other = SigningKey(bytes(32))
    by_other = sign_presence(SAID, lambda message: sign_device(message, other))
    with pytest.raises(StatementWrong):
        _check(by_other)
    itself = replace(SAID, device=bytes(other.verify_key).hex())
    with pytest.raises(StatementWrong):
        _check(sign_presence(itself, lambda message: sign_device(message, other)))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "lucid-move"),
        ("version", 2),
        ("challenge", "00" * 31),
        ("challenge", "AA" * 32),
        ("host", "127.0.0.1"),
        ("host", HOST.upper()),
        ("device", "00"),
        ("made_utc_ms", -1),
        ("more", 1),
    ],
)
def test_a_member_out_of_its_bounds_is_named(member: str, value: object) -> None:
    """Each member has its bounds, none may be there that is not known, and the reader says which one is wrong."""
    document: dict[str, Any] = json.loads(sign_presence(SAID, sign_device).to_json())
    document["presence"][member] = value
    with pytest.raises(StatementMalformed) as refusal:
        read_presence(canonical_json(document))
    assert member in str(refusal.value.facts["field"])


def test_nothing_is_signed_that_no_device_may_say() -> None:
    """A challenge that is none, or an address that is none, gets no answer."""
    for wrong in (replace(SAID, challenge="x"), replace(SAID, host="localhost")):
        with pytest.raises(StatementMalformed):
            sign_presence(wrong, sign_device)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    """No bytes of somebody else lead to anything but a presence or its refusal."""
    with pytest.raises(StatementMalformed):
        read_presence(data)


@given(st.data())
def test_a_changed_letter_is_found(data: st.DataObject) -> None:
    """A presence in which one byte differs is refused, by its form, by what it says, or by the signature."""
    written = bytearray(sign_presence(SAID, sign_device).to_json())
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((StatementMalformed, StatementWrong)):
        _check(read_presence(bytes(written)))
