"""The gate's program: ``LINE WATCH RULES DISPLAY CHANNELS FRONT_DISPLAY FRONT_CHANNELS WIDTH HEIGHT VERSION``."""

from __future__ import annotations

import resource
import signal
import socket
import sys
from pathlib import Path

from core.remote.gate.gate import Gate, Places
from core.remote.gate.link import Link
from core.remote.gate.watch import Watch


def main(arguments: list[str]) -> None:
    """Run a gate; LINE is the descriptor of the socket to the engine, VERSION that of the display's protocol."""
    line, watch, has_rules, *paths, width, height, version = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
    link = Link(socket.socket(fileno=int(line)))
    watcher = Watch(socket.socket(fileno=int(watch)), has_rules=has_rules == "rules")
    size = (int(width), int(height))
    Gate(link, watcher, Places(*map(Path, paths)), size=size, version=int(version)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
