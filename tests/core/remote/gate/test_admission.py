"""Who gets in: by the code, once, one at a time, with a screen that the gate knows how to fill."""

from __future__ import annotations

import pytest

from core.remote.gate import display
from tests.fakes.gate_bench import CODE, SIZE, WHITE, GateBench
from tests.fakes.gate_sides import FakeXrdp, wait_until

ESCAPE, BACKSPACE = 0xFF1B, 0xFF08


def is_in(bench: GateBench) -> bool:
    """Tell whether the client that is there has been admitted."""
    return bench.gate._peer is not None and bench.gate._peer.is_admitted


def test_nobody_comes_in_before_the_engine_says_so(bench: GateBench) -> None:
    """Until the engine opens the door, and once it has shut it, a client is turned away."""
    bench.knock().side.wait_closed()
    assert bench.engine.hear("refused")["reason"] == "nobody can come in"
    bench.engine.tell(is_open=False)
    bench.knock().side.wait_closed()


def test_nobody_comes_in_without_a_lease(bench: GateBench) -> None:
    """A door that was opened is shut when the engine does not renew its lease."""
    bench.engine.tell("view", lease_ns=0)
    bench.knock().side.wait_closed()
    assert bench.engine.hear("refused")["reason"] == "nobody can come in"


def test_a_second_client_is_turned_away(bench: GateBench) -> None:
    """While somebody is there nobody else comes in; once that one has left, the next one does."""
    bench.engine.tell()
    first = bench.stranger()
    bench.knock().side.wait_closed()
    assert bench.engine.hear("refused")["reason"] == "somebody is there"
    first.close()
    bench.engine.hear("left")
    bench.stranger()


def test_the_code_comes_with_the_clients_description(bench: GateBench) -> None:
    """What a client sends as its password is told as a code, and its name is told."""
    bench.engine.tell()
    bench.knock().greet("SOMETHING")
    assert bench.engine.hear("met")["name"] == "laptop"
    code = {"happened": "code", "attempt": 1, "code": "SOMETHING", "typed": False}
    assert bench.engine.hear("code") == code
    assert not is_in(bench)


def test_the_code_can_be_typed(bench: GateBench) -> None:
    """Letters and digits make a code, in capitals; backspace takes one back; nothing typed is told as that."""
    bench.engine.tell()
    client = bench.stranger()
    client.type("abx")
    for symbol in (BACKSPACE, ESCAPE, 0x20AC, 0xFFE1, 0, ord("-"), ord(" ")):
        client.press(symbol)
    client.type("cd\n")
    assert bench.engine.hear("code", typed=True)["code"] == CODE
    client.type("\n")
    assert bench.engine.hear("code", typed=True)["code"] == ""
    client.type("a" * 40 + "\n")
    assert bench.engine.hear("code")["code"] == "A" * 16
    client.sync()
    assert bench.engine.told("code") == []


def test_only_an_answer_admits(bench: GateBench) -> None:
    """An answer to another attempt than the last admits nobody, and what is no number does not."""
    bench.engine.tell("view")
    client = bench.stranger()
    for answer in (0, 1, None, "1", True, [1]):
        bench.engine.say(admitted=answer)
    client.type("one\ntwo\n")
    first, second = bench.engine.hear("code"), bench.engine.hear("code")
    bench.engine.say(admitted=first["attempt"])
    bench.engine.say(admitted=second["attempt"] + 1)
    bench.engine.told("did")
    assert not is_in(bench)
    bench.engine.say(admitted=second["attempt"])
    wait_until(lambda: is_in(bench))


def test_an_answer_for_one_client_never_admits_the_next(bench: GateBench) -> None:
    """When a client leaves while its code is looked at, the answer is not taken for who comes after it."""
    bench.engine.tell("view")
    first = bench.knock()
    first.greet(CODE)
    attempt = bench.engine.hear("code")["attempt"]
    first.close()
    bench.engine.hear("left")
    bench.knock().greet("WRONG")
    assert bench.engine.hear("code")["attempt"] != attempt
    bench.engine.say(admitted=attempt)
    bench.engine.told("did")
    assert not is_in(bench)


def test_a_client_is_not_admitted_twice(bench: GateBench) -> None:
    """A client that is in and describes itself again, or types, sends no further code."""
    bench.engine.tell("view")
    client = bench.peer()
    client.describe("AGAIN")
    client.type("again\n")
    client.sync()
    assert bench.engine.told("code") == []


def test_a_client_that_says_nothing_of_itself_cannot_give_a_code(bench: GateBench) -> None:
    """Before the gate knows what a client wants to be sent, its keys are no code."""
    bench.engine.tell("view")
    client = bench.knock()
    client.type("abcd\n")
    client.sync()
    assert bench.engine.told("code") == []


@pytest.mark.parametrize("when", ["first", "later"])
@pytest.mark.parametrize("wrong", [{"depth": 16}, {"depth": 8}, {"capture": 1}, {"capture": 2}])
def test_another_kind_of_screen_is_dropped(
    bench: GateBench, when: str, wrong: dict[str, int]
) -> None:
    """A client that wants other pixels or another capture is dropped, also when it renegotiates later."""
    bench.engine.tell("view")
    client = bench.peer() if when == "later" else bench.knock()
    client.describe(**wrong)
    client.side.wait_closed()
    bench.engine.hear("left")
    assert bench.is_running


@pytest.mark.parametrize(
    "message",
    [
        display.to_display(display.CLIENT_INFO, b""),
        display.to_display(display.CLIENT_INFO, bytes(7072)),
        display.to_display(99, b""),
        display.to_display(display.EVENT, bytes(19)),
        display.event(0x5555),
        display.event(119),
        display.event(display.KEY_DOWN, 0, -5, 30),
        display.event(display.KEY_DOWN, 0, 65, 256),
        display.event(display.KEY_DOWN, 0, 65, 30, 1 << 16),
        b"\5\0\0\0",
        b"\xff\xff\xff\xff",
        bytes(6),
    ],
)
@pytest.mark.parametrize("is_admitted", [False, True])
def test_what_is_not_known_ends_the_client_only(
    bench: GateBench, message: bytes, is_admitted: bool
) -> None:
    """An unknown or broken message drops its client, is told, and leaves the gate open for the next one."""
    bench.engine.tell("view", "keyboard")
    client = bench.peer() if is_admitted else bench.stranger()
    client.side.send(message)
    client.side.wait_closed()
    assert bench.engine.hear("refused")["reason"]
    bench.engine.hear("left")
    bench.peer()


def test_the_engine_can_drop_a_client(bench: GateBench) -> None:
    """A word of the engine hangs up, and the next client starts with nothing."""
    bench.engine.tell("view")
    client = bench.peer()
    bench.engine.say(drop=True)
    client.side.wait_closed()
    bench.engine.hear("left")
    bench.stranger()
    bench.engine.told("did")
    assert not is_in(bench)


def test_the_page_shows_what_is_typed(bench: GateBench) -> None:
    """A stranger sees a sentence and the code as it grows, and nothing of the desktop."""
    bench.engine.tell("view")
    bench.display.paint((0, 0, *SIZE), WHITE)
    client = bench.stranger()
    frame, _ = client.wait_frame()
    page = client.pixels()
    assert len({page[at : at + 4] for at in range(0, len(page), 4)}) == 2
    client.acknowledge(frame)
    client.type("a")
    client.acknowledge(client.wait_frame()[0])
    wait_until(lambda: client.pixels() != page)
    assert WHITE not in {client.pixels()[at : at + 4] for at in range(0, len(page), 4)}


def test_a_page_fits_any_screen(bench: GateBench) -> None:
    """A client of any size, however small or large or absurd, gets what fits."""
    bench.engine.tell("view", notice="a sentence that is longer than a line " * 20)
    client: FakeXrdp = bench.stranger()
    for size in ((0, 0), (-1, -1), (1, 1), (81, 65), (96, 96), (1 << 30, 1 << 30), (65, 4000)):
        client.event(display.RESIZE, *size, 32)
        client.type("abcdefghijklmnop")
        client.sync()
    assert bench.is_running
