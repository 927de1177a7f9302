"""The watcher, over a real X server and clients that do what they like."""

from __future__ import annotations

import struct
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from core.recording.x_authority import write_x_authority
from core.remote.watcher import x_wire as x
from tests.core.remote.watcher.desktop import Client, Server, client_of, is_covered, watching

SECRET = [("secret", "")]


def test_a_hidden_window_is_where_it_is(server: Server, client: Client) -> None:
    """A mapped window whose title fits is told with its border, and no other one is."""
    client.create((10, 20, 100, 50), title="My SECRET plan", border=3, is_mapped=True)
    client.create((300, 20, 100, 50), title="My plan", is_mapped=True)
    client.create((300, 200, 100, 50), title="secret, but not mapped")
    client.sync()
    with watching(server, SECRET) as watched:
        assert watched.settled() == {(10, 20, 106, 56)}
        assert watched.look()["count"] == 1


def test_the_first_look_misses_nothing(server: Server, client: Client) -> None:
    """A look that is asked for before the watcher has seen the display covers what was there already."""
    for number in range(300):
        client.create((number, 0, 10, 10), title="plain", is_mapped=True)
    client.create((400, 300, 10, 10), title="secret", is_mapped=True)
    client.sync()
    with watching(server, SECRET) as watched:
        assert is_covered((400, 300, 10, 10), watched.hidden())
        assert watched.settled() == {(400, 300, 10, 10)}


def test_windows_that_come_later_are_followed(server: Server, client: Client) -> None:
    """At the first look after a window was mapped, moved or named, it is hidden where it is."""
    with watching(server, SECRET) as watched:
        assert watched.hidden() == set()
        window = client.create((10, 10, 50, 50), title="secret", is_mapped=True)
        client.sync()
        assert (10, 10, 50, 50) in watched.hidden()
        client.place(window, (200, 100, 60, 70))
        client.sync()
        assert watched.hidden() >= {(10, 10, 50, 50), (200, 100, 60, 70)}
        assert watched.settled() == {(200, 100, 60, 70)}
        client.title(window, "harmless")
        client.sync()
        assert watched.hidden() == {(200, 100, 60, 70)}
        assert watched.settled() == set()
        client.title(window, "Secret")
        client.sync()
        assert watched.hidden() == {(200, 100, 60, 70)}


def test_a_window_that_came_and_went_between_looks_is_covered(
    server: Server, client: Client
) -> None:
    """Mapped, moved, unmapped or destroyed since the last look: all places are hidden, for two looks at least."""
    with watching(server, SECRET) as watched:
        watched.settled()
        window = client.create((10, 10, 50, 50), title="secret", is_mapped=True)
        client.place(window, (100, 100, 50, 50))
        client.unmap(window)
        other = client.create((300, 300, 40, 40), title="secret", is_mapped=True)
        client.destroy(other)
        client.sync()
        places = {(10, 10, 50, 50), (100, 100, 50, 50), (300, 300, 40, 40)}
        for _ in range(2):
            assert watched.hidden() == places
        assert watched.settled() == set()


def test_an_innocent_window_is_never_hidden(server: Server, client: Client) -> None:
    """A window that no rule fits is in no answer, however it moves and renames itself, once it is known."""
    window = client.create((10, 10, 50, 50), title="plain", is_mapped=True)
    client.sync()
    with watching(server, SECRET) as watched:
        watched.settled()
        for step in range(100):
            client.title(window, f"plain {step}")
            client.place(window, (10 + step, 10, 50, 50))
            client.sync()
            assert watched.hidden() == set()


@pytest.mark.parametrize("is_override", [True, False])
def test_an_ever_moving_window_is_covered_at_every_look(
    server: Server, client: Client, is_override: bool
) -> None:
    """Wherever a window was since the look before the last one, the answer covers it."""
    with watching(server, SECRET) as watched:
        watched.settled()
        window = client.create(
            (0, 0, 40, 30), title="secret", is_override=is_override, is_mapped=True
        )
        before: list[tuple[int, int, int, int]] = [(0, 0, 40, 30)]
        for look in range(60):
            since = [
                ((look * 37 + step * 91) % 760, (look * 53 + step * 17) % 570, 40, 30)
                for step in range(1 + look % 40)
            ]
            for each in since:
                client.place(window, each)
            client.sync()
            hidden = watched.hidden()
            assert len(hidden) <= 32
            assert all(is_covered(each, hidden) for each in before + since)
            before = since
        assert watched.settled() == {before[-1]}


def test_a_window_that_never_stops_is_covered_at_every_look(server: Server, client: Client) -> None:
    """While a client moves and raises its window as fast as it can, no look misses where it was."""
    window = client.create((0, 0, 40, 30), title="secret", is_mapped=True)
    client.sync()
    places: list[tuple[float, float, tuple[int, int, int, int]]] = []
    is_over = threading.Event()

    def rush() -> None:
        while not is_over.is_set():
            box = (len(places) * 91 % 760, len(places) * 37 % 570, 40, 30)
            begun = time.monotonic()
            client.place(window, box)
            client.sync()
            places.append((begun, time.monotonic(), box))

    with watching(server, SECRET) as watched:
        watched.settled()
        thread = threading.Thread(target=rush)
        thread.start()
        try:
            looks = [(time.monotonic(), watched.hidden()) for _ in range(80)]
        finally:
            is_over.set()
            thread.join()
    lasted = [
        (there, gone, box)
        for (_, there, box), (gone, _, _) in pairwise(
            [*places, (time.monotonic(), 0, (0, 0, 0, 0))]
        )
    ]
    for (since, _), (_, _), (asked, hidden) in zip(looks, looks[1:], looks[2:], strict=False):
        was_there = [box for there, gone, box in lasted if there < asked and gone > since]
        assert all(is_covered(box, hidden) for box in was_there)
    assert len(places) > len(looks)


def test_a_flood_of_changes_ends_in_the_truth(server: Server, client: Client) -> None:
    """Titles, places and windows that change without a pause are followed to where they end."""
    with watching(server, SECRET) as watched:
        watched.settled()
        windows = [client.create((0, 0, 20, 20), is_mapped=True) for _ in range(50)]
        for step in range(60):
            for number, window in enumerate(windows):
                client.title(window, "secret" if (step + number) % 2 else "plain")
                client.place(window, (number * 10, step * 5, 20, 20))
        watched.ask()
        client.sync()
        expected = {(number * 10, 295, 20, 20) for number in range(50) if (59 + number) % 2}
        hidden = watched.settled()
        assert all(is_covered(each, hidden) for each in expected)
        assert hidden == expected


def test_made_up_events_are_not_believed(server: Server, client: Client) -> None:
    """Another client's forged words, that a hidden window has gone, moved or was unmapped, change nothing."""
    window = client.create((10, 10, 50, 50), title="secret", is_mapped=True)
    client.sync()
    with watching(server, SECRET) as watched, client_of(server) as forger:
        watched.settled()
        root = client.screen.root
        for kind in (x.DESTROYED, x.UNMAPPED):
            forger.forge(struct.pack("<BxHII20x", kind, 0, root, window))
        forger.forge(
            struct.pack("<BxHIIIhhHHH6x", x.CONFIGURED, 0, root, window, 0, 500, 500, 1, 1, 0)
        )
        forger.forge(struct.pack("<BxHIIIhh12x", x.REPARENTED, 0, root, window, 77, 0, 0))
        forger.sync()
        assert watched.settled() == {(10, 10, 50, 50)}


def test_a_frame_is_hidden_with_what_is_in_it(server: Server, client: Client) -> None:
    """A client in another client's frame, also in a box in it, hides the whole frame; out of it, it is alone."""
    with watching(server, SECRET) as watched, client_of(server) as manager:
        window = client.create((0, 0, 50, 50), title="secret")
        client.sync()
        frame = manager.create((100, 100, 70, 90), is_override=True, is_mapped=True)
        manager.reparent(window, frame, 10, 30)
        manager.map(window)
        manager.sync()
        assert (100, 100, 70, 90) in watched.hidden()
        assert watched.settled() == {(100, 100, 70, 90)}
        box = manager.create((0, 0, 60, 60), parent=frame, is_mapped=True)
        manager.reparent(window, box)
        manager.sync()
        assert watched.settled() == {(100, 100, 70, 90)}
        manager.reparent(window, manager.screen.root, 300, 300)
        manager.map(window)
        manager.sync()
        assert (300, 300, 50, 50) in watched.hidden()
        assert watched.settled() == {(300, 300, 50, 50)}


def test_only_allowed_programs_are_shown(server: Server, client: Client) -> None:
    """Where programs are named, every other window is hidden, and one without a class is judged by its owner."""
    with watching(server, [], ["XTerm"]) as watched, client_of(server) as stranger:
        good = client.create((0, 0, 10, 10), window_class="shell/xterm", is_mapped=True)
        client.create((20, 0, 10, 10), is_override=True, is_mapped=True)  # its menu
        stranger.create((0, 50, 10, 10), window_class="Notes", is_mapped=True)
        stranger.create((20, 50, 10, 10), is_override=True, is_mapped=True)
        helper = stranger.create((40, 50, 10, 10), is_mapped=True)
        stranger.link(helper, x.WM_TRANSIENT_FOR, good)
        stranger.create((0, 0, 800, 600), is_input_only=True, is_mapped=True)
        client.sync()
        stranger.sync()
        assert watched.settled() == {(0, 50, 10, 10), (20, 50, 10, 10)}
        client.change(good, x.WM_CLASS, b"other\0Other\0")
        client.sync()
        assert (0, 0, 10, 10) in watched.hidden()
        assert len(watched.settled()) == 5


def test_a_title_too_long_to_judge_is_hidden(server: Server, client: Client) -> None:
    """A title longer than what is read counts as one that fits."""
    client.create((0, 0, 10, 10), title="x" * 1025, is_mapped=True)
    client.create((20, 0, 10, 10), title="x" * 1024, is_mapped=True)
    client.sync()
    with watching(server, SECRET) as watched:
        assert watched.settled() == {(0, 0, 10, 10)}


def test_too_many_windows_end_it(server: Server, client: Client) -> None:
    """With more windows than it follows, it says so and ends."""
    with watching(server, SECRET) as watched:
        watched.settled()
        for _ in range(2001):
            client.create((0, 0, 10, 10))
        client.sync()
        assert watched.read() == {"failed": "too_many"}
        with pytest.raises(EOFError):
            watched.read()


def test_a_display_that_does_not_answer_gets_no_look(server: Server, client: Client) -> None:
    """While a client holds the server, a look has no answer, which the gate takes as a failure."""
    with watching(server, SECRET) as watched:
        watched.settled()
        client.grab_server()
        client.sync()
        number = watched.ask()
        assert not watched.has_line(0.3)
        client.close()
        assert watched.read()["looked"] == number


def test_it_cannot_be_cut_off_by_another_client(server: Server, client: Client) -> None:
    """Asking the server to end whoever looks at a window ends nobody but its owner."""
    window = client.create((0, 0, 10, 10), title="secret", is_mapped=True)
    client.sync()
    with watching(server, SECRET) as watched, client_of(server) as hostile:
        watched.settled()
        for number in range(1, 64):
            hostile.send(struct.pack("<BxHI", 113, 2, (number << 21) | (1 << 29) | 1))
        hostile.sync()
        assert watched.hidden() == {(0, 0, 10, 10)}
        assert window


@pytest.mark.parametrize("word", [b"{}", b"no JSON", b'{"look": "1"}', b"[" * 5_000])
def test_odd_words_end_it(server: Server, word: bytes) -> None:
    """A line that is no look ends the watcher with a reason."""
    with watching(server, SECRET) as watched:
        watched.settled()
        watched.line.sendall(word + b"\n")
        while "failed" not in (said := watched.read()):
            pass
        assert said["failed"].startswith("a line ")


def test_a_display_that_cannot_be_opened_is_told(server: Server, tmp_path: Path) -> None:
    """Without the display, or with a wrong cookie or none, the gate hears of it at once."""
    wrong, empty = tmp_path / "wrong", tmp_path / "empty"
    write_x_authority(wrong)
    empty.touch()
    for each, reason in (
        (Server(server.path.with_name("X31999"), server.authority), "No such file"),
        (Server(server.path, wrong), "refuses the cookie"),
        (Server(server.path, empty), "no cookie"),
    ):
        with watching(each, SECRET) as watched:
            assert reason in watched.read()["failed"]


def test_a_look_is_fast(server: Server, client: Client) -> None:
    """With 50 windows on an idle display, half of all looks take under 5 ms."""
    for number in range(50):
        client.create((number, 0, 10, 10), title=f"secret {number}", is_mapped=True)
    client.sync()
    with watching(server, SECRET) as watched:
        watched.settled()
        took = []
        for _ in range(200):
            start = time.perf_counter()
            watched.look()
            took.append(time.perf_counter() - start)
        assert sorted(took)[100] < 0.005
