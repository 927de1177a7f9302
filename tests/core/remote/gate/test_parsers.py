"""Whatever bytes come, every parser gives a value or says Violation; nothing else ever comes out."""

from __future__ import annotations

import json
import random
import socket
import struct
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.remote.gate import display
from core.remote.lines.link import Rectangle, State, read_word, split_lines
from core.remote.lines.wire import (
    Closed,
    Connection,
    Split,
    Violation,
    split_blocks,
    split_events,
    split_orders,
)
from tests.fakes.damage import damaged
from tests.fakes.gate_sides import PROTOCOL, FakeEngine

SPLITS: list[Split] = [split_blocks, split_events, split_orders, split_lines]
Parser = Callable[[bytes], object]


PARSERS: dict[str, Parser] = {
    "message": display.read_message,
    "event": display.read_event,
    "client": display.read_client_info,
    "orders": lambda data: display.read_orders(data.ljust(8, b"\0")),
    "paint": display.read_paint,
    "mapped": display.read_mapped_paint,
    "pointer": lambda data: display.pointer(display.POINTER, data),
    "pointer_ex": lambda data: display.pointer(display.POINTER_EX, data),
    "word": read_word,
}


def good_messages() -> dict[str, list[bytes]]:
    """Write one or more sound messages for each parser, to be damaged."""
    state = FakeEngine()
    paint = display.paint([(1, 2, 3, 4), (5, 6, 7, 8)], 1, 2, (640, 480))
    words = [{"state": state.state}, {"admitted": 3}, {"drop": True}]
    state.theirs.close()
    state.close()
    info = display.own_client_info(640, 480, PROTOCOL)
    return {
        "message": [info],
        "event": [bytes(20)],
        "client": [info[6:], display.own_client_info(640, 480, 20230425)[6:]],
        "orders": [paint, display.capabilities()],
        "paint": [paint[16:-4]],
        "mapped": [paint[16:-12] + bytes(12)],
        "pointer": [bytes(4 + 32 * 32 * 3 + 128)],
        "pointer_ex": [bytes(6 + 32 * 32 * 3 + 128)],
        "word": [json.dumps(each).encode() for each in words],
    }


def parse(name: str, data: bytes) -> None:
    """Parse, and let nothing but Violation pass as a refusal."""
    try:
        PARSERS[name](data)
    except Violation:
        return


def split_all(split: Split, data: bytes) -> list[bytes]:
    """Send bytes through a connection and give the messages that come out."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = Connection(ours, split)
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        messages: list[bytes] = []
        try:
            while True:
                messages += connection.receive()
        except (Closed, Violation):
            return messages


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.binary(max_size=200))
def test_parsers_stand_any_bytes(name: str, data: bytes) -> None:
    """Random bytes are read or refused."""
    parse(name, data)


@pytest.mark.parametrize("name", PARSERS)
@given(seed=st.integers(0, 1 << 32))
def test_parsers_stand_damaged_messages(name: str, seed: int) -> None:
    """Sound messages with something changed are read or refused."""
    chance = random.Random(seed)
    parse(name, damaged(chance, chance.choice(good_messages()[name])))


@pytest.mark.parametrize("name", PARSERS)
def test_sound_messages_are_read(name: str) -> None:
    """What is damaged elsewhere is sound before."""
    for message in good_messages()[name]:
        PARSERS[name](message)


@pytest.mark.parametrize("split", SPLITS)
@given(data=st.binary(max_size=300))
def test_splits_stand_any_bytes(split: Split, data: bytes) -> None:
    """Random bytes are cut into messages, in order and without loss, or refused."""
    messages = split_all(split, data)
    assert data.startswith(b"".join(messages))


@given(
    bodies=st.lists(st.binary(max_size=60), max_size=5),
    cuts=st.lists(st.integers(0, 400), max_size=4),
)
def test_messages_come_out_as_they_went_in(bodies: list[bytes], cuts: list[int]) -> None:
    """However a stream is cut on its way, the same messages come out."""
    sent = [display.to_display(7, body) for body in bodies]
    stream = b"".join(sent)
    places = sorted({0, len(stream), *(min(each, len(stream)) for each in cuts)})
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection, received = Connection(ours, split_events), list[bytes]()
        for start, end in pairwise(places):
            theirs.sendall(stream[start:end])
            received += connection.receive()
    assert received == sent


@given(
    rectangles=st.lists(st.tuples(*[st.integers(-(1 << 15), (1 << 15) - 1)] * 4), max_size=20),
    frame=st.integers(0, (1 << 32) - 1),
)
def test_a_paint_is_read_as_it_is_written(rectangles: list[Rectangle], frame: int) -> None:
    """What the gate writes as a display it reads as one."""
    orders = display.read_orders(display.paint(rectangles, frame, 5, (640, 480)))
    assert [kind for kind, _ in orders] == [1, display.PAINT, 2]
    assert display.read_paint(orders[1][1]) == display.Painted(rectangles, frame, 5, (640, 480))
    assert display.taken(frame)[-4:] == struct.pack("<I", frame)


def test_a_paint_for_another_place_is_refused() -> None:
    """Pixels are where the display's memory begins."""
    body = struct.pack("<HHIiiIHH", 0, 0, 0, 1, 2, 4096, 8, 8)
    with pytest.raises(Violation):
        display.read_paint(body)


@pytest.mark.parametrize("name", [*(each for each in State._fields if each != "asleep_ns")])
@pytest.mark.parametrize(
    "value", [None, "1", 1.5, 1, True, [], {}, [[1, 2, 3]], [[1, 2, 3, 4.0]], {"view": "1"}]
)
def test_a_state_with_another_type_is_refused(name: str, value: object) -> None:
    """Each part of a state has its type and nothing is guessed."""
    engine = FakeEngine()
    engine.theirs.close()
    engine.close()
    whole = engine.state | {name: value}
    if type(value) is type(engine.state[name]) and not (value and name in {"hidden", "granted"}):
        assert read_word(json.dumps({"state": whole}).encode())
        return
    with pytest.raises(Violation):
        read_word(json.dumps({"state": whole}).encode())


def test_a_state_must_be_whole() -> None:
    """A state that lacks something, or has something more, is refused."""
    engine = FakeEngine()
    engine.theirs.close()
    engine.close()
    for name in engine.state:
        lacking = {key: value for key, value in engine.state.items() if key != name}
        with pytest.raises(Violation):
            read_word(json.dumps({"state": lacking}).encode())
    for state in (engine.state | {"more": 1}, engine.state | {"hidden": [[0, 0, 1, 1]] * 257}):
        with pytest.raises(Violation):
            read_word(json.dumps({"state": state}).encode())


@pytest.mark.chaos
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", PARSERS)
def test_parsers_stand_a_long_siege(name: str) -> None:
    """Many thousand damaged messages, each damaged further, and nothing but refusals comes out."""
    chance = random.Random(f"siege of {name}")
    pool = good_messages()[name]
    for _ in range(400_000):
        data = damaged(chance, chance.choice(pool))
        parse(name, data)
        if chance.random() < 0.01 and len(pool) < 200:
            pool.append(data[:8000])
