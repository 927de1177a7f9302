"""One trusted hash covers the blocks it stands on, as far as the bundle shows the way."""

from __future__ import annotations

import json

from eth_hash.auto import keccak

from core.canonical.fields import Fields
from core.errors import BundleMalformed
from core.evidence.anchor_proof import make_anchor_proof
from core.evidence.anchors import SessionAnchors, covered_by, read_anchors
from tests.core.evidence.chain_examples import ExampleChain, receipt


def _chain_of(blocks: int) -> tuple[ExampleChain, list[bytes]]:
    chain = ExampleChain(1_763_780_000)
    for _ in range(blocks):
        chain.block([receipt([])], 0)
    return chain, [keccak(header) for header in chain.headers]


def test_a_block_covers_those_before_it() -> None:
    """Whoever trusts a block trusts its parents, as far as their headers are there."""
    chain, hashes = _chain_of(5)
    assert covered_by(hashes[3], SessionAnchors(headers=tuple(chain.headers))) == set(hashes[:4])


def test_a_missing_header_breaks_the_way() -> None:
    """Without the header between, what lies before it is not covered."""
    chain, hashes = _chain_of(5)
    headers = (*chain.headers[:2], *chain.headers[3:])
    assert covered_by(hashes[4], SessionAnchors(headers=headers)) == {hashes[3], hashes[4]}


def test_an_unknown_block_covers_nothing() -> None:
    """A hash that is none of the bundle's blocks covers none of them."""
    chain, _ = _chain_of(2)
    assert covered_by(bytes(32), SessionAnchors(headers=tuple(chain.headers))) == frozenset()


def test_the_anchors_blocks_count_too() -> None:
    """The headers inside the proofs are part of the way."""
    chain = ExampleChain(1_763_780_000)
    opened = make_anchor_proof(chain.block([receipt([])], 0))
    sealed = make_anchor_proof(chain.block([receipt([])], 0))
    anchors = SessionAnchors(opened=opened, sealed=sealed)
    assert len(covered_by(keccak(sealed.header_rlp), anchors)) == 2
    assert len(covered_by(keccak(opened.header_rlp), anchors)) == 1


def test_they_are_written_and_read_back() -> None:
    """Anchors come back from their document, the missing ones included."""
    chain = ExampleChain(1_763_780_000)
    proof = make_anchor_proof(chain.block([receipt([])], 0))
    for anchors in (SessionAnchors(), SessionAnchors(proof, None, (proof, proof), (b"\xc0",))):
        fields = Fields(
            json.loads(anchors.to_json()),
            lambda field: BundleMalformed(section="anchors", reason=field),
        )
        assert fields.whole_of(read_anchors) == anchors
