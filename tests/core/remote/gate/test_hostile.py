"""Sides that flood, stall or vanish: memory stays bounded, nobody waits for them, and nothing passes."""

from __future__ import annotations

import contextlib
import random
import socket

import pytest

from core.remote.gate import display
from core.remote.gate.display import KEY_DOWN
from core.remote.lines import wire
from tests.fakes.gate_bench import GateBench
from tests.fakes.gate_sides import open_descriptors

PRESS = 102
_FLOOD_BYTES = 6 << 20
_MOST_WAITING_BYTES = 8 << 20


def waiting(bench: GateBench) -> int:
    """Count the bytes that the gate keeps for all of its sides."""
    gate = bench.gate
    peer = [gate._peer.connection] if gate._peer is not None else []
    sides = [gate._link, gate._display, *peer]
    return sum(len(each._outgoing) + len(each._incoming) for each in sides)


def flood(stream: socket.socket, data: bytes, most_bytes: int) -> int:
    """Send the same again and again until the gate takes no more; gives how much it took."""
    stream.settimeout(0.3)
    sent = 0
    try:
        while sent < most_bytes:
            sent += stream.send(data)
    except (TimeoutError, ConnectionError):
        pass
    return sent


def test_keys_that_the_display_does_not_read_stay_with_the_peer(bench: GateBench) -> None:
    """A peer that types faster than the display reads is not read itself; both live on, and a revoke still acts."""
    bench.engine.tell("keyboard")
    client = bench.peer()
    assert flood(client.side.stream, display.event(KEY_DOWN, 0, 65, 30) * 100, 64 << 20) < 64 << 20
    assert waiting(bench) < _MOST_WAITING_BYTES
    bench.engine.tell()
    assert bench.is_running
    bench.display.side.read_until(lambda each: each[6:10] == b"\x10\0\0\0")
    bench.engine.tell("view")


def test_an_engine_that_does_not_read_stops_the_peer(bench: GateBench) -> None:
    """What would be told and is not heard is not done either, and costs no memory without end."""
    bench.engine.tell("view", "keyboard", records_keys=True)
    client = bench.peer()
    pair = display.event(KEY_DOWN, 0, 65, 30) + display.event(display.KEY_UP, 0, 65, 30)
    client.side.stream.settimeout(0.02)
    for _ in range(2000):  # while the display does read
        with contextlib.suppress(TimeoutError):
            client.side.stream.send(pair * 200)
        bench.display.events()
        if bench.gate._link.is_full:
            break
    assert bench.gate._link.is_full
    flood(client.side.stream, pair * 200, _FLOOD_BYTES)
    assert waiting(bench) < _MOST_WAITING_BYTES // 2
    assert bench.is_running


def test_knocks_without_end_are_bounded(bench: GateBench) -> None:
    """Connections that are turned away cost neither memory nor the gate."""
    bench.engine.tell()
    bench.stranger()
    for _ in range(500):
        with socket.socket(socket.AF_UNIX) as stream:
            stream.connect(str(bench.places.front))
    bench.engine.tell("view")
    assert bench.gate._peer is not None


def test_a_peer_that_does_not_read_is_cut_off(
    bench: GateBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers that a peer asks for and never reads end it."""
    monkeypatch.setattr(wire, "_MOST_WAITING_BYTES", 1 << 20)
    bench.engine.tell("view")
    client = bench.stranger()
    flood(client.side.stream, display.event(display.VERSION, d=1) * 1000, 128 << 20)
    bench.engine.hear("refused", reason="it does not read what it is sent")
    bench.peer()


def test_descriptors_of_a_peer_are_never_taken(bench: GateBench) -> None:
    """A peer that passes descriptors with its bytes does not fill the gate's table of them."""
    bench.engine.tell("view")
    client = bench.peer()
    before = open_descriptors()
    for _ in range(30):
        socket.send_fds(client.side.stream, [display.event(display.VERSION, d=1)], [0, 1, 2])
    for _ in range(30):
        client.sync()
    assert open_descriptors() == before


def test_a_fault_of_the_gates_own_ends_the_peer_only(
    bench: GateBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the gate itself stumbles over what a peer sent, only that peer is gone."""
    bench.engine.tell("view")
    client = bench.peer()

    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(bench.gate, "_take_event", stumble)
        client.event(PRESS)
        bench.engine.hear("refused", reason="ZeroDivisionError()")
    bench.peer()


def test_a_peer_holds_down_no_more_than_a_keyboard_has(bench: GateBench) -> None:
    """What the gate remembers of held keys and buttons has an end."""
    bench.engine.tell("keyboard", "pointer")
    client = bench.peer()
    for code in range(256):
        for flags in range(0, 1 << 16, 1 << 8):
            client.event(KEY_DOWN, 0, 65, code, flags)
        bench.display.events()
    for kind in range(display.MOVE, display.LAST_BUTTON + 1):
        client.event(kind, 1, 1)
    client.sync()
    assert bench.gate._peer is not None
    assert len(bench.gate._peer.held._releases) <= 2 * 256 + 9


def test_random_bytes_of_a_peer_end_nothing_else(bench: GateBench) -> None:
    """Peers that send noise come and go, and the gate is there for the next one."""
    chance = random.Random(7)
    bench.engine.tell("view", "keyboard", "pointer")
    for _ in range(40):
        client = bench.peer() if chance.random() < 0.5 else bench.knock()
        body = chance.randbytes(chance.randrange(1, 400))
        whole = len(body) + 6
        kind = chance.choice((b"\x67\0", b"\x68\0"))
        client.side.send(whole.to_bytes(4, "little") + kind + body)
        client.close()
        bench.engine.hear("left")
        bench.display.events()
    bench.peer()
