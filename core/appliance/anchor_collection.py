"""Collects from the chain what proves that a session is anchored."""

from __future__ import annotations

from uuid import UUID

from core.chain.protocol import AnchorChain
from core.evidence.anchor_proof import AnchorProof, make_anchor_proof, read_header
from core.evidence.anchors import SessionAnchors

# Linking headers let one trusted block cover all anchors; a day and a half of slots, 600 kB at most.
MOST_LINKING_HEADERS = 1024


def collect_anchors(chain: AnchorChain, session_id: UUID) -> SessionAnchors:
    """Prove each anchor of a session, as far as there are any; on the chain's worker.

    Raises ChainUnreachable, AnchorMissing and AnchorMismatch when the node contradicts itself.
    """
    if chain.contracts() is None:
        return SessionAnchors()
    opened: AnchorProof | None = None
    sealed: AnchorProof | None = None
    progress: list[AnchorProof] = []
    for event in chain.session_record(session_id).events:
        proof = make_anchor_proof(chain.receipt_material(event.transaction_hash))
        if event.name == "SessionOpened":
            opened = proof
        elif event.name == "SessionSealed":
            sealed = proof
        elif event.name == "ProgressAnchored":
            progress.append(proof)
    proofs = [each for each in (opened, *progress, sealed) if each is not None]
    return SessionAnchors(opened, sealed, tuple(progress), _linking_headers(chain, proofs))


def _linking_headers(chain: AnchorChain, proofs: list[AnchorProof]) -> tuple[bytes, ...]:
    """Give the headers between the first and the last proved block, unless they are too many."""
    numbers = {read_header(proof.header_rlp).number for proof in proofs}
    if not numbers or max(numbers) - min(numbers) > MOST_LINKING_HEADERS:
        return ()
    between = [each for each in range(min(numbers), max(numbers)) if each not in numbers]
    headers = [chain.header(number) for number in between]
    return tuple(header for header in headers if header is not None)
