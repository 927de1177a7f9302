"""What was typed is checked against the head that was signed, only where the policy has it recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.api.permissions import PolicyRules, Profile
from core.api.snapshots import VerificationReport
from core.audit.entries import TrailHead
from core.audit.key_log import KEY_LOG_NAME
from core.canonical.documents import canonical_json
from core.errors import KeyUnavailable
from core.evidence.anchor_checks import RootOfTrust
from core.evidence.policy import hosted_policy, records_keys, sandbox_policy
from core.evidence.policy_signature import sign_policy
from core.evidence.verify import verify_bundle, verify_session
from tests.core.audit.test_key_log import KEY, WRAPPED, new_log, type_two
from tests.core.evidence.examples import SESSION, sign_as_device
from tests.core.evidence.reports import HOLDS, NOT_CHECKED, check_named, failing_codes
from tests.core.evidence.sessions import SESSION_KEY, HostedSession, SealedSession

POLICY = hosted_policy(Profile.CUSTOM, PolicyRules(records_keys=True))
SIGNATURE = sign_policy(canonical_json(POLICY), sign_as_device).signature


def typed_session(path: Path, **changes: object) -> HostedSession:
    """Make a hosted session of two strokes."""
    log = new_log(path / str(SESSION))
    type_two(log)
    facts = {"policy": POLICY, "policy_signature": SIGNATURE, "keys": log.close()}
    return HostedSession(path, **(facts | changes))


@pytest.fixture
def typed(tmp_path: Path) -> HostedSession:
    """A hosted session of two strokes."""
    return typed_session(tmp_path / "sessions")


def _unwrap(wrapped: bytes) -> bytes:
    if wrapped != WRAPPED:
        raise KeyUnavailable(what="key_log_key")
    return KEY


def _verify(
    session: SealedSession, unwrap: Callable[[bytes], bytes] | None = _unwrap
) -> VerificationReport:
    return verify_session(
        session_id=SESSION,
        directory=session.directory,
        chunks=session.chunks,
        anchors=lambda: session.anchors,
        live=RootOfTrust.OWN_CHAIN,
        live_header=session.live_header,
        session_key=SESSION_KEY,
        unwrap_key_log=unwrap,
    )


def test_what_was_typed_holds_with_its_key(typed: HostedSession) -> None:
    """The check says how many records there are, and nothing of what was typed."""
    report = _verify(typed)
    assert {check.name for check in report.checks if check.outcome is not HOLDS} == set()
    said = check_named(report, "key_log").summary
    assert said.startswith("What was typed is whole: 2 records, and the head 7a70f6d1f0cf999d… ")


def test_without_its_key_it_stays_sealed(typed: HostedSession) -> None:
    """A locked vault checks the rest; that the file is there and this session's is told all the same."""
    check = check_named(_verify(typed, None), "key_log")
    assert check.outcome is NOT_CHECKED
    assert "the 2 records of what was typed stay sealed" in check.summary
    (typed.directory / KEY_LOG_NAME).unlink()
    assert failing_codes(_verify(typed, None)) == {"key_log": "key_log_malformed"}


def test_the_sessions_key_is_not_its_key(typed: HostedSession) -> None:
    """Whoever can open video and trail cannot open it."""
    assert failing_codes(_verify(typed, lambda _: SESSION_KEY)) == {"key_log": "key_log_altered"}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _drop_the_last(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"LTf1")])


def _swap_the_key(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"vault-v1", b"vault-v2"))


@pytest.mark.parametrize(
    "damage, code",
    [
        (Path.unlink, "key_log_malformed"),
        (_cut, "key_log_altered"),
        (_drop_the_last, "key_log_altered"),
        (_swap_the_key, "key_unavailable"),
    ],
)
def test_damage_is_named_and_harms_no_other_check(
    typed: HostedSession, damage: Callable[[Path], None], code: str
) -> None:
    """Trail and video hold by themselves."""
    damage(typed.directory / KEY_LOG_NAME)
    assert failing_codes(_verify(typed)) == {"key_log": code}


def test_another_head_was_signed(tmp_path: Path) -> None:
    """A log that was written anew, whole in itself, is not the one of the manifest."""
    session = typed_session(tmp_path / "sessions", keys=TrailHead(2, bytes(32)))
    assert failing_codes(_verify(session)) == {"key_log": "key_log_altered"}


def test_policy_and_manifest_have_to_agree(tmp_path: Path) -> None:
    """What should be recorded and is not fails; so does what was recorded although the policy does not say so."""
    lost = typed_session(tmp_path / "lost", keys=None)
    assert failing_codes(_verify(lost)) == {"key_log": "key_log_malformed"}
    taken = HostedSession(tmp_path / "taken", keys=TrailHead(1, bytes(32)))
    assert failing_codes(_verify(taken)) == {"key_log": "key_log_malformed"}


def test_a_session_without_a_key_log_has_no_such_check(tmp_path: Path) -> None:
    """Reports of other sessions are as they were."""
    report = _verify(HostedSession(tmp_path / "sessions"))
    assert "key_log" not in {each.name for each in report.checks}
    assert not records_keys(sandbox_policy())
    assert not records_keys({"name": "hosted", "records_keys": "yes"})
    assert not records_keys({"name": "sandbox", "records_keys": True})


def test_a_bundle_never_holds_what_was_typed(typed: HostedSession, tmp_path: Path) -> None:
    """Whatever else it discloses: it says that something was typed, and that it is not here."""
    path = typed.bundle(tmp_path / "bundle", 0, 1, readable=(0, 1), trail=typed.trail())
    assert (typed.directory / KEY_LOG_NAME).read_bytes()[-40:] not in path.read_bytes()
    report = verify_bundle(path)
    assert report.holds
    check = check_named(report, "key_log")
    assert check.outcome is NOT_CHECKED
    assert "what was typed, 2 records, is never part of a bundle" in check.summary
    lost = typed_session(tmp_path / "lost", keys=None)
    assert failing_codes(verify_bundle(lost.bundle(tmp_path / "other", 0))) == {
        "key_log": "key_log_malformed"
    }
