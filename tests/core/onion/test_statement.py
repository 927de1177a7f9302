"""Tests of core.onion.statement."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from core.canonical.documents import canonical_json
from core.errors import Bug, StatementMalformed, StatementWrong
from core.onion.statement import (
    LONGEST_OVERLAP_MS,
    Place,
    check_statement,
    follow,
    read_statement,
    sign_statement,
)
from tests.core.onion.moves import (
    DEVICE,
    MADE_UTC_MS,
    move,
    service_key,
    sign_device,
    statement_of,
)
from tests.vectors.generate_moves import text as vectors_text
from tests.vectors.generate_moves import vectors_path

HOME = Place(service_key(0).address)


def test_a_statement_is_read_as_it_was_written() -> None:
    """What was signed is read whole, and its signatures hold."""
    signed = move(1)
    assert read_statement(signed.to_json()) == signed
    check_statement(signed)


def test_the_vectors_are_those_that_are_kept() -> None:
    """Today's code writes, with fixed keys, what it wrote when the format was made."""
    assert vectors_path().read_text(encoding="utf-8") == vectors_text()


@pytest.mark.parametrize(
    ("member", "signer"),
    [
        ("old_signature", "the old address"),
        ("new_signature", "the new address"),
        ("device_signature", "the device"),
    ],
)
def test_each_signature_is_needed(member: str, signer: str) -> None:
    """A signature by somebody else is found, and whose it should be is said."""
    signed = move(1)
    wrong = replace(signed, **{member: getattr(move(2), member)})  # type: ignore[arg-type]
    with pytest.raises(StatementWrong) as refusal:
        check_statement(wrong)
    assert refusal.value.facts == {"signer": signer}


def test_signatures_are_not_exchanged() -> None:
    """Each signer signs for its own part: a signature does not serve in the place of another one."""
    key = service_key(7)
    both = replace(statement_of(1), old_address=key.address, new_address=service_key(1).address)
    signed = sign_statement(both, key, service_key(1), sign_device)
    with pytest.raises(StatementWrong):
        check_statement(replace(signed, new_signature=signed.old_signature))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "lucid-consent"),
        ("version", 2),
        ("version", True),
        ("old_address", "abc.onion"),
        ("old_address", service_key(0).address.upper()),
        ("new_address", service_key(0).address),
        ("new_address", "127.0.0.1"),
        ("device", "00"),
        ("device", DEVICE.upper()),
        ("sequence", 0),
        ("sequence", 1 << 53),
        ("made_utc_ms", -1),
        ("until_utc_ms", MADE_UTC_MS - 1),
        ("until_utc_ms", MADE_UTC_MS + LONGEST_OVERLAP_MS * 2),
        ("until_utc_ms", None),
    ],
)
def test_a_member_out_of_its_bounds_is_named(member: str, value: object) -> None:
    """Each member has its bounds, and the reader says which one is wrong."""
    document: dict[str, Any] = json.loads(move(1).to_json())
    document["statement"][member] = value
    with pytest.raises(StatementMalformed) as refusal:
        read_statement(_written(document))
    assert member in str(refusal.value.facts["field"]) or value == 1 << 53


@pytest.mark.parametrize("member", ["statement", "old_signature", "device_signature"])
def test_a_missing_member_is_named(member: str) -> None:
    """Nothing may be missing, and nothing may be there that is not known."""
    document: dict[str, Any] = json.loads(move(1).to_json())
    del document[member]
    with pytest.raises(StatementMalformed) as refusal:
        read_statement(_written(document))
    assert refusal.value.facts == {"field": member}
    with pytest.raises(StatementMalformed):
        read_statement(_written(json.loads(move(1).to_json()) | {"more": 1}))


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    """No bytes of somebody else lead to anything but a statement or its refusal."""
    with pytest.raises(StatementMalformed):
        read_statement(data)


@given(st.data())
def test_a_changed_letter_is_found(data: st.DataObject) -> None:
    """A statement in which one byte differs is refused, by its form or by a signature."""
    written = bytearray(move(1).to_json())
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((StatementMalformed, StatementWrong)):
        check_statement(read_statement(bytes(written)))


def test_moves_are_followed_to_the_last() -> None:
    """Whoever was away for several moves comes to where the appliance is now."""
    moves = [move(number) for number in (1, 2, 3)]
    assert follow(moves, HOME, DEVICE) == Place(service_key(3).address, 3)
    assert follow(moves, Place(service_key(1).address, 1), DEVICE) == Place(
        service_key(3).address, 3
    )
    assert follow([], HOME, DEVICE) == HOME


def test_a_move_of_another_time_is_passed_over() -> None:
    """A statement that begins elsewhere, or that was followed already, leads nowhere."""
    now = Place(service_key(2).address, 2)
    assert follow([move(1), move(2)], now, DEVICE) == now
    assert follow([move(3)], HOME, DEVICE) == HOME
    # The device was at this address before: its statement of that time does not lead away again.
    assert follow([move(1)], Place(service_key(0).address, 5), DEVICE).sequence == 5


def test_another_device_leads_nowhere() -> None:
    """A statement that the old address signed and another device did is refused."""
    other = SigningKey(bytes(32))
    stranger = replace(statement_of(1), device=bytes(other.verify_key).hex())
    signed = sign_statement(
        stranger, service_key(0), service_key(1), lambda message: sign_device(message, other)
    )
    with pytest.raises(StatementWrong) as refusal:
        follow([signed], HOME, DEVICE)
    assert refusal.value.facts == {"signer": "the device"}


def test_a_forged_move_leads_nowhere() -> None:
    """A statement whose signatures do not hold is not followed, and neither is what comes after it."""
    forged = replace(move(1), device_signature=bytes(64))
    with pytest.raises(StatementWrong):
        follow([forged, move(2)], HOME, DEVICE)


def test_only_what_can_be_read_is_signed() -> None:
    """A statement that every reader refuses is not made, nor one by other keys than it names."""
    with pytest.raises(StatementMalformed):
        sign_statement(
            replace(statement_of(1), sequence=0), service_key(0), service_key(1), sign_device
        )
    with pytest.raises(Bug):
        sign_statement(statement_of(1), service_key(1), service_key(1), sign_device)


def _written(document: dict[str, Any]) -> bytes:
    if document.get("statement", {}).get("sequence") == 1 << 53:
        return json.dumps(document).encode()  # which canonical JSON cannot hold
    return canonical_json(document)
