"""What a client is sent, and when: one frame at a time, of what has changed, no more often than allowed."""

from __future__ import annotations

import os
import socket
import struct

from core.remote.gate import display
from core.remote.lines.link import Rectangle
from core.remote.lines.wire import DESCRIPTOR
from tests.fakes.gate_bench import DARK, SECRET, SIZE, WHITE, GateBench
from tests.fakes.gate_sides import FakeXrdp, now_ns, open_descriptors

WHOLE = (0, 0, *SIZE)
AREA = (40, 40, 20, 10)
HOUR_NS = 3_600_000_000_000


def watching(bench: GateBench, **state: object) -> FakeXrdp:
    """Let a peer in that sees the desktop and has taken what there is."""
    bench.engine.tell("view", **state)
    client = bench.peer()
    settle(bench, client)
    return client


def settle(bench: GateBench, client: FakeXrdp) -> None:
    """Take frames until there are no more."""
    bench.engine.told("did")
    client.sync()
    while found := client.frames():
        client.acknowledge(found[-1][0])
        client.sync()
        bench.engine.told("did")


def pixel(client: FakeXrdp, x: int, y: int) -> bytes:
    """Read a pixel that the client could see."""
    at = (y * SIZE[0] + x) * 4
    return client.pixels()[at : at + 4]


def area_of(rectangles: list[Rectangle]) -> int:
    """Count the pixels of rectangles."""
    return sum(each[2] * each[3] for each in rectangles)


def test_a_change_is_sent_where_it_was(bench: GateBench) -> None:
    """A painted rectangle comes as one frame of just that rectangle."""
    client = watching(bench)
    bench.display.paint(AREA, WHITE)
    _, rectangles = client.wait_frame()
    assert rectangles == [AREA]
    assert pixel(client, 40, 40) == WHITE
    assert pixel(client, 39, 40) == DARK


def test_memory_that_comes_as_a_descriptor_is_shown(bench: GateBench) -> None:
    """A display of either kind is read, redacted and shown alike, and no descriptor is left open."""
    client = watching(bench, hidden=[[40, 40, 10, 10]])
    before = open_descriptors()
    for _ in range(12):
        bench.display.paint_mapped(AREA, SECRET)
        settle(bench, client)
    assert open_descriptors() <= before + 1  # the map's own
    for seen in (client.pixels(), bench.engine.recorded()):
        assert seen.count(SECRET) == 10 * 10
    assert pixel(client, 49, 49) == DARK


def test_a_descriptor_for_nothing_is_closed(bench: GateBench) -> None:
    """The memory of a pointer's shape is not looked at; a descriptor that was promised and is not there ends it."""
    watching(bench)
    before = open_descriptors()
    for _ in range(12):
        socket.send_fds(bench.display.side.stream, [DESCRIPTOR], [0])
    bench.display.say_painted([])
    assert open_descriptors() == before
    bench.display.side.send(DESCRIPTOR)
    assert bench.engine.hear("gone")["reason"] == "a descriptor that did not come"


def test_a_peer_that_vanishes_while_it_is_sent_a_frame_is_dropped(bench: GateBench) -> None:
    """A frame that cannot be sent ends the peer, and nothing else."""
    client = watching(bench)
    client.side.stream.shutdown(socket.SHUT_RD)
    bench.display.paint(AREA, WHITE)
    bench.engine.hear("left")
    assert bench.is_running


def test_the_next_frame_waits_for_the_last(bench: GateBench) -> None:
    """While a client has not taken a frame nothing more is sent; then all that has changed comes at once."""
    client = watching(bench)
    bench.display.paint(AREA, WHITE)
    frame, _ = client.wait_frame()
    for x in range(5):
        bench.display.paint((x, 0, 1, 1), WHITE)
    bench.engine.told("did")
    client.sync()
    assert client.frames() == []
    client.acknowledge(frame)
    following, rectangles = client.wait_frame()
    assert following == frame + 1
    assert rectangles == [(x, 0, 1, 1) for x in range(5)]


def test_large_frames_keep_their_distance(bench: GateBench) -> None:
    """However fast a client takes frames, no more of the picture comes in a time than the engine allows."""
    client = watching(bench, frame_ns=50_000_000)
    start_ns, frames = now_ns(), 0
    while frames < 5:
        bench.display.paint(WHOLE, WHITE)
        for frame, _ in client.frames():
            client.acknowledge(frame)
            frames += 1
    assert now_ns() - start_ns >= 3 * 50_000_000


def test_small_frames_come_at_once_also_after_a_large_one(bench: GateBench) -> None:
    """What is small against the picture does not wait until a large frame has had its time."""
    client = watching(bench)
    bench.engine.tell("view", frame_ns=HOUR_NS)
    bench.display.paint((0, 0, SIZE[0], SIZE[1] // 2), WHITE)
    client.acknowledge(client.wait_frame()[0])
    bench.display.paint(AREA, WHITE)
    assert client.wait_frame()[1] == [AREA]


def test_darkness_does_not_wait_for_the_line(bench: GateBench) -> None:
    """A shielded peer is sent the dark picture at once, however much was sent before."""
    client = watching(bench)
    bench.engine.tell("view", frame_ns=HOUR_NS)
    bench.display.paint(WHOLE, WHITE)
    client.acknowledge(client.wait_frame()[0])
    bench.engine.tell("view", is_shielded=True, frame_ns=HOUR_NS)
    assert client.wait_frame()[1] == [WHOLE]
    assert pixel(client, 40, 40) != WHITE


def test_what_lies_beyond_the_clients_screen_is_not_sent(bench: GateBench) -> None:
    """A client that is smaller than the desktop is sent the part that it has room for."""
    client = watching(bench)
    client.event(display.RESIZE, 50, 45, 32)
    client.sync()
    settle(bench, client)
    bench.display.paint((100, 100, 5, 5), WHITE)
    bench.display.paint(AREA, WHITE)
    assert client.wait_frame()[1] == [(40, 40, 10, 5)]


def test_a_client_can_ask_for_everything_again(bench: GateBench) -> None:
    """An invalidate gives the whole picture."""
    client = watching(bench)
    client.event(display.INVALIDATE)
    assert client.wait_frame()[1] == [WHOLE]


def test_hidden_rectangles_are_dark_for_both(bench: GateBench) -> None:
    """What is hidden is dark for the peer and in the recording, however often it is painted; then it is back."""
    client = watching(bench, hidden=[[*AREA]])
    for _ in range(3):
        bench.display.paint(WHOLE, WHITE)
        bench.display.paint(AREA, SECRET)
    bench.display.say_painted([WHOLE, AREA])
    settle(bench, client)
    for seen in (client.pixels(), bench.engine.recorded()):
        assert seen.count(SECRET) == 0
        assert seen.count(DARK) == area_of([AREA])
    bench.engine.tell("view", hidden=[])
    assert pixel(client, 45, 45) == SECRET
    bench.engine.tell("view", hidden=[[*AREA]])
    assert (SECRET in client.pixels(), SECRET in bench.engine.recorded()) == (False, False)


def test_the_shield_darkens_both_at_once(bench: GateBench) -> None:
    """When the gate has answered the shield's word both pictures are dark, and stay so until it is lifted."""
    client = watching(bench)
    bench.display.paint(WHOLE, SECRET)
    settle(bench, client)
    bench.engine.tell("view", is_shielded=True)
    bench.display.paint(WHOLE, SECRET)
    assert SECRET not in client.pixels()
    assert set(bench.engine.recorded()) == set(DARK)
    bench.engine.tell("view", is_shielded=False)
    assert set(bench.engine.recorded()) == set(SECRET)
    assert client.pixels() == bench.engine.recorded()


def test_a_peer_is_told_why_it_sees_nothing(bench: GateBench) -> None:
    """Behind the shield a peer that may see is shown the page, without a place for a code."""
    client = watching(bench)
    bench.engine.tell("view", is_shielded=True, notice="....")
    shielded = client.pixels()
    assert shielded != DARK * (SIZE[0] * SIZE[1])
    entry = 32 + 2 * 32
    assert set(shielded[entry * SIZE[0] * 4 :]) == set(DARK)
    assert set(bench.engine.recorded()) == set(DARK)


def test_a_revoked_view_darkens_the_peers_picture_only(bench: GateBench) -> None:
    """Without a view the peer sees a page, while the recording goes on."""
    client = watching(bench)
    bench.display.paint(WHOLE, SECRET)
    settle(bench, client)
    bench.engine.tell()
    bench.display.paint(WHOLE, SECRET)
    assert SECRET not in client.pixels()
    assert set(bench.engine.recorded()) == set(SECRET)


def test_changes_are_signalled_to_the_recorder(bench: GateBench) -> None:
    """The recorder is woken by what changes the recording, and by nothing else."""
    watching(bench)
    changes = bench.engine.descriptors[1]
    assert read_event(changes)
    bench.display.say_painted([])
    bench.engine.tell("view")
    assert not read_event(changes)
    bench.display.paint(AREA, WHITE)
    assert read_event(changes)
    bench.engine.tell("view", hidden=[[0, 0, 1, 1]])
    assert read_event(changes)


def test_the_pointers_shape_follows_the_view(bench: GateBench) -> None:
    """A pointer's shape reaches a peer that sees the desktop, also when it was set before; nobody else."""
    body = struct.pack("<HH", 3, 4) + b"\x55" * (32 * 32 * 3 + 128)
    shape = display.pointer(display.POINTER, body)
    client = watching(bench)
    bench.engine.tell()
    bench.display.side.send(shape)
    bench.display.say_painted([])
    bench.engine.told("did")
    client.sync()
    assert shape not in client.side.read()
    client.acknowledge(0)
    client.sync()
    bench.engine.told("did")
    client.sync()
    assert shape not in client.side.read()
    bench.engine.tell("view")
    assert client.side.read_until(lambda message: message == shape)
    client.acknowledge(0)
    settle(bench, client)
    bench.display.side.send(shape)
    assert client.side.read_until(lambda message: message == shape)


def read_event(descriptor: int) -> int:
    """Take what an event descriptor has counted; 0 for nothing."""
    try:
        return os.eventfd_read(descriptor)
    except BlockingIOError:
        return 0
