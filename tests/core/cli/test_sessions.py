"""What was recorded is listed, shown, checked and exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.commands import (
    Disclosure,
    ExportBundle,
    ExportVideo,
    ListSessions,
    ShowSession,
    VerifySession,
)
from core.api.hosting import KeyStroke, ReadKeys
from core.api.snapshots import (
    Anchor,
    AnchorKind,
    AnchorState,
    Check,
    CheckOutcome,
    ChunkRow,
    ExportedFile,
    Gap,
    SessionDetail,
    SessionSummary,
    VerificationReport,
)
from core.cli import sessions
from core.cli.answer import Refused, plain
from core.cli.report import report_answer
from core.evidence.anchor_checks import RootOfTrust
from tests.core.cli.conftest import SESSION_ID, Talk, invocation, summary
from tests.fakes.engine_port import FakeEnginePort, failure

OTHER_ID = "3f2a9c1f-0000-4000-8000-000000000000"
ANCHOR = Anchor(
    AnchorKind.SEALED, AnchorState.CONFIRMED, "0x" + "cd" * 32, 12, "0x" + "ef" * 32, 1_763_820_012
)
CHUNK = ChunkRow(0, 0.0, 10.0, 2_000_000, 1_990_000, is_compressed=True, leaf="12" * 32)
GAP = Gap(3.0, 3.8, "encoder_died")
DETAIL = SessionDetail(
    summary(gaps=1), "aa" * 32, "libx264", "bb" * 32, "cc" * 32, "{}", (CHUNK,), (GAP,), (ANCHOR,)
)


def with_sessions(*found: SessionSummary) -> FakeEnginePort:
    """Make an engine that holds these sessions."""
    return FakeEnginePort(answers={ListSessions: found})


def test_the_list_is_aligned_and_newest_first(talk: Talk) -> None:
    """The list keeps the engine's order, and IDs are as long as they must be to differ."""
    with talk(with_sessions(summary(OTHER_ID, gaps=2), summary())) as conversation:
        answer = sessions.list_sessions(conversation, invocation("session", "list"))
    lines = list(answer.lines)
    assert lines[0].split() == [
        "ID",
        "STARTED",
        "(UTC)",
        "LENGTH",
        "STATE",
        "CHUNKS",
        "SIZE",
        "GAPS",
        "SOURCE",
    ]
    assert [line.split()[0] for line in lines[1:]] == ["3f2a9c1f", "3f2a9c1e"]
    listed = answer.document["sessions"]
    assert isinstance(listed, list)
    assert [each["session_id"] for each in listed] == [OTHER_ID, SESSION_ID]


def test_an_empty_list_says_how_to_begin(talk: Talk) -> None:
    """Without sessions there is an empty list for programs and a next step for people."""
    with talk(with_sessions()) as conversation:
        answer = sessions.list_sessions(conversation, invocation("session", "list"))
    assert answer.document == {"sessions": []}
    assert "lucid session record" in "".join(answer.lines)


def test_a_session_is_shown_with_everything(talk: Talk) -> None:
    """Showing a session names its chunks, gaps and anchors, in lines and in one flat object."""
    port = with_sessions(summary())
    port.answers[ShowSession] = DETAIL
    with talk(port) as conversation:
        answer = sessions.show_session(conversation, invocation("session", "show", "3f2a"))
    text = "\n".join(answer.lines)
    for part in ("12" * 32, "encoder died", "0x" + "cd" * 32, "ab" * 32, "by the owner"):
        assert part in text
    assert answer.document["session_id"] == SESSION_ID
    assert answer.document["chunk_rows"] == [plain(CHUNK)]


def report(outcomes: Sequence[CheckOutcome], *, holds: bool) -> VerificationReport:
    """Make a report with one check an outcome."""
    wrong = failure("chunk_altered", exit_code=1, index=4)
    checks = tuple(
        Check(
            f"check_{n}",
            outcome,
            "It was looked at.",
            "BLAKE3",
            wrong if outcome is CheckOutcome.FAILS else None,
        )
        for n, outcome in enumerate(outcomes)
    )
    return VerificationReport("session", SESSION_ID, holds, checks, "own_chain", 0.2)


def test_a_session_that_holds_exits_with_0(talk: Talk) -> None:
    """A report that holds says what each check rests on."""
    port = with_sessions(summary())
    port.answers[VerifySession] = report([CheckOutcome.HOLDS, CheckOutcome.NOT_CHECKED], holds=True)
    with talk(port) as conversation:
        answer = sessions.verify_session(conversation, invocation("session", "verify", SESSION_ID))
    assert answer.exit_code == 0
    assert answer.document["holds"] is True
    assert "rests on BLAKE3" in "\n".join(answer.lines)


@pytest.mark.parametrize("root", RootOfTrust)
def test_the_root_of_trust_is_said_in_words(root: RootOfTrust) -> None:
    """What the blocks rest on is told in a sentence of its own, never as a code alone."""
    shown = replace(report([CheckOutcome.HOLDS], holds=True), root_of_trust=root.value)
    (line,) = [each for each in report_answer(shown).lines if each.startswith("Root of trust: ")]
    assert line != f"Root of trust: {root.value}"
    assert ("appliance's own chain" in line) == (root is RootOfTrust.OWN_CHAIN)


def test_a_session_that_does_not_hold_exits_with_1(talk: Talk) -> None:
    """A failed check says what to do next, and the verdict cannot be overlooked."""
    port = with_sessions(summary())
    port.answers[VerifySession] = report([CheckOutcome.HOLDS, CheckOutcome.FAILS], holds=False)
    with talk(port) as conversation:
        answer = sessions.verify_session(conversation, invocation("session", "verify", SESSION_ID))
    text = "\n".join(answer.lines)
    assert answer.exit_code == 1
    assert "Do not rely on this part" in text
    assert answer.document["error"]["code"] == "chunk_altered"  # type: ignore[index]
    assert "does NOT hold: 1 of 2 checks failed" in text


@pytest.mark.parametrize(
    ("options", "disclosure"),
    [
        ([], Disclosure.PROOFS),
        (["--with-chunks"], Disclosure.SEALED),
        (["--disclose", "--from", "10", "--until", "20"], Disclosure.READABLE),
    ],
)
def test_a_bundle_holds_what_was_asked_for(
    talk: Talk, tmp_path: Path, options: list[str], disclosure: Disclosure
) -> None:
    """A bundle discloses nothing of the recording unless told to."""
    port = with_sessions(summary())
    target = tmp_path / "evidence.lucid"
    port.answers[ExportBundle] = ExportedFile(str(target), 4096, "bundle", 0, discloses_keys=False)
    with talk(port) as conversation:
        words = ("session", "export", "3f2a", str(target), *options)
        answer = sessions.export_session(conversation, invocation(*words))
    (command,) = port.sent(ExportBundle)
    assert command.disclosure is disclosure
    assert f"lucid proof verify {target}" in "\n".join(answer.lines)


@pytest.mark.parametrize("words", ["export 3f2a {} --video", "play 3f2a --out {}"])
def test_a_video_is_written(talk: Talk, tmp_path: Path, words: str) -> None:
    """Playing to a file and exporting a video are the same thing."""
    port = with_sessions(summary())
    target = tmp_path / "session.mp4"
    port.answers[ExportVideo] = ExportedFile(str(target), 4096, "video", 1, discloses_keys=True)
    read = invocation("session", *words.format(target).split())
    action = sessions.play_session if read.action == "play" else sessions.export_session
    with talk(port) as conversation:
        answer = action(conversation, read)
    assert answer.document["path"] == str(target)


@pytest.mark.parametrize(("words", "code"), [("3f2a9c1", "usage"), ("ffff", "session_unknown")])
def test_an_id_that_is_not_one_is_refused(talk: Talk, words: str, code: str) -> None:
    """A beginning that fits several sessions, or none, is not guessed at."""
    port = with_sessions(summary(OTHER_ID), summary())
    with talk(port) as conversation, pytest.raises(Refused) as refused:
        sessions.resolve(conversation, words)
    assert refused.value.failure.code == code


def test_what_was_typed_is_shown_as_text_and_as_strokes(talk: Talk) -> None:
    """A line begins where a line was begun; JSON has the text and every stroke of it."""
    keys = [(0x68, "h"), (0x69, "i"), (0xFF0D, "Return")]
    strokes = tuple(
        KeyStroke(12.5, keysym, key, is_pressed)
        for keysym, key in keys
        for is_pressed in (True, False)
    )
    port = FakeEnginePort(answers={ListSessions: (summary(),), ReadKeys: strokes})
    with talk(port) as conversation:
        answer = sessions.show_keys(conversation, invocation("session", "keys", SESSION_ID[:4]))
    assert list(answer.lines) == ["     12.5 s  hi[Return]"]
    assert answer.document["session_id"] == SESSION_ID
    assert answer.document["text"] == "hi[Return]"
    assert answer.document["strokes"][0] == plain(strokes[0])
    assert len(answer.document["strokes"]) == 6


def test_a_session_without_a_key_log_says_so(talk: Talk) -> None:
    """Nothing typed and nothing recorded are one: an empty answer with its reasons."""
    with talk(FakeEnginePort(answers={ReadKeys: ()})) as conversation:
        answer = sessions.show_keys(conversation, invocation("session", "keys", SESSION_ID))
    assert answer.document == {"session_id": SESSION_ID, "text": "", "strokes": []}
    assert list(answer.lines) == [
        "Nothing: nobody typed, or the session's policy does not have it recorded."
    ]
