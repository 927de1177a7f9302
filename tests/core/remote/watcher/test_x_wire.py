"""Whatever a display sends, reading it ends in an event, an answer or a violation."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recording.x_authority import write_x_authority
from core.remote.lines.wire import Closed, Violation
from core.remote.watcher import x_wire as x
from core.remote.watcher.rules import HiddenRule, Rules
from core.remote.watcher.windows import Names, TooManyWindows, Windows

SCREEN = x.Screen(1, 0x1FE00000)
IDENTIFIERS = st.sampled_from([1, 0x200001, 0x200002, 0x400001, 0x400002, 0, 0xFFFFFFFF])
KINDS = st.sampled_from([9, 10, 16, 17, 18, 19, 21, 22, 24, 28, 33, 128 + 17, 128 + 22])


def errors_of(serial: int) -> bytes:
    """Write an error."""
    return struct.pack("<BBH28x", 0, 3, serial)


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """Make an event about few windows, with odd numbers in it."""
    numbers = [draw(IDENTIFIERS) for _ in range(3)]
    rest = draw(st.binary(min_size=16, max_size=16))
    return struct.pack("<BxHIII", draw(KINDS), 0, *numbers) + rest


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Make the body of an answer that may hold windows, a box or a text."""
    words = draw(st.lists(IDENTIFIERS, max_size=6))
    item_bits = draw(st.sampled_from([0, 8, 16, 32, 255]))
    head = draw(st.binary(min_size=24, max_size=24))
    return bytes([item_bits]) + head + struct.pack(f"<{len(words)}I", *words)


def reply_of(serial: int, answer: bytes) -> bytes:
    """Write a reply."""
    head = struct.pack("<BBHI", 1, answer[0], serial, (len(answer) - 25) // 4)
    return head + answer[1:25] + answer[25:]


@given(st.lists(st.one_of(events(), st.tuples(st.booleans(), answers())), max_size=60))
def test_windows_follow_whatever_comes(steps: list[bytes | tuple[bool, bytes]]) -> None:
    """Events, replies and errors with any numbers leave a tree that can be looked at."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        display = x.Display(ours)
        windows = Windows(display, SCREEN, Rules((HiddenRule("a", ""),), frozenset({"b"})))
        windows.start(Names(300, 301, 302))
        for step in steps:
            theirs.sendall(step if isinstance(step, bytes) else _answer(display, *step))
            for event in display.receive():
                windows.take(event)
                windows.is_focus_change(event)
            windows.focused()
            assert len(windows.hiding.look().hidden) <= 32


def _answer(display: x.Display, is_reply: bool, answer: bytes) -> bytes:
    if not display.is_waiting:
        return errors_of(77)
    serial = display._waiting[0][0]
    return reply_of(serial, answer) if is_reply else errors_of(serial)


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_noise_is_read_or_refused(pieces: list[bytes]) -> None:
    """Bytes that no display would send are events, or end in a violation."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        display = x.Display(ours)
        windows = Windows(display, SCREEN, Rules())
        windows.start(Names(300, 301, 302))
        try:
            for each in pieces:
                theirs.sendall(each)
                for event in display.receive() if each else ():
                    windows.take(event)
        except (Violation, Closed, TooManyWindows):
            return


@given(st.binary(max_size=200))
def test_a_display_describes_itself_or_is_refused(body: bytes) -> None:
    """Any description is a screen or a violation."""
    try:
        assert x.read_screen(body).client_mask >= 0
    except Violation:
        return


@given(st.binary(max_size=120))
def test_any_authority_file_has_a_cookie_or_is_refused(content: bytes) -> None:
    """Any file gives a cookie or a violation."""
    try:
        x.read_cookie(content, b"10")
    except Violation:
        return


def test_the_right_cookie_is_found(tmp_path: Path) -> None:
    """Of several entries, the first for the display is taken, and one for any display fits."""
    entries = b""
    for number, cookie in ((b"9", b"nine"), (b"10", b"ten"), (b"", b"any")):
        entries += struct.pack(">H", 256)
        for each in (b"host", number, b"MIT-MAGIC-COOKIE-1", cookie):
            entries += struct.pack(">H", len(each)) + each
    assert x.read_cookie(entries, b"10") == b"ten"
    assert x.read_cookie(entries, b"11") == b"any"
    write_x_authority(tmp_path / "authority")
    assert len(x.read_cookie((tmp_path / "authority").read_bytes(), b"10")) == 16


def test_what_a_client_made_up_is_no_event() -> None:
    """An event that was sent by a client says nothing, whatever its kind."""
    for kind in range(2, 128):
        assert x.read_event(bytes([kind | 0x80]) + bytes(31)) is None


def test_too_long_a_message_is_refused() -> None:
    """A reply larger than anything that was asked for is a violation, before it is read."""
    with pytest.raises(Violation):
        x.split_messages(bytearray(struct.pack("<BxHI24x", 1, 0, 1 << 20)))


def test_an_answer_that_nobody_asked_for_is_refused() -> None:
    """A reply out of order is a violation; an error about a request without an answer is not."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        display = x.Display(ours)
        theirs.sendall(errors_of(9))
        assert list(display.receive()) == []
        theirs.sendall(reply_of(9, bytes(25)))
        with pytest.raises(Violation):
            list(display.receive())


def test_more_questions_than_answers_is_refused() -> None:
    """A display that never answers is not asked without end."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        display = x.Display(ours)
        for _ in range(30_000):
            display.ask(x.get_focus(), lambda _: None)
        with pytest.raises(Violation):
            display.ask(x.get_focus(), lambda _: None)
