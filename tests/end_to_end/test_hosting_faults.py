"""Hosted sessions when things break: the engine is killed, and what was hidden is nowhere in the recording."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from core.api.commands import EndSession, ExportVideo, Secret, UnlockVault, VerifySession
from core.api.events import SessionChanged
from core.api.hosting import AuditEntry, AuditKind, HideZones, Invitation, ReadTrail, Shield
from core.api.permissions import (
    Capability,
    PolicyRules,
    Profile,
    Rule,
    WindowRule,
    Zone,
)
from core.api.snapshots import SessionState
from tests.end_to_end.hosting_bench import DARK, TERMINAL, WHITE, allow, hosted, join, now
from tests.end_to_end.remote_desk import (
    RemoteDesk,
    agreeing,
    pod_processes,
    remote_desk,
    session_home,
    until,
)
from tests.fakes.front_end import running_engine
from tests.fakes.hosting_victim import PASSPHRASE

pytestmark = pytest.mark.timeout(180)

FRAME_S = 0.2  # a picture that was taken just before is recorded with the next ones


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


def test_an_engine_that_is_killed_leaves_nobody_connected(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """With the engine dies the whole pod: the client is cut off; the next start seals picture and trail."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.hosting_victim", str(data_directory)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert victim.stdout is not None
    with victim.stdout as said:
        facts = json.loads(said.readline())
        session_id = facts.pop("session_id")
        desk.connect(Invitation(**facts))
        until(agreeing(desk, lambda: desk.pixel(*TERMINAL) == WHITE), "the desktop")
        while b"recorded" not in (line := said.readline()):
            assert line, "it has ended before anything was recorded"
        pod = list(pod_processes(victim.pid))
        assert len(pod) > 5
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    until(lambda: not desk.is_connected, "the client to be cut off")
    until(lambda: not any(each.exists() for each in pod), "the pod to be gone")
    with running_engine(data_directory, is_anchoring=False) as owner:
        owner.do(UnlockVault(Secret(PASSPHRASE)))
        changed = owner.wait_for(
            lambda event: (
                isinstance(event, SessionChanged) and event.session.state is SessionState.ANCHORING
            )
        )
        assert isinstance(changed, SessionChanged)
        assert changed.session.was_interrupted
        assert AuditKind.JOINED in [each.kind for each in owner.do(ReadTrail(session_id))]
        checks = {
            each.name: each.outcome.value for each in owner.do(VerifySession(session_id)).checks
        }
        assert checks["trail"] == "holds"
        assert checks["chunk_contents"] == "holds"


def test_a_hidden_zone_is_nowhere_in_the_recording_from_then_on(
    data_directory: Path, desk: RemoteDesk, tmp_path: Path
) -> None:
    """Every decoded frame since it was hidden is dark where the peer's screen is dark, and nowhere else.

    A frame that was recorded before, while the desktop was starting, may show what was there.
    """
    zone = Zone(380, 430, 60, 60)
    video = tmp_path / "session.mp4"
    with hosted(data_directory) as (owner, hosting):
        owner.do(HideZones(hosting.session_id, (zone,)))
        join(owner, desk, hosting)
        until(lambda: desk.pixel(600, 450) == WHITE, "the desktop")
        assert max(desk.pixel(*TERMINAL)) < DARK
        owner.do(EndSession(hosting.session_id))
        owner.answers = True
        owner.do(ExportVideo(hosting.session_id, video))
        trail = cast("tuple[AuditEntry, ...]", owner.do(ReadTrail(hosting.session_id)))
    (hidden_s,) = (each.at_s for each in trail if each.kind is AuditKind.HIDDEN)
    since = [frame for at_s, frame in decoded(video) if at_s > hidden_s + FRAME_S]
    assert any(frame[450][600] > 200 for frame in since), "the desktop was recorded"
    inside = range(zone.y + 4, zone.y + zone.height - 4)
    for frame in since:
        assert max(max(frame[y][zone.x + 4 : zone.x + zone.width - 4]) for y in inside) < DARK


def test_nothing_typed_arrives_under_the_shield(data_directory: Path, desk: RemoteDesk) -> None:
    """Under the shield a grant to type is worth nothing; when it is down again, so is the grant as it was."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        home = session_home()
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        desk.press("a")
        allow(owner, Capability.KEYBOARD)
        desk.press("BackSpace")
        owner.do(Shield(hosting.session_id, is_on=True))
        desk.type("touch ~/under")
        owner.do(Shield(hosting.session_id, is_on=False))
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop again")
        desk.type("touch ~/after")
        until((home / "after").exists, "what was typed after it")
        assert not (home / "under").exists()


def test_a_window_that_must_be_hidden_is_never_seen(data_directory: Path, desk: RemoteDesk) -> None:
    """With a rule for its class, the terminal is dark for the peer from its first pixel on; the rest is shown."""
    rules = PolicyRules(
        rules=((Capability.VIEW, Rule.ALLOW),), hidden_windows=(WindowRule(window_class="xterm"),)
    )
    with hosted(data_directory, Profile.CUSTOM, rules) as (owner, hosting):
        join(owner, desk, hosting)
        until(lambda: now(owner).hidden_windows == 1, "the window to be hidden")
        until(lambda: desk.pixel(1200, 700) == (0, 0, 0), "the desktop's own ground")
        for place in (TERMINAL, (600, 450), (70, 100)):
            assert 0 < max(desk.pixel(*place)) < DARK, "the gate's darkness, not the window"


def decoded(video: Path) -> list[tuple[float, list[bytes]]]:
    """Decode every frame to its time, in seconds from the start, and rows of brightness."""
    import av

    frames = []
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            plane = frame.reformat(format="gray").planes[0]
            pixels, step = bytes(plane), plane.line_size
            lines = [pixels[y * step : y * step + frame.width] for y in range(frame.height)]
            frames.append((float(frame.time or 0.0), lines))
    return frames
