"""CPU of recording and sealing a busy display, against ffmpeg writing the same video to /dev/null.

    python -m tests.performance.bench_recording [--seconds S] [--rounds N] [--json FILE]

Both are measured in one run, alternating, on the same virtual display of 1280×720 at 15 pictures a second.
"Ours" is everything that Lucid adds: recorder, sealer, journal, disk, and its ffmpeg.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from core.recording.child import Child, child_environment, find_program
from core.recording.encoders import Encoder, EncoderProbe
from core.recording.recorder import Recorder
from core.recording.sandbox import SandboxDesktop
from core.recording.source import StreamPiece
from core.recording.x11grab import DEFAULT_FRAME_RATE, X11GrabSource, grab_arguments
from core.runtime.clock import Instant, SystemClock
from core.runtime.workers import Worker
from core.sealing.sealer import SessionSealer
from core.storage.directory_chunks import DirectoryChunkStore

TARGET = 1.6
SIZE = (1280, 720)
BUSY = "while :; do head -c 400 /dev/urandom | od -An -x; sleep 0.05; done"


@dataclass
class Result:
    """CPU seconds per second of recording, and what came of it."""

    plain_ffmpeg: float
    ours_ffmpeg: float
    ours_lucid: float
    ratio: float
    target: float
    seconds: float
    rounds: int
    encoder: str
    recorded_mbit_s: float


def child_cpu() -> float:
    """CPU seconds of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def own_cpu() -> float:
    """CPU seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Bench:
    """One virtual display with a busy terminal, and the two ways to record it."""

    def __init__(self, desktop: SandboxDesktop, directory: Path) -> None:
        self._desktop = desktop
        self._directory = directory
        self._clock = SystemClock()
        self._probe = EncoderProbe()
        self._environment = child_environment(desktop.environment)
        self._ffmpeg = find_program("ffmpeg", "ffmpeg", self._environment)
        self.bytes = 0

    async def encoder(self) -> Encoder:
        """Probe once, outside of what is measured."""
        return await self._probe.choose(self._ffmpeg, self._environment)

    async def plain(self, seconds: float) -> float:
        """Let ffmpeg alone write the video to /dev/null; gives its CPU seconds."""
        arguments = grab_arguments(
            self._desktop.display, await self.encoder(), DEFAULT_FRAME_RATE, 0
        )
        before = child_cpu()
        ffmpeg = subprocess.Popen(  # noqa: ASYNC220  (nothing else runs meanwhile)
            [self._ffmpeg, *arguments[:-1], "-y", "/dev/null"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        await asyncio.sleep(seconds)
        ffmpeg.send_signal(signal.SIGINT)
        ffmpeg.wait()
        return child_cpu() - before

    async def ours(self, seconds: float) -> tuple[float, float]:
        """Record and seal; gives the CPU seconds of ffmpeg and of everything else."""
        children, own = child_cpu(), own_cpu()
        await self._record_and_seal(seconds)
        return child_cpu() - children, own_cpu() - own

    async def _record_and_seal(self, seconds: float) -> None:
        start, session_id = self._clock.now(), uuid4()
        recorder = Recorder(lambda: self._source(start), self._clock)
        worker = Worker("sealing")
        sealer = await worker.run(
            lambda: SessionSealer(
                session_id=session_id,
                session_key=bytes(32),
                start=start,
                chunks=DirectoryChunkStore(self._directory),
                journal_directory=self._directory / str(session_id) / "journal",
                is_sealed=lambda _: None,
            )
        )
        await recorder.start()
        end = time.monotonic() + seconds
        while (found := await recorder.read()) is not None:
            if isinstance(found, StreamPiece):
                self.bytes += len(found.data)
                await worker.run(sealer.append, found.data, found.instant)
            if time.monotonic() > end:
                await recorder.stop()
        await worker.run(sealer.finish)
        await recorder.close()
        worker.close()

    def _source(self, start: Instant) -> X11GrabSource:
        return X11GrabSource(
            self._desktop.display,
            clock=self._clock,
            session_start=start,
            probe=self._probe,
            environment=self._desktop.environment,
        )


async def measure(seconds: float, rounds: int) -> Result:
    """Alternate the two, and compare their sums."""
    with tempfile.TemporaryDirectory() as directory:
        desktop = SandboxDesktop(Path(directory) / "run", size=SIZE)
        await desktop.start()
        arguments = ["xterm", "-geometry", "150x40+0+0", "-e", "sh", "-c", BUSY]
        busy = Child(arguments, child_environment(desktop.environment))
        bench = Bench(desktop, Path(directory) / "sessions")
        try:
            encoder = await bench.encoder()
            await bench.ours(1.0)  # what is imported and set up on first use is no part of the cost
            bench.bytes = 0
            plain = ffmpeg = lucid = 0.0
            for _ in range(rounds):
                plain += await bench.plain(seconds)
                more_ffmpeg, more_lucid = await bench.ours(seconds)
                ffmpeg, lucid = ffmpeg + more_ffmpeg, lucid + more_lucid
        finally:
            await busy.close()
            await desktop.stop()
    total = seconds * rounds
    return Result(
        plain_ffmpeg=plain / total,
        ours_ffmpeg=ffmpeg / total,
        ours_lucid=lucid / total,
        ratio=(ffmpeg + lucid) / plain,
        target=TARGET,
        seconds=seconds,
        rounds=rounds,
        encoder=encoder.name,
        recorded_mbit_s=bench.bytes * 8 / total / 1e6,
    )


def main() -> int:
    """Measure, print a table, write JSON; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = asyncio.run(measure(options.seconds, options.rounds))
    print(
        f"recording 1280x720 at 15 a second, {result.recorded_mbit_s:.2f} Mbit/s, {result.encoder}"
    )
    print(f"  ffmpeg to /dev/null   {result.plain_ffmpeg:7.1%} of a core")
    print(f"  ours: ffmpeg          {result.ours_ffmpeg:7.1%}")
    print(f"  ours: record and seal {result.ours_lucid:7.1%}")
    print(f"  ratio                 {result.ratio:7.2f}  (target: at most {TARGET})")
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return 0 if result.ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
