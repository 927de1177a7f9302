"""The channels' program: ``LINE FRONT SESSION``."""

from __future__ import annotations

from pathlib import Path

from core.remote.channels.channels import Channels
from core.remote.lines.link import open_line


def main(arguments: list[str]) -> None:
    """Run it; LINE is the descriptor of the socket to the engine, the others are where xrdp and the session are met."""
    line, front, session = arguments
    Channels(open_line(line), Path(front), Path(session)).run()
