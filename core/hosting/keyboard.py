"""The peer's keyboard, as far as what is typed may be recorded."""

from __future__ import annotations


class Keyboard:
    """Knows which keys went down since the peer came in; one that went down at the door is not heard going up."""

    def __init__(self) -> None:
        self._down: set[int] = set()

    def peer_came(self) -> None:
        """Forget what was down: whoever was here before has let go of it."""
        self._down.clear()

    def takes(self, keysym: int, *, is_pressed: bool) -> bool:
        """Tell whether a stroke was typed in the session."""
        if is_pressed:
            self._down.add(keysym)
            return True
        if keysym not in self._down:
            return False
        self._down.remove(keysym)
        return True
