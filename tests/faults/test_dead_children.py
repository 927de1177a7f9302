"""Children that die: the encoder and the chain's node are killed while a session runs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from core.api.commands import (
    CreateVault,
    EndSession,
    ReadChain,
    Secret,
    ShowSession,
    SourceKind,
    StartSession,
    UnlockVault,
    VerifySession,
    WaitForAnchor,
)
from core.api.events import ChainChanged, Event, IncidentRecorded, SessionProgressed
from core.api.snapshots import AnchorState, SessionState, SessionSummary
from tests.fakes.front_end import FrontEnd, running_engine

PASSPHRASE = Secret("a passphrase for faults")


def children(word: str) -> Iterator[int]:
    """Find our children whose command line holds a word."""
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text(encoding="ascii").split():
            if word in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8"):
                yield int(pid)


def start(front_end: FrontEnd, display: str) -> SessionSummary:
    """Start a session and wait until its first bytes came."""
    summary: SessionSummary = front_end.do(StartSession(SourceKind.DISPLAY, display))
    front_end.wait_for(lambda event: _frames(event) > 10)
    return summary


def test_an_encoder_that_is_killed_is_back_and_leaves_a_gap(
    data_directory: Path, x_display: str
) -> None:
    """The recording goes on within a second, and the signed manifest says when pictures were missing."""
    with running_engine(data_directory, is_anchoring=False) as front_end:
        front_end.do(CreateVault(PASSPHRASE))
        session = start(front_end, x_display)
        (encoder,) = children("x11grab")
        os.kill(encoder, signal.SIGKILL)
        front_end.wait_for(lambda event: isinstance(event, IncidentRecorded))
        gone = _frames(front_end.all_of(SessionProgressed)[-1])
        front_end.wait_for(lambda event: _frames(event) > gone + 15)
        front_end.do(EndSession(session.session_id))
        detail = front_end.do(ShowSession(session.session_id))
    (gap,) = json.loads(detail.manifest_json)["gaps"]
    assert gap["reason"] == "encoder_died"
    assert 0 < gap["until_ns"] - gap["from_ns"] < 1_000_000_000
    assert front_end.all_of(IncidentRecorded)[0].failure.code == "recording_gap"


def test_a_node_that_is_killed_loses_no_anchor(data_directory: Path, x_display: str) -> None:
    """Killed while a session runs, the node is back, and the session is anchored once."""
    with running_engine(data_directory) as front_end:
        front_end.do(CreateVault(PASSPHRASE))
        session = start(front_end, x_display)
        front_end.wait_for(lambda event: _confirmed(event) >= 1)
        (node,) = children("core.chain.node")
        os.kill(node, signal.SIGKILL)
        front_end.do(EndSession(session.session_id))
        done = front_end.do(WaitForAnchor(session.session_id))
        report = front_end.do(VerifySession(session.session_id))
    assert done.state is SessionState.ANCHORED
    assert report.holds


def test_sessions_made_without_a_chain_are_anchored_later_once(
    data_directory: Path, x_display: str
) -> None:
    """What was sealed while there was no chain is anchored by a later engine, each announcement once."""
    sessions = []
    with running_engine(data_directory, is_anchoring=False) as front_end:
        front_end.do(CreateVault(PASSPHRASE))
        for _ in range(2):
            front_end.forget()
            session = start(front_end, x_display)
            ended = front_end.do(EndSession(session.session_id))
            assert ended.state is SessionState.ANCHORING
            sessions.append(session.session_id)
    for _ in range(2):
        with running_engine(data_directory) as front_end:
            front_end.do(UnlockVault(PASSPHRASE))
            for session_id in sessions:
                done = front_end.do(WaitForAnchor(session_id))
                assert done.state is SessionState.ANCHORED
                detail = front_end.do(ShowSession(session_id))
                assert [each.state for each in detail.anchors] == [AnchorState.CONFIRMED] * 2
                assert front_end.do(VerifySession(session_id)).holds
            assert front_end.do(ReadChain()).waiting_anchors == 0


def _frames(event: Event) -> int:
    return event.live.frames if isinstance(event, SessionProgressed) else 0


def _confirmed(event: Event) -> int:
    return event.chain.confirmed_anchors if isinstance(event, ChainChanged) else 0
