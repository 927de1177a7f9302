"""The fake gate writes what the real one does: a header, pixels, and a word of each change."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from core.recording.shared_picture import HEADER_BYTES
from tests.fakes.shared_picture import DARK, HEADER, LIGHT, FakeGate, Painter, Terminal

RED = (0, 0, 255)


@pytest.fixture
def gate() -> Iterator[FakeGate]:
    """Give a small gate."""
    gate = FakeGate((64, 48))
    yield gate
    gate.close()


def pixel(gate: FakeGate, x: int, y: int) -> bytes:
    """Read one pixel's colour."""
    return os.pread(gate.memory, 3, HEADER_BYTES + (y * gate.width + x) * 4)


def header(gate: FakeGate) -> tuple[bytes, ...]:
    """Read the header."""
    return HEADER.unpack(os.pread(gate.memory, HEADER_BYTES, 0))


def test_a_change_is_told_and_counted(gate: FakeGate) -> None:
    """Painting moves the sequence to the next even number and writes to the event."""
    os.eventfd_read(gate.changes)
    before = header(gate)
    gate.paint((10, 10, 5, 5), RED)
    after = header(gate)
    assert before[:4] == after[:4] == (b"LCPX", 1, 64, 48)
    assert (before[4] % 2, after[4]) == (0, before[4] + 2)
    assert after[5] >= before[5]
    assert os.eventfd_read(gate.changes) == 1
    assert pixel(gate, 12, 12) == bytes(RED)
    assert pixel(gate, 15, 12) == bytes(DARK)


def test_it_is_open_during_a_change(gate: FakeGate) -> None:
    """In the middle of a change the sequence is odd."""
    with gate.change():
        assert header(gate)[4] % 2 == 1
    assert header(gate)[4] % 2 == 0


def test_hidden_pixels_are_never_written(gate: FakeGate) -> None:
    """What is painted over a hidden rectangle leaves it dark."""
    gate.hidden = [(8, 8, 8, 8)]
    gate.paint((0, 0, 64, 48), RED)
    assert pixel(gate, 10, 10) == bytes(DARK)
    assert pixel(gate, 7, 10) == pixel(gate, 16, 10) == pixel(gate, 10, 16) == bytes(RED)


def test_the_shield_is_a_flag(gate: FakeGate) -> None:
    """A shielded gate says so in its header."""
    gate.is_shielded = True
    gate.write_header(is_open=False)
    assert header(gate)[6] == 1


def test_it_scrolls(gate: FakeGate) -> None:
    """What was in one row is in a higher one afterwards."""
    gate.paint((0, 20, 64, 1), RED)
    gate.scroll(16)
    assert pixel(gate, 0, 4) == bytes(RED)


def test_another_process_can_paint(gate: FakeGate) -> None:
    """A gate over inherited descriptors goes on with the sequence."""
    other = FakeGate.inherited(os.dup(gate.memory), os.dup(gate.changes))
    other.paint((0, 0, 1, 1), RED)
    assert pixel(gate, 0, 0) == bytes(RED)
    assert header(gate)[4] == gate.sequence + 2
    other.close()


def test_a_terminal_writes(gate: FakeGate) -> None:
    """Typing, filling and scrolling leave light strokes on a dark ground."""
    terminal = Terminal(gate)
    for step in (terminal.type_one, terminal.fill, terminal.scroll_one):
        step()
        pixels = os.pread(gate.memory, 64 * 48 * 4, HEADER_BYTES)
        assert {pixels[at : at + 3] for at in range(0, len(pixels), 4)} == {
            bytes(LIGHT),
            bytes(DARK),
        }


def test_a_painter_paints_until_closed(gate: FakeGate) -> None:
    """The painter's thread changes the picture all the time, and ends."""
    painter = Painter(gate, 0.001)
    while painter.pictures < 3:
        os.sched_yield()
    painter.close()
    assert header(gate)[4] >= 6
