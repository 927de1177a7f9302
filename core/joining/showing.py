"""What the other end shows, as this seat sees it: the gate's picture, whenever it has changed."""

from __future__ import annotations

from collections.abc import Callable

from core.api.events import Event
from core.api.joining import DesktopShown
from core.errors import Failure
from core.recording.shared_picture import SharedPicture
from core.runtime.clock import Clock
from core.runtime.workers import Worker

LOOK_S = 1 / 30
MOST_BYTES_A_SECOND = (
    120_000_000  # that are copied, so that a large desktop leaves time for all else
)
_PIXEL_BYTES = 4


class Showing:
    """Publishes pictures, at most 30 a second, and of a large desktop fewer; lives on the engine's loop.

    It reads on a thread of its own, which holds up the others for as long as it copies, so it copies only so much.
    Only the number that each change of the picture has is looked at while nothing changes. The recorder alone hears of
    changes by their descriptor.
    """

    def __init__(
        self,
        picture: SharedPicture,
        session_id: str,
        clock: Clock,
        publish: Callable[[Event], None],
    ) -> None:
        self._picture = picture
        self._session_id = session_id
        self._clock = clock
        self._publish = publish
        self._pixels = bytearray(picture.width * picture.height * _PIXEL_BYTES)
        self._pause_s = max(LOOK_S, len(self._pixels) / MOST_BYTES_A_SECOND)
        self._seen = -1
        self.last: DesktopShown | None = None

    def show_again(self) -> None:
        """Publish the picture at the next look, changed or not.

        Who takes none under a shield may have got this one before the word that the shield is down.
        """
        self._seen = -1

    async def run(self) -> None:
        """Look until cancelled, or until the picture is gone."""
        worker = Worker("joined-picture")
        try:
            while not self._picture.is_closed:
                if self._picture.header().sequence != self._seen:
                    self._seen = await worker.run(self._read, self._seen)
                    self._tell(self._seen)
                await self._clock.sleep(self._pause_s)
        except Failure:
            return  # the picture is gone, or no longer one: the recorder tells
        finally:
            worker.close()

    def _read(self, seen: int) -> int:
        """Copy the picture; gives its number, or the one before when it is being written all the time."""
        header = self._picture.read_into([memoryview(self._pixels)])
        if header is None:
            return seen
        size = (header.width, header.height)
        self.last = DesktopShown(self._session_id, *size, bytes(self._pixels))
        return header.sequence

    def _tell(self, seen: int) -> None:
        if seen >= 0 and self.last is not None:
            self._publish(self.last)
