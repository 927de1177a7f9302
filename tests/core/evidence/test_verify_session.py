"""A stored session is verified as a bundle is, over its directory and the chain that the appliance uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.snapshots import VerificationReport
from core.errors import ChainUnreachable
from core.evidence.anchor_checks import RootOfTrust
from core.evidence.anchors import SessionAnchors
from core.evidence.signatures import SignedManifest
from core.evidence.verify import verify_session
from tests.core.evidence.examples import SESSION, example_manifest
from tests.core.evidence.reports import HOLDS, NAMES, NOT_CHECKED, check_named, failing_codes
from tests.core.evidence.sessions import SESSION_KEY, SealedSession, small_chunk


def _verify(session: SealedSession, **options: object) -> VerificationReport:
    defaults: dict[str, object] = {
        "session_id": SESSION,
        "directory": session.directory,
        "chunks": session.chunks,
        "anchors": lambda: session.anchors,
        "live": RootOfTrust.OWN_CHAIN,
        "live_header": session.live_header,
        "session_key": SESSION_KEY,
    }
    return verify_session(**(defaults | options))  # type: ignore[arg-type]


def test_a_stored_session_holds(session: SealedSession) -> None:
    """All checks over a stored session hold but that of the trail it has none of, and rest on the own chain."""
    report = _verify(session)
    assert {check.name for check in report.checks if check.outcome is not HOLDS} == {"trail"}
    assert report.root_of_trust == "own_chain"
    assert tuple(check.name for check in report.checks) == tuple(
        name for name in NAMES if name not in {"bundle_integrity", "inclusion_proofs"}
    )


def test_without_its_key_a_session_is_not_opened(session: SealedSession) -> None:
    """A locked vault leaves the contents open; everything else is checked."""
    report = _verify(session, session_key=None)
    assert report.holds
    assert check_named(report, "chunk_contents").outcome is NOT_CHECKED


def test_without_its_chain_a_session_says_so(session: SealedSession) -> None:
    """A chain that does not answer makes no claim wrong."""

    def anchors() -> SessionAnchors:
        raise ChainUnreachable(reason="it is not running")

    report = _verify(session, anchors=anchors, live_header=None)
    assert report.holds
    assert check_named(report, "opened_anchor").outcome is NOT_CHECKED
    assert report.root_of_trust == "nothing_yet"


@pytest.mark.parametrize(
    "live,told",
    [
        (RootOfTrust.OWN_CHAIN, "the appliance's own chain"),
        (
            RootOfTrust.NETWORK_CHAIN,
            "the node through which the appliance reaches the network's chain",
        ),
    ],
)
def test_it_says_whose_chain_the_blocks_rest_on(
    session: SealedSession, live: RootOfTrust, told: str
) -> None:
    """A chain that the appliance makes by itself is one thing, a network's that a node tells of another."""
    report = _verify(session, live=live)
    assert (report.root_of_trust, check_named(report, "header_trust").rests_on) == (
        live.value,
        told,
    )


@pytest.mark.parametrize("live", [RootOfTrust.OWN_CHAIN, RootOfTrust.NETWORK_CHAIN])
def test_a_session_that_the_chain_has_not_sealed_yet_holds(
    session: SealedSession, live: RootOfTrust
) -> None:
    """The chain that the appliance uses is no pin: a seal that still waits for its block is no failure."""
    for anchors in (SessionAnchors(), replace(session.anchors, sealed=None)):
        report = _verify(session, live=live, anchors=lambda found=anchors: found)
        assert report.holds
        assert check_named(report, "sealed_anchor").outcome is NOT_CHECKED


@pytest.mark.parametrize(
    "damage,code,index",
    [
        (lambda session: session.chunk_path(2).unlink(), "chunk_missing", 2),
        (
            lambda session: session.chunk_path(0).write_bytes(session.chunk_path(1).read_bytes()),
            "chunk_misplaced",
            0,
        ),
        (
            lambda session: session.chunk_path(3).write_bytes(
                session.chunk_path(3).read_bytes()[:300]
            ),
            "chunk_truncated",
            3,
        ),
        (
            lambda session: session.chunk_path(1).write_bytes(small_chunk(1, at_s=11)[0]),
            "chunk_altered",
            1,
        ),
    ],
)
def test_damage_to_a_stored_chunk_is_named(
    session: SealedSession, damage: Callable[[SealedSession], None], code: str, index: int
) -> None:
    """A missing, copied, cut or replaced chunk is named, and the others are still counted."""
    damage(session)
    failure = check_named(_verify(session, session_key=None), "chunks").failure
    assert failure is not None
    assert (failure.code, failure.facts["index"]) == (code, index)


def test_all_damaged_chunks_are_listed(session: SealedSession) -> None:
    """With several chunks damaged the first is the failure and all are named."""
    session.chunk_path(1).unlink()
    session.chunk_path(3).unlink()
    failure = check_named(_verify(session), "chunks").failure
    assert failure is not None
    assert failure.facts["failing_indexes"] == "1, 3"


def test_a_session_of_another_id_is_refused(session: SealedSession) -> None:
    """A manifest that was put into another session's directory is named."""
    other = SESSION.__class__(int=1)
    failing = failing_codes(_verify(session, session_id=other))
    assert failing == {"manifest_schema": "manifest_malformed"}


def test_a_session_without_manifest_says_so(session: SealedSession) -> None:
    """A missing manifest is a failure of manifest_schema."""
    (session.directory / "manifest.json").unlink()
    assert failing_codes(_verify(session)) == {"manifest_schema": "manifest_malformed"}


def test_frames_outside_the_manifest_are_found(tmp_path: Path) -> None:
    """A chunk whose frames lie outside the times that the manifest lists for it is malformed."""
    session = SealedSession(tmp_path / "sessions", 2)
    chunks = tuple(replace(each, frames=each.frames + 1) for each in session.manifest.chunks)
    signed: SignedManifest = session.sign(example_manifest(chunks))
    (session.directory / "manifest.json").write_bytes(signed.manifest_json)
    (session.directory / "manifest.sig.json").write_bytes(signed.signatures_json())
    failing = failing_codes(_verify(session, anchors=SessionAnchors))
    assert failing == {"chunks": "chunk_malformed", "chunk_contents": "chunk_malformed"}
