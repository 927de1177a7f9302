"""A peer's attempts become few questions, and a no keeps it quiet for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from core.api.permissions import Capability, GrantLength, Rule
from core.permissions.desk import Why
from tests.core.permissions.owners import VISITOR, DeskOwner
from tests.fakes.clocks import settle

ASK_ALL = dict.fromkeys(Capability, Rule.ASK)
KEYBOARD, POINTER, VIEW = Capability.KEYBOARD, Capability.POINTER, Capability.VIEW


def play(
    scene: Callable[[DeskOwner], Awaitable[None]],
    rules: dict[Capability, Rule] = ASK_ALL,
    **options: int,
) -> DeskOwner:
    """Play a scene in which a peer is there, and make sure that no question outlives it."""

    async def run() -> DeskOwner:
        owner = DeskOwner(rules, **options)
        owner.desk.peer_came(VISITOR)
        await scene(owner)
        owner.desk.peer_left()
        await settle()
        assert owner.errors == []
        assert owner.told_in_pairs()
        return owner

    return asyncio.run(run())


def test_a_yes_is_a_grant() -> None:
    """The question says who tried what and how often; the answer's length is the grant's."""

    async def scene(owner: DeskOwner) -> None:
        await owner.tries(Capability.FILES_IN, 2, "report\x1b[2J\u202efdp.exe")
        question = owner.open()[0]
        assert (question.peer, question.attempts) == ("laptop", 2)
        assert question.session_id == VISITOR.session_id
        assert question.detail == "report[2Jfdp.exe"
        assert not owner.is_granted(Capability.FILES_IN)
        await owner.answers(Capability.FILES_IN, GrantLength.QUARTER_HOUR)
        assert owner.is_granted(Capability.FILES_IN)
        assert not owner.is_granted(Capability.FILES_OUT)
        await owner.clock.advance(900)
        assert not owner.is_granted(Capability.FILES_IN)

    owner = play(scene)
    assert owner.heard == [
        ("asked", Capability.FILES_IN),
        ("granted", Capability.FILES_IN, GrantLength.QUARTER_HOUR),
    ]


def test_a_question_says_that_somebody_may_only_watch() -> None:
    """The owner can tell a peer's question from an observer's."""

    async def ask(owner: DeskOwner) -> None:
        await owner.tries(VIEW)
        assert not owner.open()[0].is_observer

    async def watch(owner: DeskOwner) -> None:
        await owner.tries(VIEW)
        assert owner.open()[0].is_observer

    play(ask)
    play(watch, is_observer=True)


def test_a_flood_is_one_question() -> None:
    """A thousand attempts while a question is open make no second one; all are counted."""

    async def scene(owner: DeskOwner) -> None:
        for _ in range(1000):
            owner.desk.attempt(KEYBOARD)
        await settle()
        assert owner.open_capabilities() == [KEYBOARD]
        shown = {each.capability: each for each in owner.grants.snapshot(owner.clock.now())}
        assert shown[KEYBOARD].attempts == 1000

    play(scene)


def test_a_no_is_followed_by_quiet_that_grows() -> None:
    """10 s after the first no, 20 s after the second, and never more than 5 minutes; what was tried is counted."""

    async def scene(owner: DeskOwner) -> None:
        for quiet in (10, 20, 40, 80, 160, 300, 300):
            await owner.tries(KEYBOARD)
            await owner.answers(KEYBOARD, None)
            await owner.clock.advance(quiet - 0.001)
            await owner.tries(KEYBOARD, 4)
            assert owner.open() == []
            await owner.clock.advance(0.001)
            assert owner.open() == []  # only a new attempt asks
        await owner.tries(KEYBOARD)
        assert owner.open()[0].attempts == 5
        await owner.answers(KEYBOARD, GrantLength.FIVE_MINUTES)
        await owner.clock.advance(300)
        await owner.tries(KEYBOARD)
        await owner.answers(KEYBOARD, None)
        await owner.clock.advance(10)  # a grant makes it the first no again
        await owner.tries(KEYBOARD)
        assert owner.open_capabilities() == [KEYBOARD]

    play(scene)


def test_a_no_that_is_forgiven_is_asked_again_at_once() -> None:
    """For who comes next the quiet is over, and does not grow from what was before."""

    async def scene(owner: DeskOwner) -> None:
        await owner.tries(VIEW)
        await owner.answers(VIEW, None)
        await owner.tries(VIEW)
        assert owner.open() == []
        owner.desk.forgive(VIEW)
        await owner.tries(VIEW)
        await owner.answers(VIEW, None)
        await owner.clock.advance(10)
        await owner.tries(VIEW)
        assert len(owner.open()) == 1

    play(scene)


def test_no_answer_is_a_no() -> None:
    """After 30 s the question is gone, nothing is granted, and the quiet begins."""

    async def scene(owner: DeskOwner) -> None:
        await owner.tries(POINTER)
        await owner.clock.advance(30)
        assert owner.open() == []
        assert not owner.is_granted(POINTER)
        await owner.tries(POINTER)
        assert owner.open() == []

    owner = play(scene)
    assert owner.heard == [("asked", POINTER), ("denied", POINTER, Why.EXPIRED)]


def test_what_the_policy_denies_is_never_asked() -> None:
    """It is told once, and again only after the quiet; every attempt is counted."""

    async def scene(owner: DeskOwner) -> None:
        for _ in range(5):
            await owner.tries(KEYBOARD, 3)
        await owner.clock.advance(10)
        await owner.tries(KEYBOARD)
        shown = {each.capability: each for each in owner.grants.snapshot(owner.clock.now())}
        assert shown[KEYBOARD].attempts == 16

    owner = play(scene, {})
    assert owner.heard == [("denied", KEYBOARD, Why.POLICY)] * 2
    assert owner.told == []


def test_three_questions_at_once_and_the_rest_waits() -> None:
    """The fourth request is shown when one of the three has ended."""

    async def scene(owner: DeskOwner) -> None:
        for capability in (VIEW, POINTER, KEYBOARD, Capability.FILES_IN, Capability.FILES_OUT):
            await owner.tries(capability)
        await owner.tries(Capability.FILES_IN)
        assert owner.open_capabilities() == [VIEW, POINTER, KEYBOARD]
        await owner.answers(POINTER, None)
        assert owner.open_capabilities() == [VIEW, KEYBOARD, Capability.FILES_IN]
        assert owner.open()[-1].attempts == 2
        await owner.clock.advance(30)
        assert owner.open_capabilities() == [Capability.FILES_OUT]

    play(scene)


def test_a_request_that_waits_is_looked_at_again() -> None:
    """What was granted meanwhile, or what a peer that has left wanted, is not shown any more."""

    async def scene(owner: DeskOwner) -> None:
        await owner.tries(VIEW)
        await owner.tries(POINTER)
        await owner.tries(KEYBOARD)
        owner.grants.grant(POINTER, GrantLength.UNTIL_END, owner.clock.now())
        await owner.answers(VIEW, None)
        assert owner.open_capabilities() == [KEYBOARD]
        await owner.tries(Capability.FILES_IN)
        owner.desk.peer_left()
        await settle()
        assert owner.open() == []
        owner.desk.peer_came(VISITOR)
        await settle()
        assert owner.open() == []

    play(scene, most_open=1)


def test_a_peer_that_leaves_takes_its_questions_along() -> None:
    """Even a yes that comes in the same moment grants nothing to whoever comes next."""

    async def scene(owner: DeskOwner) -> None:
        await owner.tries(KEYBOARD)
        owner.questions.answer(owner.open()[0].question_id, is_yes=True)
        owner.desk.peer_left()
        owner.desk.peer_came(VISITOR)
        await settle()
        assert not owner.is_granted(KEYBOARD)
        await owner.tries(KEYBOARD)
        assert owner.open()[0].attempts == 1

    owner = play(scene)
    assert owner.heard[:2] == [("asked", KEYBOARD), ("denied", KEYBOARD, Why.WITHDRAWN)]


def test_a_question_that_is_cancelled_leaves_no_quiet() -> None:
    """When the engine takes its questions back nothing is granted, and the peer may ask again."""

    async def scene(owner: DeskOwner) -> None:
        await owner.tries(KEYBOARD)
        owner.questions.cancel_all()
        await settle()
        assert owner.heard[-1] == ("denied", KEYBOARD, Why.WITHDRAWN)
        await owner.tries(KEYBOARD)
        assert owner.open_capabilities() == [KEYBOARD]

    play(scene)


def test_nothing_is_asked_without_a_peer_or_after_the_end() -> None:
    """Attempts that were under way when the peer left or the session ended ask nothing; nor does a yes then grant."""

    async def scene(owner: DeskOwner) -> None:
        owner.desk.peer_left()
        await owner.tries(KEYBOARD)
        owner.desk.peer_came(VISITOR)
        await owner.tries(POINTER)
        owner.grants.end()
        await owner.answers(POINTER, GrantLength.UNTIL_END)
        await owner.tries(VIEW)
        assert owner.open() == []
        assert owner.grants.in_force(owner.clock.now()) == ()

    owner = play(scene)
    assert owner.heard == [("asked", POINTER), ("denied", POINTER, Why.WITHDRAWN)]


def test_what_is_granted_is_not_asked() -> None:
    """An attempt that was under way when the grant came asks nothing; after a revoke it is quiet first."""

    async def scene(owner: DeskOwner) -> None:
        await owner.tries(VIEW)
        assert owner.open() == []
        owner.grants.revoke(VIEW, owner.clock.now())
        owner.desk.cool_down(VIEW)
        await owner.tries(VIEW)
        assert owner.open() == []
        await owner.clock.advance(10)
        await owner.tries(VIEW)
        assert owner.open_capabilities() == [VIEW]

    play(scene, ASK_ALL | {VIEW: Rule.ALLOW})


def test_what_nobody_expected_is_told() -> None:
    """A failure while asking is handed on, and the next request is served."""

    async def run() -> None:
        owner = DeskOwner(ASK_ALL)

        def asked(question: object) -> None:
            raise RuntimeError("no screen")

        owner.asked = asked  # type: ignore[method-assign, assignment]
        owner.desk.peer_came(VISITOR)
        await owner.tries(KEYBOARD)
        assert [str(each) for each in owner.errors] == ["no screen"]
        del owner.asked
        await owner.tries(KEYBOARD)
        assert owner.open_capabilities() == [KEYBOARD]
        owner.desk.peer_left()
        await settle()

    asyncio.run(run())
