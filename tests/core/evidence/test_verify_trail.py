"""The trail of a hosted session is checked against the head that was signed, its policy against the device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api.permissions import Profile
from core.api.snapshots import Check, VerificationReport
from core.audit.entries import TrailHead
from core.audit.trail_file import TrailFile
from core.errors import KeyUnavailable, TrailAltered, TrailMalformed, UsageFailure
from core.evidence.anchor_checks import RootOfTrust
from core.evidence.bundle_documents import read_trail_key, write_trail_key
from core.evidence.bundle_reader import BundleReader
from core.evidence.policy import hosted_policy, policy_hash
from core.evidence.verify import verify_bundle, verify_session
from tests.core.evidence.examples import SESSION
from tests.core.evidence.reports import FAILS, HOLDS, NOT_CHECKED, check_named, failing_codes
from tests.core.evidence.sessions import SESSION_KEY, HostedSession, SealedSession, write_trail
from tests.core.evidence.test_verify_damage import _forge, _rebuild, _sections

OTHER_KEY = bytes(32)


@pytest.fixture
def hosted(tmp_path: Path) -> HostedSession:
    """A hosted session of two chunks and five entries."""
    return HostedSession(tmp_path / "hosted")


def _verify(session: SealedSession, key: bytes | None = SESSION_KEY) -> VerificationReport:
    return verify_session(
        session_id=SESSION,
        directory=session.directory,
        chunks=session.chunks,
        anchors=lambda: session.anchors,
        live=RootOfTrust.OWN_CHAIN,
        live_header=session.live_header,
        session_key=key,
    )


def _trail_check(report: VerificationReport) -> Check:
    return check_named(report, "trail")


def test_a_hosted_session_holds_with_its_trail(hosted: HostedSession) -> None:
    """Every check holds, and the trail's says how many entries there are."""
    report = _verify(hosted)
    assert {check.name for check in report.checks if check.outcome is not HOLDS} == set()
    said = _trail_check(report).summary
    assert said.startswith("The trail has 5 entries, its chain is whole, and its head ")
    assert "… is the one that was signed. 1 consent in it: signed, " in said
    said = check_named(report, "policy").summary
    assert "profile standard: 1 of 11 capabilities allowed, 7 to be asked for, 3 denied." in said


def test_without_its_key_a_trail_stays_sealed(hosted: HostedSession) -> None:
    """A locked vault leaves the trail open, and says of how many entries."""
    check = _trail_check(_verify(hosted, None))
    assert check.outcome is NOT_CHECKED
    assert "the 5 entries of the trail stay sealed" in check.summary


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def _drop_the_last(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"LTf1")])


def _of_another_session(path: Path) -> None:
    path.unlink()
    write_trail(path.parent, session_id=SESSION.__class__(int=1))


def _under_another_key(path: Path) -> None:
    path.unlink()
    write_trail(path.parent, session_key=OTHER_KEY)


@pytest.mark.parametrize(
    "damage, code, facts",
    [
        (Path.unlink, "trail_malformed", {"field": "file (No such file or directory)"}),
        (_of_another_session, "trail_malformed", {"field": "session"}),
        (_under_another_key, "trail_altered", {"sequence": 0}),
        (_flip, "trail_altered", {"sequence": 0}),
        (_cut, "trail_altered", {"sequence": 4}),
        (_drop_the_last, "trail_altered", {"sequence": 4}),
        (_lengthen, "trail_altered", {"sequence": 5}),
    ],
)
def test_a_trail_that_is_missing_swapped_or_altered_is_named(
    hosted: HostedSession, damage: Callable[[Path], None], code: str, facts: dict[str, object]
) -> None:
    """Each fails the check of the trail and no other, and says where."""
    damage(hosted.trail_path)
    report = _verify(hosted)
    assert failing_codes(report) == {"trail": code}
    failure = _trail_check(report).failure
    assert failure is not None
    assert failure.facts == facts


@pytest.mark.parametrize("damage", [Path.unlink, _of_another_session])
def test_a_missing_or_foreign_trail_is_named_without_any_key(
    hosted: HostedSession, damage: Callable[[Path], None]
) -> None:
    """That it is not there, or is another session's, needs no key to be told."""
    damage(hosted.trail_path)
    assert failing_codes(_verify(hosted, None)) == {"trail": "trail_malformed"}


def test_a_trail_that_was_written_anew_is_not_the_signed_one(tmp_path: Path) -> None:
    """Whoever has the session's key can write a whole trail; it has another head."""
    session = HostedSession(tmp_path / "sessions", trail=TrailHead(5, bytes(32)))
    assert failing_codes(_verify(session)) == {"trail": "trail_altered"}


def test_a_hosted_session_whose_trail_was_lost_does_not_hold(tmp_path: Path) -> None:
    """Without a head in its manifest the record of a hosted session is not whole."""
    session = HostedSession(tmp_path / "sessions", trail=None)
    assert failing_codes(_verify(session)) == {"trail": "trail_malformed"}


@pytest.mark.parametrize("signature", [None, bytes(64)])
def test_a_hosted_policy_needs_the_devices_signature(
    tmp_path: Path, signature: bytes | None
) -> None:
    """A policy that the device did not sign fails, although manifest and chain have its hash."""
    session = HostedSession(tmp_path / "sessions", policy_signature=signature)
    assert failing_codes(_verify(session)) == {"policy": "policy_signature_wrong"}


def test_another_policy_than_the_anchored_one_is_found(hosted: HostedSession) -> None:
    """A genuine policy of the device that is not the one of the opening fails."""
    hosted.anchors = hosted.anchor(policy_hash=policy_hash(hosted_policy(Profile.STRICT)))
    assert failing_codes(_verify(hosted)) == {"policy_hash": "anchor_mismatch"}


def test_a_policy_of_another_kind_is_left_open(tmp_path: Path) -> None:
    """What a later version may permit is not judged by this one."""
    session = SealedSession(tmp_path / "sessions", 1, policy={"name": "later", "version": 3})
    assert check_named(_verify(session), "policy").outcome is NOT_CHECKED


# --- bundles ---------------------------------------------------------------------------------


def test_a_readable_bundle_shows_and_proves_the_trail(
    hosted: HostedSession, tmp_path: Path
) -> None:
    """With its key the trail is checked to the last entry; the key is the file's own, not the session's."""
    path = hosted.bundle(tmp_path / "all", 0, 1, readable=(0, 1), trail=hosted.trail())
    report = verify_bundle(path, checkpoint=hosted.live_header(4).hex())
    assert {check.name for check in report.checks if check.outcome is not HOLDS} == set()
    assert "5 entries" in _trail_check(report).summary
    assert SESSION_KEY.hex() not in path.read_bytes().decode("latin-1")
    with BundleReader(path) as reader:
        reader.load()
        names = [each.name for each in reader.sections]
        assert names[4:7] == ["chunk_keys", "trail_key", "trail"]
        assert reader.read("trail") == hosted.trail_path.read_bytes()


def test_a_sealed_bundle_holds_the_trail_unread(hosted: HostedSession, tmp_path: Path) -> None:
    """Without a key the trail is there and stays sealed; one without a trail says that it is not here."""
    path = hosted.bundle(tmp_path / "sealed", 0, 1, trail=hosted.trail(None))
    assert "stay sealed" in _trail_check(verify_bundle(path)).summary
    check = _trail_check(verify_bundle(hosted.bundle(tmp_path / "part", 0, readable=(0,))))
    assert (check.outcome, check.summary) == (NOT_CHECKED, "Not checked: the trail is not here.")


def test_a_trail_that_is_not_the_signed_one_is_not_exported(
    hosted: HostedSession, tmp_path: Path
) -> None:
    """An altered or foreign trail, or one that the manifest does not have, leaves no file behind."""
    (tmp_path / "out").mkdir()
    whole = hosted.trail()
    for trail, expected in (
        (TrailFile(whole.data[:-1], whole.key), TrailAltered),
        (TrailFile(b"?" + whole.data), TrailMalformed),
    ):
        with pytest.raises(expected):
            hosted.bundle(tmp_path / "out" / "bundle", 0, trail=trail)
    hosted.signed = hosted.sign(replace(hosted.manifest, trail=None))
    with pytest.raises(UsageFailure):
        hosted.bundle(tmp_path / "out" / "bundle", 0, trail=whole)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def whole(hosted: HostedSession, tmp_path: Path) -> Path:
    """A bundle that discloses the whole hosted session."""
    return hosted.bundle(tmp_path / "whole", 0, 1, readable=(0, 1), trail=hosted.trail())


@pytest.mark.parametrize(
    "name, change, code",
    [
        ("trail", lambda data: data[:-1], "trail_altered"),
        ("trail", lambda data: data + b"\0", "trail_altered"),
        ("trail", lambda data: b"?" + data[1:], "trail_malformed"),
        ("trail", lambda data: data[:16] + bytes(16) + data[32:], "trail_malformed"),
        ("trail", lambda _: b"", "trail_malformed"),
        ("trail_key", lambda _: write_trail_key(OTHER_KEY), "trail_altered"),
        ("trail_key", lambda _: b"{}", "bundle_malformed"),
        (
            "trail_key",
            lambda data: data.replace(b'"version":1', b'"version":2'),
            "bundle_malformed",
        ),
    ],
)
def test_a_forged_trail_in_a_bundle_is_named(
    whole: Path, name: str, change: Callable[[bytes], bytes], code: str
) -> None:
    """Even when the bundle's own hashes fit, the trail's check fails and no other."""
    _forge(whole, name, change)
    assert failing_codes(verify_bundle(whole)) == {"trail": code}


def test_a_key_without_its_trail_and_a_trail_without_its_head_are_refused(
    whole: Path, session: SealedSession, tmp_path: Path
) -> None:
    """What belongs together comes together."""
    sections = _sections(whole)
    _rebuild(whole, [each for each in sections if each[0] != "trail"])
    assert failing_codes(verify_bundle(whole)) == {"trail": "bundle_malformed"}
    other = session.bundle(tmp_path / "other", 0)
    _rebuild(other, [*_sections(other), ("trail", dict(sections)["trail"])])
    assert failing_codes(verify_bundle(other)) == {"trail": "bundle_malformed"}


def test_any_changed_byte_of_the_trail_is_found(whole: Path) -> None:
    """Whichever byte of the trail or its key is changed in the file, the bundle does not hold."""
    data = whole.read_bytes()
    at = 64
    for name, content in _sections(whole):
        if name in {"trail", "trail_key"}:
            for position in range(at, at + len(content), 13):
                damaged = bytearray(data)
                damaged[position] ^= 0x10
                whole.write_bytes(damaged)
                report = verify_bundle(whole)
                assert check_named(report, "bundle_integrity").outcome is FAILS, position
                assert _trail_check(report).outcome is not HOLDS, position
        at += len(content)


_quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@_quick
@given(data=st.binary(max_size=400), key=st.binary(min_size=32, max_size=32))
def test_any_bytes_of_a_trail_are_refused_in_our_terms(data: bytes, key: bytes) -> None:
    """Whatever is said to be a trail, with whatever key: TrailMalformed or TrailAltered."""
    with pytest.raises((TrailMalformed, TrailAltered)):
        TrailFile(data, key).entries(SESSION, TrailHead(1, bytes(32)))


@_quick
@given(key=st.binary(min_size=32, max_size=32))
def test_a_trails_key_comes_back_from_its_document(key: bytes) -> None:
    """Any key survives its document."""
    assert read_trail_key(write_trail_key(key)) == key


def test_entries_need_a_key(hosted: HostedSession) -> None:
    """A sealed trail has no entries to show."""
    assert hosted.manifest.trail is not None
    with pytest.raises(KeyUnavailable):
        hosted.trail(None).entries(SESSION, hosted.manifest.trail)
    assert len(hosted.trail().entries(SESSION, hosted.manifest.trail)) == 5
