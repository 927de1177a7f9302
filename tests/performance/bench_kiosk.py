"""How soon the kiosk's first frame is there, beside an empty QML window of the same Qt.

    python -m tests.performance.bench_kiosk [--rounds N] [--json FILE]

Each round starts both programs once, in turns; a time runs from the start of the process to its first
frame, the interpreter and everything imported until then included. Medians are compared. Both draw by
software into memory, or wherever QT_QPA_PLATFORM says.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET_RATIO = 2.0
# What must not be imported before the first frame.
HEAVY = ("web3", "eth", "tronpy", "av", "nacl")

EMPTY = """
import sys
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
application = QGuiApplication(["empty"])
engine = QQmlApplicationEngine()
engine.loadData(b"import QtQuick\\nWindow { visible: true; width: 800; height: 480 }")
engine.rootObjects()[0].frameSwapped.connect(lambda: print("frame", flush=True))
application.exec()
"""

KIOSK = """
import sys
import core.cli.main
from lucid_gui.application import Kiosk, _application
from lucid_gui.options import KioskOptions
application = _application()
kiosk = Kiosk(KioskOptions(is_windowed=True))
kiosk.first_frame_shown.connect(lambda: print("frame", *sorted(sys.modules), flush=True))
kiosk.show()
application.exec()
"""


@dataclass
class Result:
    """Medians and what they come to."""

    empty_window_s: float
    kiosk_s: float
    ratio: float
    target_ratio: float
    rounds: int
    empty_window_times_s: list[float]
    kiosk_times_s: list[float]
    modules: int
    heavy_modules: list[str]


def first_frame(program: str) -> tuple[float, list[str]]:
    """Start a program, wait for its first frame and end it: seconds, and the words it printed."""
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
        **os.environ,
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed kiosk has its byte code
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        words = child.stdout.readline().split()
        took = time.perf_counter() - began
        child.kill()
    if words[:1] != ["frame"]:
        raise RuntimeError("a program ended before its first frame")
    return took, words[1:]


def measure(rounds: int) -> Result:
    """Take turns; the first round warms the caches and does not count."""
    first_frame(EMPTY)
    _took, modules = first_frame(KIOSK)
    empty, kiosk = [], []
    for _ in range(rounds):
        empty.append(first_frame(EMPTY)[0])
        kiosk.append(first_frame(KIOSK)[0])
    medians = statistics.median(empty), statistics.median(kiosk)
    return Result(
        empty_window_s=medians[0],
        kiosk_s=medians[1],
        ratio=medians[1] / medians[0],
        target_ratio=TARGET_RATIO,
        rounds=rounds,
        empty_window_times_s=empty,
        kiosk_times_s=kiosk,
        modules=len(modules),
        heavy_modules=sorted({name for name in modules if name.partition(".")[0] in HEAVY}),
    )


def main() -> int:
    """Measure, print, write JSON; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = measure(options.rounds)
    print(f"first frame, median of {result.rounds} starts each, in turns")
    print(f"  empty QML window   {result.empty_window_s * 1000:6.0f} ms")
    print(f"  kiosk              {result.kiosk_s * 1000:6.0f} ms")
    print(f"  ratio              {result.ratio:6.2f}     at most {TARGET_RATIO}")
    print(
        f"  imported before    {result.modules} modules; heavy ones: {result.heavy_modules or 'none'}"
    )
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=2), encoding="utf-8")
    return 0 if result.ratio <= TARGET_RATIO and not result.heavy_modules else 1


if __name__ == "__main__":
    sys.exit(main())
