"""LucidStorageProofs against its model, call by call."""

from __future__ import annotations

from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.sealing.sorted_tree import SortedTree
from tests.contracts.evm import Account, Deployed, Evm, accounts
from tests.contracts.models.lucid_storage_proofs import (
    Declaration,
    LucidStorageProofsModel,
    Replica,
)

OWNER, FIRST, SECOND = accounts(3, "holder")
SESSION = bytes(range(1, 17))
WINDOW = 600
REPLICAS = [
    Replica(tuple(bytes([kind, each]) * 512 for each in range(count)))
    for kind, count in ((1, 1), (2, 5))
]


class LucidStorageProofsMachine(RuleBasedStateMachine):
    """Challenges holders, draws segments, answers rightly and wrongly, and lets time and blocks pass."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm()
        anchors = cast("Deployed", self.evm.deploy("LucidAnchors"))
        store = cast("Deployed", self.evm.deploy("LucidChunkStore", anchors.address))
        self.proofs = cast("Deployed", self.evm.deploy("LucidStorageProofs", store.address, WINDOW))
        self.model = LucidStorageProofsModel(WINDOW)
        words = (bytes([9]) * 32, bytes([8]) * 32)
        self.evm.call(anchors, "openSession", SESSION, *words, sender=OWNER)
        self.evm.call(store, "commitChunks", SESSION, 0, words, sender=OWNER)
        self.declarations: list[Declaration] = []
        for holder in (FIRST, SECOND):
            for replica in REPLICAS:
                told = (OWNER.address, SESSION, 0, 2, replica.declared())
                assert self.evm.call(store, "declareReplicas", *told, sender=holder) is None
                made = Declaration(OWNER.address, SESSION, holder.address, 0, 2, replica.declared())
                self.declarations.append(made)
        self.model.declared = set(self.declarations)

    @property
    def block(self) -> int:
        """The block that the next call will be in."""
        return self.evm.number + 1

    def _same(self, found: object, expected: object) -> None:
        assert found == expected
        assert self.evm.events == self.model.events

    def _declaration(self, which: int) -> Declaration:
        if which < len(self.declarations):
            return self.declarations[which]
        holder, owner = (OWNER, OWNER) if which == len(self.declarations) else (FIRST, SECOND)
        return Declaration(owner.address, SESSION, holder.address, 0, 2, REPLICAS[0].declared())

    @rule(which=st.integers(0, 5), caller=st.sampled_from([OWNER, FIRST]))
    def challenge(self, which: int, caller: Account) -> None:
        """A declaration is challenged by another, or by its holder; or something that nobody declared is."""
        declaration = self._declaration(which)
        expected = self.model.challenge(declaration, caller.address, self.block, self.evm.time)
        told = (declaration.owner, SESSION, declaration.holder, 0, 2, declaration.root)
        self._same(self.evm.call(self.proofs, "challenge", *told, sender=caller), expected)

    @rule(which=st.integers(0, 23))
    def end(self, which: int) -> None:
        """A holder ends what it declared, once; what it did not declare has no end. Most are not ended."""
        if which > 5:
            return
        declaration = self._declaration(which)
        holder = next(each for each in (OWNER, FIRST, SECOND) if each.address == declaration.holder)
        expected = self.model.end(declaration, self.evm.time)
        told = (declaration.owner, SESSION, 0, 2, declaration.root)
        self._same(self.evm.call(self.proofs, "endDeclaration", *told, sender=holder), expected)

    def _number(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.model.challenges) + 1))

    @precondition(lambda self: self.model.challenges)
    @rule(data=st.data())
    def draw(self, data: st.DataObject) -> None:
        """A segment is drawn while its hash is known, once."""
        number = self._number(data)
        expected = self.model.draw(number, self.block)
        self._same(self.evm.call(self.proofs, "draw", number), expected)

    @precondition(lambda self: self.model.challenges)
    @rule(data=st.data(), is_right=st.integers(0, 5))
    def answer(self, data: st.DataObject, is_right: int) -> None:
        """The right segment of the right replica by the right holder counts; nothing else does."""
        number = self._number(data)
        asked = self.model.challenges.get(number)
        replica = REPLICAS[0]
        caller = OWNER.address
        if asked is not None:
            caller = asked.declaration.holder
            replica = next(each for each in REPLICAS if each.declared() == asked.declaration.root)
        if is_right == 0:
            caller = data.draw(st.sampled_from([OWNER, FIRST, SECOND])).address
        if is_right == 1:
            replica = data.draw(st.sampled_from(REPLICAS))
        shown = 0
        if asked is not None:
            shown = self.model.index(number, len(replica.segments), self.block) or 0
        if is_right == 2:
            shown = data.draw(st.integers(0, len(replica.segments) - 1))
        segment = replica.segments[shown]
        if is_right == 3:
            segment = data.draw(st.sampled_from([segment[:-1], segment + b"\0", bytes(1024)]))
        expected = self.model.answer(
            number, caller, replica, shown, segment, self.block, self.evm.time
        )
        leaves = [replica.leaf(index) for index in range(len(replica.segments))]
        tree = SortedTree(leaves)
        told = (number, tree.root, len(leaves), segment, tree.path(shown))
        self._same(self.evm.call(self.proofs, "answer", *told, sender=caller), expected)

    @precondition(lambda self: self.model.challenges)
    @rule(data=st.data())
    def record(self, data: st.DataObject) -> None:
        """What was not answered is missed, or lapsed where nobody drew it."""
        number = self._number(data)
        expected = self.model.unanswered(number, self.block, self.evm.time)
        self._same(self.evm.call(self.proofs, "recordUnanswered", number), expected)

    @rule(seconds=st.sampled_from([1, 60, WINDOW - 61, WINDOW]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.evm.time += seconds

    @rule(blocks=st.sampled_from([1, 254, 255, 256, 257]))
    def pass_blocks(self, blocks: int) -> None:
        """Blocks pass, in the end so many that a hash is forgotten."""
        self.evm.number += blocks

    @invariant()
    def what_is_stored_is_the_models(self) -> None:
        """Challenges and tallies are the model's."""
        call = self.evm.call
        assert call(self.proofs, "challengeCount") == len(self.model.challenges)
        for number, each in list(self.model.challenges.items())[-3:]:
            expected = (
                *(each.declaration.holder, each.state, each.deadline, each.block),
                *(each.declaration.root, each.seed),
            )
            assert call(self.proofs, "challengeOf", number) == expected
        for each in self.declarations:
            told = (each.owner, SESSION, each.holder, 0, 2, each.root)
            assert call(self.proofs, "endsAtOf", *told) == self.model.ends.get(each, 0)
        for holder in (FIRST, SECOND):
            found = call(self.proofs, "tallyOf", holder.address)
            assert found == self.model.tally(holder.address)
            for challenger in (OWNER, FIRST):
                told = (holder.address, challenger.address)
                assert call(self.proofs, "tallyBy", *told) == self.model.tally(*told)


LucidStorageProofsMachine.TestCase.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None
)
TestLucidStorageProofs = LucidStorageProofsMachine.TestCase
