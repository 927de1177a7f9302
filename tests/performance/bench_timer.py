"""How late a 16 ms timer of the kiosk is while a session is recorded, sealed and shown on its screen.

    python -m tests.performance.bench_timer [--seconds S] [--json FILE]

The kiosk draws offscreen on the real engine; the desktop that it records is 1280×720 with a busy terminal, at
15 pictures a second, and the live screen shows its thumbnail. The same timer is measured on the idle kiosk first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.api.events import Event
    from core.engine import Engine
    from lucid_gui.application import Kiosk

INTERVAL_MS = 16
TARGET_MS = 16.0
BUSY = "while :; do head -c 400 /dev/urandom | od -An -x; sleep 0.05; done"


def percentile(values: list[float], share: float) -> float:
    """Give the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Lateness:
    """A precise timer that notes how late each of its ticks is, in milliseconds."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.values: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Forget what was noted and tick."""
        self.values = []
        self._last = time.monotonic()
        self._timer.start(INTERVAL_MS)

    def end(self) -> dict[str, float]:
        """Stop, and sum up."""
        self._timer.stop()
        return {
            "ticks": len(self.values),
            "median_ms": round(percentile(self.values, 0.5), 2),
            "p99_ms": round(percentile(self.values, 0.99), 2),
            "worst_ms": round(max(self.values), 2),
        }

    def _tick(self) -> None:
        now = time.monotonic()
        self.values.append(max(0.0, (now - self._last) * 1000 - INTERVAL_MS))
        self._last = now


class Course:
    """What happens in the kiosk, step by step; lives on the GUI thread and looks at the engine's events there."""

    def __init__(self, kiosk: Kiosk, seconds: float, busy: BusyDisplay) -> None:
        from PySide6.QtCore import QTimer

        self._kiosk = kiosk
        self._seconds = seconds
        self._busy = busy
        self._lateness = Lateness()
        self._heard: deque[Event] = deque()
        self._engine: Engine | None = None
        self.results: dict[str, dict[str, float]] = {}
        self._looking = QTimer()
        self._looking.timeout.connect(self._look)
        self._looking.start(100)

    def attach(self, engine: Engine) -> None:
        """Take the engine, on the thread that started it, and make its vault."""
        from core.api.commands import CreateVault, Secret

        self._engine = engine
        engine.subscribe(self._heard.append)
        engine.submit(CreateVault(Secret("a passphrase for timing")))

    def _look(self) -> None:
        from core.api.events import RequestFailed, RequestFinished
        from core.api.snapshots import SessionSummary

        while self._heard:
            event = self._heard.popleft()
            if isinstance(event, RequestFailed):
                raise SystemExit(f"failed: {event.failure}")
            if isinstance(event, RequestFinished):
                if isinstance(event.result, SessionSummary):
                    self._show_live(event.result.session_id)
                elif event.result is None and not self.results:
                    self.results["idle"] = {}
                    self._later(3.0, self._measure_idle)

    def _later(self, seconds: float, step: Callable[[], None]) -> None:
        from PySide6.QtCore import QTimer

        QTimer.singleShot(int(seconds * 1000), self._kiosk, step)

    def _measure_idle(self) -> None:
        self._lateness.begin()
        self._later(self._seconds / 2, self._begin_recording)

    def _begin_recording(self) -> None:
        from core.api.commands import SourceKind, StartSession

        self.results["idle"] = self._lateness.end()
        assert self._engine is not None
        self._engine.submit(StartSession(SourceKind.DISPLAY, self._busy.display))

    def _show_live(self, session_id: str) -> None:
        assert self._kiosk.session is not None
        self._kiosk.session.navigator.open("live", {"sessionId": session_id})
        self._later(3.0, self._measure_recording)

    def _measure_recording(self) -> None:
        self._lateness.begin()
        self._later(self._seconds, self._finish)

    def _finish(self) -> None:
        self.results["recording"] = self._lateness.end()
        self._looking.stop()
        self._kiosk.stop()


class BusyDisplay:
    """A virtual display of 1280×720 on which text keeps scrolling."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
            pass_fds=[writer],
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader, encoding="ascii") as stream:
            self.display = f":{stream.readline().strip()}"
        self._terminal = subprocess.Popen(
            ["xterm", "-display", self.display, "-geometry", "180x50", "-e", "sh", "-c", BUSY],
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> None:
        """End terminal and display."""
        for process in (self._terminal, self._server):
            process.terminate()
            process.wait()


def measure(seconds: float) -> dict[str, dict[str, float]]:
    """Run the kiosk once and give what its timers noted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from core.config.engine_options import EngineOptions
    from core.engine import start_engine
    from lucid_gui.application import Kiosk, _application
    from lucid_gui.options import KioskOptions

    busy = BusyDisplay()
    with tempfile.TemporaryDirectory(prefix="lucid-bench-") as directory:
        application = _application()
        kiosk = Kiosk(KioskOptions(is_windowed=True))
        course = Course(kiosk, seconds, busy)

        def start() -> Engine:
            engine = start_engine(Path(directory) / "data", EngineOptions(has_cheap_vault=True))
            course.attach(engine)
            return engine

        try:
            kiosk.show()
            kiosk.run(application, start)
        finally:
            busy.close()
    return course.results


def main() -> int:
    """Measure, print the table, write JSON; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    results = measure(arguments.seconds)
    for name, found in results.items():
        print(
            f"{name:10} {found['ticks']:6.0f} ticks, late by {found['median_ms']:.2f} ms at the median, "
            f"{found['p99_ms']:.2f} ms at the 99th percentile, {found['worst_ms']:.2f} ms at worst"
        )
    late = results["recording"]["p99_ms"]
    print(f"target     at most {TARGET_MS:.0f} ms at the 99th percentile while recording")
    if arguments.json:
        arguments.json.write_text(json.dumps({**results, "target_ms": TARGET_MS}, indent=2) + "\n")
    return 0 if late <= TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
