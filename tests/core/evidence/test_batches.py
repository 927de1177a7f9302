"""A session that went on the chain with others is proved as one that went by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from core.canonical.documents import canonical_json
from core.errors import BundleMalformed
from core.evidence.anchor_proof import verify_anchor_proof
from core.evidence.anchors import SessionAnchors
from core.evidence.batch_proof import BatchedRecord, SealedRecord
from core.evidence.bundle_documents import read_anchors_document
from core.evidence.verify import verify_bundle
from tests.core.evidence.chain_examples import CONTRACT, OWNER
from tests.core.evidence.examples import SESSION
from tests.core.evidence.reports import HOLDS, NAMES, NOT_CHECKED, check_named, failing_codes
from tests.core.evidence.sessions import BatchedSession, SealedSession


@pytest.fixture
def batched(tmp_path: Path) -> BatchedSession:
    """A sealed session whose opening and seal are in batches."""
    return BatchedSession(tmp_path)


def test_a_batched_session_holds(batched: BatchedSession, tmp_path: Path) -> None:
    """Every check of a session by itself holds, and one more: that nobody has shown a second use of its ID."""
    asked: list[tuple[bytes, bytes, bytes, UUID]] = []

    def is_void(*what: bytes | UUID) -> bool:
        asked.append(what)
        return False

    report = verify_bundle(
        batched.bundle(tmp_path / "b.lucid", 0),
        checkpoint=batched.live_header(2).hex(),
        contract=CONTRACT.hex(),
        is_void=is_void,
    )
    names = [check.name for check in report.checks]
    assert names == [*NAMES[:-1], "single_use", NAMES[-1]]
    assert report.holds
    unchecked = [check.name for check in report.checks if check.outcome is not HOLDS]
    assert unchecked == ["chunk_contents", "trail"]
    assert batched.anchors.opened is not None
    root = verify_anchor_proof(batched.anchors.opened).batch(SESSION).root
    assert asked == [(CONTRACT, OWNER, root, SESSION)]
    opened, sealed = (check_named(report, f"{name}_anchor") for name in ("opened", "sealed"))
    assert "in batch 1 of 5 records" in opened.summary
    assert "in batch 2 of 3 records" in sealed.summary
    assert "being LucidBatches on chain" in opened.rests_on
    assert check_named(report, "progress_anchors").summary.startswith("Nothing was anchored")


def test_without_a_node_a_second_use_is_left_open(batched: BatchedSession, tmp_path: Path) -> None:
    """A bundle by itself cannot show that nobody reported a second use, and says so."""
    report = verify_bundle(batched.bundle(tmp_path / "b.lucid", 0))
    assert report.holds
    assert check_named(report, "single_use").outcome is NOT_CHECKED


def test_a_void_session_fails(batched: BatchedSession, tmp_path: Path) -> None:
    """When the contract says that a second use was shown the evidence counts for nothing."""
    report = verify_bundle(batched.bundle(tmp_path / "b.lucid", 0), is_void=lambda *_: True)
    assert failing_codes(report) == {"single_use": "session_void"}


@pytest.mark.parametrize(
    "field, check",
    [
        ("policy_hash", "policy_hash"),
        ("ephemeral_key", "session_id"),
        ("manifest_hash", "sealed_anchor"),
        ("merkle_root", "sealed_anchor"),
    ],
)
def test_a_record_of_something_else_fails(
    tmp_path: Path, batched: BatchedSession, field: str, check: str
) -> None:
    """What was anchored in the batch is compared with the manifest as what is anchored alone."""
    batched.anchors = batched.anchor(**{field: b"x" * 32})
    codes = failing_codes(verify_bundle(batched.bundle(tmp_path / "b.lucid", 0)))
    assert check in codes


@pytest.mark.parametrize("which", ["opened", "sealed"])
def test_a_changed_record_or_path_is_in_no_batch(
    tmp_path: Path, batched: BatchedSession, which: str
) -> None:
    """A record, or a hash of its path, that was changed after it was anchored leads to no root."""
    proof = getattr(batched.anchors, which)
    record, path = proof.batch.record, proof.batch.path
    for broken in (
        BatchedRecord(record, (*path[:-1], bytes(32))),
        BatchedRecord(record, path[:-1]),
        BatchedRecord(record, (*path, bytes(32))),
        BatchedRecord(_changed(record), path),
    ):
        batched.anchors = replace(batched.anchors, **{which: replace(proof, batch=broken)})
        codes = failing_codes(verify_bundle(batched.bundle(tmp_path / "b.lucid", 0)))
        assert codes[f"{which}_anchor"] == "proof_wrong"


def _changed(record: object) -> object:
    if isinstance(record, SealedRecord):
        return replace(record, chunk_count=record.chunk_count + 1)
    return replace(record, policy_hash=bytes(32))


def test_opening_and_seal_go_the_same_way(tmp_path: Path, batched: BatchedSession) -> None:
    """A session opened in a batch and sealed by itself, or by another account, is not the one that was opened."""
    alone = SealedSession(tmp_path / "other").anchors
    mixed = replace(alone.sealed, contract=bytes(20))
    batched.anchors = SessionAnchors(batched.anchors.opened, mixed)
    codes = failing_codes(verify_bundle(batched.bundle(tmp_path / "b.lucid", 0)))
    assert "sealed_anchor" in codes
    mine = batched.anchor()
    other = batched.anchor(owner=bytes([9]) * 20)
    batched.anchors = SessionAnchors(mine.opened, other.sealed)
    codes = failing_codes(verify_bundle(batched.bundle(tmp_path / "b2.lucid", 0)))
    assert codes["sealed_anchor"] == "anchor_mismatch"


def test_the_document_says_that_it_knows_batches(
    batched: BatchedSession, session: SealedSession
) -> None:
    """Version 2 is written only where a batch is in it; both are read back as they were written."""
    for anchors, version in ((batched.anchors, 2), (session.anchors, 1)):
        document = anchors.to_json()
        assert json.loads(document)["version"] == version
        assert read_anchors_document(document) == anchors


def test_what_is_no_such_document_is_refused(batched: BatchedSession) -> None:
    """A version that does not know batches has none, one that does says of each anchor whether it is in one."""
    good = json.loads(batched.anchors.to_json())

    def refused(**changes: object) -> str:
        with pytest.raises(BundleMalformed) as caught:
            read_anchors_document(canonical_json({**good, **changes}))
        return str(caught.value.facts["reason"])

    assert refused(version=1) == "opened.batch"
    assert refused(version=3) == "version"
    opened = {name: value for name, value in good["opened"].items() if name != "batch"}
    assert refused(opened=opened) == "opened.batch"
    batch = good["opened"]["batch"]
    assert refused(opened={**opened, "batch": {**batch, "path": ["00"]}}) == "opened.batch.path[0]"
    assert refused(opened={**opened, "batch": {"path": []}}) == "opened.batch.manifest_hash"
    assert refused(opened={**opened, "batch": {**batch, "path": ["00" * 32] * 33}})
