"""The observer's program: ``LINE PICTURE FRONT_DISPLAY FRONT_CHANNELS``."""

from __future__ import annotations

import sys
from pathlib import Path

from core.remote.lines.link import open_line
from core.remote.observer.observer import Observer
from core.remote.observer.recorded import Recorded


def main(arguments: list[str]) -> None:
    """Run it; LINE and PICTURE are descriptors of the socket to the engine and of the recorded picture."""
    line, picture, display, channels = arguments
    Observer(open_line(line), Recorded(int(picture)), (Path(display), Path(channels))).run()


if __name__ == "__main__":
    main(sys.argv[1:])
