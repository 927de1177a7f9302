"""What is told of the focus."""

from __future__ import annotations

import struct
import time
from typing import Any

from tests.core.remote.watcher.desktop import Client, Server, client_of, watching

SECRET = [("secret", "")]


def test_each_window_that_gets_the_focus_is_told(server: Server, client: Client) -> None:
    """The focus at the start and each later one is told once, with title and class made plain."""
    one = client.create((0, 0, 50, 50), title="One\n\u202eone" + "x" * 300, window_class="one/One")
    two = client.create((60, 0, 50, 50), window_class="two/Two")
    for each in (one, two):
        client.map(each)
    client.focus(one)
    client.sync()
    with watching(server, SECRET) as watched:
        expected = {"title": "Oneone" + "x" * 250, "class": "One", "is_hidden": False}
        assert watched.focused() == expected
        client.focus(two)
        client.sync()
        assert watched.focused() == {"title": "", "class": "Two", "is_hidden": False}
        client.title(two, "Two again")
        watched.look()
        client.destroy(two)
        client.sync()
        assert watched.focused() == {"title": "", "class": "", "is_hidden": False}


def test_a_hidden_window_keeps_its_title(server: Server, client: Client) -> None:
    """Of a hidden window that has the focus, only the class is told."""
    window = client.create((0, 0, 50, 50), title="secret", window_class="a/A", is_mapped=True)
    client.focus(window)
    client.sync()
    with watching(server, SECRET) as watched:
        assert watched.focused() == {"title": "", "class": "A", "is_hidden": True}


def test_a_part_of_a_window_speaks_for_it(server: Server, client: Client) -> None:
    """Where a window without a class has the focus, the one around it is told."""
    window = client.create((0, 0, 50, 50), title="Whole", window_class="a/A", is_mapped=True)
    part = client.create((0, 0, 10, 10), parent=window, is_mapped=True)
    client.focus(part)
    client.sync()
    with watching(server, SECRET) as watched:
        assert watched.focused()["title"] == "Whole"


def test_the_window_manager_is_asked_where_x_says_nothing(server: Server, client: Client) -> None:
    """While no window with a class has the focus, the active window is told."""
    window = client.create((0, 0, 50, 50), title="Active", window_class="a/A", is_mapped=True)
    client.focus(1)  # wherever the pointer is
    client.sync()
    active = client.atom(b"_NET_ACTIVE_WINDOW")
    with watching(server, SECRET) as watched:
        watched.settled()
        client.link(client.screen.root, active, window)
        client.sync()
        assert watched.focused()["title"] == "Active"
        client.send(struct.pack("<BxHII", 19, 3, client.screen.root, active))
        client.sync()
        assert watched.focused()["title"] == ""


def test_a_flickering_focus_is_told_slowly_and_the_last_not_lost(
    server: Server, client: Client
) -> None:
    """However fast the focus changes, at most four are told in a second, and the last of all is."""
    names = ["One", "Two", "Three"]
    windows = [
        client.create((0, 0, 50, 50), title=each, window_class=f"a/{each}", is_mapped=True)
        for each in names
    ]
    told: list[tuple[float, dict[str, Any]]] = []
    with watching(server, SECRET) as watched:
        watched.settled()
        start = time.monotonic()
        for step in range(900):
            client.focus(windows[step % 3])
            client.sync()
        for window in windows[:2]:
            client.focus(window)
        client.sync()
        watched.look()
        while not told or told[-1][1]["title"] != "Two" or watched.has_line(0.5):
            told.append((time.monotonic(), watched.focused()))
        assert len(told) <= (told[-1][0] - start) * 4 + 2


def test_other_clients_cannot_make_the_focus_up(server: Server, client: Client) -> None:
    """While a window has the focus, another active window that somebody claims is not told."""
    real = client.create((0, 0, 50, 50), title="Real", window_class="a/A", is_mapped=True)
    client.focus(real)
    client.sync()
    with watching(server, SECRET) as watched, client_of(server) as liar:
        assert watched.focused()["title"] == "Real"
        other = liar.create((60, 0, 50, 50), title="Lie", window_class="b/B", is_mapped=True)
        liar.link(liar.screen.root, liar.atom(b"_NET_ACTIVE_WINDOW"), other)
        liar.sync()
        watched.settled()
        assert not watched.told
        liar.send(struct.pack("<BxHII", 19, 3, liar.screen.root, liar.atom(b"_NET_ACTIVE_WINDOW")))
        liar.sync()
