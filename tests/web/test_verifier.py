"""The page's verifier comes to what ``lucid proof verify`` comes to, check by check, on true and on spoiled bundles."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.permissions import PolicyRules, Profile
from core.api.snapshots import Check, CheckOutcome
from core.api.text import SENTENCES
from core.audit.entries import TrailHead
from core.canonical.documents import canonical_json
from core.evidence.anchors import SessionAnchors
from core.evidence.bundle_documents import write_inclusion_proofs, write_trail_key
from core.evidence.policy import Policy, hosted_policy, joined_policy
from core.evidence.policy_signature import sign_policy
from core.evidence.signatures import session_signer, sign_manifest
from core.evidence.verify import verify_bundle
from tests.core.evidence.chain_examples import CONTRACT, ExampleChain
from tests.core.evidence.examples import EPHEMERAL_SEED, SECOND, STARTED_UTC_MS, sign_as_device
from tests.core.evidence.sessions import BatchedSession, HostedSession, SealedSession
from tests.web.bundles import example, flipped, forged, put_together, sections_of, spoiled
from tests.web.in_node import InNode

JOINED = joined_policy((1280, 720), 60, may_act=True)
RECORDING_KEYS = hosted_policy(Profile.CUSTOM, PolicyRules(records_keys=True))
ELSEWHERE = "Not checked: this page opens nothing that is sealed; lucid proof verify does."


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> HostedSession:
    """Give a session that a peer could join."""
    return HostedSession(tmp_path_factory.mktemp("hosted"))


def _compare(node: InNode, data: bytes, **pins: str) -> dict[str, Any]:
    """Verify a bundle here and in the page, compare what they say, and give the page's report."""
    with tempfile.NamedTemporaryFile(suffix=".lucid") as file:
        file.write(data)
        file.flush()
        ours = verify_bundle(Path(file.name), **pins)  # type: ignore[arg-type]
    theirs: dict[str, Any] = node.ask("verify", data.hex(), pins)
    assert [each["name"] for each in theirs["checks"]] == [each.name for each in ours.checks]
    for check, found in zip(ours.checks, theirs["checks"], strict=True):
        if found["summary"] == ELSEWHERE:
            assert check.name in {"chunk_contents", "trail"}
        else:
            assert _said(check) == _told(found)
    assert theirs["session_id"] == ours.session_id
    assert theirs["root_of_trust"] == ours.root_of_trust
    assert theirs["holds"] == all(each["outcome"] != "fails" for each in theirs["checks"])
    return theirs


def _said(check: Check) -> tuple[str, ...]:
    """Give what has to be the same: of a failure its code, since a reason may be said in other words."""
    if check.failure is not None:
        return check.name, check.outcome.value, check.failure.code, check.rests_on
    return check.name, check.outcome.value, check.summary, check.rests_on


def _told(found: dict[str, Any]) -> tuple[str, ...]:
    said = found["summary"] if found["failure"] is None else found["failure"]["code"]
    return found["name"], found["outcome"], said, found["rests_on"]


def _failing(report: dict[str, Any]) -> dict[str, str]:
    return {
        each["name"]: each["failure"]["code"]
        for each in report["checks"]
        if each["outcome"] == CheckOutcome.FAILS.value
    }


@pytest.mark.parametrize("member", ["bundle", "hosted"])
def test_the_published_bundles_hold(node: InNode, member: str) -> None:
    """Both examples hold, with and without a checkpoint, and say what each check rests on."""
    data, checkpoint = example(member)
    assert _compare(node, data, checkpoint=checkpoint)["root_of_trust"] == "checkpoint"
    assert _compare(node, data)["holds"]
    assert _compare(node, data, contract="5fbdb2315678afecb367f032d93f642f64180aa3")["holds"]


@pytest.fixture(scope="module")
def batched(tmp_path_factory: pytest.TempPathFactory) -> tuple[BatchedSession, bytes]:
    """Give a session that went on the chain with others, and its bundle."""
    directory = tmp_path_factory.mktemp("batched")
    session = BatchedSession(directory)
    return session, session.bundle(directory / "b.lucid", 0, 1).read_bytes()


def test_a_batched_session_holds(node: InNode, batched: tuple[BatchedSession, bytes]) -> None:
    """A session that went with others holds as one by itself; a second use is left to whoever asks a node."""
    session, data = batched
    report = _compare(node, data, checkpoint=session.live_header(2).hex())
    assert report["holds"]
    (single_use,) = [each for each in report["checks"] if each["name"] == "single_use"]
    assert single_use["outcome"] == "not_checked"
    assert "in batch 1 of 5 records" in json.dumps(report)


@pytest.mark.parametrize("which", ["opened", "sealed"])
@pytest.mark.parametrize("part", ["path", "policy_hash", "manifest_hash", "merkle_root"])
def test_a_batch_that_does_not_hold_the_record_fails(
    node: InNode, batched: tuple[BatchedSession, bytes], which: str, part: str
) -> None:
    """A record or path that was changed leads to no root of the transaction, here as there."""
    sections = sections_of(batched[1])
    anchors = json.loads(sections["anchors"])
    record = anchors[which]["batch"]
    if part == "path":
        record["path"][0] = "00" * 32
    elif part in record:
        record[part] = "00" * 32
    else:
        anchors[which]["batch"] = None  # an anchor by itself, which that contract never logged
    sections["anchors"] = canonical_json(anchors)
    assert f"{which}_anchor" in _failing(_compare(node, put_together(sections)))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_forged_batches_end_as_here(
    node: InNode, batched: tuple[BatchedSession, bytes], seed: int
) -> None:
    """Whatever is changed in the document of a batch's anchors, both come to the same."""
    sections = sections_of(batched[1])
    sections["anchors"] = spoiled(sections["anchors"], random.Random(seed))
    _compare(node, put_together(sections))


def test_what_is_pinned_has_to_be_there(node: InNode) -> None:
    """Another device, contract or block than the reader's is a failure."""
    data, _ = example()
    assert _failing(_compare(node, data, device="ab" * 32)) == {
        "device_signature": "manifest_signature_wrong"
    }
    assert _failing(_compare(node, data, checkpoint="ab" * 32)) == {
        "header_trust": "anchor_mismatch"
    }
    assert "sealed_anchor" in _failing(_compare(node, data, contract="ab" * 20))


def test_each_region_is_covered(node: InNode) -> None:
    """One bit turned in the header, in the table or in any section is found, and named as here."""
    data, checkpoint = example("hosted")
    places = [*range(0, 64, 5), len(data) - 40]
    at = 64
    for content in sections_of(data).values():
        places += [at, at + len(content) // 2, at + len(content) - 1]
        at += len(content)
    for place in places:
        assert not _compare(node, flipped(data, place, place % 8), checkpoint=checkpoint)["holds"]


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 4000, -1])
def test_a_file_that_is_cut_short_is_refused(node: InNode, length: int) -> None:
    """What is too short, or longer than it says, is no bundle."""
    data, _ = example()
    assert _failing(_compare(node, data[:length])) == {"bundle_integrity": "bundle_malformed"}
    assert not _compare(node, data + b"\0")["holds"]
    assert not _compare(node, b"GIF89a" + data[6:])["holds"]


@given(seed=st.integers(0, 2**32), member=st.sampled_from(["bundle", "hosted"]))
@settings(max_examples=150)
def test_forgeries_come_to_the_same(node: InNode, seed: int, member: str) -> None:
    """A bundle in which anything was changed, with hashes that fit, comes to the same in both verifiers."""
    chance = random.Random(seed)
    data, checkpoint = example(member)
    changed = forged(data, chance)
    if chance.random() < 0.3:
        changed = forged(changed, chance) if _is_whole(changed) else changed
    _compare(node, changed, **({"checkpoint": checkpoint} if chance.random() < 0.5 else {}))


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_what_a_dishonest_device_signs_comes_to_the_same(
    node: InNode, hosted: HostedSession, seed: int
) -> None:
    """A manifest in which anything was changed before it was signed and anchored comes to the same."""
    chance = random.Random(seed)
    manifest = spoiled(hosted.signed.manifest_json, chance)
    _, session = session_signer(EPHEMERAL_SEED)
    hosted.chain = ExampleChain(STARTED_UTC_MS // 1000)
    signed = sign_manifest(manifest, device=sign_as_device, session=session)
    anchors = hosted.anchor(manifest_hash=signed.manifest_hash)
    sections = {
        "manifest": manifest,
        "signatures": signed.signatures_json(),
        "anchors": anchors.to_json(),
        "inclusion_proofs": write_inclusion_proofs([]),
    }
    _compare(node, put_together(sections), checkpoint=hosted.live_header(4).hex())


def test_anchors_are_proved_also_where_the_manifest_is_lost(node: InNode) -> None:
    """With a manifest that cannot be read, a wrong receipt is still told as wrong, and a right one as not checked."""
    sections = sections_of(example()[0]) | {"manifest": b"{}"}
    assert set(_failing(_compare(node, put_together(sections)))) == {"manifest_schema"}
    place = sections["anchors"].index(b'"nodes":["') + len(b'"nodes":["')
    sections["anchors"] = flipped(sections["anchors"], place + 1, 0)
    assert "opened_anchor" in _failing(_compare(node, put_together(sections)))


def _is_whole(data: bytes) -> bool:
    return all(sections_of(data).values())


@pytest.mark.parametrize(
    "values",
    [
        {"policy_hash": bytes(32)},
        {"ephemeral_key": bytes(32)},
        {"manifest_hash": bytes(32)},
        {"merkle_root": bytes(32)},
        {"chunk_count": 3},
        {"half_root": bytes(32)},
        {"half_count": 7},
        {"progress_count": 0},
        {"progress_count": 3},
    ],
)
def test_an_anchor_that_says_something_else_fails(
    node: InNode, tmp_path: Path, values: dict[str, bytes | int]
) -> None:
    """Each fact that the chain holds is compared with the manifest."""
    session = SealedSession(tmp_path)
    session.anchors = session.anchor(**values)
    data = session.bundle(tmp_path / "bundle", 0).read_bytes()
    assert _failing(_compare(node, data))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: replace(whole, sealed=None),
        lambda whole: replace(whole, opened=None),
        lambda whole: replace(whole, progress=()),
        lambda whole: replace(whole, headers=()),
        lambda whole: replace(whole, sealed=whole.opened),
        lambda whole: replace(whole, opened=None, sealed=None, progress=()),
        lambda whole: replace(whole, sealed=replace(whole.sealed, contract=bytes(20))),
        lambda whole: replace(whole, sealed=replace(whole.sealed, chain_id=1)),
        lambda whole: replace(whole, sealed=replace(whole.sealed, transaction_index=1)),
        lambda whole: replace(whole, sealed=replace(whole.sealed, nodes=())),
        lambda whole: replace(whole, sealed=replace(whole.sealed, nodes=whole.sealed.nodes * 2)),
        lambda whole: replace(whole, sealed=replace(whole.sealed, header_rlp=b"\xc0")),
    ],
)
def test_anchors_that_are_missing_or_wrong(
    node: InNode, tmp_path: Path, spoil: Callable[[SessionAnchors], SessionAnchors]
) -> None:
    """A missing seal is told as missing, and a wrong receipt as wrong; what was pinned has to be reached."""
    session = SealedSession(tmp_path)
    checkpoint = session.live_header(4).hex()
    session.anchors = spoil(session.anchors)
    data = session.bundle(tmp_path / "bundle").read_bytes()
    _compare(node, data)
    _compare(node, data, checkpoint=checkpoint)
    _compare(node, data, contract=CONTRACT.hex(), checkpoint="0" * 64)


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_utc_ms": STARTED_UTC_MS - 500_000},
        {"started_utc_ms": STARTED_UTC_MS - 4_000_000},
        {"started_utc_ms": STARTED_UTC_MS + 500},
        {"started_utc_ms": STARTED_UTC_MS + 1_500},
        {"started_utc_ms": STARTED_UTC_MS + 900_000},
        {"duration_ns": 60 * 3600 * SECOND},
        {"duration_ns": 61 * SECOND + SECOND // 4},
        {"duration_ns": 61 * SECOND + 3 * SECOND // 4},
        {"policy": {"name": "unknown"}},
        {"policy": {"name": "hosted"}},
    ],
)
def test_a_manifest_that_claims_too_much(
    node: InNode, tmp_path: Path, changes: dict[str, object]
) -> None:
    """Whatever the device has signed, what cannot be is found, and numbers are written alike."""
    data = SealedSession(tmp_path, **changes).bundle(tmp_path / "bundle", 1, 2).read_bytes()
    _compare(node, data)


@pytest.mark.parametrize(
    "claims", [{"chunk_count": 5}, {"merkle_root": bytes(32)}, {"policy_hash": bytes(32)}]
)
def test_a_claim_that_was_signed_and_anchored_is_still_computed_anew(
    node: InNode, tmp_path: Path, claims: dict[str, object]
) -> None:
    """Count, root and policy hash are not taken from the manifest, even where the chain has the same."""
    session = SealedSession(tmp_path)
    session.manifest = replace(session.manifest, **claims)  # type: ignore[arg-type]
    session.signed = session.sign(session.manifest)
    session.anchors = session.anchor()
    data = session.bundle(tmp_path / "bundle", 0).read_bytes()
    assert _failing(_compare(node, data))


def test_sessions_without_much(node: InNode, tmp_path: Path) -> None:
    """A session of no chunk and one of a single chunk come to the same."""
    _compare(node, SealedSession(tmp_path / "0", 0).bundle(tmp_path / "none").read_bytes())
    _compare(node, SealedSession(tmp_path / "1", 1).bundle(tmp_path / "one", 0).read_bytes())


@pytest.mark.parametrize("policy", [None, JOINED, RECORDING_KEYS])
@pytest.mark.parametrize("heads", [{}, {"trail": None}, {"keys": TrailHead(3, bytes(32))}])
def test_sessions_of_other_kinds(
    node: InNode, tmp_path: Path, policy: Policy | None, heads: dict[str, object]
) -> None:
    """A session that was joined, one whose keys were recorded, and one whose trail was lost come to the same."""
    changes = dict(heads)
    if policy is not None:
        signed = sign_policy(canonical_json(policy), sign_as_device)
        changes |= {"policy": policy, "policy_signature": signed.signature}
    session = HostedSession(tmp_path, **changes)
    sections = sections_of(session.bundle(tmp_path / "bundle", 0, 1).read_bytes())
    trail = session.trail_path.read_bytes()
    for added in (
        {},
        {"trail": trail},
        {"trail_key": write_trail_key(bytes(32))},
        {"trail": trail[:63]},
        *({"trail": flipped(trail, at)} for at in (0, 8, 10, 12, 20)),
    ):
        _compare(node, put_together(sections | added))


def test_chunks_that_were_exchanged_are_named(node: InNode, tmp_path: Path) -> None:
    """A chunk in another's place, one that was changed, and one that the manifest does not list are found."""
    whole = sections_of(SealedSession(tmp_path).bundle(tmp_path / "b", 0, 1, 2, 3).read_bytes())
    first, second = "chunk/00000000", "chunk/00000001"
    for changed in (
        {first: whole[second], second: whole[first]},
        {first: whole[first][:100]},
        {first: whole[first] + b"\0"},
        *({first: flipped(whole[first], at)} for at in (0, 8, 10, 12, 16, 24, 40, 44, 64, 68, 72)),
        {first: flipped(whole[first], 300), second: flipped(whole[second], 300)},
        {"chunk/00000004": whole[first]},
    ):
        report = _compare(node, put_together(whole | changed))
        assert not report["holds"]


def test_the_sentences_are_those_of_the_appliance(node: InNode) -> None:
    """What the page says of a failure is what the appliance says of it, word for word."""
    for code, said in node.ask("sentences").items():
        assert said == [SENTENCES[code].what, SENTENCES[code].next_step]
