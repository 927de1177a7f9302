"""One authenticated connection to a tor's control socket: stem, on a thread that may block.

Source: Tor's control-spec; stem 1.8. What stem logs below WARNING holds whole commands, service keys among them, and
is shut off.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import stem  # type: ignore[import-untyped]  # it ships no types
import stem.connection  # type: ignore[import-untyped]
import stem.control  # type: ignore[import-untyped]
import stem.response  # type: ignore[import-untyped]
import stem.socket  # type: ignore[import-untyped]
import stem.util.log  # type: ignore[import-untyped]

from core.errors import TorLost, TorRefused
from core.transport.sockets import connect_local

_CONNECT_S = 5.0
_LONGEST_REASON = 160
_LONGEST_WORD = 40  # a longer one may be a key or an address, which a message must not repeat

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ControlEvent:
    """What tor said by itself: the event's kind, its words, and its NAME=value pairs."""

    kind: str
    words: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)


class ControlConnection:
    """Talks to one tor. Every method but ``abandon`` blocks, and belongs on one worker.

    ``heard`` is called for each event and ``lost`` once the connection has ended, each on a thread of stem's.
    """

    def __init__(
        self, path: Path, heard: Callable[[ControlEvent], None], lost: Callable[[], None]
    ) -> None:
        stem.util.log.get_logger().setLevel(logging.WARNING)
        try:
            self._socket = _ControlSocket(path)
        except stem.SocketError as error:
            raise TorLost(reason="its control socket is not there") from error
        self._controller = _Controller(self._socket, heard, lost)

    def authenticate(self, cookie: Path | None) -> None:
        """Show tor its cookie, without sending it; None takes what tor says of itself. Raises TorRefused, TorLost."""
        try:
            if cookie is None:
                stem.connection.authenticate(self._controller)
            else:
                stem.connection.authenticate_safecookie(
                    self._controller, str(cookie), suppress_ctl_errors=False
                )
        except stem.ControllerError as error:
            raise TorLost(reason="its control connection ended") from error
        except stem.connection.AuthenticationFailure as error:
            if not self._controller.is_alive():
                raise TorLost(reason="its control connection ended") from error
            raise TorRefused(reason="its control socket does not open to this user") from error

    def ask(self, command: str) -> list[str]:
        """Send one command and give the lines of the answer. Raises TorRefused with tor's words, TorLost."""
        if "\r" in command or "\n" in command:
            raise TorRefused(reason="a command has one line")
        try:
            reply = self._controller.msg(command)
        except stem.ControllerError as error:
            raise TorLost(reason="its control connection ended") from error
        lines = [(code, text) for code, _, text in reply.content()]
        if not lines or not lines[-1][0].startswith("2"):
            raise TorRefused(reason=_without_secrets(lines[-1][1] if lines else "it said nothing"))
        return [text for _, text in lines]

    def abandon(self) -> None:
        """End the connection under whoever waits for an answer; from any thread, and again at will."""
        self._socket.cut()

    def close(self) -> None:
        """End the connection and its threads: ``heard`` and ``lost`` are not called once this returns."""
        self._socket.cut()
        self._controller.close()
        self._controller.join()


class _ControlSocket(stem.socket.ControlSocket):  # type: ignore[misc]  # stem ships no types
    """stem's control socket over one that the transport opens, which also reaches deep directories.

    It connects once: where stem would connect again by itself, to ask the same, whoever cut it would wait for ever.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._raw: socket.socket | None = None
        self.connect()

    def _make_socket(self) -> socket.socket:
        if self._raw is not None:
            raise stem.SocketError("this connection has ended")
        try:
            self._raw = connect_local(self._path, _CONNECT_S)
        except OSError as error:
            raise stem.SocketError(error) from error
        self._raw.settimeout(None)  # whoever waits for tor has a deadline, and ``abandon``
        return self._raw

    def cut(self) -> None:
        raw = self._raw
        if raw is not None:
            with suppress(OSError):  # closed by the other side, or by us
                raw.shutdown(socket.SHUT_RDWR)


class _Controller(stem.control.BaseController):  # type: ignore[misc]  # stem ships no types
    """stem's controller, without what it caches, and with threads that have names."""

    _reader_thread: threading.Thread | None
    _event_thread: threading.Thread | None

    def __init__(
        self,
        control_socket: _ControlSocket,
        heard: Callable[[ControlEvent], None],
        lost: Callable[[], None],
    ) -> None:
        self._heard = heard
        self._lost = lost
        super().__init__(control_socket)

    def _launch_threads(self) -> None:
        """Start both threads as stem does; it calls setDaemon for it, which is deprecated and warns."""
        with self._socket._get_send_lock():  # noqa: SLF001 - as stem does in this place
            if not self._reader_thread or not self._reader_thread.is_alive():
                self._reader_thread = _thread(self._reader_loop, "tor-control-reader")
            if not self._event_thread or not self._event_thread.is_alive():
                self._event_thread = _thread(self._event_loop, "tor-control-events")

    def _handle_event(self, event_message: object) -> None:
        try:
            stem.response.convert("EVENT", event_message)
            event = _event_of(event_message)
        except (stem.ProtocolError, ValueError) as error:
            _log.debug("tor said something that stem does not know: %s", type(error).__name__)
            return
        self._heard(event)

    def join(self) -> None:
        """Wait for both threads; stem's own close does not where the reader noticed the end first."""
        for thread in (self._reader_thread, self._event_thread):
            if thread is not None:
                thread.join()

    def _close(self) -> None:
        super()._close()
        self._lost()


def _thread(target: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread


def _event_of(message: object) -> ControlEvent:
    kind, words = getattr(message, "type", ""), getattr(message, "positional_args", ())
    return ControlEvent(kind, tuple(words), dict(getattr(message, "keyword_args", {})))


def _without_secrets(text: str) -> str:
    words = ["…" if len(word) > _LONGEST_WORD else word for word in text.split()]
    return " ".join(words)[:_LONGEST_REASON]
