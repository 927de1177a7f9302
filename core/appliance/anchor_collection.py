"""Collects from the chain what proves that a session is anchored."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.chain.outbox_calls import decode_call
from core.chain.protocol import AnchorChain
from core.errors import AnchorMissing, Bug
from core.evidence.anchor_proof import AnchorProof, make_anchor_proof, read_header
from core.evidence.anchors import SessionAnchors
from core.evidence.batch_proof import BatchedRecord, OpenedRecord, SealedRecord
from core.storage.metadata import OutboxRow

_HASH_BYTES = 32

# Linking headers let one trusted block cover all anchors; a day and a half of slots, 600 kB at most.
MOST_LINKING_HEADERS = 1024


def collect_anchors(
    chain: AnchorChain, session_id: UUID, rows: Sequence[OutboxRow]
) -> SessionAnchors:
    """Prove each anchor of a session, as far as there are any; on the chain's worker.

    ``rows`` are the session's in the outbox: only they know in which batch it is, and the way to the batch's root.
    Raises ChainUnreachable, AnchorMissing and AnchorMismatch when the node contradicts itself.
    """
    if chain.contracts() is None:
        return SessionAnchors()
    batched = [row for row in rows if row.batch is not None and row.state == "confirmed"]
    if batched:
        return _collect_batched(chain, session_id, batched)
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


def _collect_batched(
    chain: AnchorChain, session_id: UUID, rows: Sequence[OutboxRow]
) -> SessionAnchors:
    contract = chain.batches.address()
    if contract is None:
        raise AnchorMissing(session_id=str(session_id))
    found: dict[type[object], AnchorProof] = {}
    for row in rows:
        if row.transaction is None:
            raise AnchorMissing(session_id=str(session_id))
        batch = _record_of(row)
        material = chain.receipt_material(row.transaction, contract)
        found[type(batch.record)] = make_anchor_proof(material, batch)
    headers = _linking_headers(chain, list(found.values()))
    return SessionAnchors(found.get(OpenedRecord), found.get(SealedRecord), (), headers)


def _record_of(row: OutboxRow) -> BatchedRecord:
    """Read a row's record and path."""
    path = row.proof or b""
    hashes = tuple(path[at : at + _HASH_BYTES] for at in range(0, len(path), _HASH_BYTES))
    match decode_call(row.call).arguments:
        case (bytes(), bytes() as policy_hash, bytes() as ephemeral_key):
            return BatchedRecord(OpenedRecord(policy_hash, ephemeral_key), hashes)
        case (bytes(), bytes() as manifest_hash, bytes() as merkle_root, int() as count):
            return BatchedRecord(SealedRecord(manifest_hash, merkle_root, count), hashes)
    raise Bug("a row in a batch that is no record")


def _linking_headers(chain: AnchorChain, proofs: list[AnchorProof]) -> tuple[bytes, ...]:
    """Give the headers between the first and the last proved block, unless they are too many."""
    numbers = {read_header(proof.header_rlp).number for proof in proofs}
    if not numbers or max(numbers) - min(numbers) > MOST_LINKING_HEADERS:
        return ()
    between = [each for each in range(min(numbers), max(numbers)) if each not in numbers]
    headers = [chain.header(number) for number in between]
    return tuple(header for header in headers if header is not None)
