"""Words and numbers of sessions as a person reads them: times, sizes, states, gaps.

Durations are seconds, moments are UTC milliseconds and are shown in the appliance's own time zone
unless said otherwise.
"""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QTimeZone

from core.api.snapshots import Gap, SessionState
from lucid_gui.text.amounts import grouped, size_text, span_text
from lucid_gui.text.words import tr

HOSTED = "hosted"  # the source of a session that a peer can join
JOINED = "joined"  # the source of a session that shows somebody else's desktop
CONNECTING = "connecting_to_tor"  # the stage of a command that waits until Tor is ready
_NO_BREAK = "\N{NO-BREAK SPACE}"
_MEGA = 1_000_000
_MINUTE = 60
_HOUR = 3600
_MOST_PIECES = 100_000


def fine_size_text(size_bytes: int) -> str:
    """Write the size of a chunk so that two chunks can be told apart, as in 11.3 MB."""
    if size_bytes < _MEGA:
        return size_text(size_bytes)
    return f"{size_bytes / _MEGA:.1f}{_NO_BREAK}MB"


def clock_text(seconds: float) -> str:
    """Write a position as on a player: 0:07, 12:41, 1:02:03."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, _HOUR)
    minutes, seconds_left = divmod(rest, _MINUTE)
    if hours:
        return f"{hours}:{minutes:02}:{seconds_left:02}"
    return f"{minutes}:{seconds_left:02}"


def duration_text(seconds: float) -> str:
    """Write a length of time in at most two units, and a short one in tenths: 0.4 s, 3 min 5 s."""
    if 0 < seconds < 1:
        return tr("%1 s").replace("%1", f"{max(0.1, seconds):.1f}")
    return span_text(round(seconds))


def count_text(number: int, one: str, many: str) -> str:
    """Put ``number`` into the form for one or for many; both hold %1 and are translated already."""
    return (one if number == 1 else many).replace("%1", grouped(number))


def chunks_text(number: int) -> str:
    """Say how many chunks."""
    return count_text(number, tr("%1 chunk"), tr("%1 chunks"))


def gaps_text(number: int) -> str:
    """Say how many gaps."""
    return count_text(number, tr("%1 gap"), tr("%1 gaps"))


# --- moments ----------------------------------------------------------------------------------


def _moment(utc_ms: int) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(utc_ms)


def day_text(utc_ms: int, now_utc_ms: int) -> str:
    """Name a day: Today, Yesterday, Tuesday 17 November, and with the year when it is another."""
    day, today = _moment(utc_ms).date(), _moment(now_utc_ms).date()
    if day == today:
        return tr("Today")
    if day == today.addDays(-1):
        return tr("Yesterday")
    form = "dddd d MMMM" if day.year() == today.year() else "dddd d MMMM yyyy"
    return QLocale().toString(day, form)


def time_text(utc_ms: int) -> str:
    """Write the time of day, as in 15:20."""
    return QLocale().toString(_moment(utc_ms), "HH:mm")


def title_text(utc_ms: int) -> str:
    """Write a session's own name, its beginning: Tuesday 17 Nov, 15:20."""
    return QLocale().toString(_moment(utc_ms), "dddd d MMM, HH:mm")


def exact_text(utc_ms: int) -> str:
    """Write a moment to the second with its zone, as in 17 Nov 2026, 15:20:07 CET."""
    return QLocale().toString(_moment(utc_ms), "d MMM yyyy, HH:mm:ss t")


def utc_text(utc_ms: int) -> str:
    """Write a moment to the second in UTC, as in 2026-11-17 14:20:07 UTC."""
    moment = QDateTime.fromMSecsSinceEpoch(utc_ms, QTimeZone.utc())
    return moment.toString("yyyy-MM-dd HH:mm:ss") + f"{_NO_BREAK}UTC"


def wall_text(utc_ms: int) -> str:
    """Write the time of day to the second where the appliance stands."""
    return QLocale().toString(_moment(utc_ms), "HH:mm:ss")


def ago_text(seconds: float) -> str:
    """Say how long ago something was: just now, 5 min ago."""
    if seconds < _MINUTE:
        return tr("just now")
    minutes = int(seconds // _MINUTE)
    if minutes < _MINUTE:
        return tr("%1 min ago").replace("%1", str(minutes))
    return tr("%1 h ago").replace("%1", str(minutes // _MINUTE))


# --- sessions ---------------------------------------------------------------------------------


def state_text(state: SessionState) -> str:
    """Name a state in a word."""
    return {
        SessionState.OPENING: tr("Opening"),
        SessionState.RECORDING: tr("Recording"),
        SessionState.INTERRUPTED: tr("Interrupted"),
        SessionState.SEALING: tr("Sealing"),
        SessionState.ANCHORING: tr("Anchoring"),
        SessionState.ANCHORED: tr("Anchored"),
        SessionState.FAILED: tr("Failed"),
    }[state]


def source_text(source: str) -> str:
    """Name where the pictures came from."""
    if source == "sandbox":
        return tr("Sandbox desktop")
    if source == HOSTED:
        return tr("A desktop with a remote peer")
    if source == JOINED:
        return tr("Somebody else's desktop")
    display = source.removeprefix("display").strip(" :")
    return tr("Display :%1").replace("%1", display) if display else tr("A display of this machine")


def end_reason_text(reason: str | None) -> str:
    """Say why a session ended."""
    known = {
        "owner": tr("Ended by you"),
        "space": tr("Ended because the disk was nearly full"),
        "interrupted": tr("The appliance stopped while it recorded"),
        "recorder": tr("Ended because the recorder could not go on"),
        "shutdown": tr("Ended because Lucid was closed"),
        "peer_limit": tr("Ended because its time was up, or nobody did anything"),
        "host_lost": tr("Ended because a program stopped that it needs"),
        "other_end": tr("Ended because the other end ended it, or is gone"),
        "anomaly": tr("Ended by a rule about unusual behaviour"),
        "voided": tr("Ended because the rules in force were not the signed ones"),
    }
    return known.get(reason or "", reason or tr("Not ended yet"))


def gap_reason_text(reason: str) -> str:
    """Say why there are no pictures, to follow a colon."""
    known = {
        "encoder_died": tr("the encoder restarted"),
        "display_lost": tr("the display went away"),
        "stalled": tr("no picture arrived"),
        "interrupted": tr("the appliance stopped"),
    }
    return known.get(reason, reason.replace("_", " "))


def gap_text(gap: Gap) -> str:
    """Say how long there are no pictures, and why."""
    length = duration_text(gap.until_s - gap.from_s)
    text = tr("No pictures for %1: %2")
    return text.replace("%1", length).replace("%2", gap_reason_text(gap.reason))


def stage_text(stage: str) -> str:
    """Name a stage of long work."""
    known = {
        "checking_chunks": tr("Checking chunks"),
        "checking_anchors": tr("Checking anchors"),
        "checking_signatures": tr("Checking signatures"),
        "writing_chunks": tr("Writing chunks"),
        "writing_video": tr("Writing the video"),
        "reading_chunks": tr("Reading chunks"),
        CONNECTING: tr("Connecting to Tor"),
    }
    return known.get(stage, stage.replace("_", " ").capitalize())


def progress_text(stage: str, done: int, total: int) -> str:
    """Say how far long work is: in pieces, or in percent where the numbers are large."""
    if total <= 0:
        return grouped(done)
    if "byte" in stage or total > _MOST_PIECES:
        return tr("%1 %").replace("%1", str(done * 100 // total))
    text = tr("%1 of %2")
    return text.replace("%1", grouped(done)).replace("%2", grouped(total))
