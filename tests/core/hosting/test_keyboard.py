"""What went down at the door is not heard in the session."""

from __future__ import annotations

from core.hosting.keyboard import Keyboard

RETURN, A = 0xFF0D, 0x61


def test_a_key_that_went_down_at_the_door_is_not_heard_going_up() -> None:
    """The last key of a code is let go after the peer came in; that tells nothing of the code."""
    keyboard = Keyboard()
    keyboard.peer_came()
    assert not keyboard.takes(RETURN, is_pressed=False)
    assert keyboard.takes(A, is_pressed=True)
    assert keyboard.takes(A, is_pressed=True), "a held key repeats itself"
    assert keyboard.takes(A, is_pressed=False)
    assert not keyboard.takes(A, is_pressed=False)


def test_what_an_earlier_peer_held_does_not_count() -> None:
    """A peer that left with a key down does not lend it to the next one."""
    keyboard = Keyboard()
    assert keyboard.takes(A, is_pressed=True)
    keyboard.peer_came()
    assert not keyboard.takes(A, is_pressed=False)
