"""The watcher on a desktop with a real window manager and a real terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from core.recording.sandbox import SandboxDesktop
from core.remote.lines.link import Rectangle
from core.remote.watcher import x_wire as x
from tests.core.remote.watcher.desktop import (
    PATIENCE_S,
    Client,
    Server,
    Watched,
    client_of,
    watching,
)
from tests.engine_thread import on_engine_thread


def on_desktop(directory: Path, scenario: Callable[[Server], None]) -> None:
    """Run something on a desktop with a window manager and a terminal."""

    async def run() -> None:
        desktop = SandboxDesktop(directory / "run", size=(800, 600))
        await desktop.start()
        try:
            path = Path(f"/tmp/.X11-unix/X{desktop.display[1:]}")  # noqa: S108 - where X has its sockets
            scenario(Server(path, Path(desktop.environment["XAUTHORITY"])))
        finally:
            await desktop.stop()

    on_engine_thread(run)


def frame_of(client: Client, window_class: bytes) -> Rectangle | None:
    """Find where the frame around a client's mapped window is, by asking the server itself."""
    for top in x.read_children(client.ask(x.ask_about(client.screen.root, x.CHILDREN))):
        for each in x.read_children(client.ask(x.ask_about(top, x.CHILDREN))):
            found = x.read_property(client.ask(x.get_property(each, x.WM_CLASS, 64)))
            _, is_mapped = x.read_attributes(client.ask(x.ask_about(top, x.ATTRIBUTES)))
            if window_class in found.value and is_mapped:
                return x.read_box(client.ask(x.ask_about(top, x.BOX)))
    return None


def wait_for_frame(client: Client, window_class: bytes) -> Rectangle:
    """Wait until a window has its frame on the screen."""
    deadline = time.monotonic() + PATIENCE_S
    while (frame := frame_of(client, window_class)) is None:
        assert time.monotonic() < deadline, "no such window came"
    return frame


def wait_until_hidden(watched: Watched, boxes: set[Rectangle]) -> None:
    """Wait until the watcher's settled answer is this."""
    deadline = time.monotonic() + PATIENCE_S
    while (hidden := watched.settled()) != boxes:
        assert time.monotonic() < deadline, hidden


def test_a_terminal_is_hidden_with_its_frame(tmp_path: Path) -> None:
    """Hidden by its class, the terminal is covered with title bar and border; its focus is told."""

    def scenario(server: Server) -> None:
        with client_of(server) as client, watching(server, [("", "xterm")]) as watched:
            frame = wait_for_frame(client, b"XTerm")
            wait_until_hidden(watched, {frame})
            client.create((0, 0, 9, 9), title="Other", window_class="other/Other", is_mapped=True)
            other = wait_for_frame(client, b"Other")
            assert other != frame
            wait_until_hidden(watched, {frame})
            while (focus := watched.focused())["class"] != "XTerm":
                pass
            assert focus == {"title": "", "class": "XTerm", "is_hidden": True}
            while (focus := watched.focused())["class"] != "Other":
                pass
            assert focus == {"title": "Other", "class": "Other", "is_hidden": False}

    on_desktop(tmp_path, scenario)


def test_a_window_that_is_not_allowed_never_shows(tmp_path: Path) -> None:
    """Where only the terminal is allowed, another window's frame is hidden at every look after it has come."""

    def scenario(server: Server) -> None:
        with client_of(server) as client, watching(server, [], ["xterm"]) as watched:
            wait_for_frame(client, b"XTerm")
            wait_until_hidden(watched, set())
            client.create((0, 0, 99, 99), title="Other", window_class="other/Other", is_mapped=True)
            frame = wait_for_frame(client, b"Other")
            assert frame in watched.hidden()
            wait_until_hidden(watched, {frame})

    on_desktop(tmp_path, scenario)


def test_a_title_is_found_through_the_window_manager(tmp_path: Path) -> None:
    """A framed window that changes its title, moves and leaves is hidden, followed and let go of."""

    def scenario(server: Server) -> None:
        with client_of(server) as client, watching(server, [("bank", "")]) as watched:
            window = client.create((0, 0, 99, 99), window_class="web/Web", is_mapped=True)
            frame = wait_for_frame(client, b"Web")
            wait_until_hidden(watched, set())
            client.title(window, "My Bank")
            client.sync()
            assert watched.hidden() == {frame}
            client.place(window, (300, 300, 150, 120))
            client.sync()
            deadline = time.monotonic() + PATIENCE_S
            while (after := wait_for_frame(client, b"Web")) == frame:
                assert time.monotonic() < deadline
            assert watched.hidden() >= {frame, after}
            wait_until_hidden(watched, {after})
            client.unmap(window)
            client.sync()
            wait_until_hidden(watched, set())

    on_desktop(tmp_path, scenario)


def test_a_display_that_dies_is_told(tmp_path: Path) -> None:
    """When the X server has ended, the gate is told so, and the watcher is gone."""
    left: list[Watched] = []

    def scenario(server: Server) -> None:
        watched = Watched(server, [("bank", "")], [])
        left.append(watched)
        watched.settled()

    on_desktop(tmp_path, scenario)
    try:
        while "failed" not in (said := left[0].read()):
            pass
        assert said == {"failed": "the display is gone"}
        assert left[0].process.wait(PATIENCE_S) == 0
    finally:
        left[0].close()
