"""What the home screen says about each thing, from snapshots alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.api.snapshots import (
    ChainSnapshot,
    LiveSession,
    SessionState,
    SessionSummary,
    SpaceLevel,
    SpaceSnapshot,
)
from lucid_gui.screens.wording import HOSTED, JOINED
from lucid_gui.text.amounts import grouped, moment_text, size_text, span_text
from lucid_gui.text.words import tr

LATEST = 8
_HOUR_S = 3600
_ENOUGH_TO_ESTIMATE_S = 300.0  # what is recorded of less is mostly the first picture
_LEAST_BYTES_S = 10_000  # a desktop that stands still; whoever records again may do something
_YEAR_H = 365 * 24
_ON_THE_WAY = (SessionState.INTERRUPTED, SessionState.SEALING, SessionState.ANCHORING)
_SEALED = (SessionState.ANCHORING, SessionState.ANCHORED)  # until then, not all bytes are counted
_Facts = dict[str, Any]


def _facts(icon: str, tone: str, title: str, detail: str) -> _Facts:
    return {"icon": icon, "tone": tone, "title": title, "detail": detail}


def recording_facts(session: SessionSummary | None, live: LiveSession | None) -> dict[str, str]:
    """Say what is being recorded, for how long, and how much of it is sealed."""
    what = _what(session)
    if live is None:
        return {"title": tr("Recording %1").replace("%1", what), "detail": tr("It has just begun.")}
    title = tr("Recording %1, %2").replace("%1", what).replace("%2", span_text(live.duration_s))
    if live.is_in_gap:
        return {"title": title, "detail": tr("No pictures are coming just now; the gap is noted.")}
    sealed = _counted(live.sealed_chunks, tr("one chunk"), tr("%1 chunks"))
    detail = tr("%1 recorded, %2 sealed.").replace("%1", size_text(live.recorded_bytes))
    return {"title": title, "detail": detail.replace("%2", sealed)}


def _what(session: SessionSummary | None) -> str:
    if session is None or session.source == "sandbox":
        return tr("the sandbox")
    if session.source == HOSTED:
        return tr("a desktop with a remote peer")
    if session.source == JOINED:
        return tr("somebody else's desktop")
    return tr("display %1").replace("%1", session_display(session))


def session_display(session: SessionSummary | None) -> str:
    """Name the display of a session's source, which reads ``display :0`` or ``:0``."""
    return session.source.removeprefix("display").strip() if session else ""


def anchors_facts(sessions: Sequence[SessionSummary], is_loaded: bool) -> _Facts:
    """Say how many sessions are anchored."""
    if not is_loaded:
        return _facts("anchor", "plain", tr("Anchors"), tr("Reading the sessions"))
    ended = [each for each in sessions if each.state in {*_ON_THE_WAY, SessionState.ANCHORED}]
    if not ended:
        return _facts("anchor", "plain", tr("Nothing to anchor"), tr("No session yet"))
    anchored = sum(1 for each in ended if each.state is SessionState.ANCHORED)
    share = grouped(anchored), grouped(len(ended))
    if anchored == len(ended):
        return _facts(
            "anchor", "safe", tr("All anchored"), _filled(tr("%1 of %2 sessions"), *share)
        )
    waiting = _counted(len(ended) - anchored, tr("One is on its way"), tr("%1 are on their way"))
    return _facts("hourglass", "plain", _filled(tr("%1 of %2 anchored"), *share), waiting)


def space_facts(space: SpaceSnapshot | None, sessions: Sequence[SessionSummary]) -> _Facts:
    """Say how much is free, and about how long one could still record."""
    if space is None or not space.total_bytes:
        return _facts("hard-drive", "plain", tr("Space"), tr("Looking"))
    title = tr("%1 % free").replace("%1", str(space.free_bytes * 100 // space.total_bytes))
    if space.level in {SpaceLevel.REFUSING, SpaceLevel.CLOSING}:
        return _facts("triangle-alert", "ask", title, tr("Too little to start a session"))
    if space.level is SpaceLevel.LOW:
        return _facts(
            "triangle-alert",
            "ask",
            title,
            tr("Soon too little: %1").replace("%1", size_text(space.free_bytes)),
        )
    return _facts("hard-drive", "plain", title, _room(space, sessions))


def _room(space: SpaceSnapshot, sessions: Sequence[SessionSummary]) -> str:
    """Estimate how long can be recorded, from what was so far; the free space while that is too little to say."""
    sealed = [each for each in sessions if each.state in _SEALED]
    seconds = sum(each.duration_s for each in sealed)
    if seconds < _ENOUGH_TO_ESTIMATE_S:
        return size_text(space.free_bytes)
    rate = max(sum(each.stored_bytes for each in sealed) / seconds, _LEAST_BYTES_S)
    hours = int(space.free_bytes / rate / _HOUR_S)
    if hours > _YEAR_H:
        return tr("Room for more than a year")
    if hours == 0:
        return size_text(space.free_bytes)
    return tr("Room for about %1 h").replace("%1", grouped(hours))


def chain_facts(chain: ChainSnapshot | None) -> _Facts:
    """Say whether the chain answers, and what waits for it."""
    if chain is None:
        return _facts("box", "plain", tr("Chain"), tr("Looking"))
    if not chain.is_reachable or chain.block_number is None:
        return _facts("unplug", "ask", tr("Chain away"), tr("Sessions are kept until it answers"))
    title = tr("Block %1").replace("%1", grouped(chain.block_number))
    if chain.waiting_anchors:
        waiting = _counted(chain.waiting_anchors, tr("One anchor waits"), tr("%1 anchors wait"))
        return _facts("box", "plain", title, waiting)
    return _facts("box", "plain", title, tr("The chain answers"))


def latest_rows(sessions: Sequence[SessionSummary]) -> list[_Facts]:
    """Give the few newest sessions, for where there is room."""
    return [_row(each) for each in sessions[:LATEST]]


def _row(session: SessionSummary) -> _Facts:
    icon, tone, word = state_words(session.state)
    detail = f"{span_text(session.duration_s)}, {size_text(session.stored_bytes)}"
    return {
        "sessionId": session.session_id,
        "isOpen": session.state in {SessionState.OPENING, SessionState.RECORDING},
        "title": moment_text(session.started_utc_ms),
        "detail": detail,
        "icon": icon,
        "tone": tone,
        "state": word,
    }


def state_words(state: SessionState) -> tuple[str, str, str]:
    """Give icon, tone and word of a session's state."""
    return {
        SessionState.OPENING: ("circle-dot", "danger", tr("Opening")),
        SessionState.RECORDING: ("circle-dot", "danger", tr("Recording")),
        SessionState.INTERRUPTED: ("hourglass", "quiet", tr("Interrupted")),
        SessionState.SEALING: ("lock", "quiet", tr("Sealing")),
        SessionState.ANCHORING: ("hourglass", "quiet", tr("Anchoring")),
        SessionState.ANCHORED: ("anchor", "safe", tr("Anchored")),
        SessionState.FAILED: ("circle-x", "danger", tr("Failed")),
    }[state]


def _filled(text: str, first: str, second: str) -> str:
    return text.replace("%1", first).replace("%2", second)


def _counted(number: int, one: str, many: str) -> str:
    return one if number == 1 else many.replace("%1", grouped(number))
