"""Evidence bundles on their way: how many are made at once, and how many are being sent to whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import BinaryIO, Final

from core.admin.answers import Answer
from core.errors import TooManyCalls

MOST_MADE: Final = 2  # at once: making one takes the machine's time
MOST_SENT: Final = 8  # at once: each takes room on the disk until it was taken
MOST_OF_ONE: Final = 2  # of one access, made or sent: a slow reader keeps nobody else waiting
_BUSY_S: Final = 10


class Bundles:
    """Lives on the engine's loop. Each bundle goes back to ``sent``."""

    def __init__(self) -> None:
        self._made: list[str] = []  # for which accesses
        self._sent: dict[BinaryIO, str] = {}

    @property
    def count(self) -> int:
        """Count those that are made or sent just now."""
        return len(self._made) + len(self._sent)

    async def make(self, access_id: str, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Make one for an access; raises TooManyCalls where enough are on their way, and what making raises."""
        own = [*self._made, *self._sent.values()].count(access_id)
        if own >= MOST_OF_ONE or len(self._made) >= MOST_MADE or self.count >= MOST_SENT:
            raise TooManyCalls(seconds=_BUSY_S)
        self._made.append(access_id)
        try:
            answer = await make()
        finally:
            self._made.remove(access_id)
        if answer.file is not None:
            self._sent[answer.file] = access_id
        return answer

    def sent(self, file: BinaryIO) -> None:
        """Let go of one that was sent, as far as it was."""
        file.close()
        self._sent.pop(file, None)
