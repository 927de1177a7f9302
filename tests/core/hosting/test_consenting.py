"""Nobody comes in who has not agreed, and nobody holds the door against who comes next."""

from __future__ import annotations

import asyncio

import pytest

from core.api.hosting import AuditKind, PeerState
from core.api.permissions import Capability, PolicyRules, Profile, Rule
from core.errors import StorageFull, VaultLocked
from core.evidence.consent import Means, PartyKind, read_consent
from core.evidence.consent_signature import check_consent
from core.hosting.door import (
    BEGUN_NS,
    ON_WAY_NS,
    TYPING_NS,
    UNTOUCHED_NS,
    Door,
)
from core.hosting.notices import AGREE, TYPE, WRONG
from core.hosting.tickets import TICKET_NS
from core.permissions.limits import ConnectionLimit, Knock, WrongCodes
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.hosting_stage import HostingStage, play

SECOND_NS = 1_000_000_000


async def knock_with_the_code(stage: HostingStage) -> str:
    """Let a client come that sends the right code by itself; gives the code."""
    await stage.knock()
    invitation = stage.door.invitation()
    assert invitation is not None
    await stage.type_code(invitation.code, is_typed=False)
    return invitation.code


def page(stage: HostingStage) -> str:
    """Read what the peer is shown."""
    return str(stage.gate.state["notice"])


def consents(stage: HostingStage) -> list[str]:
    """Read how each consent was given; each must hold."""
    found = [read_consent(each.consent.encode()) for each in stage.entries(AuditKind.CONSENTED)]
    for each, entry in zip(found, stage.entries(AuditKind.CONSENTED), strict=True):
        check_consent(each)
        assert each.receipt.party.kind is PartyKind.DOOR
        assert entry.resource == each.receipt.party.name == "laptop"
        assert entry.reason == each.receipt.receipt_hash.hex()
        assert each.terms.policy_hash == stage.policy.signed.policy_hash
    return [each.receipt.means.value for each in found]


def test_the_door_shows_the_terms() -> None:
    """With what to do: type the code, which means to agree."""

    async def scene(stage: HostingStage) -> None:
        assert page(stage).endswith(TYPE)
        assert "Keys are recorded too." in page(stage)
        await stage.knock()
        await stage.type_code("AAAA-AAAA")
        assert page(stage).endswith(WRONG)

    rules = PolicyRules(rules=((Capability.KEYBOARD, Rule.ASK),), records_keys=True)
    play(scene, Profile.CUSTOM, rules)


def test_a_code_that_is_typed_is_consent() -> None:
    """The receipt is written before the peer is in."""

    async def scene(stage: HostingStage) -> None:
        await stage.join()

    stage = play(scene)
    assert consents(stage) == [Means.TYPED_CODE.value]
    kinds = stage.kinds()
    assert kinds.index(AuditKind.CONSENTED) + 1 == kinds.index(AuditKind.JOINED)


def test_a_code_that_the_client_sends_is_none_yet() -> None:
    """Its owner may not even have seen the terms: nothing passes until Enter was pressed on them."""

    async def scene(stage: HostingStage) -> None:
        code = await knock_with_the_code(stage)
        assert page(stage).endswith(AGREE)
        assert not stage.gate.is_admitted
        assert AuditKind.JOINED not in stage.kinds()
        assert stage.door.invitation() is not None
        assert code not in page(stage)
        await stage.type_code("")
        await stage.gate.until(lambda: stage.gate.is_admitted)
        assert stage.session.shown().peer.name == "laptop"

    stage = play(scene)
    assert consents(stage) == [Means.PRESSED_ENTER.value]


def test_the_code_can_be_typed_again_instead() -> None:
    """That is agreement too; another code is a wrong one, and Enter alone is nothing then."""

    async def scene(stage: HostingStage) -> None:
        code = await knock_with_the_code(stage)
        await stage.type_code("AAAA-AAAA")
        await stage.type_code("")
        assert not stage.gate.is_admitted
        assert page(stage).endswith(WRONG)
        await stage.type_code(code)
        await stage.gate.until(lambda: stage.gate.is_admitted)

    stage = play(scene)
    assert consents(stage) == [Means.TYPED_CODE.value]
    assert stage.kinds().count(AuditKind.WRONG_CODE) == 1


def test_enter_alone_is_nothing() -> None:
    """It neither lets anybody in nor counts as a wrong code."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        for _ in range(6):
            await stage.type_code("")
        assert stage.session.shown().wrong_codes == 0
        assert stage.session.shown().peer.state is PeerState.AT_DOOR

    play(scene)


def test_who_does_not_agree_is_turned_out() -> None:
    """After two minutes, and its code is still good for somebody else."""

    async def scene(stage: HostingStage) -> None:
        await knock_with_the_code(stage)
        await stage.passes(121)
        await stage.gate.until(lambda: {"drop": True} in stage.gate.words)
        await stage.leave()
        await stage.join()

    stage = play(scene)
    assert [each.reason for each in stage.entries(AuditKind.REFUSED)] == ["not agreed in time"]


def test_who_comes_next_has_agreed_to_nothing() -> None:
    """What one client sent is no other's to agree to."""

    async def scene(stage: HostingStage) -> None:
        await knock_with_the_code(stage)
        await stage.leave()
        await stage.knock()
        assert page(stage).endswith(TYPE)
        await stage.type_code("")
        assert not stage.gate.is_admitted

    assert consents(play(scene)) == []


def test_nobody_is_admitted_without_a_witness() -> None:
    """With a locked vault nobody can sign that the terms were accepted: the peer goes, and the owner is told."""

    async def scene(stage: HostingStage) -> None:
        await knock_with_the_code(stage)
        stage.sign_failure = VaultLocked()
        await stage.type_code("")
        await stage.gate.until(lambda: {"drop": True} in stage.gate.words)
        assert not stage.gate.is_admitted

    stage = play(scene)
    assert stage.incidents() == ["vault_locked"]
    assert AuditKind.JOINED not in stage.kinds()


def test_nobody_is_admitted_before_the_consent_is_written() -> None:
    """Nor when it never is: then the session ends. A second Enter makes no difference."""

    async def scene(stage: HostingStage) -> None:
        await knock_with_the_code(stage)
        stage.sessions.is_slow.clear()
        await stage.type_code("")
        await stage.type_code("")
        assert not stage.gate.is_admitted
        stage.sessions.failure = StorageFull(path="trail")
        stage.sessions.is_slow.set()
        await stage.gate.until(lambda: bool(stage.sessions.ended))
        assert not stage.gate.is_admitted

    assert play(scene).sessions.ended == ["recorder"]


def a_door() -> tuple[Door, ManualClock, str]:
    """Make a door with a code."""
    clock = ManualClock()
    door = Door(clock, WrongCodes(), ConnectionLimit(1), "an id")
    door.open_at("127.0.0.1:3389", "ab" * 32)
    return door, clock, door.invite().code


@pytest.mark.parametrize(
    ("is_at_door", "has_gone_on", "limit_ns"),
    [
        (False, False, BEGUN_NS),
        (False, True, ON_WAY_NS),
        (True, False, UNTOUCHED_NS),
        (True, True, TYPING_NS),
    ],
)
def test_who_has_come_further_may_stay_longer(
    is_at_door: bool, has_gone_on: bool, limit_ns: int
) -> None:
    """While somebody else wants to come in; the time begins anew at the door."""
    door, clock, _ = a_door()
    door.may_connect()
    if is_at_door:
        clock.mono_ns += 25 * SECOND_NS
        door.knocked()
        if has_gone_on:
            door.touched()

    def must_go() -> bool:
        return door.must_make_way(is_expected=False, is_connected=True, has_spoken=has_gone_on)

    clock.mono_ns += limit_ns - 1
    assert not must_go()
    clock.mono_ns += 1
    assert must_go()


def test_nobody_makes_way_who_is_in_or_is_not_there() -> None:
    """Whoever is admitted stays, however long."""
    door, clock, code = a_door()
    assert not door.must_make_way(is_expected=False, is_connected=False, has_spoken=False)
    door.knocked()
    door.try_code(code)
    clock.mono_ns += 3600 * SECOND_NS
    assert not door.must_make_way(is_expected=False, is_connected=True, has_spoken=True)


def test_a_ticket_opens_the_way_at_once() -> None:
    """Whoever has accepted the terms gets in past those that have not, and past the limit of connections; once."""
    door, clock, code = a_door()
    assert door.may_connect()
    assert not door.may_connect()
    assert door.use_up(code) is Knock.RIGHT
    ticket = door.tickets.give("anna", door.tickets.number)
    assert ticket is not None
    door.knocked()
    door.touched()
    assert not door.must_make_way(is_expected=False, is_connected=True, has_spoken=True)
    assert not door.tickets.expects("eve")
    assert door.tickets.expects(ticket.user)
    assert door.must_make_way(is_expected=True, is_connected=True, has_spoken=True)
    door.left()
    assert not door.may_connect()
    assert door.may_connect(is_expected=True)
    door.knocked()
    assert door.try_code(ticket.code, is_typed=False) is Knock.RIGHT
    assert (door.peer.name, door.means) == ("anna", Means.SIGNED)
    door.left()
    clock.mono_ns += 1
    assert not door.tickets.expects(ticket.user)


@pytest.mark.parametrize("what", ["old", "invited", "shut"])
def test_a_ticket_that_is_worthless(what: str) -> None:
    """After two minutes, after the owner has made another code, and after the end."""
    door, clock, code = a_door()
    door.use_up(code)
    ticket = door.tickets.give("anna", door.tickets.number)
    assert ticket is not None
    assert door.is_open
    if what == "old":
        clock.mono_ns += TICKET_NS
    elif what == "invited":
        door.invite()
    else:
        door.shut()
    door.knocked()
    assert door.try_code(ticket.code, is_typed=False) is Knock.WRONG
    assert not door.tickets.expects(ticket.user)


def test_a_stranger_makes_way_for_the_next_one() -> None:
    """It is disconnected, and the trail says why; the next one waits until it is gone."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        await stage.passes(19)
        reception = stage.host.entrance.reception  # type: ignore[union-attr]
        assert reception is not None
        await reception.make_way("anna")
        assert {"drop": True} not in stage.gate.words
        await stage.passes(1)
        stage.host.entrance.visit = None  # type: ignore[union-attr]
        making = asyncio.ensure_future(reception.make_way("anna"))
        await stage.gate.until(lambda: {"drop": True} in stage.gate.words)
        assert not making.done()
        await stage.leave()
        await making
        await settle()
        assert stage.host.come() is not None

    stage = play(scene)
    assert [each.reason for each in stage.entries(AuditKind.REFUSED)] == [
        "somebody else wanted to come in, and it had come no further"
    ]


def give_ticket(stage: HostingStage) -> str:
    """Let an appliance accept the terms; gives the user name of its ticket."""
    invitation = stage.door.invitation()
    assert invitation is not None
    assert stage.door.use_up(invitation.code) is Knock.RIGHT
    ticket = stage.door.tickets.give("anna", stage.door.tickets.number)
    assert ticket is not None
    return ticket.user


def test_strangers_use_up_no_connection_of_a_ticket() -> None:
    """When they have used up a minute's, a ticket's client is still let in."""

    async def scene(stage: HostingStage) -> None:
        user = give_ticket(stage)
        while stage.host.come("eve") is not None:
            stage.host.entrance.visit = None  # type: ignore[union-attr]
        assert stage.host.come("mallory") is None
        assert stage.host.come(user) is not None

    play(scene)


def test_a_tickets_name_counts_once_while_its_visit_goes_on() -> None:
    """Whoever has seen it turns nobody out by it; when the visit is over it counts again."""

    async def scene(stage: HostingStage) -> None:
        user = give_ticket(stage)
        entrance = stage.host.entrance
        assert entrance is not None
        reception = entrance.reception
        assert reception is not None
        assert reception.came(user)
        assert stage.host.come(user) is not None
        assert not reception.came(user)
        await reception.make_way(user)
        assert entrance.turned_out == 0
        entrance.visit = None
        assert reception.came(user)

    assert AuditKind.REFUSED not in play(scene).kinds()


def test_a_ticket_waits_for_a_gate_that_was_just_left() -> None:
    """The gate does not know yet that nobody is there: a moment later the ticket's client is let in."""

    async def scene(stage: HostingStage) -> None:
        await stage.knock()
        user = give_ticket(stage)
        stage.gate.is_silent = True
        await stage.leave()
        reception = stage.host.entrance.reception  # type: ignore[union-attr]
        assert reception is not None
        assert stage.host.come(user) is None
        making = asyncio.ensure_future(reception.make_way(user))
        await settle()
        assert not making.done()
        stage.gate.speak()
        await making
        assert stage.host.come(user) is not None

    play(scene)
