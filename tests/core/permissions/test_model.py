"""Policy, grants, desk, door and time against a plain reference, in any order of events."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from core.api.permissions import Capability, GrantLength, Rule
from core.permissions.limits import DoorKeeper, Knock, WrongCodes
from tests.core.permissions.owners import VISITOR, DeskOwner
from tests.fakes.clocks import settle

SECONDS = {
    GrantLength.FIVE_MINUTES: 300,
    GrantLength.QUARTER_HOUR: 900,
    GrantLength.UNTIL_END: None,
}
# Few of them, so that they meet; what holds for these holds for each.
CAPABILITIES = st.sampled_from(list(Capability)[:6])
RULES = st.sampled_from([Rule.ASK, Rule.ASK, Rule.ASK, Rule.DENY])
PASSING = st.sampled_from([1, 9, 10, 20, 30, 269, 270, 300, 600])


@dataclass
class Reference:
    """What may be, said as simply as possible; times are whole seconds since the beginning."""

    rules: dict[Capability, Rule]
    until: dict[Capability, int | None]  # what the owner granted, or the policy allows
    now: int = 0
    is_inside: bool = False
    has_ended: bool = False

    def is_granted(self, capability: Capability) -> bool:
        """Tell whether it may be done now."""
        if self.has_ended or capability not in self.until:
            return False
        until = self.until[capability]
        return until is None or self.now < until


class HostedSession(RuleBasedStateMachine):
    """A session with a peer that tries everything and an owner that answers now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.wrong = 0
        self.locked_until: int | None = None
        self.codes: list[str] = []
        self.code_until = 0

    @initialize(
        chosen=st.fixed_dictionaries(dict.fromkeys(Capability, RULES)),
        is_shown=st.booleans(),
    )
    def open(self, chosen: dict[Capability, Rule], is_shown: bool) -> None:
        """Begin under any policy that may be."""
        rules = chosen | ({Capability.VIEW: Rule.ALLOW} if is_shown else {})
        self.allowed = {each for each in Capability if rules[each] is Rule.ALLOW}
        self.model = Reference(rules, dict.fromkeys(self.allowed))
        self.owner = DeskOwner(rules)
        self.door = DoorKeeper(WrongCodes())
        self.quiet_until = dict.fromkeys(Capability, 0)
        self.quiet_s = dict.fromkeys(Capability, 10)
        self.asked_at: dict[Capability, int] = {}  # of the newest question
        self.invite()
        self._try_code(self.codes[-1])

    @rule()
    def invite(self) -> None:
        """The owner makes a code."""
        self.codes.append(self.door.invite(self.owner.clock.now()).text)
        self.code_until = self.model.now + 900

    @precondition(lambda self: not self.model.is_inside)
    @rule(data=st.data())
    def knock(self, data: st.DataObject) -> None:
        """Somebody types a code: the newest, an older one or none at all."""
        self._try_code(data.draw(st.sampled_from([*self.codes[-2:], "WRONG"])))

    def _try_code(self, typed: str) -> None:
        is_newest = (
            bool(self.codes) and typed == self.codes[-1] and self.model.now < self.code_until
        )
        if self.locked_until is not None and self.model.now >= self.locked_until:
            self.locked_until, self.wrong = None, 0
        found = self.door.knock(typed, self.owner.clock.now())
        if self.locked_until is not None:
            assert found is Knock.LOCKED
        elif is_newest:
            assert found is Knock.RIGHT
            self.code_until = self.wrong = 0
            self.model.is_inside = True
            self.owner.desk.peer_came(VISITOR)
        else:
            assert found is Knock.WRONG
            self.wrong += 1
            if self.wrong == 5:
                self.locked_until = self.model.now + 300

    @rule(capability=CAPABILITIES, count=st.integers(1, 50))
    def attempt(self, capability: Capability, count: int) -> None:
        """The gate reports an attempt, rightly or not."""
        before = self._open()
        self._run(self.owner.tries(capability, count))
        may_ask = (
            self.model.is_inside
            and not self.model.has_ended
            and self.model.rules[capability] is not Rule.DENY
            and not self.model.is_granted(capability)
            and self.model.now >= self.quiet_until[capability]
        )
        opened = self._open() - before
        assert opened == ({capability} if may_ask and len(before) < 3 else set()) - before
        self._note(opened)

    @precondition(lambda self: self._open())
    @rule(data=st.data(), length=st.none() | st.sampled_from(list(GrantLength)))
    def answer(self, data: st.DataObject, length: GrantLength | None) -> None:
        """The owner answers one of the questions that are shown."""
        before = self._open()
        capability = data.draw(st.sampled_from(sorted(before, key=lambda each: each.value)))
        self._run(self.owner.answers(capability, length))
        if length is None:
            self._quiet(capability)
        elif not self.model.has_ended:
            seconds = SECONDS[length]
            self.model.until[capability] = None if seconds is None else self.model.now + seconds
            self.quiet_s[capability], self.quiet_until[capability] = 10, 0
        self._note(self._open() - before)

    @precondition(lambda self: self.model.until)
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        """The owner takes something back, in time or just after."""
        capability = data.draw(st.sampled_from(list(self.model.until)))
        was_granted = self.owner.grants.revoke(capability, self.owner.clock.now())
        assert was_granted == self.model.is_granted(capability)
        self.model.until.pop(capability, None)
        self.allowed.discard(capability)

    @precondition(lambda self: self.model.is_inside)
    @rule(is_sure=st.sampled_from([True, False, False, False]))
    def leave(self, is_sure: bool) -> None:
        """The peer goes away, now and then."""
        if not is_sure:
            return
        self.owner.desk.peer_left()
        self.owner.grants.peer_left(self.owner.clock.now())
        self._run(settle())
        self.model.is_inside = False
        self.model.until = dict.fromkeys(self.allowed)
        assert self._open() == set()

    @rule(seconds=PASSING)
    def wait(self, seconds: int) -> None:
        """Time passes, second by second."""
        for _ in range(seconds):
            before = self._open()
            self._run(self.owner.clock.advance(1))
            self.model.now += 1
            for capability in before:
                if self.model.now - self.asked_at[capability] == 30:
                    self._quiet(capability)
            self._note(self._open() - before)
            if self.model.now in self.model.until.values():
                self.exactly_what_may_be_is_granted()

    @precondition(lambda self: max(self.quiet_until.values()) > self.model.now)
    @rule(data=st.data(), is_early=st.booleans())
    def insist(self, data: st.DataObject, is_early: bool) -> None:
        """The peer waits out the quiet after a no, or not quite, and tries again."""
        quiet = [each for each in Capability if self.quiet_until[each] > self.model.now]
        capability = data.draw(st.sampled_from(quiet))
        self.wait(self.quiet_until[capability] - self.model.now - is_early)
        self.attempt(capability, 1)

    @rule()
    def expire(self) -> None:
        """The engine sweeps what is over."""
        over = set(self.owner.grants.expire(self.owner.clock.now()))
        expected = {each for each in self.model.until if not self.model.is_granted(each)}
        if not self.model.has_ended:
            assert over == expected
        for capability in expected:
            del self.model.until[capability]

    @precondition(lambda self: self.model.now > 3000)
    @rule()
    def end(self) -> None:
        """The session ends."""
        self.owner.grants.end()
        self.model.has_ended = True

    @invariant()
    def exactly_what_may_be_is_granted(self) -> None:
        """Nothing is granted that the owner did not grant, nothing outlives its deadline, deny stays denied."""
        now = self.owner.clock.now()
        for shown in self.owner.grants.snapshot(now):
            assert shown.is_granted == self.model.is_granted(shown.capability)
            if self.model.rules[shown.capability] is Rule.DENY:
                assert not shown.is_granted
        in_force = {each.capability: each.until_mono_ns for each in self.owner.grants.in_force(now)}
        assert set(in_force) == {each for each in Capability if self.model.is_granted(each)}

    @invariant()
    def questions_are_few_and_make_sense(self) -> None:
        """One question a capability, three in all, none without a peer, none past its deadline or against a rule."""
        capabilities = self.owner.open_capabilities()
        assert len(capabilities) == len(set(capabilities))
        assert len(capabilities) <= 3
        assert self.model.is_inside or not capabilities
        for capability in capabilities:
            assert self.model.rules[capability] is not Rule.DENY
            assert self.model.now - self.asked_at[capability] < 30
            assert self.model.now >= self.quiet_until[capability]
        assert self.owner.errors == []

    def teardown(self) -> None:
        """Leave nothing running."""
        if hasattr(self, "owner"):
            self.owner.desk.peer_left()
            self._run(settle())
            assert self.owner.told_in_pairs()
        self.loop.close()

    def _run(self, work: object) -> None:
        self.loop.run_until_complete(work)  # type: ignore[arg-type]

    def _open(self) -> set[Capability]:
        return set(self.owner.open_capabilities())

    def _note(self, opened: set[Capability]) -> None:
        """Remember since when the questions that appeared are there, and that none is against the quiet."""
        for capability in opened:
            assert self.model.now >= self.quiet_until[capability]
            assert not self.model.is_granted(capability)
            self.asked_at[capability] = self.model.now

    def _quiet(self, capability: Capability) -> None:
        self.quiet_until[capability] = self.model.now + self.quiet_s[capability]
        self.quiet_s[capability] = min(300, 2 * self.quiet_s[capability])


TestHostedSession = HostedSession.TestCase
TestHostedSession.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
