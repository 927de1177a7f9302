"""The moment at which a pod gets its users: bubblewrap waits in a new user namespace until they are written down."""

from __future__ import annotations

import json
import os

from core.recording.child import OutputPipe
from core.remote.users import Users

_LONGEST = 4096  # of what bubblewrap tells of its process


class UserMap:
    """The two pipes between bubblewrap and whoever writes down its users."""

    def __init__(self) -> None:
        told, self.tells = os.pipe()
        self.waits, self._go = os.pipe()
        self._told = OutputPipe(os.fdopen(told, "rb", buffering=0))

    @property
    def theirs(self) -> tuple[int, int]:
        """List bubblewrap's ends: where it tells its process, and where it waits."""
        return self.tells, self.waits

    def close_theirs(self) -> None:
        """Close bubblewrap's ends, which it has inherited."""
        for each in self.theirs:
            os.close(each)
        self.tells = self.waits = -1

    async def write(self, users: Users) -> None:
        """Wait for bubblewrap's process and give it its users; one that ends before gets none.

        Raises OSError, and ValueError or LookupError for a process that is not told as bubblewrap does.
        """
        text = b""
        while not text.endswith(b"}\n"):
            data = self._told.read_ready(_LONGEST)
            if data is None:
                await self._told.wait_ready()
            elif data == b"":
                return
            else:
                text += data
        users.write(int(json.loads(text)["child-pid"]))
        os.write(self._go, b".")

    def close(self) -> None:
        """Close what is left; harmless when that has been done."""
        if self.tells >= 0:
            self.close_theirs()
        self._told.close()
        go, self._go = self._go, -1
        if go >= 0:
            os.close(go)
