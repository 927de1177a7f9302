"""A true bundle holds and says what it rests on; a chain or a pin that says something else fails it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.api.snapshots import CheckOutcome, VerificationReport
from core.errors import BundleMissing, Cancelled, ChainUnreachable, UsageFailure
from core.evidence.anchor_proof import AnchorProof
from core.evidence.anchors import SessionAnchors
from core.evidence.policy import sandbox_policy
from core.evidence.verify import verify_bundle
from tests.core.evidence.chain_examples import CONTRACT
from tests.core.evidence.examples import SECOND, SESSION, STARTED_UTC_MS, example_manifest
from tests.core.evidence.reports import HOLDS, NAMES, NOT_CHECKED, check_named, failing_codes
from tests.core.evidence.sessions import SealedSession


def test_a_true_bundle_holds(session: SealedSession, bundle: Path) -> None:
    """With a checkpoint and the device's fingerprint every check holds; only a trail it has none of."""
    report = verify_bundle(
        bundle,
        checkpoint=session.live_header(4).hex(),
        device=session.manifest.device_fingerprint,
        contract=CONTRACT.hex(),
    )
    assert tuple(check.name for check in report.checks) == NAMES
    assert {check.name: check.summary for check in report.checks if check.outcome is not HOLDS} == {
        "trail": "Not checked: nobody could join the session, so it has no trail."
    }
    assert report.holds
    assert report.root_of_trust == "checkpoint"
    assert report.session_id == str(SESSION)
    assert report.subject == str(bundle)


def test_the_summaries_have_numbers(session: SealedSession, bundle: Path) -> None:
    """The report says how many chunks, frames, blocks and seconds it is about."""
    report = verify_bundle(bundle, checkpoint="0x" + session.live_header(4).hex())
    said = {check.name: check.summary for check in report.checks}
    assert said["chunks"].startswith("2 of 4 chunks are here, ")
    assert said["chunk_contents"].startswith("1 of 4 chunks were opened: 3 frames")
    assert said["inclusion_proofs"].endswith("by 2 inclusion proofs.")
    assert said["progress_anchors"].endswith("1 root, the last over 2 chunks.")
    assert "block 4" in said["sealed_anchor"]
    assert "each of 3 blocks" in said["header_trust"]
    assert CONTRACT.hex() in check_named(report, "sealed_anchor").rests_on


def test_without_a_root_of_trust_it_says_so(bundle: Path) -> None:
    """A bundle alone holds, and says plainly that its blocks rest on nothing yet."""
    report = verify_bundle(bundle)
    assert report.holds
    assert report.root_of_trust == "nothing_yet"
    trust = check_named(report, "header_trust")
    assert trust.outcome is NOT_CHECKED
    assert "rest on nothing yet" in trust.summary
    assert "compare it with the appliance" in check_named(report, "device_signature").rests_on


def test_a_live_node_can_be_asked(session: SealedSession, bundle: Path) -> None:
    """With a node the headers rest on that node."""
    report = verify_bundle(bundle, live_header=session.live_header)
    assert report.holds
    assert report.root_of_trust == "live_node"
    assert check_named(report, "header_trust").outcome is HOLDS


def test_a_node_that_knows_other_blocks_fails_it(bundle: Path) -> None:
    """A node with another block at that height is a failure of header_trust."""
    report = verify_bundle(bundle, live_header=lambda number: bytes([number]) * 32)
    assert failing_codes(report) == {"header_trust": "anchor_mismatch"}
    assert report.root_of_trust == "nothing_yet"


def test_a_node_that_does_not_answer_leaves_it_open(bundle: Path) -> None:
    """A node that cannot be reached makes no claim wrong."""

    def live_header(number: int) -> bytes:
        raise ChainUnreachable(reason=f"nobody knows block {number}")

    report = verify_bundle(bundle, live_header=live_header)
    assert report.holds
    trust = check_named(report, "header_trust")
    assert trust.outcome is NOT_CHECKED
    assert trust.failure is not None
    assert trust.failure.code == "chain_unreachable"
    assert report.root_of_trust == "nothing_yet"


def test_another_checkpoint_fails_it(bundle: Path) -> None:
    """A checkpoint that stands on none of the blocks is a failure."""
    report = verify_bundle(bundle, checkpoint="ab" * 32)
    assert failing_codes(report) == {"header_trust": "anchor_mismatch"}


def test_a_checkpoint_that_covers_some_blocks_is_not_enough(
    session: SealedSession, bundle: Path
) -> None:
    """A checkpoint before the seal does not stand on the seal's block, so it was not reached."""
    report = verify_bundle(bundle, checkpoint=session.live_header(1).hex())
    trust = check_named(report, "header_trust")
    assert failing_codes(report) == {"header_trust": "anchor_mismatch"}
    assert trust.failure is not None
    assert trust.failure.facts["field"] == "checkpoint"
    assert report.root_of_trust == "nothing_yet"


def test_what_was_given_has_to_be_reached(session: SealedSession, tmp_path: Path) -> None:
    """With a checkpoint, a node or a contract a bundle fails that lacks the opening or the seal."""
    whole = session.anchors
    for name, anchors in {
        "neither": SessionAnchors(headers=whole.headers),
        "no_seal": replace(whole, sealed=None),
        "no_opening": replace(whole, opened=None),
    }.items():
        session.anchors = anchors
        path = session.bundle(tmp_path / name, 0)
        assert verify_bundle(path, device=session.manifest.device_fingerprint).holds
        for report in (
            verify_bundle(path, checkpoint=session.live_header(4).hex()),
            verify_bundle(path, live_header=session.live_header),
            verify_bundle(path, contract=CONTRACT.hex()),
        ):
            assert failing_codes(report) == {"header_trust": "anchor_missing"}, name
            assert report.root_of_trust == "nothing_yet"


def test_another_device_fails_it(bundle: Path) -> None:
    """A device other than the pinned one is a failure, although its signature is right."""
    assert failing_codes(verify_bundle(bundle, device="ab" * 32)) == {
        "device_signature": "manifest_signature_wrong"
    }


def test_another_contract_fails_it(bundle: Path) -> None:
    """Events of a contract other than the pinned one do not count."""
    failing = failing_codes(verify_bundle(bundle, contract="ab" * 20))
    assert set(failing) == {"opened_anchor", "sealed_anchor", "progress_anchors"}
    assert set(failing.values()) == {"anchor_mismatch"}


@pytest.mark.parametrize("pins", [{"checkpoint": "12"}, {"device": "xyz"}, {"contract": "0x12"}])
def test_pins_that_cannot_be_are_refused(bundle: Path, pins: dict[str, str]) -> None:
    """What cannot be a hash, fingerprint or address is a usage failure."""
    with pytest.raises(UsageFailure):
        verify_bundle(bundle, **pins)  # type: ignore[arg-type]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """A bundle that is not there is BundleMissing."""
    with pytest.raises(BundleMissing):
        verify_bundle(tmp_path / "nothing")


def test_proofs_alone_hold(session: SealedSession, tmp_path: Path) -> None:
    """A bundle without chunks proves every chunk's place and says that none is here."""
    report = verify_bundle(session.bundle(tmp_path / "proofs"))
    assert report.holds
    assert check_named(report, "inclusion_proofs").summary.endswith("by 4 inclusion proofs.")
    assert check_named(report, "chunks").outcome is NOT_CHECKED
    assert check_named(report, "chunk_contents").outcome is NOT_CHECKED


def test_a_session_that_is_not_anchored_can_be_exported(
    session: SealedSession, tmp_path: Path
) -> None:
    """Without anchors a bundle holds, and every check about them says that nothing anchors it yet."""
    session.anchors = SessionAnchors()
    report = verify_bundle(session.bundle(tmp_path / "unanchored", 0))
    assert report.holds
    assert report.root_of_trust == "nothing_yet"
    for name in ("session_id", "opened_anchor", "sealed_anchor", "anchored_time", "header_trust"):
        assert check_named(report, name).outcome is NOT_CHECKED, name
    assert "nothing anchors the seal yet" in check_named(report, "sealed_anchor").summary
    assert "no anchor is there" in check_named(report, "header_trust").summary


def test_a_session_whose_opening_alone_is_anchored(session: SealedSession, tmp_path: Path) -> None:
    """With only the opening anchored, what needs the seal is left open."""
    session.anchors = SessionAnchors(opened=session.anchors.opened)
    report = verify_bundle(session.bundle(tmp_path / "opened", 0))
    assert report.holds
    assert check_named(report, "session_id").outcome is HOLDS
    assert check_named(report, "sealed_anchor").outcome is NOT_CHECKED


def test_a_session_without_chunks_holds(tmp_path: Path) -> None:
    """A session that never sealed a chunk can be exported and verified."""
    session = SealedSession(tmp_path / "sessions", 0)
    session.anchors = replace(session.anchors, progress=())
    report = verify_bundle(session.bundle(tmp_path / "empty"), live_header=session.live_header)
    assert {check.name for check in report.checks if check.outcome is not HOLDS} == {
        "chunk_contents",
        "trail",
    }
    assert "as the seal says" in check_named(report, "progress_anchors").summary
    assert report.holds


def test_a_manifest_that_was_signed_again_is_not_the_anchored_one(
    session: SealedSession, tmp_path: Path
) -> None:
    """Whoever has both keys and rewrites the session is found out by the chain."""
    session.signed = session.sign(example_manifest(session.manifest.chunks, end_reason="shutdown"))
    report = verify_bundle(session.bundle(tmp_path / "rewritten", 0))
    assert failing_codes(report) == {"sealed_anchor": "anchor_mismatch"}


@pytest.mark.parametrize(
    "values,failing",
    [
        ({"policy_hash": bytes(32)}, {"policy_hash"}),
        ({"ephemeral_key": b"\x01" * 32}, {"session_id"}),
        ({"manifest_hash": b"\x01" * 32}, {"sealed_anchor"}),
        ({"merkle_root": b"\x01" * 32}, {"sealed_anchor"}),
        ({"chunk_count": 3}, {"sealed_anchor", "chunk_count"}),
        ({"half_root": b"\x01" * 32}, {"progress_anchors"}),
        ({"half_count": 5}, {"progress_anchors"}),
        ({"progress_count": 1}, {"progress_anchors"}),
    ],
)
def test_a_chain_that_says_something_else_fails_it(
    session: SealedSession, tmp_path: Path, values: dict[str, bytes | int], failing: set[str]
) -> None:
    """Each value on the chain is compared with the manifest."""
    session.anchors = session.anchor(**values)
    report = verify_bundle(session.bundle(tmp_path / "mismatch", 0))
    assert set(failing_codes(report)) == failing
    assert set(failing_codes(report).values()) == {"anchor_mismatch"}


def test_progress_that_was_left_out_is_missed(session: SealedSession, tmp_path: Path) -> None:
    """The seal names the last progress; a bundle without its proof fails, and names it."""
    session.anchors = replace(session.anchors, progress=())
    report = verify_bundle(session.bundle(tmp_path / "left_out", 0))
    assert failing_codes(report) == {"progress_anchors": "proof_wrong"}
    failure = check_named(report, "progress_anchors").failure
    assert failure is not None
    assert failure.facts["claim"] == "progress over 2 chunks"


def test_an_earlier_progress_is_not_the_last(session: SealedSession, tmp_path: Path) -> None:
    """The proof of an earlier progress does not stand for the one that the seal names."""
    session.anchors = session.anchor(progress_count=3)
    report = verify_bundle(session.bundle(tmp_path / "not_the_last", 0))
    assert failing_codes(report) == {"progress_anchors": "proof_wrong"}


def test_anchors_in_the_wrong_places_do_not_count(session: SealedSession, tmp_path: Path) -> None:
    """The proof of another event is not the seal's."""
    session.anchors = replace(session.anchors, sealed=session.anchors.opened)
    failing = failing_codes(verify_bundle(session.bundle(tmp_path / "swapped", 0)))
    assert failing == {"sealed_anchor": "anchor_mismatch"}


def test_a_proof_that_leads_elsewhere_fails_it(session: SealedSession, tmp_path: Path) -> None:
    """A proof whose nodes do not lead to the receipts root is ProofWrong."""
    sealed = session.anchors.sealed
    assert isinstance(sealed, AnchorProof)
    session.anchors = replace(session.anchors, sealed=replace(sealed, nodes=()))
    failing = failing_codes(verify_bundle(session.bundle(tmp_path / "wrong", 0)))
    assert failing == {"sealed_anchor": "proof_wrong"}


def test_a_root_that_is_not_the_leaves_fails(session: SealedSession, tmp_path: Path) -> None:
    """A manifest that claims another root or count fails by its own leaves."""
    session.signed = session.sign(replace(session.manifest, merkle_root=bytes(32), chunk_count=3))
    session.anchors = SessionAnchors()
    failing = failing_codes(verify_bundle(session.bundle(tmp_path / "root")))
    assert failing == {
        "merkle_root": "proof_wrong",
        "chunk_count": "manifest_malformed",
        "inclusion_proofs": "proof_wrong",
    }


def test_a_policy_that_is_not_the_hashed_one_fails(session: SealedSession, tmp_path: Path) -> None:
    """The policy in the manifest is the one whose hash it claims."""
    session.signed = session.sign(
        replace(session.manifest, policy={**sandbox_policy(), "permits": ["files"]})
    )
    session.anchors = SessionAnchors()
    assert failing_codes(verify_bundle(session.bundle(tmp_path / "policy"))) == {
        "policy_hash": "manifest_malformed"
    }


def _times(tmp_path: Path, **changes: object) -> VerificationReport:
    session = SealedSession(tmp_path / "sessions", 1, **changes)
    session.anchors = replace(session.anchors, progress=())
    return verify_bundle(session.bundle(tmp_path / "times"))


@pytest.mark.parametrize(
    "shift_ms,outcome",
    [(0, HOLDS), (60_000, HOLDS), (-3_500_000, HOLDS), (-3_700_000, NOT_CHECKED)],
)
def test_block_times_are_compared(tmp_path: Path, shift_ms: int, outcome: CheckOutcome) -> None:
    """Blocks soon after the claimed times confirm them; much later ones show only a latest time."""
    started = STARTED_UTC_MS + shift_ms
    report = _times(tmp_path, started_utc_ms=started, ended_utc_ms=started + 9_000)
    assert report.holds
    assert check_named(report, "anchored_time").outcome is outcome


def test_a_block_from_before_the_session_fails_it(tmp_path: Path) -> None:
    """What a block anchors cannot begin an hour after it."""
    started = STARTED_UTC_MS + 3_600_000
    report = _times(tmp_path, started_utc_ms=started, ended_utc_ms=started + 9_000)
    assert failing_codes(report) == {"anchored_time": "anchor_mismatch"}


def test_a_session_anchored_long_after_it_is_not_dated_by_its_claim(tmp_path: Path) -> None:
    """A session that claims to be three years old shows only that it existed by its block's time."""
    started = STARTED_UTC_MS - 3 * 365 * 86_400_000
    ended = STARTED_UTC_MS + 9_000
    report = _times(tmp_path, started_utc_ms=started, ended_utc_ms=ended)
    said = check_named(report, "anchored_time")
    assert (said.outcome, report.holds) == (NOT_CHECKED, True)
    assert "existed by 2025-11-22 03:00:01 UTC; the claimed start is not confirmed" in said.summary


def test_a_seal_long_after_the_claimed_end_does_not_confirm_it(tmp_path: Path) -> None:
    """A block more than an hour after the claimed end shows only that it was sealed by then."""
    report = _times(tmp_path, duration_ns=2 * 3600 * SECOND)
    said = check_named(report, "anchored_time")
    assert (said.outcome, report.holds) == (NOT_CHECKED, True)
    assert "the claimed end is not confirmed" in said.summary


@pytest.mark.parametrize("forward_ms", [30 * 86_400_000, 1_800_000, -60_000])
def test_a_clock_that_was_set_is_no_failure(tmp_path: Path, forward_ms: int) -> None:
    """UTC times may go ahead of the monotonic clock by any amount, and a little behind it."""
    started = STARTED_UTC_MS - forward_ms
    report = _times(tmp_path, started_utc_ms=started, ended_utc_ms=STARTED_UTC_MS + 9_000)
    assert report.holds


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_utc_ms": STARTED_UTC_MS - 121_000},
        {"duration_ns": 15 * 3600 * SECOND},
        {
            "started_utc_ms": STARTED_UTC_MS - 20 * 3_600_000,
            "ended_utc_ms": STARTED_UTC_MS - 19 * 3_600_000,
        },
        {
            "started_utc_ms": STARTED_UTC_MS + 20 * 3_600_000,
            "ended_utc_ms": STARTED_UTC_MS + 21 * 3_600_000,
        },
    ],
)
def test_times_that_contradict_one_another_fail(tmp_path: Path, changes: dict[str, object]) -> None:
    """An end before the start, or a duration or chunks that no clock setting explains, are a failure."""
    session = SealedSession(tmp_path / "sessions", 1, **changes)
    for anchors in (session.anchors, SessionAnchors()):
        session.anchors = anchors
        report = verify_bundle(session.bundle(tmp_path / str(anchors.opened is None)))
        assert failing_codes(report) == {"anchored_time": "manifest_malformed"}


def test_progress_is_told_and_can_cancel(bundle: Path) -> None:
    """Progress counts to the file's bytes; what it raises ends the verification."""
    told: list[tuple[int, int]] = []
    verify_bundle(bundle, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] <= told[-1][1] == bundle.stat().st_size

    def cancel(done: int, total: int) -> None:
        raise Cancelled(f"{done} of {total}")

    with pytest.raises(Cancelled):
        verify_bundle(bundle, progress=cancel)


def test_the_bundle_writer_leaves_out_nothing(session: SealedSession, tmp_path: Path) -> None:
    """The whole session, readable, verifies to the last frame."""
    path = session.bundle(tmp_path / "all", 0, 1, 2, 3, readable=(0, 1, 2, 3))
    said = check_named(verify_bundle(path), "chunk_contents").summary
    assert said.startswith("4 of 4 chunks were opened: 12 frames")
