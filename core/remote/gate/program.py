"""The gate's program: ``program LINE DISPLAY CHANNELS FRONT_DISPLAY FRONT_CHANNELS WIDTH HEIGHT VERSION``."""

from __future__ import annotations

import resource
import signal
import socket
import sys
from pathlib import Path

from core.remote.gate.gate import Gate, Places
from core.remote.gate.link import Link


def main(arguments: list[str]) -> None:
    """Run a gate; LINE is the descriptor of the socket to the engine, VERSION that of the display's protocol."""
    line, *paths, width, height, version = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
    link = Link(socket.socket(fileno=int(line)))
    Gate(link, Places(*map(Path, paths)), int(width), int(height), int(version)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
