"""Where windows must be hidden, no pixel is copied before the watcher has said where they are and were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.remote.gate.watch import Watch
from core.remote.lines.wire import Violation
from tests.fakes.gate_bench import DARK, SECRET, SIZE, WHITE, GateBench
from tests.fakes.gate_sides import wait_until

PLACE = (40, 20, 30, 10)
BESIDE = (200, 100, 30, 10)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[GateBench]:
    """Give a gate that must hide windows."""
    made = GateBench(tmp_path, has_rules=True)
    made.engine.tell("view")
    yield made
    made.close()


def asked(bench: GateBench) -> int:
    """Wait for the gate's next look."""
    line = b""
    while not line.endswith(b"\n"):
        line += bench.watcher.recv(1)
    look: int = json.loads(line)["look"]
    return look


def answer(
    bench: GateBench, look: int, *hidden: tuple[int, int, int, int], again_ms: int = 0
) -> None:
    """Say where hidden windows are and were."""
    said = {"looked": look, "hidden": hidden, "count": len(hidden), "again_ms": again_ms}
    bench.watcher.sendall(json.dumps(said).encode() + b"\n")


def recorded(bench: GateBench, place: tuple[int, int, int, int]) -> set[bytes]:
    """List the different pixels that are recorded at a place."""
    x, y, width, height = place
    picture = bench.gate._picture._recorded
    rows = [(line * SIZE[0] + x) * 4 for line in range(y, y + height)]
    return {bytes(picture[at : at + 4]) for row in rows for at in range(row, row + width * 4, 4)}


def paint(bench: GateBench, *places: tuple[int, int, int, int]) -> None:
    """Let the display say that there are secret pixels, without waiting until they are taken."""
    for place in places:
        bench.display.fill(place, SECRET)
    bench.display.begin_paint(list(places))


def test_nothing_is_copied_before_the_watcher_has_looked(bench: GateBench) -> None:
    """A paint waits for the look after it; what the look hides is never copied, what it does not hide is."""
    paint(bench, PLACE, BESIDE)
    look = asked(bench)
    assert recorded(bench, PLACE) == recorded(bench, BESIDE) == {DARK}
    answer(bench, look, PLACE)
    bench.display.wait_taken()
    assert recorded(bench, PLACE) == {DARK}
    assert recorded(bench, BESIDE) == {SECRET}
    assert bench.engine.hear("hidden", windows=1)


def test_what_is_no_longer_hidden_is_painted_again(bench: GateBench) -> None:
    """A place that becomes free is not copied from memory that may have changed: the display paints it first."""
    paint(bench, PLACE)
    answer(bench, asked(bench), PLACE, again_ms=1)
    bench.display.wait_taken()
    bench.display.fill(PLACE, WHITE)
    answer(bench, asked(bench))
    wait_until(lambda: any(each.kind == 200 for each in bench.display.events()))
    assert recorded(bench, PLACE) == {DARK}


@pytest.mark.parametrize(
    "word", [b"no JSON\n", b"{}\n", b'{"looked": 9, "hidden": [], "again_ms": 0, "count": 0}\n']
)
def test_a_watcher_that_cannot_be_believed_shields_everything(
    bench: GateBench, word: bytes
) -> None:
    """After one wrong word everything is dark, and stays so."""
    paint(bench, BESIDE)
    answer(bench, asked(bench))
    bench.display.wait_taken()
    bench.watcher.sendall(word)
    wait_until(lambda: bench.gate._picture.is_shielded)
    assert recorded(bench, BESIDE) == {DARK}


def test_a_watcher_that_is_gone_shields_everything(bench: GateBench) -> None:
    """Without a watcher nothing is shown; the gate goes on and denies."""
    paint(bench, BESIDE)
    answer(bench, asked(bench))
    bench.display.wait_taken()
    bench.watcher.close()
    wait_until(lambda: bench.gate._picture.is_shielded)
    assert bench.engine.hear("watched", is_blind=True)
    assert bench.is_running


def test_a_watcher_that_does_not_answer_shields_everything(bench: GateBench) -> None:
    """A look that has no answer within a second is none, once there was one at all."""
    paint(bench, BESIDE)
    answer(bench, asked(bench))
    bench.display.wait_taken()
    paint(bench, BESIDE)
    asked(bench)
    wait_until(lambda: bench.gate._picture.is_shielded)
    assert recorded(bench, BESIDE) == {DARK}


def test_a_watcher_that_was_late_earns_its_trust_back(bench: GateBench) -> None:
    """It is asked anew; only its answer to that ends the shield, and nothing is copied that is not painted again."""
    paint(bench, BESIDE)
    answer(bench, asked(bench))
    bench.display.wait_taken()
    paint(bench, BESIDE)
    late = asked(bench)
    again = asked(bench)
    assert bench.engine.hear("watched", is_blind=True)
    bench.display.events()
    answer(bench, late)
    bench.engine.told("did")
    assert recorded(bench, BESIDE) == {DARK}
    answer(bench, again, PLACE)
    assert bench.engine.hear("watched", is_blind=False)
    bench.display.wait_event(200)
    bench.display.wait_taken()
    paint(bench, BESIDE, PLACE)
    answer(bench, asked(bench), PLACE)
    bench.display.wait_taken()
    assert recorded(bench, BESIDE) == {SECRET}
    assert recorded(bench, PLACE) == {DARK}


@pytest.mark.parametrize("how", ["closed", "nonsense"])
def test_a_late_watcher_that_ends_is_never_believed_again(bench: GateBench, how: str) -> None:
    """While it is late, a closed line or a wrong word is the end, whatever follows it."""
    paint(bench, BESIDE)
    answer(bench, asked(bench))
    bench.display.wait_taken()
    paint(bench, BESIDE)
    asked(bench)
    again = asked(bench)
    bench.engine.hear("watched", is_blind=True)
    if how == "closed":
        bench.watcher.close()
    else:
        bench.watcher.sendall(b"{}\n")
        answer(bench, again)
    wait_until(lambda: not bench.gate._watch.is_trusted)
    assert bench.engine.told("watched") == []
    assert bench.gate._picture.is_shielded


def test_without_rules_a_watcher_that_is_gone_is_no_loss(tmp_path: Path) -> None:
    """Where no window may have to be hidden, the picture does not depend on the watcher."""
    bench = GateBench(tmp_path)
    bench.engine.tell("view")
    bench.watcher.close()
    bench.display.paint(BESIDE, WHITE)
    wait_until(lambda: recorded(bench, BESIDE) == {WHITE})
    bench.close()


def test_the_focus_is_told(bench: GateBench) -> None:
    """Another window with the focus is told to the engine, with bounded words."""
    word = {"focus": {"title": "t" * 5000, "class": "xterm"}}
    bench.watcher.sendall(json.dumps(word).encode() + b"\n")
    told = bench.engine.hear("focus", window_class="xterm")
    assert told["title"] == "t" * 256


@given(st.binary(max_size=200))
def test_any_line_is_read_or_refused(line: bytes) -> None:
    """Whatever a line holds, the answer is a Violation or sense."""
    import socket

    ours, theirs = socket.socketpair()
    watch = Watch(ours, has_rules=True)
    try:
        watch.take(line)
    except Violation:
        pass
    finally:
        ours.close()
        theirs.close()
