"""A kiosk on the fake engine in a process of its own, ended the way that is asked for.

``python kiosk_child.py FACTS_FILE PHASE ENDING`` writes to the facts file what was imported at the
first frame and whether the engine was stopped. ENDING is SIGTERM, SIGINT, close or button.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from lucid_gui.application import Kiosk, _application
from lucid_gui.options import KioskOptions

if TYPE_CHECKING:
    from tests.fakes.engine_port import FakeEnginePort


def main(facts_file: Path, phase: str, ending: str) -> int:
    """Run a kiosk, end it, and tell how it went."""
    modules: list[str] = []
    ports: list[FakeEnginePort] = []
    application = _application()
    kiosk = Kiosk(KioskOptions(is_windowed=True))
    kiosk.first_frame_shown.connect(lambda: modules.extend(sorted(sys.modules)))
    kiosk.show()
    timer = QTimer()
    timer.timeout.connect(lambda: _end_when_shown(kiosk, ending, timer))
    timer.start(20)
    code = kiosk.run(application, lambda: _start(phase, ports))
    facts = {"modules": modules, "has_stopped": ports[0].has_stopped_cleanly}
    facts_file.write_text(json.dumps(facts), encoding="utf-8")
    return code


def _start(phase: str, ports: list[FakeEnginePort]) -> FakeEnginePort:
    from dataclasses import replace

    from core.api.snapshots import EnginePhase
    from tests.fakes.engine_port import READY, failure
    from tests.fakes.kiosk_scripts import full_port

    wanted = EnginePhase(phase)
    why = failure("data_directory_busy", path="x", pid=1) if wanted is EnginePhase.FAILED else None
    ports.append(full_port(replace(READY, phase=wanted, failure=why)))
    return ports[0]


def _end_when_shown(kiosk: Kiosk, ending: str, timer: QTimer) -> None:
    """End the kiosk once it shows a screen."""
    if kiosk.session is None or kiosk.session.navigator.current() == "":
        return
    timer.stop()
    ways: dict[str, Callable[[], object]] = {
        "SIGTERM": lambda: os.kill(os.getpid(), signal.SIGTERM),
        "SIGINT": lambda: os.kill(os.getpid(), signal.SIGINT),
        "close": kiosk.window.close,
        "button": kiosk.session.navigator.quit,
    }
    ways[ending]()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
