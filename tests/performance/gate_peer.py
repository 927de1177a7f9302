"""The peer of a benchmarked hosted session: hands and eyes that cost next to nothing.

Keys are sent by the X server's test extension through one open connection, and pixels are read in the frame
buffer that Xvfb keeps in a file: no program is started for either, so that milliseconds can be told apart.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.remote_desk import RemoteDesk

SIZE = (1280, 720)
PAUSE_S = 0.0002
_HEADER = struct.Struct(">25I")  # of an X window dump
_HEADER_BYTES, _ROW_BYTES, _COLOURS = 0, 12, 19
_COLOUR_BYTES = 12


class Hands:
    """Presses keys on a display, at once."""

    def __init__(self, display: str) -> None:
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = ctypes.c_ulong
        self._connection = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        if not self._connection:
            raise RuntimeError(f"no display {display}")

    def press(self, name: str) -> int:
        """Press a key and let go of it; gives when, in nanoseconds on the monotonic clock."""
        symbol = ctypes.c_ulong(self._x.XStringToKeysym(name.encode()))
        code = self._x.XKeysymToKeycode(self._connection, symbol)
        at_ns = time.monotonic_ns()
        for is_down in (1, 0):
            self._test.XTestFakeKeyEvent(self._connection, code, is_down, ctypes.c_ulong(0))
        self._x.XFlush(self._connection)
        return at_ns

    def close(self) -> None:
        """Close the connection."""
        self._x.XCloseDisplay(self._connection)


class Eyes:
    """Reads the pixels of a display."""

    def __init__(self, frame_buffer: Path) -> None:
        with frame_buffer.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = _HEADER.unpack_from(self._map)
        self.stride = header[_ROW_BYTES]
        self._start = header[_HEADER_BYTES] + header[_COLOURS] * _COLOUR_BYTES

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Give a pixel as red, green, blue."""
        at = self._start + y * self.stride + x * 4
        blue, green, red = self._map[at : at + 3]
        return red, green, blue

    def rows(self, top: int, bottom: int) -> bytes:
        """Give some rows of the display."""
        return self._map[self._start + top * self.stride : self._start + bottom * self.stride]

    def close(self) -> None:
        """Let go of the frame buffer."""
        self._map.close()


class QuickDesk(RemoteDesk):
    """A peer at a display of its own, with quick hands and eyes."""

    def __init__(self, display: str, frame_buffer: Path) -> None:
        super().__init__(display)
        self.hands, self.eyes = Hands(display), Eyes(frame_buffer)

    def close(self) -> None:
        """Let go of the display."""
        self.disconnect()
        self.hands.close()
        self.eyes.close()


@contextmanager
def quick_desk() -> Iterator[QuickDesk]:
    """Give a peer with a fresh display; both are gone afterwards."""
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory() as directory:
        server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24"),
                *("-nolisten", "tcp", "-fbdir", directory),
            ],
            pass_fds=[writer],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        try:
            with os.fdopen(reader) as said:
                display = f":{said.readline().strip()}"
            desk = QuickDesk(display, Path(directory) / "Xvfb_screen0")
            try:
                yield desk
            finally:
                desk.close()
        finally:
            server.terminate()
            server.wait()


def moment(is_it: Callable[[], bool], patience_s: float = 5.0) -> int | None:
    """Wait closely until something holds; gives when, in nanoseconds on the monotonic clock, or None."""
    deadline = time.monotonic() + patience_s
    while not is_it():
        if time.monotonic() > deadline:
            return None
        time.sleep(PAUSE_S)
    return time.monotonic_ns()
