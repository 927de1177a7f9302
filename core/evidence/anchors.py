"""The anchors of one session, as a bundle carries them and a verification reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from core.canonical.documents import Json, canonical_json
from core.canonical.fields import Fields
from core.errors import ProofWrong
from core.evidence.anchor_proof import AnchorProof, BlockHeader, read_header

FORMAT = "lucid-anchors"
VERSION = 1
WITH_BATCHES = (
    2  # written only where a session went with others, so that older readers read all the rest
)
_MOST_HEADERS = 1 << 16


@dataclass(frozen=True)
class SessionAnchors:
    """What shows that a session is anchored; all of it may still be missing.

    ``headers`` are further block headers (RLP) that link the anchors' blocks to one another or to
    a later block, so that one trusted hash covers them all.
    """

    opened: AnchorProof | None = None
    sealed: AnchorProof | None = None
    progress: tuple[AnchorProof, ...] = ()
    headers: tuple[bytes, ...] = ()

    def proofs(self) -> Iterator[tuple[str, AnchorProof]]:
        """Go through the proofs with their names."""
        if self.opened is not None:
            yield "opened", self.opened
        for number, proof in enumerate(self.progress):
            yield f"progress {number}", proof
        if self.sealed is not None:
            yield "sealed", self.sealed

    def to_json(self) -> bytes:
        """Write them as a canonical document."""
        knows = any(proof.batch is not None for _, proof in self.proofs())
        return canonical_json(
            {
                "format": FORMAT,
                "version": WITH_BATCHES if knows else VERSION,
                "opened": _written(self.opened, knows_batches=knows),
                "sealed": _written(self.sealed, knows_batches=knows),
                "progress": [proof.to_json(knows_batches=knows) for proof in self.progress],
                "headers": [header.hex() for header in self.headers],
            }
        )


def read_anchors(fields: Fields) -> SessionAnchors:
    """Read the members of the document; what ``fields`` raises names the wrong one."""
    fields.constant("format", FORMAT)
    knows_batches = fields.whole("version", VERSION, WITH_BATCHES) == WITH_BATCHES
    read = partial(AnchorProof.from_fields, knows_batches=knows_batches)
    return SessionAnchors(
        opened=fields.optional_members("opened", read),
        sealed=fields.optional_members("sealed", read),
        progress=fields.items("progress", read),
        headers=tuple(fields.octets_list("headers", _MOST_HEADERS)),
    )


def covered_by(checkpoint: bytes, anchors: SessionAnchors) -> frozenset[bytes]:
    """List the hashes of known blocks that the block ``checkpoint`` stands on, itself included.

    A block's hash covers its parent's, so whoever trusts the one trusts the other. ProofWrong when
    a header cannot be read.
    """
    known = _headers_by_hash(anchors)
    covered: set[bytes] = set()
    current = known.get(checkpoint)
    while current is not None:
        covered.add(current.hash)
        parent = known.get(current.parent_hash)
        if parent is not None and parent.number != current.number - 1:
            raise ProofWrong(
                claim="header_chain", reason=f"block {current.number} has another parent"
            )
        current = parent
    return frozenset(covered)


def _headers_by_hash(anchors: SessionAnchors) -> dict[bytes, BlockHeader]:
    encoded = {*anchors.headers, *(proof.header_rlp for _, proof in anchors.proofs())}
    headers = (read_header(each) for each in encoded)
    return {header.hash: header for header in headers}


def _written(proof: AnchorProof | None, *, knows_batches: bool) -> Json:
    return None if proof is None else proof.to_json(knows_batches=knows_batches)
