"""A real X server for watchers, a small client that makes windows on it, and a watcher as the gate sees it."""

from __future__ import annotations

import json
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import core
from core.remote.lines.link import Rectangle
from core.remote.lines.rectangles import meet, pieces_of
from core.remote.watcher import x_wire as x

SIZE = (800, 600)  # of the server's screen
PATIENCE_S = 20.0
STRING, WINDOW = 31, 33
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from core.remote.watcher.program import main; main(sys.argv[2:])"
)


@dataclass(frozen=True)
class Server:
    """An X server: its socket and the file with its cookie."""

    path: Path
    authority: Path


class Client:
    """An X client that does as it is told; its windows are gone when it is closed."""

    def __init__(self, server: Server) -> None:
        self._stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._stream.settimeout(PATIENCE_S)
        self._stream.connect(str(server.path))
        cookie = x.read_cookie(server.authority.read_bytes(), server.path.name[1:].encode())
        body = x.greet(self._stream, cookie)
        self.screen = x.read_screen(body)
        self._next = int.from_bytes(body[4:8], "little")
        self._data = bytearray()
        self._atoms: dict[bytes, int] = {}

    def close(self) -> None:
        """End the client and its windows."""
        self._stream.close()

    def send(self, request: bytes) -> None:
        """Send any request."""
        self._stream.sendall(request)

    def ask(self, request: bytes) -> bytes:
        """Send a request and wait for its answer; an error or an event that comes before is passed over."""
        self.send(request)
        while True:
            while not (size := x.split_messages(self._data)) or len(self._data) < size:
                data = self._stream.recv(1 << 16)
                assert data, "the server has gone"
                self._data += data
            message = bytes(self._data[:size])
            del self._data[:size]
            if message[0] == 1:
                return message

    def sync(self) -> None:
        """Wait until the server has done everything."""
        self.ask(x.get_focus())

    def atom(self, name: bytes) -> int:
        """Give a name's number."""
        if name not in self._atoms:
            self._atoms[name] = x.read_number(self.ask(x.get_atom(name)))
        return self._atoms[name]

    def create(
        self,
        box: Rectangle,
        *,
        parent: int = 0,
        border: int = 0,
        is_override: bool = False,
        is_input_only: bool = False,
        title: str = "",
        window_class: str = "",
        is_mapped: bool = False,
    ) -> int:
        """Make a window; its class is "instance/class" here."""
        self._next += 1
        window, mask = self._next, (1 << 9) if is_override else 0
        values = struct.pack("<I", 1) if is_override else b""
        kind = 2 if is_input_only else 1
        head = struct.pack("<BBHII", 1, 0, 8 + len(values) // 4, window, parent or self.screen.root)
        body = struct.pack("<hhHHHHII", *box, border, kind, 0, mask)
        self.send(head + body + values)
        if title:
            self.title(window, title)
        if window_class:
            self.change(
                window,
                x.WM_CLASS,
                b"".join(f"{each}\0".encode() for each in window_class.split("/")),
            )
        if is_mapped:
            self.map(window)
        return window

    def change(
        self, window: int, name: int, value: bytes, kind: int = STRING, bits: int = 8
    ) -> None:
        """Set a property."""
        padded = value + bytes(-len(value) % 4)
        head = struct.pack(
            "<BBHIIIB3xI",
            18,
            0,
            6 + len(padded) // 4,
            window,
            name,
            kind,
            bits,
            len(value) * 8 // bits,
        )
        self.send(head + padded)

    def title(self, window: int, title: str) -> None:
        """Set a window's title."""
        self.change(window, self.atom(b"_NET_WM_NAME"), title.encode(), self.atom(b"UTF8_STRING"))

    def link(self, window: int, name: int, other: int) -> None:
        """Let a property name another window."""
        self.change(window, name, struct.pack("<I", other), WINDOW, 32)

    def map(self, window: int) -> None:
        """Show a window."""
        self.send(struct.pack("<BxHI", 8, 2, window))

    def unmap(self, window: int) -> None:
        """Take a window off the screen."""
        self.send(struct.pack("<BxHI", 10, 2, window))

    def destroy(self, window: int) -> None:
        """End a window."""
        self.send(struct.pack("<BxHI", 4, 2, window))

    def place(self, window: int, box: Rectangle) -> None:
        """Move and resize a window, and raise it."""
        raised = struct.pack("<iiIII", *box, 0)
        self.send(struct.pack("<BxHIHxx", 12, 8, window, 0b1001111) + raised)

    def reparent(self, window: int, parent: int, x_place: int = 0, y_place: int = 0) -> None:
        """Put a window into another."""
        self.send(struct.pack("<BxHIIhh", 7, 4, window, parent, x_place, y_place))

    def focus(self, window: int) -> None:
        """Give a window the focus."""
        self.send(struct.pack("<BBHII", 42, 1, 3, window, 0))

    def forge(self, event: bytes) -> None:
        """Send everybody who listens to the root's windows an event that never happened."""
        self.send(struct.pack("<BBHII", 25, 0, 11, self.screen.root, x.SUBSTRUCTURE) + event)

    def grab_server(self) -> None:
        """Let nobody else be served."""
        self.send(struct.pack("<BxH", 36, 1))


class Watched:
    """A watcher, from the gate's end of its line."""

    def __init__(self, server: Server, hidden: list[tuple[str, str]], allowed: list[str]) -> None:
        rules = {
            "hidden": [{"title": title, "class": name} for title, name in hidden],
            "allowed": allowed,
        }
        self.line, theirs = socket.socketpair()
        self.line.settimeout(PATIENCE_S)
        root = str(Path(core.__file__).parent.parent)
        words = [
            root,
            str(theirs.fileno()),
            str(server.path),
            str(server.authority),
            json.dumps(rules),
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _START, *words], pass_fds=[theirs.fileno()]
        )
        theirs.close()
        self._data = b""
        self._looks = 0
        self.told: list[dict[str, Any]] = []  # what came unasked

    def close(self) -> None:
        """Close the line; the watcher ends."""
        self.line.close()
        self.process.wait(PATIENCE_S)

    def read(self) -> dict[str, Any]:
        """Wait for the next line."""
        while b"\n" not in self._data:
            data = self.line.recv(1 << 16)
            if not data:
                raise EOFError
            self._data += data
        line, self._data = self._data.split(b"\n", 1)
        said = json.loads(line)
        assert isinstance(said, dict)
        return said

    def ask(self) -> int:
        """Send a look; gives its number."""
        self._looks += 1
        self.line.sendall(json.dumps({"look": self._looks}).encode() + b"\n")
        return self._looks

    def look(self) -> dict[str, Any]:
        """Look, and wait for the answer."""
        number = self.ask()
        while (said := self.read()).get("looked") != number:
            assert "failed" not in said, said
            self.told.append(said)
        return said

    def hidden(self) -> set[Rectangle]:
        """Look, and give what is hidden."""
        return {(x, y, w, h) for x, y, w, h in self.look()["hidden"]}

    def settled(self) -> set[Rectangle]:
        """Look until nothing changes by itself any more, and give what is hidden then."""
        deadline = time.monotonic() + PATIENCE_S
        while (said := self.look())["again_ms"]:
            assert time.monotonic() < deadline, said
            select.select([], [], [], said["again_ms"] / 1000)
        return {(x, y, w, h) for x, y, w, h in said["hidden"]}

    def focused(self) -> dict[str, Any]:
        """Wait for the next word about the focus."""
        while True:
            said = self.told.pop(0) if self.told else self.read()
            if "focus" in said:
                focus = said["focus"]
                assert isinstance(focus, dict)
                return focus

    def has_line(self, seconds: float) -> bool:
        """Whether something comes within that time."""
        return bool(self.told or self._data or select.select([self.line], [], [], seconds)[0])


@contextmanager
def watching(
    server: Server, hidden: list[tuple[str, str]], allowed: list[str] | None = None
) -> Iterator[Watched]:
    """Run a watcher with these rules (title, class)."""
    watched = Watched(server, hidden, allowed or [])
    try:
        yield watched
    finally:
        watched.close()


@contextmanager
def client_of(server: Server) -> Iterator[Client]:
    """Run a client."""
    client = Client(server)
    try:
        yield client
    finally:
        client.close()


def is_covered(box: Rectangle, by: set[Rectangle]) -> bool:
    """Whether all of a rectangle lies in some others; what lies off the screen need not."""
    seen = meet(box, (0, 0, *SIZE))
    return seen is None or not pieces_of(seen, tuple(by))
