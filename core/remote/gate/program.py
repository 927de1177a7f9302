"""The gate's program: ``LINE WATCH RULES DISPLAY FRONT WIDTH HEIGHT VERSION MEMORY``."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from core.remote.gate.gate import Gate, Places
from core.remote.gate.memory import enter
from core.remote.gate.watch import Watch
from core.remote.lines.link import open_line


def main(arguments: list[str]) -> None:
    """Run a gate; LINE is the descriptor of the socket to the engine, VERSION that of the display's protocol.

    MEMORY is the descriptor of the shared memory that the display keeps its picture in. What xrdp is to read is made
    before going there, where xrdp is, so that neither of the two reaches the other's.
    """
    line, watch, has_rules, *paths, width, height, version, display_memory = arguments
    watcher = Watch(socket.socket(fileno=int(watch)), has_rules=has_rules == "rules")
    size = (int(width), int(height))
    places = Places(*map(Path, paths))
    gate = Gate(open_line(line), watcher, places, size=size, version=int(version))
    enter(int(display_memory))
    gate.run()


if __name__ == "__main__":
    main(sys.argv[1:])
