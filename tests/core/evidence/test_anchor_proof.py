"""An anchor proof says what the contract logged, and nothing that it did not."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

import pytest
import rlp
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from core.canonical.documents import canonical_json
from core.canonical.fields import Fields
from core.errors import BundleMalformed, ProofWrong
from core.evidence.anchor_proof import (
    AnchorProof,
    make_anchor_proof,
    read_header,
    verify_anchor_proof,
)
from core.evidence.events import ProgressAnchored, SessionOpened, SessionSealed
from tests.core.evidence.chain_examples import CONTRACT, OWNER, ExampleChain, event_log, receipt

SESSION = UUID("7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11")
OTHER = UUID("0b6f7f7e-93d5-45a5-b1a7-6f0b3f0c8a02")
HASHES = [bytes([each]) * 32 for each in range(1, 4)]


def _proof(logs: list[object], *, type_byte: bytes = b"\x02", status: int = 1) -> AnchorProof:
    others = [
        receipt([event_log("SessionOpened", OTHER, *HASHES[:2])], type_byte=kind)
        for kind in (b"", b"\x01")
    ]
    receipts = [others[0], receipt(logs, type_byte=type_byte, status=status), others[1]]
    return make_anchor_proof(ExampleChain(1_763_780_000).block(receipts, 1))


SEALED = _proof([event_log("SessionSealed", SESSION, HASHES[0], HASHES[1], 42, 21)])


@pytest.mark.parametrize("type_byte", [b"", b"\x01", b"\x02", b"\x03", b"\x04"])
def test_every_kind_of_transaction_can_anchor(type_byte: bytes) -> None:
    """Legacy receipts and typed ones (EIP-2718) are proved and decoded."""
    proof = _proof([event_log("SessionOpened", SESSION, *HASHES[:2])], type_byte=type_byte)
    proved = verify_anchor_proof(proof)
    assert proved.events(SESSION) == (SessionOpened(OWNER, HASHES[0], HASHES[1]),)
    assert proved.header.number == 1
    assert proved.header.time_utc_s == 1_763_780_001
    assert proved.header.hash == keccak(proof.header_rlp)


def test_each_event_is_decoded() -> None:
    """Opened, sealed and progress come with their values, in the order of the logs."""
    logs = [
        event_log("SessionOpened", SESSION, *HASHES[:2]),
        event_log("ProgressAnchored", SESSION, HASHES[2], 2**32 - 1),
        event_log("SessionSealed", SESSION, *HASHES[:2], 7, 3),
    ]
    assert verify_anchor_proof(_proof(logs)).events(SESSION) == (
        SessionOpened(OWNER, HASHES[0], HASHES[1]),
        ProgressAnchored(OWNER, HASHES[2], 2**32 - 1),
        SessionSealed(OWNER, HASHES[0], HASHES[1], 7, 3),
    )


def test_what_others_logged_does_not_count() -> None:
    """Logs of another contract, another session or another event are not the session's."""
    logs = [
        event_log("SessionSealed", SESSION, *HASHES[:2], 7, 3, contract=OWNER),
        event_log("SessionSealed", OTHER, *HASHES[:2], 7, 3),
        [CONTRACT, [bytes(32), SESSION.bytes + bytes(16), bytes(32)], b""],
        [CONTRACT, [], b"anonymous"],
    ]
    assert verify_anchor_proof(_proof(logs)).events(SESSION) == ()


def test_a_failed_transaction_anchors_nothing() -> None:
    """A receipt whose status is not success has no events."""
    proof = _proof([event_log("SessionSealed", SESSION, *HASHES[:2], 7, 3)], status=0)
    assert verify_anchor_proof(proof).events(SESSION) == ()


@pytest.mark.parametrize(
    "topics,data",
    [
        (2, b"\x01" * 12 + OWNER),
        (None, bytes(95)),
        (None, bytes(64) + b"\x01" + bytes(31)),
    ],
)
def test_an_event_that_breaks_the_abi_is_refused(topics: int | None, data: bytes) -> None:
    """An owner that is no address, missing data, and a count beyond uint32 are ProofWrong."""
    log = event_log("SessionSealed", SESSION, *HASHES[:2], 7, 3)
    if topics is None:
        log[2] = data
    else:
        log[1][topics] = data  # type: ignore[index]
    with pytest.raises(ProofWrong) as caught:
        verify_anchor_proof(_proof([log])).events(SESSION)
    assert caught.value.facts["claim"] == "event"


def test_it_is_written_and_read_back() -> None:
    """A proof comes back from its JSON."""
    members = json.loads(canonical_json(SEALED.to_json()))
    fields = Fields(members, lambda field: BundleMalformed(section="anchor", reason=field))
    assert fields.whole_of(AnchorProof.from_fields) == SEALED


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_mutation_proves_anything_else(data: st.DataObject) -> None:
    """With a byte changed in header or nodes, or another index, a proof fails or names another block."""
    changed = data.draw(
        st.one_of(
            st.builds(
                lambda at, by: _header_flipped(SEALED, at, by), st.integers(0), st.integers(1, 255)
            ),
            st.builds(
                lambda node, at, by: _node_flipped(SEALED, node, at, by),
                st.integers(0, len(SEALED.nodes) - 1),
                st.integers(0),
                st.integers(1, 255),
            ),
            st.integers(2, 2**32 - 1).map(lambda index: replace(SEALED, transaction_index=index)),
        )
    )
    with suppress(ProofWrong):
        proved = verify_anchor_proof(changed)
        assert proved.header.hash != keccak(SEALED.header_rlp)


def _header_flipped(proof: AnchorProof, at: int, by: int) -> AnchorProof:
    header = bytearray(proof.header_rlp)
    header[at % len(header)] ^= by
    return replace(proof, header_rlp=bytes(header))


def _node_flipped(proof: AnchorProof, node: int, at: int, by: int) -> AnchorProof:
    changed = bytearray(proof.nodes[node])
    changed[at % len(changed)] ^= by
    nodes = (*proof.nodes[:node], bytes(changed), *proof.nodes[node + 1 :])
    return replace(proof, nodes=nodes)


@pytest.mark.parametrize(
    "header", [b"", b"\xc0", b"\x80", rlp.encode([b""] * 15), rlp.encode([bytes(32)] * 20)]
)
def test_what_is_no_header_is_refused(header: bytes) -> None:
    """Anything but a block's header is ProofWrong."""
    with pytest.raises(ProofWrong) as caught:
        read_header(header)
    assert caught.value.facts["claim"] == "block_header"


def test_what_is_no_receipt_is_refused() -> None:
    """A value under the key that is no receipt is ProofWrong, however well it is proved."""
    for value in (
        b"\x02",
        b"\xc0",
        b"\x02\xc0",
        b"\x02" + rlp.encode([1, 2, bytes(255), []]),
        rlp.encode([1, 2, bytes(256), [[b""]]]),
    ):
        with pytest.raises(ProofWrong):
            make_anchor_proof(ExampleChain(0).block([value], 0))
