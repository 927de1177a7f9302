"""Whoever cannot read the page whole agrees to nothing: no key is taken, and that is told once.

The gate and the program of who only watches have a door each, and are alike there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.remote.gate import display
from core.remote.gate.door import CUT
from tests.fakes.gate_bench import CODE, SIZE, GateBench
from tests.fakes.gate_sides import FakeXrdp
from tests.fakes.observer_bench import ObserverBench

Bench = GateBench | ObserverBench
SMALL = (200, 120)  # the code's place alone has no room


@pytest.fixture(params=[GateBench, ObserverBench])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Run a program with a door; the paths of sockets must be short."""
    with tempfile.TemporaryDirectory(prefix="door-") as directory:
        made: Bench = request.param(Path(directory))
        yield made
        made.close()


def resize(client: FakeXrdp, size: tuple[int, int]) -> None:
    """Change a client's window, and wait until that is known."""
    client.event(display.RESIZE, *size, 32)
    client.sync()


def page_of(client: FakeXrdp) -> bytes:
    """Take the page as the client sees it now."""
    client.acknowledge(client.wait_frame()[0])
    return client.pixels()


def test_a_code_typed_in_a_small_window_is_none(bench: Bench) -> None:
    """Neither letters nor Enter are taken, and it is told once; in a larger window the whole code must be typed."""
    bench.engine.tell()
    client = bench.stranger()
    resize(client, SMALL)
    client.type("abcd\n\n\n")
    client.sync()
    assert [each["reason"] for each in bench.engine.told("refused")] == [CUT]
    assert bench.engine.told("code") == []
    resize(client, SIZE)
    client.type("cd\n")
    assert bench.engine.hear("code", typed=True)["code"] == "CD"
    resize(client, SMALL)
    client.type("\n")
    client.sync()
    assert len(bench.engine.told("refused")) == 1
    assert bench.engine.told("code") == []


def test_a_code_that_is_sent_from_a_small_window_is_not_agreed_to(bench: Bench) -> None:
    """It is told, since it may be that of somebody who has agreed already; but Enter is not taken."""
    bench.engine.tell()
    client = bench.knock()
    client.sync()
    client.event(display.RESIZE, *SMALL, 32)
    client.describe(CODE)
    assert bench.engine.hear("code", typed=False)["code"] == CODE
    client.type("\n")
    client.sync()
    assert bench.engine.told("code") == []
    resize(client, SIZE)
    client.type("\n")
    assert bench.engine.hear("code", typed=True)["code"] == ""


def test_a_window_that_shrinks_while_the_code_is_typed(bench: Bench) -> None:
    """What counts is the window at the moment of each key."""
    bench.engine.tell()
    client = bench.stranger()
    client.type("ab")
    resize(client, SMALL)
    client.type("xy\n")
    client.sync()
    assert bench.engine.told("code") == []
    resize(client, SIZE)
    client.type("cd\n")
    assert bench.engine.hear("code", typed=True)["code"] == CODE


def test_terms_that_grow_are_read_anew(bench: Bench) -> None:
    """A page that was whole is not whole any more when there is more to read."""
    bench.engine.tell(notice="Read this, and type the code. " * 20)
    client = bench.stranger()
    client.type("abcd\n")
    client.sync()
    assert bench.engine.told("code") == []
    bench.engine.tell(notice="Type the code.")
    client.type("abcd\n")
    assert bench.engine.hear("code", typed=True)["code"] == CODE


@pytest.mark.parametrize("size", [(0, 0), (-1, -1), (-(1 << 31), 400), (1, 1), (640, 1), (1, 400)])
def test_a_window_without_room_takes_no_key(bench: Bench, size: tuple[int, int]) -> None:
    """However small or absurd a size is, nothing is agreed to in it."""
    bench.engine.tell()
    client = bench.knock()
    client.sync()
    client.describe()
    resize(client, size)
    client.type("abcd\n")
    client.sync()
    assert bench.engine.told("code") == []
    assert bench.is_running


def test_the_next_client_is_told_of_anew(bench: Bench) -> None:
    """Each client that cannot read the page is told of, once."""
    bench.engine.tell()
    for _ in range(2):
        client = bench.stranger()
        resize(client, SMALL)
        client.type("\n")
        assert bench.engine.hear("refused")["reason"] == CUT
        client.close()
        bench.engine.hear("left")


def test_who_is_in_may_have_any_window(bench: Bench) -> None:
    """Behind the door there is nothing to agree to: a small window is no fault there."""
    bench.engine.tell("view")
    client = bench.peer() if isinstance(bench, GateBench) else bench.watching()
    resize(client, SMALL)
    client.type("\n")
    client.sync()
    assert bench.engine.told("refused") == []


def test_a_page_changes_with_the_window(bench: Bench) -> None:
    """A client that shrinks sees the sentence that says so, and the page again once it is large enough."""
    bench.engine.tell()
    client = bench.stranger()
    whole = page_of(client)
    resize(client, SMALL)
    small = page_of(client)
    assert small != whole
    resize(client, SIZE)
    assert page_of(client) == whole
