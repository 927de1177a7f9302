"""The door of a hosted session: who is there, with which code, and for how long it is held open for somebody."""

from __future__ import annotations

import pytest

from core.api.hosting import PeerState
from core.errors import DoorLocked, PeerPresent
from core.evidence.consent import LONGEST_NAME
from core.hosting.door import ARRIVING_NS, AT_DOOR_NS, SILENT_NS, Door
from core.hosting.invitation import make_invitation
from core.permissions.limits import Code, ConnectionLimit, Knock, WrongCodes
from core.runtime.clock import Instant
from tests.fakes.clocks import LeapingClock, ManualClock

SECOND_NS = 1_000_000_000


def a_door(clock: ManualClock | None = None, a_minute: int = 10) -> tuple[Door, ManualClock]:
    """Make a door with an address."""
    clock = clock or ManualClock()
    door = Door(clock, WrongCodes(3, 60), ConnectionLimit(a_minute), "an id")
    door.open_at("127.0.0.1:3389", "ab" * 32)
    return door, clock


def test_a_new_door_lets_nobody_come() -> None:
    """There is no code yet."""
    door, _ = a_door()
    assert door.invitation() is None
    assert not door.is_open
    assert not door.may_connect()


def test_an_invitation_names_everything() -> None:
    """Address, code, fingerprint and end, and all of it in one line."""
    made = make_invitation("10.0.0.1:3389", Code("ABCD-EFGH", Instant(0, 5_000_000)), "ab")
    assert made.link == "lucid://10.0.0.1:3389?code=ABCD-EFGH&sha256=ab"
    assert (made.code, made.certificate_sha256, made.expires_utc_ms) == ("ABCD-EFGH", "ab", 5)


def test_an_invitation_to_an_onion_address_holds_its_key() -> None:
    """In the link too, and in every invitation of that door."""
    door, _ = a_door()
    address, key = f"{'a' * 56}.onion:3389", "A" * 52
    door.open_at(address, "ab" * 32, client_key=key)
    made = door.invite()
    assert (made.address, made.client_key) == (address, key)
    assert made.link == f"lucid://{address}?code={made.code}&sha256={'ab' * 32}&key={key}"
    assert door.invitation() == made


def test_a_code_lets_one_peer_in_once() -> None:
    """Then the door is shut until there is a new code."""
    door, _ = a_door()
    code = door.invite().code
    assert door.may_connect()
    door.knocked()
    door.named("lap\x1btop\u202e")
    assert (door.peer.state, door.peer.name) == (PeerState.AT_DOOR, "laptop")
    assert door.try_code(code.lower().replace("-", " ")) is Knock.RIGHT
    assert door.peer.state is PeerState.ADMITTED
    assert not door.is_open
    with pytest.raises(PeerPresent):
        door.invite()
    door.left()
    door.knocked()
    assert door.try_code(code) is Knock.WRONG
    assert door.has_failed


def test_a_code_may_expire_between_two_looks_at_the_clock() -> None:
    """Whatever the clock does while the door is looked at, it gives an invitation or none."""
    clock = LeapingClock()
    door = Door(clock, WrongCodes(), ConnectionLimit(), "an id")
    door.invite()
    step = 899 * SECOND_NS

    def leap() -> Instant:
        clock.mono_ns += step
        return Instant(clock.mono_ns, clock.mono_ns)

    door._clock = type("Leaping", (), {"now": staticmethod(leap)})()
    assert [door.invitation() is None for _ in range(3)] == [False, True, True]


def lock(door: Door) -> None:
    """Give wrong codes until the door is locked."""
    for _ in range(3):
        door.try_code("AAAA-AAAA")
    assert door.invitation() is None


def test_a_locked_door_says_for_how_long() -> None:
    """A new code opens it, but only so often: then it says, in whole seconds, rounded up, when the next one would."""
    door, clock = a_door()
    door.invite()
    lock(door)
    assert door.invite() == door.invitation()
    assert door.wrong_codes == 0
    clock.mono_ns += SECOND_NS // 2
    lock(door)
    with pytest.raises(DoorLocked) as locked:
        door.invite()
    assert locked.value.facts == {"seconds": 30}
    assert door.locked_until_utc_ms == (clock.utc_ns + 60 * SECOND_NS) // 1_000_000
    assert door.invitation() is None
    clock.mono_ns += 60 * SECOND_NS
    assert door.locked_until_utc_ms is None
    assert door.is_open


def test_a_door_that_is_shut_stays_shut() -> None:
    """No code works after the session's end, not even one that would be made then."""
    door, _ = a_door()
    code = door.invite().code
    door.shut()
    assert door.try_code(code) is Knock.WRONG
    door.left()
    door.invite()
    assert not door.is_open
    assert not door.may_connect()


def test_connections_are_few() -> None:
    """Only so many in a minute, and none while somebody is there."""
    door, clock = a_door(a_minute=2)
    door.invite()
    assert [door.may_connect() for _ in range(3)] == [True, True, False]
    clock.mono_ns += 61 * SECOND_NS
    door.knocked()
    assert not door.may_connect()


@pytest.mark.parametrize(("has_spoken", "limit_ns"), [(False, SILENT_NS), (True, ARRIVING_NS)])
def test_who_is_on_the_way_has_only_so_long(has_spoken: bool, limit_ns: int) -> None:
    """Longer when it speaks at all; told once for each time, and not when the connection is gone by itself."""
    door, clock = a_door()
    door.invite()
    assert door.may_connect()

    def overdue(*, is_connected: bool = True) -> bool:
        return bool(door.overdue(clock.now(), is_connected=is_connected, has_spoken=has_spoken))

    clock.mono_ns += limit_ns - 1
    assert not overdue()
    clock.mono_ns += 1
    assert not overdue(is_connected=False)
    assert overdue()
    assert not overdue()


def test_who_is_at_the_door_has_only_so_long() -> None:
    """Whatever is typed there; whoever is in may stay."""
    door, clock = a_door()
    code = door.invite().code
    door.knocked()
    clock.mono_ns += AT_DOOR_NS - 1
    door.try_code("AAAA-AAAA")
    assert door.overdue(clock.now(), is_connected=True, has_spoken=True) == ""
    clock.mono_ns += 1
    assert door.overdue(clock.now(), is_connected=False, has_spoken=True) != ""
    door.try_code(code)
    clock.mono_ns += 10 * AT_DOOR_NS
    assert door.overdue(clock.now(), is_connected=True, has_spoken=True) == ""


def test_a_name_is_as_long_as_in_a_receipt() -> None:
    """Who joined is found by the name that its consent has."""
    door, _ = a_door()
    door.knocked()
    door.named("x" * 300)
    assert len(door.peer.name) == LONGEST_NAME


def test_nobody_is_named() -> None:
    """A name that comes when nobody is there names nobody."""
    door, _ = a_door()
    door.named("ghost")
    assert door.peer.name == ""


def test_a_ticket_is_for_the_newest_code() -> None:
    """What was accepted with an earlier one, or after the end, gets none."""
    door, _ = a_door()
    door.invite()
    first = door.tickets.number
    door.invite()
    assert door.tickets.give("anna", first) is None
    assert not door.tickets.expects("")
    ticket = door.tickets.give("anna", door.tickets.number)
    assert ticket is not None
    assert door.tickets.expects(ticket.user)
    door.shut()
    assert door.tickets.give("anna", door.tickets.number) is None
