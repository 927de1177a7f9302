"""What a contract refuses is told: by its name, with its arguments, and whose it is."""

from __future__ import annotations

from string import Formatter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.snapshots import failure_snapshot
from core.api.text import sentence_for
from core.api.text_contracts import REFUSALS
from core.chain import abi
from core.chain.clients.errors import ERRORS, lucid_anchors, node_registry, shared
from core.chain.refusals import error_name, refusal, told
from core.errors import ChainRejected

SESSION = UUID("0190d3a5-9d3e-7c1a-8000-000000000001")
CALLER = bytes([0xAB]) * 20
KNOWN = lucid_anchors.SessionAlreadyKnown.SELECTOR


def revert(made: abi.ContractError) -> bytes:
    """Encode an error as a contract gives it."""
    return made.SELECTOR + abi.encode(made.KINDS, abi.values_of(made))


def test_a_refusal_names_contract_error_and_arguments() -> None:
    """The failure has all of it as facts, is final, and is a rejection by the chain."""
    failure = refusal(revert(lucid_anchors.SessionAlreadyKnown(SESSION.bytes)), "LucidAnchors")
    assert failure.facts == {
        "contract": "LucidAnchors",
        "error": "SessionAlreadyKnown",
        "arguments": f"session_id {SESSION}",
        "told": f"session {SESSION} was opened before, and an ID is good for one session only",
        "reason": "SessionAlreadyKnown",
    }
    assert isinstance(failure, ChainRejected)
    assert not failure.is_retryable
    assert sentence_for(failure_snapshot(failure)).what == (
        f"The contract LucidAnchors refused it: session {SESSION} was opened before,"
        " and an ID is good for one session only."
    )


def test_an_error_that_bubbled_up_is_told_as_its_own_contracts() -> None:
    """A registry's error that comes back from a call of the rewards is the registry's."""
    output = revert(node_registry.NodeUnknown(7))
    assert refusal(output, "LucidRewards").facts["contract"] == "NodeRegistry"
    assert refusal(output, "LucidRewards").facts["told"] == "there is no node 7"


def test_a_shared_error_is_the_called_contracts() -> None:
    """An error that several contracts have is told of the one that was called, if it is among them."""
    output = revert(shared.ZeroValue("policyHash"))
    assert refusal(output, "ParamRegistry").facts["contract"] == "ParamRegistry"
    assert " or " in str(refusal(output, "LucidTimelock").facts["contract"])


def test_an_error_within_an_error_is_told_too() -> None:
    """Bytes that are an error of a contract are told as that, to a bounded depth."""
    inner = revert(lucid_anchors.NotSessionOwner(SESSION.bytes, CALLER))
    assert told(inner) == (
        f"NotSessionOwner of LucidAnchors (session_id {SESSION}, caller 0x{CALLER.hex()})"
    )


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (b"", "it gave no reason"),
        (
            bytes.fromhex("4e487b71") + (0x11).to_bytes(32),
            "a number became too large or too small (panic 0x11)",
        ),
        (
            bytes.fromhex("4e487b71") + (0x99).to_bytes(32),
            "a check of the compiler failed (panic 0x99)",
        ),
        (
            bytes.fromhex("08c379a0") + abi.encode([abi.STRING], ["no\x1b[31m way"]),
            "it says “no?[31m way”",
        ),
        (
            b"\x01\x02\x03\x04" + bytes(2),
            "it answered 0x010203040000, which no published contract does",
        ),
        (
            KNOWN + b"short",
            f"it answered 0x{KNOWN.hex()}73686f7274, which no published contract does",
        ),
    ],
)
def test_what_is_no_custom_error_is_told_as_such(output: bytes, words: str) -> None:
    """No reason, the compiler's checks, words, unknown data and data of a wrong length are each told."""
    failure = refusal(output, "LucidAnchors")
    assert failure.facts["told"] == words
    assert failure.facts["error"] == ""
    assert error_name(output) is None


@given(output=st.binary(max_size=300))
def test_any_revert_makes_a_sentence(output: bytes) -> None:
    """Whatever comes back, there is one line that a terminal can be shown."""
    what = sentence_for(failure_snapshot(refusal(output, "LucidToken"))).what
    assert what.isprintable()


def test_every_phrase_is_of_an_error_and_uses_its_arguments() -> None:
    """Each sentence belongs to an error that a contract has, and asks only for what that error brings."""
    known = {each.NAME: each for errors in ERRORS.values() for each in errors}
    for name, phrase in REFUSALS.items():
        placeholders = {field for _, field, _, _ in Formatter().parse(phrase) if field}
        assert placeholders <= set(known[name].__dataclass_fields__), name
