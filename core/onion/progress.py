"""How far tor is: what its events say, put together. Nothing here waits or asks; times are nanoseconds.

Source: control-spec, "Client status events", "General status events", "Network liveness has changed".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from core.errors import ClockWrong
from core.onion.control_connection import ControlEvent

DONE = 100
_TOLERATED_S = 24 * 3600  # tor uses a consensus a day before it is valid and a day after
_MINUTE_S = 60
_WORD = re.compile(r'([A-Z_]+)=(?:"([^"]*)"|(\S*))')
_MOST_WORDS = 120  # letters of tor's that are shown
_MOST_FAILED = 3  # circuits in a row; one or two may be their relays' fault
_NO_CIRCUIT = ("circuit_not_established", "No circuit works any more")
_NO_DIRECTORY = ("not_enough_dir_info", "The list of relays is out of date")
_NO_NETWORK = ("network_liveness", "Nothing comes from the network any more")


class Progress:
    """Where tor stands between its start and being connected."""

    def __init__(self) -> None:
        self.percent = 0
        self.tag = ""
        self.summary = ""
        self.hindrance = ""  # tor's own words for what is in the way
        self.skew: ClockWrong | None = None  # as a relay says it; tor may connect all the same
        self.clock: ClockWrong | None = None  # as judge_clock says it: circuits cannot be built
        self.danger = ""  # the network's word on this version, such as "obsolete"
        self._has_circuits = True
        self._has_directory = True
        self._failed = 0  # circuits, since anything came from the network
        self._received = ""
        self.is_alive = True  # something comes from the network
        self._said = ("", "")

    @property
    def is_ready(self) -> bool:
        """Whether circuits can be built now."""
        return self._is_connected and self.clock is None

    @property
    def clock_failure(self) -> ClockWrong | None:
        """What is known to be wrong about the clock."""
        return self.clock or self.skew

    def take(self, event: ControlEvent) -> None:
        """Take an event of tor's."""
        words = [*event.words, "", ""]
        match event.kind:
            case "STATUS_CLIENT":
                self._take_client(words[1], event.values)
            case "STATUS_GENERAL":
                self._take_general(words[1], event.values)
            case "NETWORK_LIVENESS":
                self.set_alive(is_alive=words[0].upper() != "DOWN")
            case "CIRC":
                self._take_circuit(words[1])

    def note_version(self, word: str) -> None:
        """Note the network's word on this version: of DANGEROUS_VERSION, or of GETINFO status/version/current."""
        self.danger = word.lower() if word.lower() in {"obsolete", "unrecommended"} else ""

    def take_bootstrap(self, line: str) -> None:
        """Take what GETINFO status/bootstrap-phase says."""
        values = {name: quoted or bare for name, quoted, bare in _WORD.findall(line)}
        self._take_bootstrap(values)

    def set_alive(self, *, is_alive: bool) -> None:
        """Note whether anything comes from the network."""
        self.is_alive = is_alive
        self._show()

    def set_circuits(self, *, has_circuits: bool) -> None:
        """Note whether circuits work."""
        self._has_circuits = has_circuits
        self._show()

    def set_received(self, count: str) -> None:
        """Note how many bytes have come from the network so far; circuits that failed before them do not count."""
        if count != self._received:
            self._received, self._failed = count, 0
        self._show()

    def _take_circuit(self, status: str) -> None:
        """Take an event about a circuit. Tor gives one up without a word on the network's being gone."""
        if status == "FAILED":
            self._failed += 1
        elif status in {"EXTENDED", "BUILT"}:
            self._failed = 0
        self._show()

    def _take_client(self, action: str, values: Mapping[str, str]) -> None:
        if action == "BOOTSTRAP":
            self._take_bootstrap(values)
        elif action == "CIRCUIT_ESTABLISHED":
            self.set_circuits(has_circuits=True)
        elif action == "CIRCUIT_NOT_ESTABLISHED":
            self.set_circuits(has_circuits=False)
        elif action in {"ENOUGH_DIR_INFO", "NOT_ENOUGH_DIR_INFO"}:
            self._has_directory = action == "ENOUGH_DIR_INFO"
            self._show()

    def _take_bootstrap(self, values: Mapping[str, str]) -> None:
        percent = values.get("PROGRESS", "")
        if percent.isascii() and percent.isdigit():
            moved = (
                min(int(percent), DONE) != self.percent or values.get("TAG", "") != self._said[0]
            )
            if moved and int(percent) >= DONE:
                self._has_circuits = (
                    True  # that is what it means; their own event comes a moment later
                )
            self.percent = min(int(percent), DONE)
            self._said = (
                values.get("TAG", "")[:_MOST_WORDS],
                values.get("SUMMARY", "")[:_MOST_WORDS],
            )
            if moved:
                self.hindrance = ""
            self._show()
        if warning := values.get("WARNING", ""):
            self.hindrance = warning[:_MOST_WORDS]

    def _take_general(self, action: str, values: Mapping[str, str]) -> None:
        if action == "CLOCK_SKEW":
            skew = values.get("SKEW", values.get("MIN_SKEW", ""))
            if re.fullmatch(r"[+-]?\d{1,12}", skew) and int(skew):
                self.skew = clock_wrong(int(skew))
        elif action == "DANGEROUS_VERSION":
            self.note_version(values.get("REASON", ""))

    @property
    def _is_connected(self) -> bool:
        works = self._has_circuits and self._has_directory and not self._is_silent
        return self.percent >= DONE and works

    @property
    def _is_silent(self) -> bool:
        return not self.is_alive or self._failed >= _MOST_FAILED

    def _show(self) -> None:
        self.tag, self.summary = self._said
        if self._is_connected:
            self.skew = None  # tor got there all the same
        elif self.percent >= DONE and self._is_silent:
            self.tag, self.summary = _NO_NETWORK
        elif self.percent >= DONE:
            self.tag, self.summary = _NO_CIRCUIT if self._has_directory else _NO_DIRECTORY


def clock_wrong(skew_s: int) -> ClockWrong:
    """Make the failure of a clock that is fast by so many seconds, or slow where they are negative."""
    minutes = max(1, round(abs(skew_s) / _MINUTE_S))
    return ClockWrong(minutes=minutes, direction="fast" if skew_s > 0 else "slow")


def judge_clock(
    now_utc_s: float, valid_after: str, valid_until: str, *, has_jumped: bool
) -> ClockWrong | None:
    """Compare the clock with the consensus that tor has; times as tor writes them, "2026-11-24 22:00:00" or "".

    A consensus from the future means a slow clock. One long past means a fast clock only where the clock has jumped:
    otherwise it is what was kept from the last time, and a new one is on its way.
    """
    after, until = _seconds(valid_after), _seconds(valid_until)
    if after is not None and now_utc_s < after - _TOLERATED_S:
        return clock_wrong(round(now_utc_s - after))
    if has_jumped and until is not None and now_utc_s > until + _TOLERATED_S:
        return clock_wrong(round(now_utc_s - until))
    return None


def _seconds(text: str) -> float | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
