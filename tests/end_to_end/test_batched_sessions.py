"""Sessions that come fast are anchored together, verified and exported as any other, by the whole engine."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from core.api.commands import (
    CreateVault,
    Disclosure,
    EndSession,
    ExportBundle,
    Secret,
    ShowSession,
    SourceKind,
    StartSession,
    UnlockVault,
    VerifySession,
    WaitForAnchor,
)
from core.api.events import SessionProgressed
from core.api.snapshots import (
    AnchorKind,
    AnchorState,
    Check,
    CheckOutcome,
    SessionState,
    VerificationReport,
)
from core.config.engine_options import BatchOptions
from core.evidence.verify import verify_bundle
from tests.fakes.front_end import FrontEnd, running_engine
from tests.faults.test_dead_children import children

PASSPHRASE = Secret("a passphrase for batches")
EVERY_SESSION = BatchOptions(from_per_minute=1, gather_s=0.2)


def _record(front_end: FrontEnd, display: str) -> str:
    """Record a few frames and give the session's ID."""
    session_id: str = front_end.do(StartSession(SourceKind.DISPLAY, display)).session_id
    front_end.wait_for(
        lambda event: (
            isinstance(event, SessionProgressed)
            and event.live.session_id == session_id
            and event.live.frames > 5
        )
    )
    front_end.do(EndSession(session_id))
    return session_id


def _named(report: VerificationReport, name: str) -> Check:
    return next(check for check in report.checks if check.name == name)


def test_batched_sessions_are_as_good_as_others(
    data_directory: Path, x_display: str, tmp_path: Path
) -> None:
    """Both anchors are in batches; the session and its bundle hold, and a later life of the engine goes on."""
    with running_engine(data_directory, batches=EVERY_SESSION) as front_end:
        front_end.do(CreateVault(PASSPHRASE))
        first = _record(front_end, x_display)
        assert front_end.do(WaitForAnchor(first)).state is SessionState.ANCHORED
        report = front_end.do(VerifySession(first))
        assert report.holds
        assert _named(report, "single_use").outcome is CheckOutcome.HOLDS
        assert "in batch 1 of " in _named(report, "opened_anchor").summary
        assert ", in batch " in _named(report, "sealed_anchor").summary
        path = tmp_path / "session.lucid"
        front_end.do(ExportBundle(first, path, Disclosure.SEALED))
    bundle = verify_bundle(path)
    assert bundle.holds
    assert _named(bundle, "sealed_anchor").outcome is CheckOutcome.HOLDS
    assert _named(bundle, "single_use").outcome is CheckOutcome.NOT_CHECKED
    with running_engine(data_directory, batches=EVERY_SESSION) as front_end:
        front_end.do(UnlockVault(PASSPHRASE))
        second = _record(front_end, x_display)
        (node,) = children("core.chain.node")
        os.kill(node, signal.SIGKILL)
        assert front_end.do(WaitForAnchor(second)).state is SessionState.ANCHORED
        for session_id in (first, second):
            report = front_end.do(VerifySession(session_id))
            assert report.holds
            assert ", in batch " in _named(report, "opened_anchor").summary
            anchors = front_end.do(ShowSession(session_id)).anchors
            assert [(each.kind, each.state) for each in anchors] == [
                (AnchorKind.OPENED, AnchorState.CONFIRMED),
                (AnchorKind.SEALED, AnchorState.CONFIRMED),
            ]
