"""The other end of a hosted session, as tests drive it: a real xfreerdp on a display of its own.

What arrives is read inside the session itself: its home is seen through the process of its terminal.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from core.api.hosting import Invitation

PATIENCE_S = 30.0
_SIZE = (1280, 720)
_ENDING_S = 5.0
_AGAIN_S = 2.0


def until(is_it: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + patience_s
    while not is_it():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def freerdp() -> str:
    """Find the client, whichever version the system has."""
    found = shutil.which("xfreerdp3") or shutil.which("xfreerdp")
    assert found, "set-up installs a FreeRDP client"
    return found


class RemoteDesk:
    """A peer at a display of its own; its client is run by ``through``, where that is given."""

    def __init__(self, display: str, through: Sequence[str] = ()) -> None:
        self._through = tuple(through)
        self._environment = {**os.environ, "DISPLAY": display}
        self._client: subprocess.Popen[bytes] | None = None

    def connect(self, invitation: Invitation, code: str | None = None, *options: str) -> None:
        """Start the client; without ``code`` the invitation's is used, and with "" none is sent."""
        typed = invitation.code if code is None else code
        secret = [f"/p:{typed}"] if typed else ["/p:"]
        width, height = _SIZE
        self._client = subprocess.Popen(
            [
                *(
                    *self._through,
                    freerdp(),
                    f"/v:{invitation.address}",
                    "/u:anna",
                    *secret,
                    "/cert:ignore",
                ),
                *(f"/size:{width}x{height}", "/log-level:OFF", *options),
            ],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def is_connected(self) -> bool:
        """Whether the client still runs."""
        return self._client is not None and self._client.poll() is None

    def disconnect(self) -> None:
        """End the client."""
        client, self._client = self._client, None
        if client is None:
            return
        client.terminate()
        try:
            client.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            client.kill()
            client.wait()

    def type(self, text: str) -> None:
        """Type a line and press Enter, no faster than a person: a burst of keys would raise the shield."""
        self._run("xdotool", "type", "--delay", "40", text)
        self._run("xdotool", "key", "Return")

    def press(self, key: str) -> None:
        """Press one key."""
        self._run("xdotool", "key", key)

    def click(self, x: int, y: int) -> None:
        """Click there."""
        self._run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def focus(self) -> None:
        """Give the client's window the keyboard."""
        self._run(
            "xdotool",
            "search",
            "--sync",
            "--onlyvisible",
            "--name",
            "FreeRDP",
            "windowfocus",
            "--sync",
        )

    def copy(self, text: str) -> None:
        """Put text on the clipboard of that display."""
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-in"],
            input=text.encode(),
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
        )

    def paste(self) -> str:
        """Give the text on the clipboard of that display; "" when there is none."""
        found = subprocess.run(
            ["xclip", "-selection", "clipboard", "-out"],
            env=self._environment,
            check=False,
            capture_output=True,
            timeout=PATIENCE_S,
        )
        return found.stdout.decode()

    def pixels(self, width: int = _SIZE[0], height: int = _SIZE[1]) -> bytes:
        """Picture the display: rows of blue, green, red, unused."""
        grabbed = subprocess.run(
            [
                *("ffmpeg", "-hide_banner", "-loglevel", "error", "-f", "x11grab"),
                *("-draw_mouse", "0", "-video_size", f"{width}x{height}"),
                *("-i", self._environment["DISPLAY"], "-frames:v", "1"),
                *("-pix_fmt", "bgr0", "-f", "rawvideo", "pipe:1"),
            ],
            env=self._environment,
            check=True,
            capture_output=True,
            timeout=PATIENCE_S,
        )
        return grabbed.stdout

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Give one pixel as red, green, blue."""
        at = (y * _SIZE[0] + x) * 4
        blue, green, red = self.pixels()[at : at + 3]
        return red, green, blue

    def _run(self, *command: str) -> None:
        subprocess.run(
            command,
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE_S,
        )


@contextmanager
def remote_desk(through: Sequence[str] = ()) -> Iterator[RemoteDesk]:
    """Give a peer with a fresh display; both are gone afterwards."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
        pass_fds=[writer],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as said:
        number = said.readline().strip()
    desk = RemoteDesk(f":{number}", through)
    try:
        yield desk
    finally:
        desk.disconnect()
        server.terminate()
        server.wait()


def agreeing(desk: RemoteDesk, is_in: Callable[[], bool]) -> Callable[[], bool]:
    """Give what presses Enter on the page with the terms until the peer is in, and tells whether it is.

    The client has sent the code. Its keyboard comes a moment after its picture, so that Enter may have to be repeated.
    """
    last_s = 0.0

    def is_done() -> bool:
        nonlocal last_s
        if is_in():
            return True
        if time.monotonic() - last_s > _AGAIN_S:
            desk.focus()
            desk.press("Return")
            last_s = time.monotonic()
        return False

    return is_done


def session_home(engine_pid: int | None = None) -> Path:
    """Find the home of the hosted session of an engine's process, through its window manager."""
    ancestor = os.getpid() if engine_pid is None else engine_pid
    for process in pod_processes(ancestor):
        home = process / "root/guest"
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[0] == b"openbox" and home.is_dir():
                return home
    raise AssertionError("no hosted session runs")


def gate_pid() -> int:
    """Find the gate of the hosted session that this process runs."""
    for process in pod_processes(os.getpid()):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if b"core.remote.gate.program" in words and words.startswith(b"/usr/bin/python3"):
                return int(process.name)
    raise AssertionError("no gate runs")


def pod_processes(ancestor: int) -> Iterator[Path]:
    """List the processes that descend from one."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and ancestor in _ancestors(process):
            yield process


def _ancestors(process: Path) -> Iterator[int]:
    while process.name != "0":
        try:
            status = (process / "status").read_text()
        except OSError:
            return
        parent = next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1]
        yield int(parent)
        process = process.parent / parent
