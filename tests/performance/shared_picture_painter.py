"""A process that paints into a shared picture as somebody at work would: what it costs is not the recorder's.

python -m tests.performance.shared_picture_painter --memory FD --changes FD --activity NAME
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable

from tests.fakes.shared_picture import FakeGate, Terminal

#: How often something changes, in seconds: a fast typist, and a long listing that scrolls by.
EVERY_S = {"idle": 3600.0, "typing": 1 / 6, "scrolling": 1 / 20}


def main() -> int:
    """Paint until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--changes", type=int, required=True)
    parser.add_argument("--activity", choices=sorted(EVERY_S), required=True)
    options = parser.parse_args()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    terminal = Terminal(FakeGate.inherited(options.memory, options.changes))
    terminal.fill()
    steps: dict[str, Callable[[], None]] = {
        "typing": terminal.type_one,
        "scrolling": terminal.scroll_one,
    }
    step = steps.get(options.activity, lambda: None)
    while not ended.wait(EVERY_S[options.activity]):
        step()
    return 0


if __name__ == "__main__":
    sys.exit(main())
