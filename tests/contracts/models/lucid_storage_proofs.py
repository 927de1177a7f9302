"""Storage challenges, from docs/contracts/LucidStorageProofs.md and docs/formats/replica-tree.md."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.chain.encoding import keccak256
from tests.contracts.abi import Emitted, Reverted

OPEN, ANSWERED, MISSED, LAPSED = 1, 2, 3, 4
SEGMENT_BYTES = 1024
MOST_IN_A_PERIOD = 4
REACH = 256  # how many blocks back a hash is known
_NAME = "LucidStorageProofs"


@dataclass(frozen=True)
class Replica:
    """A replica by its segments; one of no segment has a tree root of its own making."""

    segments: tuple[bytes, ...]

    def leaf(self, index: int) -> bytes:
        """Hash a segment with its index."""
        return keccak256(index.to_bytes(8, "big") + self.segments[index])

    def tree_root(self) -> bytes:
        """Hash all segments together."""
        level = [self.leaf(index) for index in range(len(self.segments))]
        while len(level) > 1:
            pairs = [sorted(level[at : at + 2]) for at in range(0, len(level), 2)]
            level = [keccak256(b"".join(pair)) if len(pair) > 1 else pair[0] for pair in pairs]
        return level[0]

    def declared(self) -> bytes:
        """Give the root that a holder declares."""
        return declared_root(self.tree_root(), len(self.segments))


def declared_root(tree_root: bytes, count: int) -> bytes:
    """Hash a tree's root with its number of segments."""
    return keccak256(b"Lucid replica tree v1" + tree_root + count.to_bytes(8, "big"))


@dataclass(frozen=True)
class Declaration:
    """What a holder declared."""

    owner: bytes
    session_id: bytes
    holder: bytes
    first: int
    count: int
    root: bytes


@dataclass(frozen=True)
class Challenge:
    """A challenge as it stands."""

    declaration: Declaration
    deadline: int
    block: int
    challenger: bytes
    state: int = OPEN
    seed: bytes = bytes(32)


@dataclass
class LucidStorageProofsModel:
    """What the contract knows; ``declared`` is what LucidChunkStore says."""

    window: int
    declared: set[Declaration] = field(default_factory=set)
    challenges: dict[int, Challenge] = field(default_factory=dict)
    load: dict[tuple[Declaration, bytes, int], int] = field(default_factory=dict)
    ends: dict[Declaration, int] = field(default_factory=dict)
    events: list[Emitted] = field(default_factory=list)

    def challenge(
        self, declaration: Declaration, caller: bytes, block: int, time: int
    ) -> int | Reverted:
        """Ask a holder."""
        self.events = []
        holder, root = declaration.holder, declaration.root
        if caller == holder:
            return Reverted("OwnChallenge", (holder,))
        if declaration not in self.declared:
            return self._not_declared(declaration)
        deadline = time + self.window
        if deadline > self.ends.get(declaration, deadline):
            return Reverted("DeclarationOver", (holder, self.ends[declaration]))
        period = time // self.window
        if self.load.get((declaration, caller, period), 0) >= MOST_IN_A_PERIOD:
            return Reverted("ChallengedEnough", (holder, caller, (period + 1) * self.window))
        self.load[declaration, caller, period] = self.load.get((declaration, caller, period), 0) + 1
        number = len(self.challenges) + 1
        self.challenges[number] = Challenge(declaration, deadline, block, caller)
        self._emit(
            "ReplicaChallenged",
            id=number,
            holder=holder,
            challenger=caller,
            owner=declaration.owner,
            sessionId=declaration.session_id,
            firstIndex=declaration.first,
            count=declaration.count,
            replicaRoot=root,
            deadline=deadline,
        )
        return number

    def end(self, declaration: Declaration, time: int) -> Reverted | None:
        """End a declaration; its holder calls."""
        self.events = []
        if declaration not in self.declared:
            return self._not_declared(declaration)
        if declaration in self.ends:
            return Reverted("DeclarationOver", (declaration.holder, self.ends[declaration]))
        self.ends[declaration] = time + 2 * self.window
        self._emit(
            "DeclarationEnded",
            holder=declaration.holder,
            owner=declaration.owner,
            sessionId=declaration.session_id,
            firstIndex=declaration.first,
            count=declaration.count,
            replicaRoot=declaration.root,
            endsAt=time + 2 * self.window,
        )
        return None

    def draw(self, number: int, block: int) -> Reverted | None:
        """Keep the hash that decides a segment."""
        self.events = []
        if (asked := self._open(number)) is None:
            return Reverted("ChallengeNotOpen", (number,))
        if any(asked.seed):
            return Reverted("SegmentAlreadyDrawn", (number,))
        if (seed := self.seed(number, block)) is None:
            return Reverted("SegmentUnknown", (number, asked.block))
        self.challenges[number] = replace(asked, seed=seed)
        self._emit("SegmentDrawn", id=number, seed=seed)
        return None

    def seed(self, number: int, block: int) -> bytes | None:
        """Give the hash that decides, as of a block; None while or when it is not known."""
        asked = self.challenges[number]
        if any(asked.seed):
            return asked.seed
        is_known = asked.block < block <= asked.block + REACH
        return keccak256(b"block %d" % asked.block) if is_known else None

    def index(self, number: int, count: int, block: int) -> int | None:
        """Tell which segment is asked for."""
        seed = self.seed(number, block)
        if seed is None:
            return None
        return int.from_bytes(keccak256(seed + number.to_bytes(32, "big")), "big") % count

    def answer(  # noqa: PLR0911, PLR0917 - one for each refusal, in the order of the call
        self,
        number: int,
        caller: bytes,
        given: Replica,
        shown: int,
        segment: bytes,
        block: int,
        time: int,
    ) -> Reverted | None:
        """Show segment number ``shown`` of a replica, with these bytes."""
        self.events = []
        if (asked := self._open(number)) is None:
            return Reverted("ChallengeNotOpen", (number,))
        if caller != asked.declaration.holder:
            return Reverted("NotHolder", (number, caller))
        if time > asked.deadline:
            return Reverted("WindowOver", (number, asked.deadline))
        if given.declared() != asked.declaration.root:
            return Reverted("OtherReplica", (given.declared(), asked.declaration.root))
        if len(segment) != SEGMENT_BYTES:
            return Reverted("NotASegment", (len(segment),))
        index = self.index(number, len(given.segments), block)
        if index is None:
            return Reverted("SegmentUnknown", (number, asked.block))
        if shown != index or segment != given.segments[index]:
            return Reverted("WrongSegment", (number, index))
        self._end(number, ANSWERED)
        self._emit("ChallengeAnswered", id=number, holder=caller, segment=index)
        return None

    def unanswered(self, number: int, block: int, time: int) -> Reverted | None:
        """Record that the window is over."""
        self.events = []
        if (asked := self._open(number)) is None:
            return Reverted("ChallengeNotOpen", (number,))
        if time <= asked.deadline:
            return Reverted("WindowRunning", (number, asked.deadline))
        is_missed = self.seed(number, block) is not None
        self._end(number, MISSED if is_missed else LAPSED)
        name = "ChallengeMissed" if is_missed else "ChallengeLapsed"
        self._emit(name, id=number, holder=asked.declaration.holder)
        return None

    def tally(self, holder: bytes, challenger: bytes | None = None) -> tuple[int, int, int, int]:
        """Count a holder's challenges, by all or by one: how many, answered, missed, lapsed."""
        states = [
            each.state
            for each in self.challenges.values()
            if each.declaration.holder == holder and challenger in {None, each.challenger}
        ]
        return len(states), *(states.count(state) for state in (ANSWERED, MISSED, LAPSED))  # type: ignore[return-value]

    @staticmethod
    def _not_declared(asked: Declaration) -> Reverted:
        named = asked.owner, asked.session_id, asked.holder, asked.root
        return Reverted("NotDeclared", named)

    def _open(self, number: int) -> Challenge | None:
        asked = self.challenges.get(number)
        return asked if asked is not None and asked.state == OPEN else None

    def _end(self, number: int, state: int) -> None:
        self.challenges[number] = replace(self.challenges[number], state=state)

    def _emit(self, event: str, **values: object) -> None:
        self.events = [Emitted(_NAME, event, values)]
