"""The seat of a joined session: what is done at this screen, told to the gate as a client's events.

The gate takes the seat for a client like any other, one that says it has no pixels, so that no frame is sent to it. It
lets through what is granted, and nothing else; nothing is decided here.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from core.api.joining import KeyInput, PointerInput
from core.errors import RemoteHostFailed
from core.joining.keys import Stroke, strokes_of
from core.remote.dial import PIECE_BYTES
from core.remote.gate import display
from core.transport.sockets import open_local

_CODE_LETTERS, _CODE_LENGTH = string.ascii_uppercase + string.digits, 16
_BUTTONS = {
    1: 101,
    2: 105,
    3: 103,
    4: 107,
    5: 109,
}  # the event of each one's release; a press is the next
_LARGEST_PLACE = 1 << 14
_MOST_WAITING_BYTES = 1 << 20


class Seat:
    """A seat's line to the gate; lives on the engine's loop."""

    def __init__(self) -> None:
        self.code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def enter(self, path: Path, version: int) -> None:
        """Connect, and send the code as a client's password; ``version`` is the display's protocol's.

        It cannot type it: the gate takes no key at its door from a client without pixels. Raises RemoteHostFailed.
        """
        try:
            stream = await open_local(path)
            reader, self._writer = await asyncio.open_connection(sock=stream, limit=PIECE_BYTES)
        except OSError as error:
            reason = error.strerror or "its door is shut"
            raise RemoteHostFailed(program="gate", reason=reason) from error
        self._reading = asyncio.ensure_future(_read_away(reader))
        self._send(display.event(display.VERSION, d=1))
        self._send(display.own_client_info(0, 0, version, self.code))

    def act(self, inputs: Iterable[KeyInput | PointerInput]) -> None:
        """Hand on what was done; nothing happens before the seat has entered, or after it was left."""
        for each in inputs:
            if isinstance(each, KeyInput):
                for stroke in strokes_of(each.code, is_pressed=each.is_pressed):
                    self._send(_key_event(stroke))
            else:
                self._point(each)

    def unlock_keys(self) -> None:
        """Say that no lock key is on, so that what is typed does not depend on what was typed before."""
        self._send(display.event(display.KEY_SYNC, 0))

    async def leave(self) -> None:
        """Hang up; harmless when that has been done."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.transport.abort()
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _point(self, pointer: PointerInput) -> None:
        x, y = (min(max(0, each), _LARGEST_PLACE) for each in (pointer.x, pointer.y))
        self._send(display.event(display.MOVE, x, y))
        if released := _BUTTONS.get(pointer.button):
            self._send(display.event(released + pointer.is_pressed, x, y))

    def _send(self, message: bytes) -> None:
        """Send; what a gate that does not listen would have to be told later is not told at all."""
        writer = self._writer
        if writer is None or writer.is_closing():
            return
        if writer.transport.get_write_buffer_size() < _MOST_WAITING_BYTES:
            writer.write(message)


def _key_event(stroke: Stroke) -> bytes:
    kind = display.KEY_DOWN if stroke.is_pressed else display.KEY_UP
    return display.event(kind, 0, stroke.symbol, stroke.code, stroke.flags)


async def _read_away(reader: asyncio.StreamReader) -> None:
    """Read what a client is shown, which a seat has no use for, up to its end."""
    with suppress(OSError):
        while await reader.read(PIECE_BYTES):
            pass
