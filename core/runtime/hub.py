"""The hub: hands what is published on the engine's thread to every listener, in order.

It knows nothing of what it carries. Values of a kind that is coalesced are sent at most ten times a
second, the newest of each key; the rest goes out at once, after what was held back before it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")

COALESCED_EVERY_S = 0.1
_MOST_KEYS = 256

_log = logging.getLogger(__name__)


class Hub(Generic[Value]):
    """``key_of`` gives the key by which a value is coalesced, or None when it must not be."""

    def __init__(self, key_of: Callable[[Value], Hashable | None]) -> None:
        self._key_of = key_of
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Value], None]] = []
        self._held: dict[Hashable, Value] = {}
        self._last_sent: dict[Hashable, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, listener: Callable[[Value], None]) -> Callable[[], None]:
        """Send values to ``listener`` until the returned function is called; from any thread."""
        with self._lock:
            self._listeners.append(listener)

        def remove() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return remove

    def publish(self, value: Value) -> None:
        """Send or hold a value; on the engine's thread."""
        key = self._key_of(value)
        if key is None:
            self._release()
            self._send(value)
            return
        loop = asyncio.get_running_loop()
        if (
            key not in self._held
            and loop.time() - self._last_sent.get(key, 0.0) >= COALESCED_EVERY_S
        ):
            self._note_sent(key, loop.time())
            self._send(value)
            return
        self._held[key] = value
        if self._timer is None:
            self._timer = loop.call_later(COALESCED_EVERY_S, self._release)

    def close(self) -> None:
        """Send what is held and stop the timer."""
        self._release()
        self._last_sent.clear()

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, {}
        for key, value in held.items():
            self._note_sent(key, asyncio.get_running_loop().time())
            self._send(value)

    def _note_sent(self, key: Hashable, now: float) -> None:
        if len(self._last_sent) >= _MOST_KEYS:
            self._last_sent.clear()
        self._last_sent[key] = now

    def _send(self, value: Value) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(value)
            except Exception:  # noqa: BLE001 - a listener's fault must not stop the engine
                _log.exception("a listener failed on %s", type(value).__name__)
