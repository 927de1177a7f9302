"""What is stored can be shown, checked, exported and played, locked or not, and cancelling leaves nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.api import commands as c
from core.api.events import (
    FrameShown,
    QuestionAsked,
    QuestionEnded,
    RequestCancelled,
    SettingChanged,
)
from core.api.questions import QuestionEnd
from core.api.snapshots import CheckOutcome, SessionSummary
from core.appliance import evidence_service
from core.errors import Cancelled
from core.evidence.verify import verify_bundle
from tests.core.appliance.appliance_bench import appliance, create, record, start
from tests.core.appliance.test_phases import refusal
from tests.fakes.front_end import FrontEnd


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SessionSummary]:
    """Record one session for all tests here; none of them changes it."""
    directory = tmp_path_factory.mktemp("appliance") / "data"
    with appliance(directory) as front_end:
        create(front_end)
        return directory, record(front_end)


@pytest.fixture
def locked(recorded: tuple[Path, SessionSummary]) -> Iterator[FrontEnd]:
    """Run an engine over it that stays locked."""
    with appliance(recorded[0], is_resident=False) as front_end:
        yield front_end


@pytest.fixture
def unlocked(locked: FrontEnd) -> FrontEnd:
    """Open its vault."""
    from tests.core.appliance.appliance_bench import unlock

    unlock(locked)
    return locked


def test_proofs_need_no_vault(
    locked: FrontEnd, recorded: tuple[Path, SessionSummary], tmp_path: Path
) -> None:
    """List, show, verify and export of proofs work while the vault is locked; what needs keys says so."""
    summary, session_id = recorded[1], recorded[1].session_id
    assert locked.do(c.ListSessions()) == (summary,)
    assert locked.do(c.ShowSession(session_id)).manifest_json is not None
    report = locked.do(c.VerifySession(session_id))
    assert report.holds
    outcomes = {check.name: check.outcome for check in report.checks}
    assert outcomes["merkle_root"] is CheckOutcome.HOLDS
    assert outcomes["sealed_anchor"] is CheckOutcome.NOT_CHECKED
    exported = locked.do(c.ExportBundle(session_id, tmp_path / "proofs.lucid"))
    assert not exported.discloses_keys
    assert verify_bundle(tmp_path / "proofs.lucid").holds
    assert locked.do(c.VerifyBundle(tmp_path / "proofs.lucid")).holds
    readable = c.ExportBundle(session_id, tmp_path / "readable", c.Disclosure.READABLE)
    for command in (
        readable,
        c.OpenPlayback(session_id),
        c.ExportVideo(session_id, tmp_path / "v"),
    ):
        assert refusal(locked, command) == "vault_locked"


def test_a_chain_that_is_down_leaves_the_other_checks(
    unlocked: FrontEnd, recorded: tuple[Path, SessionSummary]
) -> None:
    """Verification names the chain in the checks that need it, and makes all others."""
    in_the_way = recorded[0] / "run" / "chain.sock"
    in_the_way.mkdir()
    (in_the_way / "something").touch()
    try:
        report = unlocked.do(c.VerifySession(recorded[1].session_id))
    finally:
        (in_the_way / "something").unlink()
        in_the_way.rmdir()
    failures = {each.name: each.failure.code for each in report.checks if each.failure is not None}
    assert set(failures.values()) == {"chain_unreachable"}
    holding = {each.name for each in report.checks if each.outcome is CheckOutcome.HOLDS}
    assert {"device_signature", "session_signature", "merkle_root", "chunks"} <= holding


@pytest.mark.parametrize("kind", ["bundle", "video"])
def test_what_leaves_readable_is_asked_for(
    unlocked: FrontEnd, recorded: tuple[Path, SessionSummary], tmp_path: Path, kind: str
) -> None:
    """A no ends the export without a file and without a word; a yes writes it."""
    session_id, path = recorded[1].session_id, tmp_path / "out"
    command = (
        c.ExportBundle(session_id, path, c.Disclosure.READABLE)
        if kind == "bundle"
        else c.ExportVideo(session_id, path)
    )
    unlocked.answers = False
    with pytest.raises(InterruptedError):
        unlocked.do(command)
    assert list(tmp_path.iterdir()) == []
    unlocked.answers = True
    written = unlocked.do(command)
    assert written.size_bytes == path.stat().st_size
    (first, second) = unlocked.all_of(QuestionAsked)
    assert (first.question.kind, first.question.destination) == (kind, str(path))
    assert [each.end for each in unlocked.all_of(QuestionEnded)] == [
        QuestionEnd.NO,
        QuestionEnd.YES,
    ]
    assert first.question.question_id != second.question.question_id


def test_cancelling_an_export_ends_its_question(
    unlocked: FrontEnd, recorded: tuple[Path, SessionSummary], tmp_path: Path
) -> None:
    """The question goes with the request that asked it; an answer after that changes nothing."""
    command = c.ExportBundle(recorded[1].session_id, tmp_path / "out", c.Disclosure.READABLE)
    request = unlocked.engine.submit(command)
    asked = unlocked.wait_for(lambda event: isinstance(event, QuestionAsked))
    unlocked.do(c.CancelRequest(request))
    with pytest.raises(InterruptedError):
        unlocked.end_of(request)
    assert isinstance(asked, QuestionAsked)
    unlocked.do(c.AnswerQuestion(asked.question.question_id, is_yes=True))
    assert [each.end for each in unlocked.all_of(QuestionEnded)] == [QuestionEnd.CANCELLED]
    assert list(tmp_path.iterdir()) == []


def test_cancelling_an_export_that_writes_leaves_no_file(
    unlocked: FrontEnd,
    recorded: tuple[Path, SessionSummary],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the request has ended as cancelled, what it had written is gone already."""
    writing, moment = threading.Event(), threading.Event()
    real = evidence_service.write_bundle

    def slow(destination: Path, *, is_cancelled: Callable[[], bool], **given: object) -> int:
        part = destination.with_name("out.part")
        part.touch()
        writing.set()
        while not is_cancelled():
            moment.wait(0.01)
        part.unlink()
        return real(destination, is_cancelled=is_cancelled, **given)

    monkeypatch.setattr(evidence_service, "write_bundle", slow)
    command = c.ExportBundle(recorded[1].session_id, tmp_path / "out", c.Disclosure.SEALED)
    request = unlocked.engine.submit(command)
    assert writing.wait(20)
    unlocked.do(c.CancelRequest(request))
    with pytest.raises(InterruptedError):
        unlocked.end_of(request)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_cancelled_twice_is_waited_for(
    unlocked: FrontEnd,
    recorded: tuple[Path, SessionSummary],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As long as it has something to take back, the request has not ended, however often it is cancelled."""
    writing, may_end = threading.Event(), threading.Event()

    def slow(destination: Path, *, is_cancelled: Callable[[], bool], **_: object) -> int:
        part = destination.with_name("out.part")
        part.touch()
        writing.set()
        may_end.wait()
        part.unlink()
        assert is_cancelled()
        raise Cancelled

    monkeypatch.setattr(evidence_service, "write_bundle", slow)
    command = c.ExportBundle(recorded[1].session_id, tmp_path / "out", c.Disclosure.SEALED)
    request = unlocked.engine.submit(command)
    assert writing.wait(20)
    try:
        for _ in range(3):
            unlocked.do(c.CancelRequest(request))
        unlocked.do(c.ListSessions())
        assert unlocked.all_of(RequestCancelled) == []
    finally:
        may_end.set()
    with pytest.raises(InterruptedError):
        unlocked.end_of(request)
    assert list(tmp_path.iterdir()) == []


def test_a_session_is_played(unlocked: FrontEnd, recorded: tuple[Path, SessionSummary]) -> None:
    """Opening shows the first frame, seeking another; after closing the playback is unknown."""
    opened = unlocked.do(c.OpenPlayback(recorded[1].session_id))
    assert (opened.width, opened.height) == (64, 48)
    unlocked.do(c.SeekPlayback(opened.playback_id, opened.duration_s))
    first, *_, last = unlocked.all_of(FrameShown)
    assert len(last.rgb) == 64 * 48 * 3
    assert last.position_s >= first.position_s
    unlocked.do(c.ClosePlayback(opened.playback_id))
    unlocked.do(c.ClosePlayback(opened.playback_id))
    assert refusal(unlocked, c.SeekPlayback(opened.playback_id, 0.0)) == "usage"


def test_locking_ends_what_is_played(
    unlocked: FrontEnd, recorded: tuple[Path, SessionSummary]
) -> None:
    """No keys stay in a player when the vault is locked."""
    opened = unlocked.do(c.OpenPlayback(recorded[1].session_id))
    unlocked.do(c.LockVault())
    assert refusal(unlocked, c.SeekPlayback(opened.playback_id, 0.0)) == "usage"


def test_what_is_not_there_is_said(locked: FrontEnd, tmp_path: Path) -> None:
    """Unknown sessions, words that are no ID, and files that are not there each have their code."""
    for text in ("00000000-0000-0000-0000-000000000000", "no uuid"):
        assert refusal(locked, c.ShowSession(text)) == "session_unknown"
        assert refusal(locked, c.VerifySession(text)) == "session_unknown"
        assert refusal(locked, c.EndSession(text)) == "session_unknown"
    assert refusal(locked, c.VerifyBundle(tmp_path / "none")) == "bundle_missing"


def test_a_running_session_is_not_exported(data_directory: Path, tmp_path: Path) -> None:
    """What needs a sealed session says that this one is not finished."""
    with appliance(data_directory) as front_end:
        create(front_end)
        session_id = start(front_end)
        for command in (
            c.VerifySession(session_id),
            c.ExportBundle(session_id, tmp_path / "out"),
            c.OpenPlayback(session_id),
        ):
            assert refusal(front_end, command) == "session_not_finished"


def test_settings_are_kept_across_restarts(data_directory: Path) -> None:
    """A change is told, kept, and refused out of bounds without a change."""
    with appliance(data_directory) as front_end:
        changed = front_end.do(c.ChangeSetting("theme", "light"))
        assert front_end.all_of(SettingChanged)[0].setting == changed
        assert refusal(front_end, c.ChangeSetting("theme", "pink")) == "setting_out_of_bounds"
        assert refusal(front_end, c.ChangeSetting("taste", "salt")) == "setting_out_of_bounds"
    with appliance(data_directory) as front_end:
        values = {each.name: each.value for each in front_end.do(c.ReadSettings())}
        assert values["theme"] == "light"
