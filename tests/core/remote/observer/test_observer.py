"""Who may only watch sees the recorded picture while that is allowed, and a page in its place at all other times."""

from __future__ import annotations

import os
import random
import socket
import struct
import time

import pytest

from core.remote.gate import display
from tests.fakes.gate_sides import FakeXrdp, Side, now_ns, wait_until
from tests.fakes.observer_bench import BLUE, CODE, DARK, SIZE, WHITE, ObserverBench

WHOLE = (0, 0, *SIZE)


def pixel(client: FakeXrdp, x: int, y: int) -> bytes:
    """Give a pixel that the client could see."""
    at = (y * SIZE[0] + x) * 4
    return client.pixels()[at : at + 4]


def take_all(client: FakeXrdp) -> None:
    """Take what there is to be shown: the page, and the picture after it."""
    for _ in range(2):
        frame, _ = client.wait_frame()
        client.acknowledge(frame)
    client.sync()
    assert client.frames() == []


def test_nothing_is_shown_before_it_is_allowed(bench: ObserverBench) -> None:
    """Neither a stranger nor who gave the right code sees a pixel of the picture, only the page."""
    client = bench.admitted()
    client.wait_frame()
    assert any(client.pixels()), "the page"
    assert pixel(client, 300, 150) == DARK


def test_the_picture_is_shown_while_it_is_allowed(bench: ObserverBench) -> None:
    """A grant shows the picture, and its end the page, each when the engine hears that it is so."""
    client = bench.watching()
    client.wait_frame()
    assert pixel(client, 300, 150) == WHITE
    assert bench.engine.tell()["granted"] == ""
    assert pixel(client, 300, 150) == DARK


def test_the_shield_is_darkness(bench: ObserverBench) -> None:
    """Under the shield there is a page, whatever is granted and recorded; behind it the picture as it is then."""
    client = bench.watching()
    client.wait_frame()
    bench.engine.tell("view", is_shielded=True)
    assert pixel(client, 300, 150) == DARK
    bench.recorded.paint(WHOLE, (200, 1, 2))
    bench.engine.tell("view", is_shielded=False)
    assert pixel(client, 300, 150) == BLUE


def test_a_zone_is_hidden_when_the_engine_hears_so(bench: ObserverBench) -> None:
    """What the gate has taken out of the picture is gone when the state that says so is acknowledged."""
    client = bench.watching()
    client.wait_frame()
    bench.recorded.hidden = [(10, 10, 50, 50)]
    bench.recorded.paint((10, 10, 50, 50), (255, 255, 255))
    bench.engine.tell("view", hidden=[[10, 10, 50, 50]])
    assert pixel(client, 20, 20) == DARK
    assert pixel(client, 100, 20) == WHITE


def test_what_changes_is_sent_and_nothing_else(bench: ObserverBench) -> None:
    """A change makes a frame of the rows around it."""
    client = bench.watching()
    take_all(client)
    bench.recorded.paint((40, 50, 8, 16), (200, 1, 2))
    _, rectangles = client.wait_frame()
    assert rectangles == [(0, 48, SIZE[0], 32)]
    assert pixel(client, 41, 51) == BLUE
    assert pixel(client, 60, 51) == WHITE


def test_a_picture_at_rest_makes_no_frame(bench: ObserverBench) -> None:
    """While nothing changes, nothing is sent."""
    client = bench.watching()
    take_all(client)
    looked = bench.program._looked_ns
    wait_until(lambda: bench.program._looked_ns > looked + 200_000_000)
    assert client.frames() == []


def test_nobody_looks_while_nobody_watches(bench: ObserverBench) -> None:
    """The picture is not read without somebody who may see it: the program waits for what comes."""
    bench.admitted()
    wait_until(lambda: bench.program._look_ns() is None)
    assert bench.program._looked_ns == 0


def test_a_picture_that_is_being_written_is_never_seen(bench: ObserverBench) -> None:
    """Of a change that takes long nothing is shown before all of it is there; then a page is, and then the picture."""
    client = bench.watching()
    client.wait_frame()
    with bench.recorded.change():
        bench.recorded._write(0, 0, BLUE * 320)
        bench.engine.tell("view", hidden=[[0, 0, 1, 1]])
        assert pixel(client, 5, 0) == DARK
    wait_until(lambda: pixel(client, 5, 0) == BLUE)
    assert pixel(client, 5, 1) == WHITE


def test_a_gate_that_stopped_writing_ends_the_program(bench: ObserverBench) -> None:
    """A picture that stays half written is one whose gate is gone: nobody sees it any longer."""
    client = bench.watching()
    bench.recorded.write_header(is_open=True)
    bench.wait_ended()
    assert bench.engine.hear("gone")["reason"] == "a recorded picture that is never whole"
    assert bench.program.shown.pixels[:4] == DARK
    client.side.wait_closed()


@pytest.mark.parametrize(
    "damage", [b"LCPX\2", b"XXXX", struct.pack("<4sIII", b"LCPX", 1, 640, 160)]
)
def test_what_is_no_picture_ends_the_program(bench: ObserverBench, damage: bytes) -> None:
    """A header of another kind or size is not believed."""
    bench.watching()
    bench.recorded.write_raw(0, damage)
    bench.wait_ended()
    assert bench.engine.hear("gone")["reason"] == "a recorded picture of another kind"
    assert bench.program.shown.pixels[:4] == DARK


def test_a_picture_that_was_cut_short_ends_the_program(bench: ObserverBench) -> None:
    """A memory that is smaller than its picture is an error, and no signal."""
    bench.watching()
    os.ftruncate(bench.recorded.memory, 4096)
    bench.recorded.write_header(is_open=False)
    bench.wait_ended()
    assert "recorded picture" in bench.engine.hear("gone")["reason"]


def test_a_deadline_ends_it_by_itself(bench: ObserverBench) -> None:
    """When the time of a grant is over the page is there, without a word of the engine."""
    client = bench.watching()
    client.wait_frame()
    state = bench.engine.state | {"granted": {"view": now_ns() + 100_000_000}}
    state["sequence"] += 1
    bench.engine.say(state=state)
    wait_until(lambda: pixel(client, 300, 150) == DARK)


def test_a_lease_that_runs_out_ends_it(bench: ObserverBench) -> None:
    """An engine that is silent for too long allows nothing."""
    client = bench.watching()
    client.wait_frame()
    bench.engine.tell("view", lease_ns=100_000_000)
    wait_until(lambda: pixel(client, 300, 150) == DARK)


def test_an_engine_that_is_gone_ends_the_program(bench: ObserverBench) -> None:
    """Without the line the client is cut off, and what it saw is dark."""
    client = bench.watching()
    client.wait_frame()
    bench.engine.stream.shutdown(socket.SHUT_RDWR)
    bench.wait_ended()
    assert bench.program.shown.pixels[:4] == DARK
    client.side.wait_closed()


@pytest.mark.parametrize(
    "line", [b"?\n", b"[]\n", b'{"state": {}}\n', b'{"grant": "view"}\n', b"{}\n"]
)
def test_a_word_that_nobody_knows_ends_the_program(bench: ObserverBench, line: bytes) -> None:
    """What the engine never says ends everything."""
    bench.watching()
    bench.engine.stream.sendall(line)
    bench.wait_ended()
    assert bench.program.shown.pixels[:4] == DARK


def test_an_answer_for_one_never_admits_the_next(bench: ObserverBench) -> None:
    """The code of who has left lets nobody else in."""
    client = bench.knock()
    client.greet(CODE)
    attempt = bench.engine.hear("code", code=CODE)["attempt"]
    client.close()
    bench.engine.hear("left")
    other = bench.stranger()
    bench.engine.say(admitted=attempt)
    bench.engine.tell("view")
    other.sync()
    assert not bench.program._is_watching


def test_keys_and_clicks_go_nowhere(bench: ObserverBench) -> None:
    """All input of who watches is read and forgotten: nothing is told of it, and there is nothing to send it to."""
    client = bench.watching()
    client.type("rm -rf\n")
    client.event(display.MOVE, 10, 10)
    client.event(display.FIRST_BUTTON + 1, 10, 10)
    client.sync()
    happened = {each["happened"] for each in bench.engine.told("code")}
    assert happened == set()
    assert not {each["happened"] for each in bench.engine.heard} & {"attempt", "activity", "key"}
    assert bench.is_running


def test_a_code_is_typed_on_the_page(bench: ObserverBench) -> None:
    """Who gave none is asked, and what is typed is told when Enter is pressed, also when that is nothing."""
    client = bench.stranger()
    client.type("ab2c\n")
    assert bench.engine.hear("code", code="AB2C")["typed"] is True
    client.type("\n")
    assert bench.engine.hear("code", code="")["typed"] is True


def test_a_flood_is_cut_off(bench: ObserverBench) -> None:
    """Who sends more than a hand can is gone, and the next one can come."""
    client = bench.watching()
    flood = display.event(display.MOVE, 1, 1) * 3_500
    client.side.send(flood)
    assert bench.engine.hear("refused")["reason"] == "more input than a hand can make"
    client.side.wait_closed()
    assert bench.stranger() is not None
    bench.engine.hear("knocked")


def test_there_are_no_channels(bench: ObserverBench) -> None:
    """Whoever connects for the channels is turned away at once."""
    bench.watching()
    stream = socket.socket(socket.AF_UNIX)
    stream.connect(str(bench.fronts[1]))
    Side(stream, "blocks").wait_closed()
    stream.close()


def test_one_at_a_time_and_only_while_the_door_is_open(bench: ObserverBench) -> None:
    """A second client is turned away, and so is one that comes while nobody is expected."""
    bench.watching()
    bench.knock().side.wait_closed()
    assert bench.engine.hear("refused")["reason"] == "somebody is there"
    bench.engine.say(drop=True)
    bench.engine.hear("left")
    bench.engine.tell(is_open=False)
    bench.knock().side.wait_closed()
    assert bench.engine.hear("refused")["reason"] == "nobody can come in"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (display.to_display(99, b""), "a message of type 99"),
        (display.event(999), "an event of kind 999"),
        (display.to_display(display.EVENT, b"x"), "an event of another size"),
        (display.to_display(display.CLIENT_INFO, b"x" * 40), "a client's description"),
    ],
)
def test_what_breaks_the_protocol_is_cut_off(
    bench: ObserverBench, message: bytes, reason: str
) -> None:
    """An unknown message ends the client, and nothing else."""
    client = bench.watching()
    client.side.send(message)
    assert bench.engine.hear("refused")["reason"].startswith(reason)
    client.side.wait_closed()
    assert bench.is_running


@pytest.mark.parametrize("fields", [{"depth": 16}, {"capture": 1}])
def test_another_kind_of_screen_is_refused(bench: ObserverBench, fields: dict[str, int]) -> None:
    """Other depths and other ways to capture are not served, also later."""
    client = bench.watching()
    client.describe(**fields)
    bench.engine.hear("refused")
    client.side.wait_closed()


@pytest.mark.parametrize("seed", range(20))
def test_any_bytes_leave_the_program_standing(bench: ObserverBench, seed: int) -> None:
    """Whatever xrdp's side sends ends that client at most; nothing is shown for it, and the next one is served."""
    chance = random.Random(seed)
    client = bench.knock()
    client.greet()
    for _ in range(30):
        kind = chance.choice([display.EVENT, display.CLIENT_INFO, display.SHOWN, 105, 106, 108])
        body = chance.randbytes(chance.choice([0, 1, 4, 8, 20, 20, 20, 40, 7072]))
        if kind == display.EVENT and len(body) == 20:
            known = [15, 16, 17, 100, 101, 118, 200, 300, 301, chance.getrandbits(31)]
            body = struct.pack("<i", chance.choice(known)) + body[4:]
        try:
            client.side.send(display.to_display(kind, body))
        except (BrokenPipeError, ConnectionResetError):
            break
    client.close()
    bench.engine.hear("left")
    assert bench.program.shown.pixels[:4] == DARK
    assert bench.watching() is not None


def test_a_client_that_reads_nothing_costs_no_memory(bench: ObserverBench) -> None:
    """Frames wait for the client's word that it has taken the last one, and are never piled up."""
    client = bench.watching()
    client.wait_frame()
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        bench.recorded.paint(WHOLE, (200, 1, 2))
        bench.recorded.paint(WHOLE, (255, 255, 255))
    client.sync()
    assert len(client.frames()) <= 1
