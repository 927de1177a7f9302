"""Sessions by themselves and in batches, their chunks, and replicas that are challenged."""

from __future__ import annotations

from uuid import UUID

from core.chain.batch_tree import opened_leaf, sealed_leaf
from core.chain.clients import (
    lucid_anchors,
    lucid_batches,
    lucid_chunk_store,
    lucid_storage_proofs,
)
from core.chain.clients.errors import lucid_storage_proofs as proofs_errors
from core.chain.clients.lucid_batches import OpenedUse, SealedUse
from core.sealing.replica_tree import ReplicaTree, challenged_segment, segments_of
from core.sealing.sorted_tree import SortedTree
from tests.contracts.evm import Deployed, accounts
from tests.core.chain.writes.typed import Typed

OWNER, HOLDER, ANYBODY = accounts(3, "session")
SESSION, SECOND, THIRD = (bytes([each]) * 16 for each in (1, 2, 3))
POLICY, KEY, OTHER_KEY, MANIFEST, ROOT = (bytes([each]) * 32 for each in range(11, 16))
LEAVES = tuple(bytes([each]) * 32 for each in range(21, 25))
CHUNKS = [bytes([each]) * 3000 for each in range(len(LEAVES))]
WINDOW_S = 600


def sessions(typed: Typed) -> None:
    """Open, progress, seal; one at a time and many together; and show every way in which an ID was used twice."""
    anchors = typed.deploy("LucidAnchors")
    batches = typed.deploy("LucidBatches", anchors.address)
    typed.do(anchors, lucid_anchors.open_session(SESSION, POLICY, KEY), OWNER)
    typed.do(anchors, lucid_anchors.anchor_chunk(SESSION, 0, LEAVES[0]), OWNER)
    typed.do(anchors, lucid_anchors.anchor_progress(SESSION, ROOT, 2), OWNER)
    typed.do(anchors, lucid_anchors.seal_session(SESSION, MANIFEST, ROOT, 4), OWNER)
    found = typed.do(anchors, lucid_anchors.session_of(SESSION))
    assert (found.owner, found.state, found.progress_count) == (OWNER.address, 2, 2)
    _two_openings(typed, batches)
    _one_opened_elsewhere(typed, batches)
    _two_seals(typed, batches)


def _two_openings(typed: Typed, batches: Deployed) -> None:
    owner = OWNER.address
    leaves = [
        opened_leaf(owner, UUID(bytes=SECOND), POLICY, key) for key in (KEY, OTHER_KEY, MANIFEST)
    ]
    tree = SortedTree(leaves)
    assert typed.do(batches, lucid_batches.anchor_batch(tree.root, 3), OWNER) == 1
    uses = [OpenedUse(owner, POLICY, key, tree.path(at)) for at, key in enumerate((KEY, OTHER_KEY))]
    typed.do(batches, lucid_batches.report_reuse(SECOND, *uses), ANYBODY)
    assert _flag(typed, batches, owner, SECOND) == (typed.evm.time, 0)
    assert typed.do(batches, lucid_batches.is_void(owner, tree.root, SECOND))


def _one_opened_elsewhere(typed: Typed, batches: Deployed) -> None:
    holder = HOLDER.address
    typed.evm.time += 1
    leaf = opened_leaf(holder, UUID(bytes=SESSION), POLICY, KEY)
    assert typed.do(batches, lucid_batches.anchor_batch(leaf, 1), HOLDER) == 1
    use = OpenedUse(holder, POLICY, KEY, ())
    typed.do(batches, lucid_batches.report_opened_elsewhere(SESSION, use), ANYBODY)
    assert _flag(typed, batches, holder, SESSION) == (typed.evm.time, 2)
    assert typed.do(batches, lucid_batches.is_void(holder, leaf, SESSION))
    assert _flag(typed, batches, OWNER.address, SESSION) == (0, 0)


def _two_seals(typed: Typed, batches: Deployed) -> None:
    owner, session = OWNER.address, UUID(bytes=THIRD)
    tree = SortedTree([sealed_leaf(owner, session, MANIFEST, ROOT, each) for each in (4, 5)])
    assert typed.do(batches, lucid_batches.anchor_batch(tree.root, 2), OWNER) == 2
    seals = [SealedUse(owner, each, MANIFEST, ROOT, tree.path(each - 4)) for each in (4, 5)]
    typed.do(batches, lucid_batches.report_second_seal(THIRD, *seals), ANYBODY)
    assert _flag(typed, batches, owner, THIRD) == (typed.evm.time, 0)


def _flag(typed: Typed, batches: Deployed, owner: bytes, session_id: bytes) -> tuple[int, int]:
    flag = typed.do(batches, lucid_batches.flag_of(owner, session_id))
    return flag.voided_at, flag.from_place


def replicas(typed: Typed) -> None:
    """Chunks are committed, a replica is declared, challenged, drawn, answered, missed, and ended."""
    anchors = typed.deploy("LucidAnchors")
    store = typed.deploy("LucidChunkStore", anchors.address)
    proofs = typed.deploy("LucidStorageProofs", store.address, WINDOW_S)
    typed.do(anchors, lucid_anchors.open_session(SESSION, POLICY, KEY), OWNER)
    typed.do(store, lucid_chunk_store.commit_chunks(SESSION, 0, LEAVES), OWNER)
    tree = ReplicaTree(CHUNKS)
    copy = OWNER.address, SESSION, 0, len(LEAVES), tree.replica_root
    typed.do(store, lucid_chunk_store.declare_replicas(*copy), HOLDER)
    number = _challenge(typed, proofs, copy)
    _answer(typed, proofs, tree, number)
    missed = _challenge(typed, proofs, copy)
    typed.do(proofs, lucid_storage_proofs.draw(missed), ANYBODY)
    typed.evm.time += WINDOW_S + 1
    typed.do(proofs, lucid_storage_proofs.record_unanswered(missed), ANYBODY)
    tally = typed.do(proofs, lucid_storage_proofs.tally_of(HOLDER.address))
    assert (tally.challenged, tally.answered, tally.missed, tally.lapsed) == (2, 1, 1, 0)
    by = typed.do(proofs, lucid_storage_proofs.tally_by(HOLDER.address, ANYBODY.address))
    assert (by.challenged, by.answered, by.missed, by.lapsed) == (2, 1, 1, 0)
    typed.do(proofs, lucid_storage_proofs.end_declaration(*copy), HOLDER)
    typed.evm.time += WINDOW_S + 1
    owner, session, *rest = copy
    again = lucid_storage_proofs.challenge(owner, session, HOLDER.address, *rest)
    assert isinstance(typed.refused(proofs, again, ANYBODY), proofs_errors.DeclarationOver)


def _challenge(typed: Typed, proofs: Deployed, copy: tuple[bytes, bytes, int, int, bytes]) -> int:
    owner, session, first, count, root = copy
    asked = lucid_storage_proofs.challenge(owner, session, HOLDER.address, first, count, root)
    number = typed.do(proofs, asked, ANYBODY)
    typed.evm.number += 1  # the segment is drawn from the block after it
    return number


def _answer(typed: Typed, proofs: Deployed, tree: ReplicaTree, number: int) -> None:
    """Answer with the segment that the contract draws, by what a holder has: the chunks."""
    typed.do(proofs, lucid_storage_proofs.draw(number), ANYBODY)
    seed = typed.do(proofs, lucid_storage_proofs.challenge_of(number)).seed
    index = challenged_segment(seed, number, tree.segment_count)
    asked = lucid_storage_proofs.segment_of(number, tree.segment_count)
    assert typed.do(proofs, asked) == index
    segment = [part for chunk in CHUNKS for part in segments_of(chunk)][index]
    proof = tree.proof(index)
    shown = number, proof.tree_root, proof.segment_count, segment, proof.path
    typed.do(proofs, lucid_storage_proofs.answer(*shown), HOLDER)
