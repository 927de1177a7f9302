"""The channels' loop: whose connection there is, to which visit it belongs, and what it may do."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.remote.channels.actions import Action, Attempt, Happened, Limits
from core.remote.channels.relay import Relay
from core.remote.lines.link import Link, State, read_word
from core.remote.lines.reports import Reports
from core.remote.lines.wire import Closed, Connection, listen, wait


class Channels:
    """The channels of one session; ``run`` returns when the engine is gone.

    The engine numbers visits. A connection belongs to the visit in which it came, or to the next one when it came
    before; it ends with that visit, and no visit has a second one.
    """

    def __init__(self, link: Link, front: Path, session: Path) -> None:
        self._link, self._session = link, session
        self._front, self._reports = listen(front), Reports(link)
        self._state, self._settled_ns = State(), 0
        self._relay: Relay | None = None
        self._visit = 0  # that the connection belongs to; 0 while it waits for one
        self._served = 0  # the last visit that has had a connection
        self._granted: frozenset[str] = frozenset()

    def run(self) -> None:
        """Serve until the engine closes its line, or says what cannot be read."""
        with self._link.until_gone():
            self._link.tell("ready")
            while True:
                self._settle()
                self._wait_and_serve()

    def _wait_and_serve(self) -> None:
        feeds = {} if self._relay is None else self._relay.feeds
        sources: list[Any] = [self._link]
        if not self._link.is_full:  # who causes more than the engine reads is not read from
            sources += [self._front, *(each for each in feeds if not feeds[each].is_full)]
        times = [*self._state.deadlines(self._settled_ns), *self._reports.due_ns]
        readable, busy = wait(sources, [self._link, *feeds], times)
        for each in busy:
            if each is self._link:
                self._exchange(each, is_readable=each in readable)
            elif each.fileno() >= 0:  # it was not let go in this very round
                self._guarded(self._exchange, each, is_readable=each in readable)
        if self._front in readable:
            with suppress(OSError):  # it has left already
                self._come_in(self._front.accept()[0])

    def _exchange(self, connection: Connection, *, is_readable: bool) -> None:
        connection.flush()
        for message in connection.receive() if is_readable else ():
            if connection is self._link:
                self._take_word(read_word(message))
            elif self._relay is not None:
                self._relay.take(connection, message)

    def _guarded(self, work: Callable[..., None], *given: Connection, **how: bool) -> None:
        """Do something with the connection; whatever goes wrong then ends it, and nothing else."""
        try:
            work(*given, **how)
        except Exception as error:  # noqa: BLE001 - a fault that a peer causes must not end a session
            self._let_go()
            if not isinstance(error, Closed):
                self._link.tell("refused", reason=(str(error) or repr(error))[:200])

    # --- the engine --------------------------------------------------------------------------

    def _take_word(self, said: dict[str, Any]) -> None:
        if "state" in said:
            self._state = said["state"]
            self._settle()
            self._link.answer(self._state, self._granted)
        elif "drop" in said:
            self._let_go()

    @property
    def _is_admitted(self) -> bool:
        """Whether the visit that the connection belongs to is the one that was admitted."""
        return self._state.is_admitted and self._visit == self._state.visit != 0

    def _is_granted(self, capability: str) -> bool:
        state = self._state
        return self._is_admitted and not state.is_shielded and state.is_granted(capability)

    def _settle(self) -> None:
        """Bring everything in line with what holds now."""
        self._settled_ns = time.monotonic_ns()
        if self._visit not in {0, self._state.visit}:
            self._let_go()
        elif self._relay is not None:
            self._join()
        granted = frozenset(filter(self._is_granted, self._state.granted))
        if granted != self._granted and self._relay is not None:
            self._granted = granted
            self._guarded(self._relay.settle)
        self._reports.keeps_attempts = not self._is_admitted
        self._reports.tell(self._settled_ns)

    # --- the connection ----------------------------------------------------------------------

    def _come_in(self, stream: socket.socket) -> None:
        state, reason = self._state, "nobody may have channels now"
        if self._relay is not None or self._served == state.visit != 0:
            reason = "the channels have been taken"
        elif state.is_open and state.has_lease:
            reason = self._connect(stream)
        if reason:
            stream.close()
            self._link.tell("refused", reason=reason)

    def _connect(self, stream: socket.socket) -> str:
        """Connect a client to the session's end; says what is in the way."""
        session = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        session.settimeout(0)  # a session that lets nobody in must hold nothing up
        try:
            session.connect(str(self._session))
        except OSError as error:
            session.close()
            return f"the session's channels: {error.strerror}"
        limits = Limits(self._state.clipboard_bytes, self._state.file_bytes)
        self._relay = Relay(stream, session, self._is_granted, limits, self._note)
        self._join()
        return ""

    def _join(self) -> None:
        """Let the connection belong to who is there; while nobody is, it belongs to nobody."""
        self._visit = self._state.visit
        self._served = self._visit or self._served

    def _let_go(self) -> None:
        """End the connection; what was tried over it is not said of the next visit."""
        relay, self._relay, self._visit = self._relay, None, 0
        self._granted = frozenset()
        self._reports.attempts.clear()
        for each in () if relay is None else relay.feeds:
            each.close()

    def _note(self, action: Action) -> None:
        if isinstance(action, Attempt):
            self._reports.attempts.add(action.capability, action.detail)
        elif isinstance(action, Happened):
            if action.kind == "clipboard":
                self._reports.activity.add("clipboard")
            self._link.tell(action.kind, **action.facts)
