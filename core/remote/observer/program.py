"""The observer's program: ``LINE PICTURE FRONT_DISPLAY FRONT_CHANNELS``."""

from __future__ import annotations

import resource
import signal
import socket
import sys
from pathlib import Path

from core.remote.lines.link import Link
from core.remote.observer.observer import Observer
from core.remote.observer.recorded import Recorded


def main(arguments: list[str]) -> None:
    """Run it; LINE and PICTURE are descriptors of the socket to the engine and of the recorded picture."""
    line, picture, display, channels = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
    link = Link(socket.socket(fileno=int(line)))
    Observer(link, Recorded(int(picture)), (Path(display), Path(channels))).run()


if __name__ == "__main__":
    main(sys.argv[1:])
