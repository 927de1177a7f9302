"""Recording from the command line ends by time, by Ctrl-C or by itself, and always sealed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from core.api.commands import EndSession, ShowSession, SourceKind, StartSession, WaitForAnchor
from core.api.events import SessionChanged
from core.api.snapshots import SessionDetail, SessionState
from core.cli.record import record
from tests.core.cli.conftest import SESSION_ID, Talk, invocation, summary
from tests.fakes.engine_port import FakeEnginePort, failure

RECORDING = summary(state=SessionState.RECORDING, ended_utc_ms=None, merkle_root=None, chunks=0)
SEALED = summary(state=SessionState.ANCHORING)
DETAIL = SessionDetail(SEALED, "", None, "", None, None, (), (), ())


def engine(*, started: object = RECORDING, anchored: object = None) -> FakeEnginePort:
    """Make an engine that records, seals and anchors."""
    return FakeEnginePort(
        answers={
            StartSession: started,
            EndSession: SEALED,
            WaitForAnchor: summary() if anchored is None else anchored,
            ShowSession: DETAIL,
        }
    )


def during_recording(work: Callable[[FakeEnginePort], None]) -> FakeEnginePort:
    """Make an engine that does ``work`` as soon as it records."""
    port = engine()

    def started(_: object) -> object:
        work(port)
        return RECORDING

    port.answers[StartSession] = started
    return port


def test_it_records_seals_and_waits_for_the_anchor(talk: Talk) -> None:
    """After its seconds the session is ended, and the answer is the anchored session."""
    port = engine()
    with talk(port) as conversation:
        answer = record(
            conversation, invocation("session", "record", "--sandbox", "--seconds", "0.01")
        )
    assert answer.document["state"] == "anchored"
    assert answer.document["session_id"] == SESSION_ID
    assert answer.exit_code == 0


def test_it_does_not_wait_when_told(talk: Talk) -> None:
    """--no-wait ends once the session is sealed, and says that the anchor comes later."""
    port = engine()
    with talk(port) as conversation:
        words = ("session", "record", "--sandbox", "--seconds", "0.01", "--no-wait")
        answer = record(conversation, invocation(*words))
    assert answer.document["state"] == "anchoring"
    assert port.sent(WaitForAnchor) == []


@pytest.mark.parametrize("code", ["anchor_missing", "chain_unreachable"])
def test_an_anchor_that_does_not_come_is_no_failure(talk: Talk, code: str) -> None:
    """Without a chain the recording is sealed, fine, and anchored later."""
    port = engine(anchored=failure(code, session_id=SESSION_ID))
    with talk(port) as conversation:
        answer = record(
            conversation, invocation("session", "record", "--sandbox", "--seconds", "0.01")
        )
    assert (answer.document["state"], answer.exit_code) == ("anchoring", 0)


@pytest.mark.parametrize(
    ("number", "options", "state"),
    [
        (signal.SIGINT, [], "anchored"),
        (signal.SIGINT, ["--seconds", "60"], "anchoring"),
        (signal.SIGTERM, [], "anchoring"),
    ],
)
def test_a_signal_ends_it_sealed(
    talk: Talk, number: signal.Signals, options: list[str], state: str
) -> None:
    """Ctrl-C ends a session as the owner's tap would; one that is cut short does not wait for the chain."""
    port = during_recording(lambda _: os.kill(os.getpid(), number))
    with talk(port) as conversation:
        answer = record(conversation, invocation("session", "record", "--display", ":7", *options))
    assert (answer.document["state"], answer.exit_code) == (state, 0)
    assert [ended.session_id for ended in port.sent(EndSession)] == [SESSION_ID]


def test_a_session_that_ends_by_itself_is_shown(talk: Talk) -> None:
    """When the disk runs full the session ends, and the command with it."""
    port = during_recording(lambda port: port.emit(SessionChanged(SEALED)))
    with talk(port) as conversation:
        answer = record(conversation, invocation("session", "record", "--display", ":7"))
    assert answer.document["state"] == "anchored"


def test_the_source_is_what_was_asked_for(talk: Talk) -> None:
    """A display is recorded by its name, for the recipients that were named."""
    port = engine()
    with talk(port) as conversation:
        words = ("session", "record", "--display", ":7", "--seconds", "0.01", "--recipient", "aa")
        record(conversation, invocation(*words))
    (start,) = port.sent(StartSession)
    assert (start.source, start.display, start.recipients) == (SourceKind.DISPLAY, ":7", ("aa",))
