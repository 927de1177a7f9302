"""The fakes of a gate's sides keep what they promise, each against a plain socket."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest

from core.remote.gate import display
from tests.fakes.gate_sides import (
    FakeDisplay,
    FakeEngine,
    FakeXrdp,
    Side,
    block,
    channel_data,
    channel_setup,
    kind_of,
    wait_until,
)


def test_a_side_gives_whole_messages() -> None:
    """Messages come whole, in order, however they were sent; reading never waits when nothing is there."""
    ours, theirs = socket.socketpair()
    side = Side(ours, "events")
    whole = display.event(display.MOVE, 1, 2)
    theirs.sendall(whole + whole[:7])
    assert side.read() == [whole]
    theirs.sendall(whole[7:])
    assert side.read_until(lambda _: True) == [whole]
    assert side.read() == []
    theirs.close()
    side.wait_closed()
    with pytest.raises(AssertionError):
        side.read_until(lambda _: True)
    side.close()


def test_waiting_fails_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never happens fails a test and does not hang it."""
    monkeypatch.setattr("tests.fakes.gate_sides.PATIENCE_S", 0.01)
    with pytest.raises(AssertionError):
        wait_until(lambda: False)


def test_an_engine_says_and_hears_lines() -> None:
    """A state goes out as one JSON line, and what happened is found by its facts."""
    engine = FakeEngine()
    engine.theirs.sendall(b'{"happened": "left"}\n{"happened": "did", "sequence": 1}\n')
    assert engine.tell("view")["sequence"] == 1
    said = json.loads(engine.theirs.recv(1 << 16))
    assert said["state"]["granted"] == {"view": None}
    assert engine.hear("left") == {"happened": "left"}
    engine.theirs.close()
    with pytest.raises(AssertionError):
        engine.hear("left")
    engine.close()


def test_a_display_shakes_hands_and_paints(tmp_path: Path) -> None:
    """A display answers a version, and says what it painted until that was taken."""
    shown = FakeDisplay(tmp_path / "display", (8, 4))
    gate = socket.socket(socket.AF_UNIX)
    gate.connect(str(tmp_path / "display"))
    gate.sendall(display.invalidate(8, 4))
    shown.accept()
    assert gate.recv(8) == display.capabilities()
    gate.sendall(display.event(display.MOVE, 3, 4) + display.taken(1))
    shown.paint((1, 1, 2, 2), b"\7\7\7\7")
    assert bytes(shown.memory.pixels).count(7) == 16
    orders = display.read_orders(gate.recv(4096))
    assert display.read_paint(orders[1][1]).rectangles == [(1, 1, 2, 2)]
    assert [each[:3] for each in shown.events()] == [(display.MOVE, 3, 4)]
    gate.close()
    shown.close()


def test_a_client_greets_as_xrdp_does(tmp_path: Path) -> None:
    """A version, a size and a description, each answered version being waited for."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "front"))
    listener.listen(1)
    client = FakeXrdp(tmp_path / "front", (8, 4))
    gate = Side(listener.accept()[0], "events")
    greeting = threading.Thread(target=client.greet, args=("code",))
    greeting.start()
    seen: list[bytes] = []
    for _ in range(2):
        seen += gate.read_until(lambda each: kind_of(each) == display.VERSION)
        gate.send(display.capabilities())
    greeting.join()
    info = next(display.read_client_info(each[6:]) for each in seen if each[4] == 104)
    assert (info.name, info.password, info.size) == ("laptop", "code", (8, 4))
    gate.close()
    client.close()
    listener.close()


def test_blocks_are_written_as_chansrv_reads_them() -> None:
    """Each length counts its own header."""
    assert block(5, b"ab").hex() == "0000000012000000050000000a0000006162"
    assert channel_setup("rdpdr")[18:].hex() == "726470647200000000000000"
    assert channel_data(8, 1, b"x")[16:].hex() == "0100030001000100000078"
