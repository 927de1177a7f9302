"""A code works once, a door that was tried too often stays shut, and a session ends by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.permissions.limits import (
    ALPHABET,
    ConnectionLimit,
    DoorKeeper,
    Knock,
    LimitMet,
    SessionLimits,
    WrongCodes,
)
from core.runtime.clock import Instant

SECOND = 1_000_000_000


def at(seconds: float) -> Instant:
    """Give the moment so many seconds after the beginning."""
    passed = round(seconds * SECOND)
    return Instant(5_000 * SECOND + passed, 1_800_000_000 * SECOND + passed)


def test_a_code_is_easy_to_read_and_hard_to_guess() -> None:
    """It has eight characters in two groups, none of which looks like another, and no two codes are the same."""
    keeper = DoorKeeper(WrongCodes())
    codes = {keeper.invite(at(0)).text for _ in range(200)}
    assert len(codes) == 200
    assert not set("01OIL") & set(ALPHABET)
    for code in codes:
        assert len(code) == 9
        assert code[4] == "-"
        assert set(code) <= {*ALPHABET, "-"}


@pytest.mark.parametrize("spell", [str, str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_a_code_works_once(spell: type[str]) -> None:
    """However it was typed it lets one peer in, and is wrong ever after."""
    keeper = DoorKeeper(WrongCodes())
    code = keeper.invite(at(0)).text
    assert keeper.knock(spell(code), at(1)) is Knock.RIGHT
    assert keeper.code(at(1)) is None
    assert keeper.knock(code, at(1)) is Knock.WRONG


def test_only_the_newest_code_works() -> None:
    """The code before it is worthless as soon as there is another one."""
    keeper = DoorKeeper(WrongCodes())
    old, new = keeper.invite(at(0)).text, keeper.invite(at(0)).text
    assert keeper.knock(old, at(1)) is Knock.WRONG
    assert keeper.knock(new, at(1)) is Knock.RIGHT


def test_a_code_gets_old() -> None:
    """It works until just before its time, and then no longer."""
    for seconds, expected in ((899.999, Knock.RIGHT), (900, Knock.WRONG)):
        keeper = DoorKeeper(WrongCodes())
        code = keeper.invite(at(0))
        assert code.until == at(900)
        assert keeper.knock(code.text, at(seconds)) is expected


def test_a_withdrawn_code_is_wrong() -> None:
    """When the session has ended its code opens nothing."""
    keeper = DoorKeeper(WrongCodes())
    code = keeper.invite(at(0)).text
    keeper.withdraw()
    assert keeper.knock(code, at(0)) is Knock.WRONG


@given(st.text(max_size=100))
def test_whatever_is_typed_is_wrong(typed: str) -> None:
    """No text opens the door without a code, nor with one that it is not."""
    keeper = DoorKeeper(WrongCodes(most=20), choose=lambda alphabet: alphabet[-1])
    assert keeper.knock(typed, at(0)) is Knock.WRONG
    keeper.invite(at(0))
    is_right = typed.upper().replace("-", "").replace(" ", "") == "Z" * 8
    assert keeper.knock(typed, at(0)) is (Knock.RIGHT if is_right else Knock.WRONG)


def test_too_many_wrong_codes_lock_the_door() -> None:
    """After the fifth nobody comes in for 300 s, not even with the right code, which is not used up by that."""
    wrong = WrongCodes()
    keeper = DoorKeeper(wrong)
    code = keeper.invite(at(0)).text
    for count in range(5):
        assert wrong.locked_until(at(0)) is None
        assert wrong.count(at(0)) == count
        assert keeper.knock("WRONG", at(0)) is Knock.WRONG
    assert wrong.locked_until(at(1)) == at(300).mono_ns
    assert keeper.knock(code, at(299.999)) is Knock.LOCKED
    assert keeper.knock("WRONG", at(299.999)) is Knock.LOCKED
    assert keeper.knock(code, at(300)) is Knock.RIGHT
    assert wrong.count(at(300)) == 0


def test_a_lock_outlives_codes_and_sessions() -> None:
    """Neither a new code nor another session's keeper or limits open a locked door."""
    wrong = WrongCodes()
    first = DoorKeeper(wrong)
    for _ in range(5):
        first.knock("WRONG", at(0))
    assert first.knock(first.invite(at(1)).text, at(1)) is Knock.LOCKED
    wrong.use(most=20, lock_s=10)
    second = DoorKeeper(wrong)
    assert second.knock(second.invite(at(11)).text, at(11)) is Knock.LOCKED
    assert second.knock("WRONG", at(300)) is Knock.WRONG


def test_a_new_code_opens_a_lock_once_in_a_while() -> None:
    """A stranger cannot keep out whom the owner invites; guessing gets five tries in half a minute, and no more."""
    wrong = WrongCodes()
    keeper = DoorKeeper(wrong)
    for _ in range(5):
        keeper.knock("WRONG", at(0))
    assert wrong.closed_ns(at(1)) == 0
    wrong.open_again(at(1))
    assert keeper.knock(keeper.invite(at(1)).text, at(2)) is Knock.RIGHT
    for _ in range(5):
        keeper.knock("WRONG", at(3))
    assert wrong.closed_ns(at(3)) == 28 * SECOND
    wrong.open_again(at(3))
    assert wrong.locked_until(at(3)) is not None
    assert wrong.closed_ns(at(31)) == 0
    wrong.open_again(at(31))
    assert wrong.locked_until(at(31)) is None
    assert wrong.count(at(31)) == 0


def test_a_right_code_forgives_the_wrong_ones() -> None:
    """Four wrong codes, a right one and four wrong ones lock nothing."""
    wrong = WrongCodes()
    keeper = DoorKeeper(wrong)
    for _ in range(2):
        for _ in range(4):
            keeper.knock("WRONG", at(0))
        assert keeper.knock(keeper.invite(at(0)).text, at(0)) is Knock.RIGHT
    assert wrong.locked_until(at(0)) is None


def test_so_many_connections_within_a_minute() -> None:
    """The eleventh within a minute is turned away; those that were do not keep the next one out."""
    limit = ConnectionLimit()
    assert all(limit.admit(at(second)) for second in range(10))
    assert not any(limit.admit(at(second)) for second in range(10, 60))
    assert limit.admit(at(60))
    assert not limit.admit(at(60.5))
    assert limit.admit(at(61))


def test_a_session_has_an_end() -> None:
    """However busy the peer is, the session ends at its longest."""
    limits = SessionLimits(longest_minutes=2, idle_minutes=1, started=at(0))
    for second in range(0, 120, 10):
        limits.note_input(at(second))
        assert limits.met(at(second)) is None
    assert limits.met(at(119.999)) is None
    assert limits.met(at(120)) is LimitMet.LONGEST


def test_an_idle_session_ends() -> None:
    """As long without input, from the beginning or since the last one, and it is over."""
    limits = SessionLimits(longest_minutes=120, idle_minutes=15, started=at(0))
    assert limits.met(at(899)) is None
    assert limits.met(at(900)) is LimitMet.IDLE
    limits.note_input(at(600))
    limits.note_input(at(300))
    assert limits.met(at(1499)) is None
    assert limits.met(at(1500)) is LimitMet.IDLE
