"""A true bundle holds and says what it rests on; each damage fails the check that is about it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from blake3 import blake3

from core.api.snapshots import Check, CheckOutcome, VerificationReport
from core.canonical.documents import canonical_json, load_json
from core.errors import BundleMissing, Cancelled, ChainUnreachable, UsageFailure
from core.evidence.anchor_proof import AnchorProof
from core.evidence.anchors import SessionAnchors
from core.evidence.bundle_format import (
    HEADER_BYTES,
    Section,
    chunk_section,
    pack_header,
    pack_table,
    read_header,
    read_table,
)
from core.evidence.policy import sandbox_policy
from core.evidence.signatures import SignedManifest
from core.evidence.verify import verify_bundle, verify_session
from tests.core.evidence.chain_examples import CONTRACT
from tests.core.evidence.examples import SESSION, example_manifest
from tests.core.evidence.sessions import SESSION_KEY, SealedSession, small_chunk

HOLDS, FAILS, NOT_CHECKED = CheckOutcome.HOLDS, CheckOutcome.FAILS, CheckOutcome.NOT_CHECKED

NAMES = (
    "bundle_integrity",
    "manifest_schema",
    "device_signature",
    "session_signature",
    "session_id",
    "policy_hash",
    "merkle_root",
    "chunk_count",
    "inclusion_proofs",
    "chunks",
    "chunk_contents",
    "opened_anchor",
    "sealed_anchor",
    "progress_anchors",
    "anchored_time",
    "header_trust",
)


@pytest.fixture
def session(tmp_path: Path) -> SealedSession:
    """A session of four small chunks, sealed and anchored."""
    return SealedSession(tmp_path / "sessions")


@pytest.fixture
def bundle(session: SealedSession, tmp_path: Path) -> Path:
    """A bundle with chunks 1 and 2, of which 2 is readable."""
    return session.bundle(tmp_path / "session.lucid", 1, 2, readable=(2,))


def _check(report: VerificationReport, name: str) -> Check:
    return next(check for check in report.checks if check.name == name)


def _failing(report: VerificationReport) -> dict[str, str]:
    assert report.holds == all(check.outcome is not FAILS for check in report.checks)
    return {
        check.name: check.failure.code
        for check in report.checks
        if check.outcome is FAILS and check.failure
    }


def _sections(path: Path) -> list[tuple[str, bytes]]:
    data = path.read_bytes()
    offset, length = read_header(data[:HEADER_BYTES], len(data))
    table = read_table(data[:HEADER_BYTES], data[offset : offset + length], offset)
    return [(each.name, data[each.offset : each.offset + each.length]) for each in table]


def _rebuild(path: Path, sections: list[tuple[str, bytes]]) -> None:
    """Write a bundle whose hashes fit, as a forger would."""
    body, table = b"", []
    for name, content in sections:
        table.append(
            Section(name, HEADER_BYTES + len(body), len(content), blake3(content).digest())
        )
        body += content
    packed = pack_table(table)
    path.write_bytes(pack_header(HEADER_BYTES + len(body), packed) + body + packed)


def _forge(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    sections = _sections(path)
    assert name in dict(sections)
    _rebuild(
        path, [(each, change(content) if each == name else content) for each, content in sections]
    )


def test_a_true_bundle_holds(session: SealedSession, bundle: Path) -> None:
    """With a checkpoint and the device's fingerprint every check holds and none is left out."""
    report = verify_bundle(
        bundle,
        checkpoint=session.live_header(4).hex(),
        device=session.manifest.device_fingerprint,
        contract=CONTRACT.hex(),
    )
    assert tuple(check.name for check in report.checks) == NAMES
    assert {
        check.name: check.summary for check in report.checks if check.outcome is not HOLDS
    } == {}
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
    assert CONTRACT.hex() in _check(report, "sealed_anchor").rests_on


def test_without_a_root_of_trust_it_says_so(bundle: Path) -> None:
    """A bundle alone holds, and says plainly that its blocks rest on nothing yet."""
    report = verify_bundle(bundle)
    assert report.holds
    assert report.root_of_trust == "nothing_yet"
    trust = _check(report, "header_trust")
    assert trust.outcome is NOT_CHECKED
    assert "rest on nothing yet" in trust.summary
    assert "compare it with the appliance" in _check(report, "device_signature").rests_on


def test_a_live_node_can_be_asked(session: SealedSession, bundle: Path) -> None:
    """With a node the headers rest on that node."""
    report = verify_bundle(bundle, live_header=session.live_header)
    assert report.holds
    assert report.root_of_trust == "live_node"
    assert _check(report, "header_trust").outcome is HOLDS


def test_a_node_that_knows_other_blocks_fails_it(bundle: Path) -> None:
    """A node with another block at that height is a failure of header_trust."""
    report = verify_bundle(bundle, live_header=lambda number: bytes([number]) * 32)
    assert _failing(report) == {"header_trust": "anchor_mismatch"}
    assert report.root_of_trust == "nothing_yet"


def test_a_node_that_does_not_answer_leaves_it_open(bundle: Path) -> None:
    """A node that cannot be reached makes no claim wrong."""

    def live_header(number: int) -> bytes:
        raise ChainUnreachable(reason=f"nobody knows block {number}")

    report = verify_bundle(bundle, live_header=live_header)
    assert report.holds
    trust = _check(report, "header_trust")
    assert trust.outcome is NOT_CHECKED
    assert trust.failure is not None
    assert trust.failure.code == "chain_unreachable"
    assert report.root_of_trust == "nothing_yet"


def test_another_checkpoint_fails_it(bundle: Path) -> None:
    """A checkpoint that stands on none of the blocks is a failure."""
    report = verify_bundle(bundle, checkpoint="ab" * 32)
    assert _failing(report) == {"header_trust": "anchor_mismatch"}


def test_a_checkpoint_that_covers_some_blocks_is_not_enough(
    session: SealedSession, bundle: Path
) -> None:
    """A checkpoint before the seal leaves the seal's block resting on nothing."""
    report = verify_bundle(bundle, checkpoint=session.live_header(1).hex())
    trust = _check(report, "header_trust")
    assert trust.outcome is NOT_CHECKED
    assert "covers 1 of 3 blocks" in trust.summary
    assert report.root_of_trust == "nothing_yet"


def test_another_device_fails_it(bundle: Path) -> None:
    """A device other than the pinned one is a failure, although its signature is right."""
    assert _failing(verify_bundle(bundle, device="ab" * 32)) == {
        "device_signature": "manifest_signature_wrong"
    }


def test_another_contract_fails_it(bundle: Path) -> None:
    """Events of a contract other than the pinned one do not count."""
    failing = _failing(verify_bundle(bundle, contract="ab" * 20))
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
    assert _check(report, "inclusion_proofs").summary.endswith("by 4 inclusion proofs.")
    assert _check(report, "chunks").outcome is NOT_CHECKED
    assert _check(report, "chunk_contents").outcome is NOT_CHECKED


def test_a_session_that_is_not_anchored_can_be_exported(
    session: SealedSession, tmp_path: Path
) -> None:
    """Without anchors a bundle holds, and every check about them says that nothing anchors it yet."""
    session.anchors = SessionAnchors()
    report = verify_bundle(session.bundle(tmp_path / "unanchored", 0))
    assert report.holds
    assert report.root_of_trust == "nothing_yet"
    for name in ("session_id", "opened_anchor", "sealed_anchor", "anchored_time", "header_trust"):
        assert _check(report, name).outcome is NOT_CHECKED, name
    assert "nothing anchors the seal yet" in _check(report, "sealed_anchor").summary
    assert "no anchor is there" in _check(report, "header_trust").summary


def test_a_session_whose_opening_alone_is_anchored(session: SealedSession, tmp_path: Path) -> None:
    """With only the opening anchored, what needs the seal is left open."""
    session.anchors = SessionAnchors(opened=session.anchors.opened)
    report = verify_bundle(session.bundle(tmp_path / "opened", 0), live_header=session.live_header)
    assert report.holds
    assert _check(report, "session_id").outcome is HOLDS
    assert _check(report, "sealed_anchor").outcome is NOT_CHECKED


def test_a_session_without_chunks_holds(tmp_path: Path) -> None:
    """A session that never sealed a chunk can be exported and verified."""
    session = SealedSession(tmp_path / "sessions", 0)
    session.anchors = replace(session.anchors, progress=())
    report = verify_bundle(session.bundle(tmp_path / "empty"), live_header=session.live_header)
    assert {check.name for check in report.checks if check.outcome is not HOLDS} == {
        "chunk_contents",
        "progress_anchors",
    }
    assert report.holds


def test_any_changed_byte_is_found_and_named(bundle: Path) -> None:
    """Whichever byte of a bundle is changed, it does not hold and the section is named."""
    whole = bundle.read_bytes()
    sections = {"header", "table", *(name for name, _ in _sections(bundle))}
    named = set()
    for position in _dense_sample(len(whole), bundle):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        bundle.write_bytes(damaged)
        report = verify_bundle(bundle)
        assert not report.holds, position
        failure = _check(report, "bundle_integrity").failure
        assert failure is not None, position
        if failure.code != "bundle_version_unsupported":
            assert failure.facts["section"] in sections, position
            named.add(failure.facts["section"])
    assert named == sections


def _dense_sample(size: int, bundle: Path) -> list[int]:
    """Every byte of the header, every border of a section, and every nineteenth byte."""
    borders, at = [HEADER_BYTES], HEADER_BYTES
    for _, content in _sections(bundle):
        at += len(content)
        borders.append(at)
    near = {border + step for border in borders for step in (-1, 0, 1)}
    return sorted(near | set(range(HEADER_BYTES)) | set(range(0, size, 19)) | {size - 1})


@pytest.mark.parametrize("length", [0, 1, HEADER_BYTES - 1, HEADER_BYTES, 1000, -1])
def test_a_bundle_that_is_cut_short_says_so(bundle: Path, length: int) -> None:
    """A bundle that lost its end is malformed, and nothing else is claimed of it."""
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[:length])
    report = verify_bundle(bundle)
    assert _failing(report) == {"bundle_integrity": "bundle_malformed"}
    assert {check.outcome for check in report.checks[1:]} == {NOT_CHECKED}
    assert report.session_id is None


def test_a_bundle_with_more_behind_it_says_so(bundle: Path) -> None:
    """A byte behind the end is found."""
    bundle.write_bytes(bundle.read_bytes() + b"\x00")
    assert _failing(verify_bundle(bundle)) == {"bundle_integrity": "bundle_malformed"}


def test_a_newer_bundle_is_told_apart(bundle: Path) -> None:
    """A version that is not known has its own code."""
    whole = bytearray(bundle.read_bytes())
    struct.pack_into("<H", whole, 8, 2)
    bundle.write_bytes(whole)
    assert _failing(verify_bundle(bundle)) == {"bundle_integrity": "bundle_version_unsupported"}


def test_one_failure_does_not_hide_the_others(bundle: Path) -> None:
    """Damage to two sections fails the checks of both, and all others are still made."""
    data = bytearray(bundle.read_bytes())
    offset, length = read_header(bytes(data[:HEADER_BYTES]), len(data))
    table = read_table(bytes(data[:HEADER_BYTES]), bytes(data[offset : offset + length]), offset)
    places = {each.name: each.offset for each in table}
    data[places["chunk/00000001"] + 200] ^= 1
    data[places["inclusion_proofs"] + 10] ^= 1
    bundle.write_bytes(data)
    report = verify_bundle(bundle)
    assert _failing(report) == {
        "bundle_integrity": "bundle_altered",
        "inclusion_proofs": "bundle_malformed",
        "chunks": "chunk_altered",
    }
    assert _check(report, "sealed_anchor").outcome is HOLDS
    assert _check(report, "chunk_contents").outcome is HOLDS


def _swap(bundle: Path, first: int, second: int) -> None:
    sections = dict(_sections(bundle))
    names = chunk_section(first), chunk_section(second)
    sections[names[0]], sections[names[1]] = sections[names[1]], sections[names[0]]
    _rebuild(bundle, list(sections.items()))


def _duplicate(bundle: Path, index: int, place: int) -> None:
    sections = dict(_sections(bundle))
    sections[chunk_section(place)] = sections[chunk_section(index)]
    _rebuild(bundle, list(sections.items()))


def _of_another_session(content: bytes) -> bytes:
    return content[:48] + bytes(16) + content[64:]


@pytest.mark.parametrize(
    "forge,code",
    [
        (lambda path: _forge(path, "chunk/00000001", lambda chunk: chunk[:-1]), "chunk_truncated"),
        (
            lambda path: _forge(path, "chunk/00000001", lambda chunk: chunk + b"\x00"),
            "chunk_truncated",
        ),
        (lambda path: _forge(path, "chunk/00000001", lambda _: b""), "chunk_truncated"),
        (lambda path: _swap(path, 1, 2), "chunk_misplaced"),
        (lambda path: _duplicate(path, 2, 1), "chunk_misplaced"),
        (lambda path: _forge(path, "chunk/00000001", _of_another_session), "chunk_misplaced"),
        (
            lambda path: _forge(
                path, "chunk/00000001", lambda chunk: chunk[:-1] + bytes([chunk[-1] ^ 1])
            ),
            "chunk_altered",
        ),
        (
            lambda path: _forge(
                path, "chunk/00000001", lambda chunk: chunk[:8] + b"\x02" + chunk[9:]
            ),
            "chunk_version_unsupported",
        ),
        (
            lambda path: _forge(path, "chunk/00000001", lambda chunk: b"?" + chunk[1:]),
            "chunk_malformed",
        ),
    ],
)
def test_each_damage_to_a_chunk_has_its_code(
    bundle: Path, forge: Callable[[Path], None], code: str
) -> None:
    """Even when the bundle's own hashes fit, a damaged chunk is named with what is wrong with it."""
    forge(bundle)
    report = verify_bundle(bundle)
    assert _check(report, "bundle_integrity").outcome is HOLDS
    failure = _check(report, "chunks").failure
    assert failure is not None
    assert (failure.code, failure.facts["index"]) == (code, 1)


def test_a_chunk_that_the_manifest_does_not_list(bundle: Path) -> None:
    """A chunk beyond the manifest's last is named."""
    _duplicate(bundle, 1, 9)
    report = verify_bundle(bundle)
    failure = _check(report, "bundle_integrity").failure
    assert failure is not None
    assert failure.facts["section"] == "chunk/00000009"


def test_a_wrong_key_is_told_apart_from_a_damaged_chunk(bundle: Path) -> None:
    """A disclosed key that does not open a genuine chunk has its own code."""
    _forge(
        bundle,
        "chunk_keys",
        lambda _: canonical_json(
            {"format": "lucid-chunk-keys", "version": 1, "keys": [{"index": 2, "key": "00" * 32}]}
        ),
    )
    assert _failing(verify_bundle(bundle)) == {"chunk_contents": "chunk_key_wrong"}


def test_a_key_of_a_chunk_that_is_not_here(bundle: Path) -> None:
    """A key without its chunk is refused."""
    _forge(
        bundle,
        "chunk_keys",
        lambda _: canonical_json(
            {"format": "lucid-chunk-keys", "version": 1, "keys": [{"index": 3, "key": "00" * 32}]}
        ),
    )
    assert _failing(verify_bundle(bundle)) == {"chunk_contents": "bundle_malformed"}


def test_a_missing_inclusion_proof_is_found(bundle: Path) -> None:
    """A chunk without its proof fails, whatever else is proved."""
    _forge(
        bundle,
        "inclusion_proofs",
        lambda _: canonical_json({"format": "lucid-inclusion-proofs", "version": 1, "proofs": []}),
    )
    assert _failing(verify_bundle(bundle)) == {"inclusion_proofs": "proof_wrong"}


def test_a_wrong_inclusion_proof_is_found(bundle: Path) -> None:
    """A proof that leads to another root fails."""

    def change(data: bytes) -> bytes:
        document = load_json(data, 1 << 20)
        document["proofs"][0]["path"][0] = "00" * 32  # type: ignore[call-overload,index]
        return canonical_json(document)

    _forge(bundle, "inclusion_proofs", change)
    assert _failing(verify_bundle(bundle)) == {"inclusion_proofs": "proof_wrong"}


def test_a_newer_manifest_has_its_own_code(bundle: Path) -> None:
    """A manifest of a version that is not known is told apart, and what needs it is left open."""
    _forge(bundle, "manifest", lambda data: data.replace(b'"version":1,"was', b'"version":2,"was'))
    report = verify_bundle(bundle)
    assert _failing(report) == {"manifest_schema": "manifest_version_unsupported"}
    assert _check(report, "chunks").outcome is NOT_CHECKED


def test_a_malformed_manifest_names_its_field(bundle: Path) -> None:
    """A manifest that breaks its schema is named with the field."""
    _forge(bundle, "manifest", lambda data: data.replace(b'"width":1280', b'"width":-1'))
    failure = _check(verify_bundle(bundle), "manifest_schema").failure
    assert failure is not None
    assert (failure.code, failure.facts) == ("manifest_malformed", {"field": "width"})


def test_a_changed_manifest_fails_its_signatures(bundle: Path) -> None:
    """A manifest that was changed and is well formed still fails both signatures and the seal's anchor."""
    _forge(bundle, "manifest", lambda data: data.replace(b'"width":1280', b'"width":1281'))
    report = verify_bundle(bundle)
    assert set(_failing(report)) >= {"device_signature", "session_signature"}
    assert _check(report, "sealed_anchor").outcome is NOT_CHECKED


def test_a_manifest_that_was_signed_again_is_not_the_anchored_one(
    session: SealedSession, tmp_path: Path
) -> None:
    """Whoever has both keys and rewrites the session is found out by the chain."""
    session.signed = session.sign(example_manifest(session.manifest.chunks, end_reason="shutdown"))
    report = verify_bundle(session.bundle(tmp_path / "rewritten", 0))
    assert _failing(report) == {"sealed_anchor": "anchor_mismatch"}


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
    ],
)
def test_a_chain_that_says_something_else_fails_it(
    session: SealedSession, tmp_path: Path, values: dict[str, bytes | int], failing: set[str]
) -> None:
    """Each value on the chain is compared with the manifest."""
    session.anchors = session.anchor(**values)
    report = verify_bundle(session.bundle(tmp_path / "mismatch", 0))
    assert set(_failing(report)) == failing
    assert set(_failing(report).values()) == {"anchor_mismatch"}


def test_anchors_in_the_wrong_places_do_not_count(session: SealedSession, tmp_path: Path) -> None:
    """The proof of another event is not the seal's."""
    session.anchors = replace(session.anchors, sealed=session.anchors.opened)
    failing = _failing(verify_bundle(session.bundle(tmp_path / "swapped", 0)))
    assert failing == {"sealed_anchor": "anchor_mismatch"}


def test_a_proof_that_leads_elsewhere_fails_it(session: SealedSession, tmp_path: Path) -> None:
    """A proof whose nodes do not lead to the receipts root is ProofWrong."""
    sealed = session.anchors.sealed
    assert isinstance(sealed, AnchorProof)
    session.anchors = replace(session.anchors, sealed=replace(sealed, nodes=()))
    failing = _failing(verify_bundle(session.bundle(tmp_path / "wrong", 0)))
    assert failing == {"sealed_anchor": "proof_wrong"}


def test_a_root_that_is_not_the_leaves_fails(session: SealedSession, tmp_path: Path) -> None:
    """A manifest that claims another root or count fails by its own leaves."""
    session.signed = session.sign(replace(session.manifest, merkle_root=bytes(32), chunk_count=3))
    session.anchors = SessionAnchors()
    failing = _failing(verify_bundle(session.bundle(tmp_path / "root")))
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
    assert _failing(verify_bundle(session.bundle(tmp_path / "policy"))) == {
        "policy_hash": "manifest_malformed"
    }


@pytest.mark.parametrize(
    "shift_ms,holds", [(0, True), (60_000, True), (-3_600_000, True), (3_600_000, False)]
)
def test_block_times_are_compared(tmp_path: Path, shift_ms: int, holds: bool) -> None:
    """A block from before the session it anchors is not plausible; a late one is only said."""
    started = 1_763_780_400_000 + shift_ms
    session = SealedSession(
        tmp_path / "sessions", 1, started_utc_ms=started, ended_utc_ms=started + 9_000
    )
    session.anchors = replace(session.anchors, progress=())
    report = verify_bundle(session.bundle(tmp_path / "times"))
    assert _failing(report) == ({} if holds else {"anchored_time": "anchor_mismatch"})


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


# --- a stored session -------------------------------------------------------------------------


def _verify(session: SealedSession, **options: object) -> VerificationReport:
    defaults: dict[str, object] = {
        "session_id": SESSION,
        "directory": session.directory,
        "chunks": session.chunks,
        "anchors": lambda: session.anchors,
        "live_header": session.live_header,
        "session_key": SESSION_KEY,
    }
    return verify_session(**(defaults | options))  # type: ignore[arg-type]


def test_a_stored_session_holds(session: SealedSession) -> None:
    """All checks over a stored session hold, and rest on the appliance's own chain."""
    report = _verify(session)
    assert {check.name for check in report.checks if check.outcome is not HOLDS} == set()
    assert report.root_of_trust == "own_chain"
    assert tuple(check.name for check in report.checks) == tuple(
        name for name in NAMES if name not in {"bundle_integrity", "inclusion_proofs"}
    )


def test_without_its_key_a_session_is_not_opened(session: SealedSession) -> None:
    """A locked vault leaves the contents open; everything else is checked."""
    report = _verify(session, session_key=None)
    assert report.holds
    assert _check(report, "chunk_contents").outcome is NOT_CHECKED


def test_without_its_chain_a_session_says_so(session: SealedSession) -> None:
    """A chain that does not answer makes no claim wrong."""

    def anchors() -> SessionAnchors:
        raise ChainUnreachable(reason="it is not running")

    report = _verify(session, anchors=anchors, live_header=None)
    assert report.holds
    assert _check(report, "opened_anchor").outcome is NOT_CHECKED
    assert report.root_of_trust == "nothing_yet"


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
    failure = _check(_verify(session, session_key=None), "chunks").failure
    assert failure is not None
    assert (failure.code, failure.facts["index"]) == (code, index)


def test_all_damaged_chunks_are_listed(session: SealedSession) -> None:
    """With several chunks damaged the first is the failure and all are named."""
    session.chunk_path(1).unlink()
    session.chunk_path(3).unlink()
    failure = _check(_verify(session), "chunks").failure
    assert failure is not None
    assert failure.facts["failing_indexes"] == "1, 3"


def test_a_session_of_another_id_is_refused(session: SealedSession) -> None:
    """A manifest that was put into another session's directory is named."""
    other = SESSION.__class__(int=1)
    failing = _failing(_verify(session, session_id=other))
    assert failing == {"manifest_schema": "manifest_malformed"}


def test_a_session_without_manifest_says_so(session: SealedSession) -> None:
    """A missing manifest is a failure of manifest_schema."""
    (session.directory / "manifest.json").unlink()
    assert _failing(_verify(session)) == {"manifest_schema": "manifest_malformed"}


def test_frames_outside_the_manifest_are_found(tmp_path: Path) -> None:
    """A chunk whose frames lie outside the times that the manifest lists for it is malformed."""
    session = SealedSession(tmp_path / "sessions", 2)
    chunks = tuple(replace(each, frames=each.frames + 1) for each in session.manifest.chunks)
    signed: SignedManifest = session.sign(example_manifest(chunks))
    (session.directory / "manifest.json").write_bytes(signed.manifest_json)
    (session.directory / "manifest.sig.json").write_bytes(signed.signatures_json())
    failing = _failing(_verify(session, anchors=SessionAnchors))
    assert failing == {"chunks": "chunk_malformed", "chunk_contents": "chunk_malformed"}


def test_the_bundle_writer_leaves_out_nothing(session: SealedSession, tmp_path: Path) -> None:
    """The whole session, readable, verifies to the last frame."""
    path = session.bundle(tmp_path / "all", 0, 1, 2, 3, readable=(0, 1, 2, 3))
    said = _check(verify_bundle(path), "chunk_contents").summary
    assert said.startswith("4 of 4 chunks were opened: 12 frames")
