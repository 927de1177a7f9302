"""Runs compiled contracts on py-evm inside the test's own process, a transaction at a time.

A transaction is a block of its own: number and time rise, ``blockhash`` and ``prevrandao`` are keccak256 of a number.
Gas costs nothing. Contracts are the artifacts of core/chain/artifacts, whose ABI decodes what comes back.
Values: an address is 20 bytes, a struct a tuple, an array a list or tuple going in and a tuple coming out.

    evm = Evm()
    token = evm.deploy("LucidToken", minter.address)
    assert evm.call(token, "mint", ALICE, 5) == Reverted("NotMinter", (evm.sender,))
    evm.call(token, "mint", ALICE, 5, sender=minter, time=NOW)
    assert evm.events == [Emitted("LucidToken", "Transfer", {"from": NOBODY, "to": ALICE, "value": 5})]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from eth.abc import ComputationAPI
from eth.constants import BLANK_ROOT_HASH, CREATE_CONTRACT_ADDRESS
from eth.db.atomic import AtomicDB
from eth.exceptions import Revert
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.cancun.state import CancunState
from eth.vm.forks.cancun.transactions import CancunTransactionBuilder
from eth.vm.spoof import SpoofTransaction
from eth_keys import keys
from eth_typing import Address, BlockNumber, Hash32

from core.chain.encoding import created_address, keccak256
from tests.contracts.abi import Artifact, Emitted, Reverted, Value

CHAIN_ID = 31337
START_UTC_S = 1_793_000_000  # 2026-10-26: the moment that the Solidity tests begin at, too
NOBODY = bytes(20)
_GAS = 30_000_000  # a block's worth
_REACH = 256  # how many block hashes a contract can look back


class Halted(AssertionError):
    """A call ended without a revert: out of gas, a bad opcode. No contract of ours may do that."""


@dataclass(frozen=True)
class Account:
    """A key pair that is the same on every run. ``address`` is 20 bytes."""

    secret: bytes = field(repr=False)

    @property
    def address(self) -> bytes:
        """The account's address."""
        return keys.PrivateKey(self.secret).public_key.to_canonical_address()

    def sign(self, digest: bytes) -> bytes:
        """Sign 32 bytes: r, s and v, where v is 27 or 28, as ecrecover takes it."""
        signature = keys.PrivateKey(self.secret).sign_msg_hash(digest).to_bytes()
        return signature[:64] + bytes([27 + signature[64]])


def accounts(count: int, name: str = "account") -> list[Account]:
    """Make accounts, by ascending address: the order in which signatures must stand."""
    made = (Account(keccak256(f"{name} {number}".encode())) for number in range(count))
    return sorted(made, key=lambda each: each.address)


def typed_digest(
    contract: Deployed,
    types: dict[str, list[tuple[str, str]]],
    message: dict[str, Any],
    *,
    name: str = "Lucid",
    version: str = "1",
    chain_id: int = CHAIN_ID,
) -> bytes:
    """Hash a message as EIP-712 says, for ``contract`` as the verifying one.

    ``types`` has each struct's fields as (type, name); the first struct is the message's.
    """
    from eth_account.messages import encode_typed_data

    document = {
        "domain": {
            "name": name,
            "version": version,
            "chainId": chain_id,
            "verifyingContract": f"0x{contract.address.hex()}",
        },
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            **{
                struct: [{"name": each, "type": kind} for kind, each in fields]
                for struct, fields in types.items()
            },
        },
        "primaryType": next(iter(types)),
        "message": message,
    }
    signable = encode_typed_data(full_message=document)
    return keccak256(b"\x19" + signable.version + signable.header + signable.body)


@dataclass(frozen=True)
class Deployed:
    """A contract at an address."""

    artifact: Artifact
    address: bytes

    @property
    def name(self) -> str:
        """The contract's name."""
        return self.artifact.name


@dataclass(frozen=True)
class Log:
    """A log as it stands in a receipt."""

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Snapshot:
    """A moment of a chain that can be gone back to, as often as wanted."""

    state_root: bytes
    number: int
    time: int
    deployed: tuple[Deployed, ...]


class Evm:
    """A chain in memory. ``time`` is in seconds UTC and never falls; ``events`` and ``gas`` are of the last call."""

    def __init__(self, *, time: int = START_UTC_S) -> None:
        self.time = time
        self.number = 1
        self.sender = accounts(1, "deployer")[0].address
        self.events: list[Emitted] = []
        self.logs: list[Log] = []  # the events as they stand in the receipt
        self.gas = 0
        self._deployed: dict[bytes, Deployed] = {}
        self._database = AtomicDB()
        self._state = self._open(BLANK_ROOT_HASH)

    def deploy(
        self, of: str | Artifact, *arguments: Value, sender: bytes | Account | None = None
    ) -> Deployed | Reverted:
        """Deploy an artifact, given or of core/chain/artifacts; ``evm.sender`` does if nobody is named."""
        artifact = Artifact.load(of) if isinstance(of, str) else of
        source = self._address(sender)
        address = created_address(source, self._state.get_nonce(Address(source)))
        deployed = Deployed(artifact, address)
        self._deployed[address] = deployed
        computation = self._transact(source, None, artifact.encode_deployment(arguments))
        if computation.is_error:
            del self._deployed[address]
            return self._reverted(artifact, computation)
        return deployed

    def at(self, name: str, address: bytes) -> Deployed:
        """Name a contract that another one deployed, so that its events and errors are known."""
        self._deployed[address] = Deployed(Artifact.load(name), address)
        return self._deployed[address]

    def next_address(self, *, after: int = 0, sender: bytes | Account | None = None) -> bytes:
        """Tell the address of what the account deploys next, or ``after`` transactions later."""
        source = self._address(sender)
        return created_address(source, self._state.get_nonce(Address(source)) + after)

    def call(
        self,
        contract: Deployed,
        function: str,
        *arguments: Value,
        sender: bytes | Account | None = None,
        time: int | None = None,
        value: int = 0,
    ) -> Value:
        """Call a function and give what it returns: one value, a tuple of several, None; or Reverted.

        A function that has namesakes is named with its types: "transfer(address,uint256)". One that only reads leaves
        no trace, and may be asked at an earlier ``time``; any other call moves the clock there. Raises Halted.
        """
        entry = contract.artifact.function(function)
        data = contract.artifact.encode_call(entry, arguments)
        source = self._address(sender)
        if entry["stateMutability"] in {"view", "pure"}:
            computation = self._look(source, contract, data, self.time if time is None else time)
        else:
            self._move_clock(time)
            computation = self._transact(source, contract.address, data, value)
        if computation.is_error:
            return self._reverted(contract.artifact, computation)
        return contract.artifact.decode_result(entry, computation.output)

    def send(
        self,
        contract: Deployed,
        data: bytes,
        *,
        sender: bytes | Account | None = None,
        value: int = 0,
    ) -> bytes | Reverted:
        """Call with data of the test's own making, and give the answer's bytes."""
        computation = self._transact(self._address(sender), contract.address, data, value)
        return (
            self._reverted(contract.artifact, computation)
            if computation.is_error
            else computation.output
        )

    def give(self, address: bytes, wei: int) -> None:
        """Set an account's balance, for calls that bring Ether along."""
        self._state.set_balance(Address(address), wei)

    def storage(self, contract: Deployed, slot: int) -> int:
        """Read a storage slot."""
        return self._state.get_storage(Address(contract.address), slot)

    def code(self, contract: Deployed) -> bytes:
        """Read a contract's code."""
        return self._state.get_code(Address(contract.address))

    def snapshot(self) -> Snapshot:
        """Remember this moment."""
        self._state.persist()
        return Snapshot(
            self._state.make_state_root(), self.number, self.time, tuple(self._deployed.values())
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a moment; what happened since is forgotten."""
        self.number, self.time = snapshot.number, snapshot.time
        self._deployed = {each.address: each for each in snapshot.deployed}
        self._state = self._open(Hash32(snapshot.state_root))
        self.events, self.logs, self.gas = [], [], 0

    def trie_node(self, digest: bytes) -> bytes:
        """Read a node of the state's tries as of the last snapshot, for storage proofs."""
        return self._database[digest]

    # --- inside ----------------------------------------------------------------------------

    def _open(self, state_root: Hash32) -> CancunState:
        return CancunState(self._database, self._context(self.time), state_root)

    def _context(self, time: int) -> ExecutionContext:
        return ExecutionContext(
            coinbase=Address(NOBODY),
            timestamp=time,
            block_number=BlockNumber(self.number),
            difficulty=0,
            mix_hash=Hash32(keccak256(b"randao %d" % self.number)),
            gas_limit=_GAS,
            prev_hashes=_hashes_before(self.number),
            chain_id=CHAIN_ID,
            base_fee_per_gas=0,
            excess_blob_gas=0,
        )

    def _move_clock(self, time: int | None) -> None:
        if time is not None:
            if time < self.time:
                raise ValueError(f"a block's time cannot fall from {self.time} to {time}")
            self.time = time

    def _address(self, given: bytes | Account | None) -> bytes:
        if given is None:
            return self.sender
        return given.address if isinstance(given, Account) else given

    def _transact(
        self, sender: bytes, to: bytes | None, data: bytes, value: int = 0
    ) -> ComputationAPI:
        self.number += 1
        computation = self._apply(sender, to, data, value, self.time)
        self._state.lock_changes()
        return computation

    def _look(self, sender: bytes, contract: Deployed, data: bytes, time: int) -> ComputationAPI:
        before = self._state.snapshot()
        try:
            return self._apply(sender, contract.address, data, 0, time)
        finally:
            self._state.revert(before)

    def _apply(
        self, sender: bytes, to: bytes | None, data: bytes, value: int, time: int
    ) -> ComputationAPI:
        self._state.execution_context = self._context(time)
        unsigned = CancunTransactionBuilder.create_unsigned_transaction(
            nonce=self._state.get_nonce(Address(sender)),
            gas_price=0,
            gas=_GAS,
            to=CREATE_CONTRACT_ADDRESS if to is None else Address(to),
            value=value,
            data=data,
        )
        computation = self._state.apply_transaction(
            SpoofTransaction(unsigned, from_=Address(sender))
        )
        self.gas = _GAS - computation.get_gas_remaining()
        self.gas -= min(computation.get_gas_refund(), self.gas // 5)
        self.logs = [
            Log(address, tuple(topic.to_bytes(32, "big") for topic in topics), data)
            for address, topics, data in computation.get_log_entries()
        ]
        self.events = [
            self._deployed[each.address].artifact.decode_log(each.topics, each.data)
            for each in self.logs
        ]
        return computation

    def _reverted(self, artifact: Artifact, computation: ComputationAPI) -> Reverted:
        if not isinstance(computation.error, Revert):
            raise Halted(repr(computation.error))
        others = (each.artifact for each in self._deployed.values())
        return artifact.decode_error(computation.output, others)


def _hashes_before(number: int) -> Iterator[Hash32]:
    """Make up the hashes of the blocks below a height, from the nearest on."""
    for each in range(number - 1, max(number - 1 - _REACH, -1), -1):
        yield Hash32(keccak256(b"block %d" % each))
