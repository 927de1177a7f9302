"""Since xrdp 0.10 a display's memory comes as a descriptor, with four bytes of its own after the order."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator

import pytest

from core.remote.gate import display
from core.remote.gate.display import Painted
from core.remote.gate.memory import identity_of
from core.remote.gate.picture import Picture
from core.remote.lines.link import Rectangle
from core.remote.lines.wire import DESCRIPTOR, Connection, Violation, split_orders
from tests.fakes.gate_sides import open_descriptors

WIDTH, HEIGHT = 8, 4
ORDER = struct.pack("<HHI", 3, 0, 0)


def take(picture: Picture, painted: Painted, descriptor: int | None = None) -> list[Rectangle]:
    """Let the picture have what was painted."""
    picture.attach(painted, descriptor)
    return picture.copy(painted.rectangles)


def memory(size: int = WIDTH * HEIGHT * 4, byte: int = 7) -> int:
    """Make shared memory that is filled with a byte."""
    descriptor = os.memfd_create("display")
    os.write(descriptor, bytes([byte]) * size)
    return descriptor


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Connection]]:
    """Connect a display's end and the gate's."""
    theirs, ours = socket.socketpair()
    connection = Connection(ours, split_orders, most_descriptors=8)
    yield theirs, connection
    theirs.close()
    connection.close()


@pytest.fixture
def picture() -> Iterator[Picture]:
    """Make a picture that is not shielded."""
    made = Picture(WIDTH, HEIGHT)
    made.arrange((), is_shielded=False, is_visible=False)
    yield made
    made.forget_source()
    made.shown.close()
    os.close(made.memory)


def whole(picture: Picture) -> display.Painted:
    """Say that all of the display is new."""
    return display.Painted([picture.whole], 1, 0, picture.size)


def recorded(picture: Picture) -> bytes:
    """Read what is recorded."""
    return os.pread(picture.memory, WIDTH * HEIGHT * 4, 64)


def test_a_descriptor_comes_after_its_order(ends: tuple[socket.socket, Connection]) -> None:
    """An order and the four bytes with a descriptor are two messages, and the descriptor can be taken once."""
    theirs, connection = ends
    sent = memory()
    theirs.sendall(ORDER)
    socket.send_fds(theirs, [DESCRIPTOR], [sent])
    theirs.sendall(ORDER)
    messages: list[bytes] = []
    while len(messages) < 3:
        messages += connection.receive()
    taken = connection.take_descriptor()
    assert messages == [ORDER, DESCRIPTOR, ORDER]
    assert identity_of(taken) == identity_of(sent)
    with pytest.raises(Violation):
        connection.take_descriptor()
    os.close(taken)
    os.close(sent)


def test_descriptors_without_an_order_are_a_violation(
    ends: tuple[socket.socket, Connection],
) -> None:
    """A display cannot fill the gate's table of descriptors, and what it sent is closed."""
    theirs, connection = ends
    sent = memory()
    before = open_descriptors()
    for _ in range(8):
        socket.send_fds(theirs, [DESCRIPTOR], [sent])
        assert list(connection.receive()) == [DESCRIPTOR]
    socket.send_fds(theirs, [DESCRIPTOR], [sent])
    with pytest.raises(Violation):
        list(connection.receive())
    connection.close()
    assert open_descriptors() == before - 1  # the connection's own
    os.close(sent)


def test_a_mapped_paint_is_read(picture: Picture) -> None:
    """A paint order of the whole display is read like one with a segment, and its memory is copied."""
    rectangle = struct.pack("<H4h", 1, 1, 1, 2, 2)
    tail = struct.pack("<IiIiHHHH", 0, 5, WIDTH * HEIGHT * 4, 0, 0, 0, WIDTH, HEIGHT)
    painted = display.read_mapped_paint(rectangle * 2 + tail)
    assert (painted.frame, painted.rectangles) == (5, [(1, 1, 2, 2)])
    descriptor = memory()
    changed = take(picture, painted, descriptor)
    assert changed == [(1, 1, 2, 2)]
    assert recorded(picture).count(7) == 2 * 2 * 4
    os.close(descriptor)


def test_a_part_of_the_display_is_refused() -> None:
    """Memory that begins elsewhere than at the display's corner is not taken for the display's."""
    rectangle = struct.pack("<H4h", 1, 1, 1, 2, 2)
    tail = struct.pack("<IiIiHHHH", 0, 5, WIDTH * HEIGHT * 4, 0, 1, 0, WIDTH, HEIGHT)
    for body in (rectangle * 2 + tail, tail[:20], b""):
        with pytest.raises(Violation):
            display.read_mapped_paint(body)


def test_memory_is_mapped_once(picture: Picture) -> None:
    """The same memory under another descriptor is not mapped again; other memory is."""
    first, other = memory(), memory(byte=9)
    again = os.dup(first)
    assert take(picture, whole(picture), first)
    mapped = picture._source
    os.close(first)
    assert take(picture, whole(picture), again)
    assert picture._source is mapped
    assert take(picture, whole(picture), other)
    assert set(recorded(picture)) == {9}
    os.close(again)
    os.close(other)


def test_memory_that_is_too_small_is_refused(picture: Picture) -> None:
    """Memory that does not hold the whole display is never mapped, nor is what is no memory."""
    small = memory(WIDTH * HEIGHT * 4 - 1)
    reading, writing = os.pipe()
    for descriptor in (small, reading):
        with pytest.raises(Violation):
            take(picture, whole(picture), descriptor)
    for descriptor in (small, reading, writing):
        os.close(descriptor)


@pytest.mark.parametrize(("version", "size"), [(20210723, 7072), (20230425, 7192)])
def test_a_description_is_read_as_it_is_written(version: int, size: int) -> None:
    """The gate's own description, in each version, has the size that is known and says the display's."""
    message = display.own_client_info(1280, 720, version)
    kind, body = display.read_message(message)
    info = display.read_client_info(body)
    assert (kind, len(body)) == (display.CLIENT_INFO, size)
    assert (info.bits_per_pixel, info.size, info.capture_code) == (32, (1280, 720), 0)


@pytest.mark.parametrize("version", [20210723, 20230425])
def test_any_capture_but_the_plain_one_is_seen(version: int) -> None:
    """A client whose server wants other pixels, by code or by format, is not taken for a plain one."""
    for offset in (4556, 4560):
        body = bytearray(display.own_client_info(1280, 720, version)[6:])
        body[offset] = 2
        assert display.read_client_info(bytes(body)).capture_code == 2


def test_another_version_is_refused() -> None:
    """A description of a version that is not known, or of a wrong size, is never read."""
    body = display.own_client_info(1280, 720, 20230425)[6:]
    for broken in (body[:-1], body[:4] + struct.pack("<i", 20240805) + body[8:], body[:7]):
        with pytest.raises(Violation):
            display.read_client_info(broken)


def test_memory_that_was_allocated_is_no_order() -> None:
    """What a display says when it has its memory is passed over."""
    assert list(display.read_orders(struct.pack("<HHIHHHH", 100, 1, 8, 3, 8, 1280, 720))) == []
