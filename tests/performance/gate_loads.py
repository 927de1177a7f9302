"""What a hosted session costs at rest and at work: processor time by process, bytes on the way and on the disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.recording.picture_encoder import X264, PictureEncoder
from core.recording.shared_picture import SharedPicture, frame_rows, new_frame
from tests.performance.gate_peer import SIZE
from tests.performance.gate_processes import used
from tests.performance.gate_relay import RelayProcess
from tests.performance.gate_session import RecordedPicture, Stage

KEYS_AN_HOUR = 6  # pictures to decode from, of a recording in which nothing happens
LINES_A_SECOND, _TYPE_EVERY_S = 10.0, 0.2
_SETTLE_S, _TAIL_S = 3.0, 2.0
_FRAME_RATE = 15


@dataclass
class Load:
    """Shares of one core; kilobytes a second to the client, and megabytes an hour on the disk."""

    cpu: dict[str, float]
    kb_s: float
    mb_hour: float

    @property
    def gate(self) -> float:
        """The gate alone."""
        return self.cpu["gate"]

    @property
    def recorded(self) -> float:
        """Gate, recorder and sealing."""
        return self.cpu["gate"] + self.cpu["encoder"] + self.cpu["engine"]

    @property
    def all(self) -> float:
        """All of the session's processes."""
        return sum(self.cpu.values())


class Meter:
    """Measures a stage whose peer comes through a relay."""

    def __init__(self, stage: Stage, directory: Path, relay: RelayProcess) -> None:
        self._stage, self._directory, self._relay = stage, directory, relay

    def idle(self, seconds: float) -> Load:
        """Measure while nothing happens."""
        return self._measure(lambda: time.sleep(seconds), _key_bytes())

    def work(self, seconds: float) -> Load:
        """Measure while a line is printed ten times a second and somebody types."""
        return self._talking(LINES_A_SECOND, seconds, lambda: self._type(seconds))

    def scroll(self, seconds: float) -> Load:
        """Measure while lines are printed as fast as the terminal takes them."""
        return self._talking(0, seconds, lambda: time.sleep(seconds))

    def _type(self, seconds: float) -> None:
        for _ in range(int(seconds / _TYPE_EVERY_S)):
            self._stage.desk.hands.press("a")
            time.sleep(_TYPE_EVERY_S)
        for _ in range(2):
            self._stage.desk.hands.press("Return")

    def _talking(self, rate: float, seconds: float, act: Callable[[], None]) -> Load:
        self._stage.talk(rate, _SETTLE_S + seconds + _TAIL_S)
        load = self._measure(act, 0)
        self._stage.await_silence()
        return load

    def _measure(self, act: Callable[[], None], key_bytes: int) -> Load:
        time.sleep(_SETTLE_S)
        before, came, kept = used(), self._relay.read(), self._disk_bytes()
        start = time.monotonic()
        act()
        after, seconds = used(), time.monotonic() - start
        disk = (self._disk_bytes() - kept) / seconds * 3600 + KEYS_AN_HOUR * key_bytes
        return Load(
            cpu={kind: (after[kind] - before[kind]) / seconds for kind in after},
            kb_s=(self._relay.read() - came) / seconds / 1e3,
            mb_hour=disk / 1e6,
        )

    def _disk_bytes(self) -> int:
        return sum(path.stat().st_size for path in self._directory.rglob("*") if path.is_file())


def _key_bytes() -> int:
    """Encode what is on the screen by itself; gives its bytes."""
    recorded = RecordedPicture()
    picture = SharedPicture(os.dup(recorded.descriptor), os.eventfd(0))
    recorded.close()
    frame, pieces = new_frame(*SIZE), []  # type: ignore[var-annotated]
    picture.read_into(frame_rows(frame, *SIZE))
    picture.close()
    encoder = PictureEncoder(X264, SIZE, _FRAME_RATE, pieces.append)
    encoder.encode(frame.reformat(format="yuv420p", interpolation="BILINEAR"), 0, is_key=True)
    encoder.finish()
    return sum(map(len, pieces))
