"""The validators who may attest, from the specification: versions of a set, and a quorum above two thirds."""

from collections.abc import Sequence

from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.signing import Signature

MOST = 64


def require_valid(members: Sequence[bytes]) -> Reverted | None:
    """Judge members that a set is to have."""
    if not 1 <= len(members) <= MOST:
        return Reverted("ValidatorCountOutOfBounds", (len(members), MOST))
    for index, (before, member) in enumerate(zip((bytes(20), *members), members, strict=False)):
        if member <= before:
            return Reverted("ValidatorsNotAscending", (index,))
    return None


class ValidatorSetModel:
    """Sets of validators by number, from 1; the last is in force. ``events`` are those of the last call."""

    def __init__(self, timelock: bytes, first: Sequence[bytes]) -> None:
        self.timelock = timelock
        self.sets: list[tuple[bytes, ...]] = [tuple(first)]
        self.events: list[Emitted] = []

    @property
    def quorum(self) -> int:
        """How many attest: the smallest number above two thirds."""
        count = len(self.sets[-1])
        return next(n for n in range(count + 1) if 3 * n > 2 * count)

    def rotate(self, caller: bytes, members: Sequence[bytes]) -> Reverted | None:
        """Replace the set."""
        self.events = []
        if caller != self.timelock:
            return Reverted("NotTimelock", (caller,))
        if (refusal := require_valid(members)) is not None:
            return refusal
        self.sets.append(tuple(members))
        values = {"version": len(self.sets), "members": tuple(members)}
        self.events = [Emitted("ValidatorSet", "ValidatorsRotated", values)]
        return None

    def require_quorum(self, signatures: Sequence[Signature]) -> Reverted | None:
        """Judge signatures that are all over the right digest."""
        if len(signatures) < self.quorum:
            return Reverted("QuorumNotReached", (len(signatures), self.quorum))
        last = bytes(20)
        for index, each in enumerate(signatures):
            if not each.is_well_formed:
                return Reverted("SignatureMalformed", (index,))
            if each.signer <= last:
                return Reverted("SignersNotAscending", (index, each.signer))
            if each.signer not in self.sets[-1]:
                return Reverted("SignerNotValidator", (index, each.signer))
            last = each.signer
        return None
