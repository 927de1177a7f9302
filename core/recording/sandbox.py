"""The sandbox desktop: a fresh virtual X display with a window manager and a terminal."""

from __future__ import annotations

import asyncio
import os
import secrets
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.errors import DisplayUnavailable
from core.recording.child import Child, child_environment, find_program
from core.recording.x_authority import forget_x_authority, write_x_authority
from core.runtime.files import make_directory

DEFAULT_SIZE = (1280, 720)
_START_SECONDS = 10.0
_PATIENCE_SECONDS = 1.0
_LINE_BYTES = 16
#: What a desktop needs to know of the appliance; the rest is none of its business.
_INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ")
_GREETING = (
    "printf '\\033[1mThis is your sandbox desktop.\\033[0m\\n\\n"
    "Everything on this screen is being recorded and sealed.\\n"
    "Type here as you like; tap End on the appliance when you are done.\\n\\n'; "
)
_SHELL = "if command -v bash >/dev/null; then exec bash --norc --noprofile -i; else exec sh -i; fi"


class SandboxDesktop:
    """Xvfb, openbox and xterm under one cookie; none of them outlives the engine.

    ``runtime_directory`` is private (0700) and holds the cookie's file while the desktop runs.
    """

    def __init__(
        self,
        runtime_directory: Path,
        *,
        size: tuple[int, int] = DEFAULT_SIZE,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._size = size
        self._authority = runtime_directory / f"sandbox-{secrets.token_hex(4)}.xauth"
        whole = child_environment(environment)
        self._base = {name: whole[name] for name in _INHERITED if name in whole}
        self._children: list[Child] = []
        self._number = ""

    @property
    def display(self) -> str:
        """The display's name, such as ":99", once started."""
        return f":{self._number}" if self._number else ""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to reach the display: DISPLAY and XAUTHORITY."""
        return {"DISPLAY": self.display, "XAUTHORITY": str(self._authority)}

    @property
    def is_alive(self) -> bool:
        """Whether the display runs; its terminal may have been closed by the person."""
        return bool(self._children) and self._children[0].is_alive

    @property
    def pids(self) -> list[int]:
        """The process ids of what still runs: server, window manager, terminal."""
        return [child.pid for child in self._children if child.is_alive]

    async def start(self) -> None:
        """Start the three programs; raises MissingProgram or DisplayUnavailable and leaves nothing."""
        server = find_program("Xvfb", "xvfb", self._base)
        manager = find_program("openbox", "openbox", self._base)
        terminal = find_program("xterm", "xterm", self._base)
        make_directory(self._authority.parent)
        write_x_authority(self._authority)
        try:
            await self._start_server(server)
            await self._start_manager(manager)
            self._start_client(_terminal_arguments(terminal, self._size))
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the programs, the server last, and remove the cookie; harmless when stopped already."""
        children, self._children = self._children, []
        self._number = ""
        try:
            for child in reversed(children):
                await child.close(_PATIENCE_SECONDS)
        finally:
            forget_x_authority(self._authority)

    async def _start_server(self, server: str) -> None:
        """Start Xvfb and wait until it has told its number."""
        reading, writing = os.pipe()
        try:
            width, height = self._size
            arguments = [
                *(server, "-displayfd", str(writing), "-auth", str(self._authority)),
                *("-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"),
            ]
            self._children.append(Child(arguments, self._base, inherited=[writing]))
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._number = await _read_line(reading)
        if not self._number:
            raise DisplayUnavailable(display="Xvfb")

    async def _start_manager(self, manager: str) -> None:
        """Start openbox and wait until it manages.

        A terminal that comes while the manager is starting waits five seconds for its answer.
        """
        signal_path = self._authority.with_suffix(".ready")
        os.mkfifo(signal_path, 0o600)
        try:
            ready = os.open(signal_path, os.O_RDONLY | os.O_NONBLOCK)
            tell = shlex.join(["sh", "-c", 'echo ready > "$1"', "sh", str(signal_path)])
            self._start_client([manager, "--sm-disable", "--startup", tell])
            await _read_line(ready)
        finally:
            signal_path.unlink()

    def _start_client(self, arguments: Sequence[str]) -> None:
        shell = {"TERM": "xterm-256color", "PS1": "sandbox$ ", "HISTFILE": ""}
        self._children.append(Child(arguments, self._base | shell | self.environment))


def _terminal_arguments(terminal: str, size: tuple[int, int]) -> list[str]:
    """Write xterm's arguments: about two thirds of the screen, large type, a friendly prompt."""
    columns, rows = max(20, size[0] // 15), max(5, size[1] // 28)
    return [
        *(terminal, "-title", "Sandbox terminal", "-geometry", f"{columns}x{rows}+40+40"),
        *("-fa", "Monospace", "-fs", "12", "-bg", "#10151c", "-fg", "#e8edf2"),
        *("-e", "sh", "-c", _GREETING + _SHELL),
    ]


async def _read_line(descriptor: int) -> str:
    """Wait for the line that a child writes when it is ready; "" when it ended without one.

    Xvfb writes number and line end separately, and fails when nobody reads the second.
    """
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    line = b""
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not line.endswith(b"\n"):
                await ready.wait()
                ready.clear()
                data = os.read(descriptor, _LINE_BYTES)
                if not data:
                    return ""
                line += data
        return line.decode("ascii").strip()
    except TimeoutError:
        return ""
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
