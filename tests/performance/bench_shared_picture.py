"""CPU and disk of recording a gate's shared picture at rest and at work, sealing included.

    python -m tests.performance.bench_shared_picture [--seconds S] [--settle S] [--json FILE]

The picture is 1280×720, at most 15 pictures a second are taken. Another process paints, and is not counted; counted
are the child that encodes, and everything that the engine does: reading, sealing, a journal that is synced twice a
second. Bytes are what lies on the disk. What it costs to begin is left out of the CPU, and an hour at rest is made
up of its six key pictures with what follows each, and of the stillness in between.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from core.recording.recorder import Recorder
from core.recording.shared_picture import SharedPicture
from core.recording.shared_picture_source import SharedPictureSource
from core.runtime.clock import SystemClock
from core.runtime.workers import Worker
from core.sealing.sealer import SessionSealer
from core.sessions.live import LiveRecording
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.metadata import GapRow
from tests.fakes.shared_picture import FakeGate
from tests.performance.shared_picture_painter import EVERY_S

SIZE = (1280, 720)
IDLE_CPU_TARGET, BUSY_CPU_TARGET, IDLE_MB_TARGET = 0.03, 0.4, 5.0
KEYS_AN_HOUR = 6
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Activity:
    """Shares of one core, bytes of what was recorded, and megabytes an hour on the disk."""

    encoder_cpu: float
    engine_cpu: float
    total_cpu: float
    pictures_s: float
    mb_hour: float


@dataclass
class Result:
    """What was measured; all of the CPU is without the gate's own."""

    idle: Activity
    typing: Activity
    scrolling: Activity
    encoder: str
    seconds: float
    settle_seconds: float
    idle_cpu_target: float = IDLE_CPU_TARGET
    busy_cpu_target: float = BUSY_CPU_TARGET
    idle_mb_target: float = IDLE_MB_TARGET

    @property
    def is_met(self) -> bool:
        """Whether all targets are met."""
        return (
            self.idle.total_cpu <= self.idle_cpu_target
            and self.idle.mb_hour <= self.idle_mb_target
            and max(self.typing.total_cpu, self.scrolling.total_cpu) <= self.busy_cpu_target
        )


@dataclass
class Reading:
    """What had been used up to a moment."""

    encoder_s: float
    engine_s: float
    disk_bytes: int
    pictures: int


class Session:
    """One recorded session of a picture that another process paints."""

    def __init__(self, gate: FakeGate, directory: Path) -> None:
        self._clock = SystemClock()
        self._directory = directory
        self._picture: SharedPicture = gate.share()
        self._sources: list[SharedPictureSource] = []
        self._start = self._clock.now()
        self._recorder = Recorder(self._make_source, self._clock)
        self._sealing = Worker("sealing")
        self._frames = 0

    @property
    def encoder(self) -> str:
        """Name the encoder."""
        return self._recorder.encoder

    async def measure(self, settle: float, seconds: float) -> tuple[Reading, Reading]:
        """Record; gives what was used up to when it had settled, and up to the end."""
        await self._recorder.start()
        sealer = await self._sealing.run(self._make_sealer)
        live = LiveRecording(
            session_id="bench",
            start=self._start,
            recorder=self._recorder,
            sealer=sealer,
            sealing=self._sealing,
            clock=self._clock,
            keep_gap=self._keep_gap,
            progressed=lambda _: None,
            saw_piece=lambda _: None,
        )
        running = asyncio.create_task(live.run())
        await asyncio.sleep(settle)
        before = self._read(sealer)
        await asyncio.sleep(seconds)
        after = self._read(sealer)
        await self._recorder.stop()
        await running
        await live.finish()
        await self._recorder.close()
        self._sealing.close()
        self._picture.close()
        return before, after

    async def _keep_gap(self, gap: GapRow) -> None:
        raise RuntimeError(f"a gap: {gap}")

    def _make_source(self) -> SharedPictureSource:
        self._sources.append(
            SharedPictureSource(self._picture, clock=self._clock, session_start=self._start)
        )
        return self._sources[-1]

    def _make_sealer(self) -> SessionSealer:
        session_id = uuid4()
        return SessionSealer(
            session_id=session_id,
            session_key=bytes(32),
            start=self._start,
            chunks=DirectoryChunkStore(self._directory),
            journal_directory=self._directory / str(session_id) / "journal",
            is_sealed=lambda _: None,
        )

    def _read(self, sealer: SessionSealer) -> Reading:
        pid = self._sources[-1].pid
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return Reading(
            encoder_s=(int(fields[11]) + int(fields[12])) * _TICK_S,
            engine_s=usage.ru_utime + usage.ru_stime,
            disk_bytes=sum(path.stat().st_size for path in self._directory.rglob("*")),
            pictures=sealer.frames,
        )


def paint(gate: FakeGate, activity: str) -> subprocess.Popen[bytes]:
    """Start the process that paints."""
    descriptors = (gate.memory, gate.changes)
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.performance.shared_picture_painter"),
            *("--memory", str(gate.memory), "--changes", str(gate.changes)),
            *("--activity", activity),
        ],
        pass_fds=descriptors,
    )


def in_an_hour(activity: str, before: Reading, after: Reading, seconds: float) -> float:
    """Reckon the megabytes of an hour."""
    steady = (after.disk_bytes - before.disk_bytes) / seconds * 3600
    keys = before.disk_bytes * KEYS_AN_HOUR if activity == "idle" else 0
    return (steady + keys) / 1e6


def measure(activity: str, settle: float, seconds: float) -> tuple[Activity, str]:
    """Record one kind of activity."""
    gate = FakeGate(SIZE)
    painter = paint(gate, activity)
    with tempfile.TemporaryDirectory() as directory:

        async def run() -> tuple[Reading, Reading, str]:
            session = Session(gate, Path(directory))
            before, after = await session.measure(settle, seconds)
            return before, after, session.encoder

        try:
            before, after, encoder = asyncio.run(run())
        finally:
            painter.terminate()
            painter.wait()
            gate.close()
    encoder_cpu = (after.encoder_s - before.encoder_s) / seconds
    engine_cpu = (after.engine_s - before.engine_s) / seconds
    found = Activity(
        encoder_cpu=encoder_cpu,
        engine_cpu=engine_cpu,
        total_cpu=encoder_cpu + engine_cpu,
        pictures_s=(after.pictures - before.pictures) / seconds,
        mb_hour=in_an_hour(activity, before, after, seconds),
    )
    return found, encoder


def main() -> int:
    """Measure, print a table, write JSON; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--settle", type=float, default=10.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {name: measure(name, options.settle, options.seconds) for name in EVERY_S}
    result = Result(
        **{name: activity for name, (activity, _) in found.items()},
        encoder=found["idle"][1],
        seconds=options.seconds,
        settle_seconds=options.settle,
    )
    print(f"a shared picture of 1280x720, {result.encoder}: shares of a core, without the gate")
    for name, (each, _) in found.items():
        print(
            f"  {name:10} encoder {each.encoder_cpu:6.1%}  engine {each.engine_cpu:6.1%}  "
            f"together {each.total_cpu:6.1%}  {each.pictures_s:5.1f} pictures/s  {each.mb_hour:7.1f} MB/h"
        )
    print(
        f"  targets: idle at most {IDLE_CPU_TARGET:.0%} and {IDLE_MB_TARGET:.0f} MB/h, "
        f"at work at most {BUSY_CPU_TARGET:.0%}"
    )
    if options.json:
        text = json.dumps(asdict(result), indent=2) + "\n"
        options.json.write_text(text, encoding="utf-8")
    return 0 if result.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
