"""Deploys a network step by step; each step is written down, sent, waited for and verified before the next.

Nothing waits in here: ``advance`` does what can be done now. Whoever dies in between goes on with the journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.chain.clients import lucid_timelock
from core.chain.encoding import created_address, keccak256
from core.chain.network.journal import Journal, Sent
from core.chain.network.node import NetworkNode, Transaction
from core.chain.network.parts import NAMES, PARTS, Place, creation_of, part_of, runtime_of
from core.chain.network.terms import Terms
from core.chain.one_transaction import Keep, OneTransaction
from core.chain.protocol import TransactionReceipt
from core.errors import AnchorMismatch, ChainRejected

ADMIN_ROLE = bytes(32)
PROPOSER_ROLE = keccak256(b"PROPOSER_ROLE")
CANCELLER_ROLE = keccak256(b"CANCELLER_ROLE")
EXECUTOR_ROLE = keccak256(b"EXECUTOR_ROLE")
CALLS = ("proposer to the governor", "canceller to the governor", "admin renounced")
STEPS = (*NAMES, *CALLS)

_TOKEN, _REWARDS, _GOVERNOR, _TIMELOCK = (
    "LucidToken",
    "LucidRewards",
    "LucidGovernor",
    "LucidTimelock",
)
_CALL_GAS = 200_000
_TRANSACTION_GAS = 53_000
_DATA_BYTE_GAS = 40  # the floor of EIP-7623
_CODE_BYTE_GAS = 220  # 200 by EIP-170, and the constructor's copying


class Deployer:
    """One deployment on one node."""

    def __init__(self, node: NetworkNode, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self._going: dict[str, OneTransaction] = {}

    @property
    def terms(self) -> Terms:
        """What the network begins with."""
        return self._journal.beginning.terms

    @property
    def is_waiting(self) -> bool:
        """Whether nothing can be done before there is another block: each step waits for the one before."""
        return True

    def addresses(self) -> dict[str, bytes]:
        """Give where the parts are, as far as they are signed; "deployer" among them."""
        found = {"deployer": self._journal.beginning.account}
        for name in NAMES:
            sent = self._journal.step(name)
            if sent is not None and sent.address is not None:
                found[name] = sent.address
        token = self._journal.step(_TOKEN)
        if token is not None:
            found.setdefault(_REWARDS, self._created(token.nonce + 1))
        return found

    def adopt(self, name: str, address: bytes, block: int) -> None:
        """Take a contract that is there already, if its code is right, instead of deploying it."""
        if self._journal.step(name) is None and self._is_right(name, address):
            self._journal.put(name, Sent(0, (), address, block))

    def first_block(self) -> int:
        """Give the block before which there is nothing of the network."""
        steps = [self._journal.step(name) for name in STEPS]
        return min(sent.block for sent in steps if sent is not None and sent.block is not None)

    def done(self) -> int:
        """Count the steps that are done."""
        return sum(1 for name in STEPS if self._is_done(name))

    def gas_left(self) -> int:
        """Bound the gas of what is not done yet."""
        return _gas_of(self.terms, [name for name in STEPS if not self._is_done(name)])

    def advance(self) -> bool:
        """Do what can be done now; True when everything is done and still there.

        Raises ChainUnreachable, BalanceTooLow, ChainRejected when the chain refuses a step, AnchorMismatch when other
        code is where a contract was deployed.
        """
        for name in STEPS:
            if not self._is_done(name) and not self._go_on(name):
                return False
        return self._is_all_there()

    def _is_done(self, name: str) -> bool:
        sent = self._journal.step(name)
        return sent is not None and sent.is_done

    def _go_on(self, name: str) -> bool:
        """Take a step further; True when it is done."""
        sent = self._journal.step(name)
        if sent is None:
            self._sign(name)
            return False
        going = self._going.get(name)
        if going is None:
            at = self._transaction(name, sent.nonce)
            keep = self._keeping(name, sent.nonce, sent.address)
            going = OneTransaction(self._node, at, sent.nonce, sent.raw, keep)
            self._going[name] = going
        if (receipt := going.look()) is not None:
            self._finish(name, sent, receipt)
            return True
        self._drop_if_lost(name, sent.address, going)
        return False

    def _sign(self, name: str) -> None:
        nonce = self._node.next_nonce()
        token = self._journal.step(_TOKEN)
        if name == _REWARDS and token is not None and nonce != token.nonce + 1:
            self._drop(_TOKEN)  # its minter would be somebody else's contract
            return
        address = self._created(nonce) if name in NAMES else None
        keep = self._keeping(name, nonce, address)
        going = OneTransaction.begin(self._node, self._transaction(name, nonce), nonce, keep)
        self._going[name] = going
        going.submit()
        self._drop_if_lost(name, address, going)

    def _keeping(self, name: str, nonce: int, address: bytes | None) -> Keep:
        """Write down what is signed for a step before it is sent."""
        return lambda raw: self._journal.put(name, Sent(nonce, tuple(raw), address))

    def _drop_if_lost(self, name: str, address: bytes | None, going: OneTransaction) -> None:
        """Have a step signed anew whose nonce another transaction of this account took."""
        if not going.is_lost:
            return
        if address is not None and self._node.code(address):
            return  # it is, and only its receipt is late
        self._drop(name)

    def _drop(self, name: str) -> None:
        self._going.pop(name, None)
        self._journal.drop(name)

    def _finish(self, name: str, sent: Sent, receipt: TransactionReceipt) -> None:
        self._going.pop(name, None)
        if not receipt.is_success:
            self._journal.drop(name)
            raise ChainRejected(reason=f"{name}: {receipt.revert_reason}")
        if sent.address is not None and not self._is_right(name, sent.address):
            raise AnchorMismatch(field=f"code of {name}")
        done = replace(sent, block=receipt.block_number, transaction=receipt.hash)
        self._journal.put(name, done)

    def _is_all_there(self) -> bool:
        """Look at every step once more: blocks may have been left while the later ones were made."""
        is_there = True
        for name in STEPS:
            sent = self._journal.step(name)
            if sent is None or (
                sent.raw and all(self._node.receipt(raw) is None for raw in sent.raw)
            ):
                if sent is not None:
                    self._journal.put(name, replace(sent, block=None, transaction=None))
                is_there = False
        return is_there

    def _is_right(self, name: str, address: bytes) -> bool:
        at = self.addresses() | {name: address}
        place = Place(address, self._journal.beginning.chain_id)
        return self._node.code(address) == runtime_of(part_of(name), at, self.terms, place)

    def _transaction(self, name: str, nonce: int) -> Transaction:
        at = self.addresses()
        if name in NAMES:
            if name == _TOKEN:
                at[_REWARDS] = self._created(nonce + 1)
            data = creation_of(part_of(name), at, self.terms)
            return Transaction(None, data, creation_gas(name, len(data)))
        governor, deployer = at[_GOVERNOR], at["deployer"]
        data = {
            CALLS[0]: lucid_timelock.grant_role(PROPOSER_ROLE, governor),
            CALLS[1]: lucid_timelock.grant_role(CANCELLER_ROLE, governor),
            CALLS[2]: lucid_timelock.renounce_role(ADMIN_ROLE, deployer),
        }[name].data
        return Transaction(at[_TIMELOCK], data, _CALL_GAS)

    def _created(self, nonce: int) -> bytes:
        return created_address(self._journal.beginning.account, nonce)


def creation_gas(name: str, data_bytes: int) -> int:
    """Bound the gas of a deployment by its size and by what its constructor writes."""
    by_size = (_DATA_BYTE_GAS + _CODE_BYTE_GAS) * data_bytes
    return _TRANSACTION_GAS + by_size + part_of(name).storage_gas


def gas_of_all(terms: Terms) -> int:
    """Bound the gas of a whole deployment."""
    return _gas_of(terms, STEPS)


def _gas_of(terms: Terms, steps: Sequence[str]) -> int:
    nowhere = dict.fromkeys(("deployer", *NAMES), bytes(20))
    sizes = {part.name: len(creation_of(part, nowhere, terms)) for part in PARTS}
    return sum(creation_gas(name, sizes[name]) if name in sizes else _CALL_GAS for name in steps)
