"""What passes: nothing, unless it is granted now, by an engine that still stands by it."""

from __future__ import annotations

import pytest

from core.remote.gate import display
from core.remote.gate.display import KEY_DOWN, KEY_SYNC, KEY_UP, MOVE
from core.remote.lines.link import State
from tests.fakes.gate_bench import DARK, SIZE, WHITE, GateBench
from tests.fakes.gate_sides import FakeXrdp, now_ns, wait_until

PRESS, RELEASE = 102, 101
SOON_NS = 150_000_000
WHOLE = (0, 0, *SIZE)


def do_everything(client: FakeXrdp) -> None:
    """Press, let go, move and click, and synchronise the locks."""
    client.type("x")
    client.event(KEY_SYNC, 2, 0, 2, 0)
    for kind in (MOVE, PRESS, RELEASE):
        client.event(kind, 10, 20)
    client.sync()


def input_of(bench: GateBench) -> list[int]:
    """List the kinds of input that have reached the display."""
    return [each.kind for each in bench.display.events() if each.kind <= display.LAST_BUTTON]


def sees_the_desktop(client: FakeXrdp) -> bool:
    """Tell whether a white pixel is where the client could see it."""
    return WHITE in client.pixels()[-4 * SIZE[0] :]


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        ((), set()),
        (("view",), set()),
        (("clipboard_in", "files_in", "shell_channels", "everything", "Keyboard"), set()),
        (("keyboard",), {KEY_DOWN, KEY_UP, KEY_SYNC}),
        (("pointer",), {MOVE, PRESS, RELEASE}),
        (("keyboard", "pointer", "view"), {KEY_DOWN, KEY_UP, KEY_SYNC, MOVE, PRESS, RELEASE}),
    ],
)
def test_only_what_is_granted_reaches_the_display(
    bench: GateBench, granted: tuple[str, ...], expected: set[int]
) -> None:
    """Keys need the keyboard, clicks and moves the pointer; another grant opens neither."""
    bench.engine.tell(*granted)
    client = bench.peer()
    do_everything(client)
    assert set(input_of(bench)) == expected


def test_a_stranger_can_do_nothing(bench: GateBench) -> None:
    """Grants are for who was admitted."""
    bench.engine.tell("view", "keyboard", "pointer")
    client = bench.stranger()
    bench.display.paint(WHOLE, WHITE)
    do_everything(client)
    client.wait_frame()
    assert input_of(bench) == []
    assert not sees_the_desktop(client)
    assert bench.engine.told("attempt") == []


def test_what_is_tried_is_told(bench: GateBench) -> None:
    """A press without a grant is told, counted; moving is none, nor is a key that only modifies."""
    bench.engine.tell("view")
    client = bench.peer()
    client.event(MOVE, 1, 1)
    client.press(0xFFE1)
    client.sync()
    client.type("abc")
    client.event(PRESS, 1, 1)
    client.sync()
    wait_until(lambda: sum(each["count"] for each in bench.engine.told("attempt")) >= 4)
    told = {each["capability"]: each["count"] for each in bench.engine.told("attempt")}
    assert told.keys() == {"keyboard", "pointer"}
    assert bench.engine.hear("activity")


def test_entering_without_a_view_asks_for_it(bench: GateBench) -> None:
    """Who is admitted and sees nothing has, by coming, asked to see."""
    bench.engine.tell()
    bench.peer()
    assert bench.engine.hear("attempt")["capability"] == "view"


@pytest.mark.parametrize("end", ["revoke", "expiry", "lease", "drop", "leave"])
def test_what_is_held_is_let_go(bench: GateBench, end: str) -> None:
    """However a grant ends, with nothing else going on, held keys and buttons come up once."""
    grants = {"keyboard": None, "pointer": None, "view": None}
    bench.engine.tell(*grants)
    client = bench.peer()
    for code in (30, 31, 30):
        client.press(65, code)
    client.event(KEY_DOWN, 0, 0xFFE4, 29, 0x100)
    client.event(PRESS, 5, 6)
    client.sync()
    bench.display.events()
    if end == "revoke":
        bench.engine.tell("view")
    elif end == "expiry":
        bench.engine.state["granted"] = dict.fromkeys(grants, now_ns() + SOON_NS)
        bench.engine.say(state=bench.engine.state)
    elif end == "lease":
        bench.engine.tell(*grants, lease_ns=SOON_NS)
    elif end == "drop":
        bench.engine.say(drop=True)
    else:
        client.close()
    seen = [bench.display.wait_event(KEY_UP) for _ in range(3)]
    assert sorted((each.c, each.d) for each in seen) == [(29, 0xC100), (30, 0xC000), (31, 0xC000)]
    assert bench.display.wait_event(RELEASE)[1:3] == (5, 6)
    bench.engine.told("did")
    assert input_of(bench) == []


@pytest.mark.parametrize("what", ["grant", "lease"])
def test_a_deadline_closes_by_itself(bench: GateBench, what: str) -> None:
    """When a grant or the lease runs out, the picture goes dark and input stops, without a word of anybody."""
    bench.engine.tell("view", "keyboard")
    client = bench.peer()
    bench.display.paint(WHOLE, WHITE)
    client.acknowledge(client.wait_frame()[0])
    wait_until(lambda: sees_the_desktop(client))
    deadline_ns = now_ns() + SOON_NS
    if what == "grant":
        bench.engine.state["granted"] = {"view": deadline_ns, "keyboard": deadline_ns}
    else:
        bench.engine.state["lease_ns"] = deadline_ns
    bench.engine.say(state=bench.engine.state)
    wait_until(lambda: not sees_the_desktop(client))
    assert deadline_ns <= now_ns() < deadline_ns + SOON_NS
    bench.display.events()
    do_everything(client)
    assert input_of(bench) == []
    assert (WHITE in bench.engine.recorded()) == (what == "grant")


@pytest.mark.parametrize("what", ["grant", "lease"])
def test_a_deadline_that_passes_between_two_looks_is_not_slept_through(
    bench: GateBench, what: str
) -> None:
    """What ran out after everything was last settled is settled again at once, and only then waited for."""
    bench.engine.stream.close()
    bench.wait_ended()
    passed_ns, gate = now_ns() - 1000, bench.gate
    grants = {"view": passed_ns} if what == "grant" else {}
    gate._state = State(lease_ns=passed_ns if what == "lease" else 0, granted=grants)
    gate._settled_ns = passed_ns - 1
    assert gate._times_ns() == [passed_ns]
    gate._settled_ns = passed_ns
    assert gate._times_ns() == []


def test_many_deadlines_all_close(bench: GateBench) -> None:
    """Deadlines that come one right after the other are each seen, none is slept through."""
    bench.engine.tell("view")
    client = bench.peer()
    bench.display.paint(WHOLE, WHITE)
    client.acknowledge(client.wait_frame()[0])
    for round_number in range(40):
        start_ns = now_ns() + 1_000_000
        names = {f"other{each}": start_ns + each * 50_000 for each in range(20)}
        bench.engine.state["granted"] = names | {"view": start_ns + round_number * 20_000}
        bench.engine.say(state=bench.engine.state)
        wait_until(lambda: bool(bench.gate._state.granted) and not bench.gate._picture.is_visible)


def test_a_deadline_in_the_past_grants_nothing(bench: GateBench) -> None:
    """What has run out when it is said was never granted."""
    bench.engine.tell()
    client = bench.peer()
    for past_ns in (0, -1, now_ns() - 1):
        bench.engine.state["granted"] = dict.fromkeys(("view", "keyboard", "pointer"), past_ns)
        bench.engine.say(state=bench.engine.state)
        do_everything(client)
    assert input_of(bench) == []
    assert not bench.gate._picture.is_visible


def test_an_engine_that_is_gone_denies_everything(bench: GateBench) -> None:
    """When the line closes the gate ends, the client is cut off from a dark picture, and so is the recorder."""
    bench.engine.tell("view", "keyboard", "pointer")
    client = bench.peer()
    bench.display.paint(WHOLE, WHITE)
    client.acknowledge(client.wait_frame()[0])
    wait_until(lambda: sees_the_desktop(client))
    bench.engine.stream.close()
    bench.wait_ended()
    assert set(client.pixels()) == set(DARK)
    assert set(bench.engine.recorded()) == set(DARK)


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b"{\n", b'{"state": {}}\n', b"[" * 5_000 + b"\n", b"x" * 300_000]
)
def test_a_line_that_makes_no_sense_ends_the_gate(bench: GateBench, line: bytes) -> None:
    """The engine is believed only when it is understood."""
    bench.engine.stream.sendall(line)
    assert bench.engine.hear("gone")["reason"]
    bench.wait_ended()


def test_a_display_that_dies_ends_the_gate(bench: GateBench) -> None:
    """Without a session there is nothing to guard."""
    bench.engine.tell("view")
    bench.peer()
    bench.display.side.close()
    bench.engine.hear("gone")
    bench.wait_ended()


def test_keys_are_told_only_where_the_policy_says_so(bench: GateBench) -> None:
    """Keystrokes are told when they are to be recorded and have passed; never a code, never a denied key."""
    bench.engine.tell("view", "keyboard")
    client = bench.peer()
    client.type("a")
    client.sync()
    assert bench.engine.told("key") == []
    bench.engine.tell("view", "keyboard", records_keys=True)
    client.type("b")
    client.sync()
    pairs = [(each["symbol"], each["is_press"]) for each in bench.engine.told("key")]
    assert pairs == [(ord("b"), True), (ord("b"), False)]
    bench.engine.tell("view")
    client.type("c")
    client.sync()
    assert len(bench.engine.told("key")) == 2


def test_the_pointer_stays_on_the_display(bench: GateBench) -> None:
    """Places beyond the display are moved to its edge, and numbers that mean nothing are not passed."""
    bench.engine.tell("pointer")
    client = bench.peer()
    client.event(MOVE, -7, 1 << 30, 5, 6)
    client.event(MOVE, 1 << 30, -7)
    client.sync()
    places = [each[1:] for each in bench.display.events() if each.kind == MOVE]
    assert places == [(0, SIZE[1] - 1, 0, 0), (SIZE[0] - 1, 0, 0, 0)]
