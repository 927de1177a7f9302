"""The gate's program: ``LINE WATCH RULES DISPLAY FRONT WIDTH HEIGHT VERSION``."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from core.remote.gate.gate import Gate, Places
from core.remote.gate.watch import Watch
from core.remote.lines.link import open_line


def main(arguments: list[str]) -> None:
    """Run a gate; LINE is the descriptor of the socket to the engine, VERSION that of the display's protocol."""
    line, watch, has_rules, *paths, width, height, version = arguments
    watcher = Watch(socket.socket(fileno=int(watch)), has_rules=has_rules == "rules")
    size = (int(width), int(height))
    places = Places(*map(Path, paths))
    Gate(open_line(line), watcher, places, size=size, version=int(version)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
