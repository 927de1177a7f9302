"""Reading a gate's picture: whole, and only if it is one."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DisplayUnavailable, RecorderFailed
from core.recording.shared_picture import (
    HEADER_BYTES,
    PictureHeader,
    SharedPicture,
    frame_rows,
    new_frame,
    read_header,
)
from tests.fakes.shared_picture import DARK, HEADER, FakeGate

GOOD = HEADER.pack(b"LCPX", 1, 640, 480, 2, 5, 1, b"")


@pytest.fixture
def gate() -> Iterator[FakeGate]:
    """Give a gate with a small dark picture."""
    gate = FakeGate((64, 48))
    yield gate
    gate.close()


def pixels_of(picture: SharedPicture) -> bytes:
    """Read the picture's bytes."""
    buffer = bytearray(picture.width * picture.height * 4)
    assert picture.read_into([memoryview(buffer)]) is not None
    return bytes(buffer)


def test_a_header_is_read() -> None:
    """Size, sequence, time and the shield are what the gate wrote."""
    assert read_header(GOOD) == PictureHeader(640, 480, 2, 5, is_shielded=True)
    assert not read_header(GOOD).is_being_written


@pytest.mark.parametrize(
    "header",
    [
        b"",
        GOOD[:-1],
        GOOD + b"\0",
        bytes(HEADER_BYTES),
        HEADER.pack(b"LCPY", 1, 640, 480, 2, 0, 0, b""),
        HEADER.pack(b"LCPX", 2, 640, 480, 2, 0, 0, b""),
        HEADER.pack(b"LCPX", 1, 0, 480, 2, 0, 0, b""),
        HEADER.pack(b"LCPX", 1, 640, 8193, 2, 0, 0, b""),
        HEADER.pack(b"LCPX", 1, 640, 480, 2, 0, 0, b"more"),
    ],
)
def test_another_header_is_refused(header: bytes) -> None:
    """What is not a header of this version, or of a size that cannot be, is refused."""
    with pytest.raises(RecorderFailed):
        read_header(header)


@given(st.binary(max_size=80))
def test_no_header_does_harm(data: bytes) -> None:
    """Any bytes are a header or a refusal."""
    try:
        header = read_header(data)
    except RecorderFailed:
        return
    assert 0 < header.width <= 8192


def test_a_file_that_is_too_small_is_refused() -> None:
    """A header that promises more pixels than there are is refused, and the descriptors stay the caller's."""
    memory, changes = os.memfd_create("small"), os.eventfd(0)
    os.write(memory, HEADER.pack(b"LCPX", 1, 64, 48, 2, 0, 0, b"") + bytes(64 * 48 * 4 - 1))
    with pytest.raises(RecorderFailed):
        SharedPicture(memory, changes, pause=lambda _: None)
    os.close(memory)
    os.close(changes)


def test_what_is_no_file_is_refused() -> None:
    """A pipe is no picture."""
    reading, writing = os.pipe()
    with pytest.raises(RecorderFailed):
        SharedPicture(reading, writing, pause=lambda _: None)
    os.close(reading)
    os.close(writing)


def test_pixels_are_what_was_painted(gate: FakeGate) -> None:
    """The bytes arrive as they were painted, with the sequence of the change."""
    picture = gate.share()
    before = picture.header().sequence
    gate.paint((0, 0, 64, 48), (1, 2, 3))
    assert picture.header().sequence == before + 2
    assert pixels_of(picture) == bytes((1, 2, 3, 0)) * (64 * 48)
    picture.close()


def test_a_file_that_shrinks_is_told() -> None:
    """A picture that is cut short while it is read raises, and ends nothing."""
    memory, changes = os.memfd_create("shrinks"), os.eventfd(0)
    os.write(memory, HEADER.pack(b"LCPX", 1, 64, 48, 2, 0, 0, b"") + bytes(64 * 48 * 4))
    picture = SharedPicture(memory, changes, pause=lambda _: None)
    os.truncate(memory, 1000)
    with pytest.raises(RecorderFailed):
        picture.read_into([memoryview(bytearray(64 * 48 * 4))])
    os.truncate(memory, 10)
    with pytest.raises(RecorderFailed):
        picture.header()
    picture.close()


def test_a_size_that_changes_is_refused(gate: FakeGate) -> None:
    """The picture keeps its size: a header with another one raises."""
    picture = gate.share(pause=lambda _: None)
    gate.width = 32
    gate.write_header(is_open=False)
    with pytest.raises(RecorderFailed):
        picture.header()
    picture.close()


def test_a_half_written_header_is_read_again(gate: FakeGate) -> None:
    """A header that makes no sense for a moment is looked at anew."""
    pauses = []

    def pause(_: float) -> None:
        pauses.append(1)
        gate.write_header(is_open=False)

    picture = gate.share(pause=pause)
    gate.write_raw(0, bytes(HEADER_BYTES))
    assert picture.header().width == 64
    assert len(pauses) == 1
    picture.close()


def test_a_picture_that_stays_open_is_not_read(gate: FakeGate) -> None:
    """While the gate writes and writes, there is no picture, after a bounded number of attempts."""
    pauses = []
    picture = gate.share(pause=lambda _: pauses.append(1))
    gate.write_header(is_open=True)
    assert picture.read_into([memoryview(bytearray(64 * 48 * 4))]) is None
    assert len(pauses) == 100
    with pytest.raises(RecorderFailed):
        picture.thumbnail(32)
    picture.close()


def test_a_change_in_the_middle_is_noticed(gate: FakeGate) -> None:
    """What was read while a change was made is read again."""
    picture = gate.share()
    reads, really = [], picture._copy

    def copy(rows: list[memoryview]) -> None:
        really(rows)
        reads.append(1)
        if len(reads) == 1:
            gate.paint((0, 0, 64, 48), (9, 9, 9))

    picture._copy = copy
    assert pixels_of(picture) == bytes((9, 9, 9, 0)) * (64 * 48)
    assert len(reads) == 2
    picture.close()


def test_pictures_are_whole_while_the_gate_paints() -> None:
    """A reader beside a gate that never rests sees only pictures of one colour."""
    gate = FakeGate((320, 240))
    picture, ended = gate.share(), threading.Event()

    def paint() -> None:
        shade = 0
        while not ended.is_set():
            shade = (shade + 1) % 256
            gate.paint((0, 0, 320, 240), (shade, shade, shade))
            ended.wait(0.001)

    painter = threading.Thread(target=paint)
    painter.start()
    try:
        seen = set()
        while len(seen) < 20:
            pixels = pixels_of(picture)
            assert pixels == pixels[:4] * (320 * 240)
            seen.add(pixels[0])
    finally:
        ended.set()
        painter.join()
        picture.close()
        gate.close()


@pytest.mark.parametrize("size", [(64, 48), (61, 47), (1366, 1100), (1, 1)])
def test_rows_go_to_their_places_in_a_frame(size: tuple[int, int]) -> None:
    """Whatever padding a frame's rows have, the pixels are where they belong; an odd size is made even."""
    gate = FakeGate(size)
    width, height = size
    gate.paint((width - 1, height - 1, 1, 1), (10, 20, 30))
    picture, frame = gate.share(), new_frame(width, height)
    assert (frame.width % 2, frame.height % 2) == (0, 0)
    assert picture.read_into(frame_rows(frame, width, height)) is not None
    plane = frame.planes[0]
    at = (height - 1) * plane.line_size + (width - 1) * 4
    assert bytes(plane)[at : at + 4] == bytes((10, 20, 30, 0))
    assert bytes(plane)[0:3] == bytes((10, 20, 30) if size == (1, 1) else DARK)
    picture.close()
    gate.close()


def test_a_thumbnail_is_small_and_red_is_red(gate: FakeGate) -> None:
    """A thumbnail keeps shape and colours."""
    gate.paint((0, 0, 64, 48), (0, 0, 255))
    picture = gate.share()
    thumbnail = picture.thumbnail(32)
    assert (thumbnail.width, thumbnail.height) == (32, 24)
    assert thumbnail.rgb[:3] == b"\xff\x00\x00"
    assert picture.thumbnail(1000).width == 64
    picture.close()


def test_a_closed_picture_is_gone(gate: FakeGate) -> None:
    """Once closed there is nothing to read, and whoever asked for it was told once."""
    picture, told = gate.share(), []
    picture.on_close(lambda: told.append("first"))

    def forgotten() -> None:
        told.append("second")

    picture.on_close(forgotten)
    picture.forget(forgotten)
    picture.forget(forgotten)
    memory = picture.memory
    picture.close()
    picture.close()
    assert told == ["first"]
    assert picture.is_closed
    with pytest.raises(DisplayUnavailable):
        picture.header()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(memory)
