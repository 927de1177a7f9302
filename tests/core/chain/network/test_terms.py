"""Terms: what is wrong with them is said in their own words, and so is what changed since a network began."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.chain.network.terms import Terms, address_of
from tests.core.chain.network.bench import made_up_account, some_terms

ZERO = bytes(20)
BEGUN = some_terms()


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        (replace(BEGUN, validators=(ZERO,)), "the zero address can validate nothing"),
        (
            replace(BEGUN, approvers=(ZERO, *BEGUN.approvers[1:])),
            "the zero address can approve nothing",
        ),
        (replace(BEGUN, compliance_signer=ZERO), "the zero address can sign nothing"),
        (replace(BEGUN, validators=BEGUN.validators[:1] * 2), "the validators are not different"),
        (BEGUN, None),
    ],
)
def test_a_fault_is_named_as_what_it_is(terms: Terms, fault: str | None) -> None:
    """The zero address is not told as an account that is there twice."""
    found = terms.fault()
    assert found is None if fault is None else (found or "").startswith(fault)


def test_other_terms_are_told_both_ways() -> None:
    """What was chosen and what is chosen now are both named; the moment of the beginning is nobody's choice."""
    assert replace(BEGUN, first_slot_at_utc_s=1).differs_from(BEGUN) == ""
    signer = made_up_account("other")
    told = replace(BEGUN, compliance_signer=signer, validators=BEGUN.validators[:1]).differs_from(
        BEGUN
    )
    was = " ".join(f"0x{each.hex()}" for each in BEGUN.validators)
    assert f"validators {was}, not 0x{BEGUN.validators[0].hex()}" in told
    assert f"compliance signer 0x{BEGUN.compliance_signer.hex()}, not 0x{signer.hex()}" in told
    assert "approvers" not in told


@pytest.mark.parametrize("text", ["0x0", "0x" + "g" * 40, "1" * 40, "0x" + "11" * 21, None, 5])
def test_what_is_no_address_is_told_as_such(text: object) -> None:
    """An address is 0x and 40 hex digits, and nothing that a library says about it reaches a person."""
    with pytest.raises(ValueError, match="is no address: one is 0x and 40 hex digits"):
        address_of(text)
