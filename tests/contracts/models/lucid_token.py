"""LUCID, from the specification: ERC-20 and ERC-2612, a cap, one minter, and amounts at the end of each month."""

from collections import defaultdict
from dataclasses import dataclass

from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.months import month_of

LUCID = 10**18
CAP = 42_000_000_000 * LUCID
UNLIMITED = 2**256 - 1
NOBODY = bytes(20)


@dataclass(frozen=True)
class Permit:
    """What an owner signed, and who did sign it."""

    owner: bytes
    spender: bytes
    value: int
    nonce: int
    deadline: int
    signer: bytes


class LucidTokenModel:
    """Balances by account, and the whole of them at the end of each month that passed. ``events``: the last call's."""

    def __init__(self, minter: bytes, now: int) -> None:
        self.minter = minter
        self.balances: dict[bytes, int] = defaultdict(int)
        self.allowances: dict[tuple[bytes, bytes], int] = defaultdict(int)
        self.nonces: dict[bytes, int] = defaultdict(int)
        self.month = month_of(now)
        self.ended: dict[int, dict[bytes, int]] = {}
        self.events: list[Emitted] = []

    @property
    def supply(self) -> int:
        """Everything that anybody has."""
        return sum(self.balances.values())

    def pass_time(self, now: int) -> None:
        """Let months end, each with what everybody has then."""
        while self.month < month_of(now):
            self.ended[self.month] = dict(self.balances)
            self.month += 1

    def mint(self, caller: bytes, account: bytes, amount: int) -> Reverted | None:
        """Make new base units."""
        self.events = []
        if caller != self.minter:
            return Reverted("NotMinter", (caller,))
        if amount > CAP - self.supply:
            return Reverted("CapExceeded", (CAP - self.supply, amount))
        if account == NOBODY:
            return Reverted("ERC20InvalidReceiver", (NOBODY,))
        self.balances[account] += amount
        self._tell("Transfer", {"from": NOBODY, "to": account, "value": amount})
        return None

    def transfer(self, caller: bytes, to: bytes, amount: int) -> Reverted | bool:
        """Move the caller's own."""
        self.events = []
        return self._move(caller, to, amount)

    def approve(self, caller: bytes, spender: bytes, amount: int) -> Reverted | bool:
        """Set an allowance."""
        self.events = []
        if spender == NOBODY:
            return Reverted("ERC20InvalidSpender", (NOBODY,))
        self.allowances[caller, spender] = amount
        self._tell("Approval", {"owner": caller, "spender": spender, "value": amount})
        return True

    def transfer_from(self, caller: bytes, owner: bytes, to: bytes, amount: int) -> Reverted | bool:
        """Move another's, within an allowance; the largest one is never used up."""
        self.events = []
        allowed = self.allowances[owner, caller]
        if amount > allowed:
            return Reverted("ERC20InsufficientAllowance", (caller, allowed, amount))
        answer = self._move(owner, to, amount)
        if answer is True and allowed != UNLIMITED:
            self.allowances[owner, caller] -= amount
        return answer

    def permit(self, permit: Permit, now: int) -> Reverted | None:
        """Set an allowance by the owner's signature."""
        self.events = []
        if now > permit.deadline:
            return Reverted("ERC2612ExpiredSignature", (permit.deadline,))
        if permit.nonce != self.nonces[permit.owner] or permit.signer != permit.owner:
            return Reverted("ERC2612InvalidSigner")  # with whoever seems to have signed
        answer = self.approve(permit.owner, permit.spender, permit.value)
        if isinstance(answer, Reverted):
            return answer
        self.nonces[permit.owner] += 1
        return None

    def balance_at_month(self, account: bytes, month: int) -> Reverted | int:
        """Tell what an account had at a month's end."""
        if month >= self.month:
            return Reverted("MonthNotOver", (month, self.month))
        return self.ended.get(month, {}).get(account, 0)

    def supply_at_month(self, month: int) -> Reverted | int:
        """Tell what there was at a month's end."""
        if month >= self.month:
            return Reverted("MonthNotOver", (month, self.month))
        return sum(self.ended.get(month, {}).values())

    def _move(self, owner: bytes, to: bytes, amount: int) -> Reverted | bool:
        if to == NOBODY:
            return Reverted("ERC20InvalidReceiver", (NOBODY,))
        if amount > self.balances[owner]:
            return Reverted("ERC20InsufficientBalance", (owner, self.balances[owner], amount))
        self.balances[owner] -= amount
        self.balances[to] += amount
        self._tell("Transfer", {"from": owner, "to": to, "value": amount})
        return True

    def _tell(self, name: str, values: dict[str, bytes | int]) -> None:
        self.events.append(Emitted("LucidToken", name, values))
