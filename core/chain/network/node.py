"""A node as a deployment uses it: what is signed, sent, and read back. For one thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.chain.client import Web3AnchorChain
from core.chain.connection import NodeConnection
from core.chain.encoding import keccak256
from core.chain.fees import FeeBounds, Fees, current_fees
from core.chain.log_ranges import read_logs
from core.chain.protocol import Contracts, SignedTransaction, TransactionReceipt
from core.chain.reading import ContractReader, read_hex
from core.chain.signing import Signer, read_transaction
from core.errors import BalanceTooLow, ChainNotMeant, ChainUnreachable, DeploymentElsewhere

_BUMP_PERCENT = 25  # nodes take another transaction of the same nonce from 10 % on
_WEI = 10**18


@dataclass(frozen=True)
class Transaction:
    """What is to be signed; ``to`` is None for a deployment."""

    to: bytes | None
    data: bytes
    gas: int


class NetworkNode:
    """One account on one node; raises ChainUnreachable while the node does not answer."""

    def __init__(self, endpoint: str, private_key: bytes | None) -> None:
        self._endpoint = endpoint
        self._connection = NodeConnection(endpoint)
        self._chain = Web3AnchorChain(endpoint, private_key=private_key)
        self._signer = None if private_key is None else Signer(private_key)
        self.reader = ContractReader(self._connection)

    @property
    def account(self) -> bytes:
        """The address of the account."""
        return self._chain.account

    def chain_id(self) -> int:
        """Give the chain's ID."""
        return self._chain.chain_id()

    def require_chain(self, expected: int | None) -> int:
        """Give the chain's ID. Raises ChainNotMeant when another one was expected."""
        found = self.chain_id()
        if expected is not None and found != expected:
            raise ChainNotMeant(expected=expected, found=found)
        return found

    def genesis(self) -> bytes:
        """Give the hash of the chain's first block, which tells chains of one ID apart."""
        genesis = self._chain.block_hash(0)
        if genesis is None:
            raise ChainUnreachable(reason="it has no first block")
        return genesis

    def require_genesis(self, chain_id: int, genesis: bytes) -> None:
        """Raise DeploymentElsewhere unless this is the chain that a deployment is on."""
        there = self.chain_id(), self.genesis()
        if there != (chain_id, genesis):
            raise DeploymentElsewhere(
                expected=_chain_name(chain_id, genesis), found=_chain_name(*there)
            )

    def head(self) -> int:
        """Give the number of the newest block."""
        return self._chain.status().number

    def head_time(self) -> int:
        """Give the time of the newest block, in seconds UTC."""
        return self._chain.status().time_utc_s

    def balance(self) -> int:
        """Give the account's balance, in wei."""
        return int(self._connection.read("eth_getBalance", f"0x{self.account.hex()}", "latest"), 16)

    def require_balance(self, raw: bytes) -> None:
        """Raise BalanceTooLow unless the account can pay for a signed transaction."""
        said = read_transaction(raw)
        require_wei(self, cost_of(said.gas, said.fees))

    def fees(self) -> Fees:
        """Ask what a transaction costs now."""
        return current_fees(self._connection, FeeBounds())

    def next_nonce(self) -> int:
        """Count the account's transactions, those that wait included."""
        return self._chain.next_nonce()

    def mined_count(self) -> int:
        """Count the account's transactions that are in blocks."""
        found = self._connection.read(
            "eth_getTransactionCount", f"0x{self.account.hex()}", "latest"
        )
        return int(found, 16)

    def sign(self, transaction: Transaction, nonce: int, bumps: int = 0) -> SignedTransaction:
        """Sign at the fees of now, raised so many times; bounded by what is ever offered."""
        assert self._signer is not None  # noqa: S101 - only an account deploys
        fees, most = self.fees(), FeeBounds()
        factor = (100 + _BUMP_PERCENT) ** bumps
        divisor = 100**bumps
        return self._signer.sign(
            chain_id=self.chain_id(),
            nonce=nonce,
            to=transaction.to,
            data=transaction.data,
            gas=transaction.gas,
            fees=Fees(
                min(fees.max_fee_per_gas * factor // divisor, most.max_fee_per_gas),
                min(
                    fees.max_priority_fee_per_gas * factor // divisor,
                    most.max_priority_fee_per_gas,
                ),
            ),
        )

    def submit(self, raw: bytes) -> None:
        """Hand a transaction to the node; see AnchorChain.submit."""
        self._chain.submit(raw)

    def receipt(self, raw: bytes) -> TransactionReceipt | None:
        """Ask for the chain's word on a transaction."""
        return self._chain.receipt(keccak256(raw))

    def code(self, address: bytes) -> bytes:
        """Read the code at an address."""
        return read_hex(self._connection.read("eth_getCode", f"0x{address.hex()}", "latest"))

    def logs(self, address: bytes, first_block: int, last_block: int) -> list[dict[str, object]]:
        """Read all logs of a contract in a range of blocks."""
        asked = {"address": f"0x{address.hex()}"}
        logs = read_logs(self._connection, asked, first_block, last_block)
        return [log for log in logs if str(log["address"]).lower() == asked["address"]]

    def own_contracts(self) -> Contracts | None:
        """Find the contracts that this account deployed for its own sessions."""
        return self._chain.contracts()

    def remember(self, path: Path, contracts: Contracts, batches: bytes) -> None:
        """Write down what sessions are to be anchored in, after a look at the code there. Raises AnchorMismatch."""
        client = Web3AnchorChain(self._endpoint, deployment_path=path)
        try:
            client.adopt_contracts(contracts.anchors, contracts.chunk_store, contracts.first_block)
            client.batches.adopt(batches, contracts.first_block)
        finally:
            client.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()
        self._chain.close()


def cost_of(gas: int, fees: Fees) -> int:
    """Bound what gas costs, in wei."""
    return gas * fees.max_fee_per_gas


def require_wei(node: NetworkNode, needed: int) -> None:
    """Raise BalanceTooLow unless the node's account has that much."""
    balance = node.balance()
    if balance < needed:
        raise BalanceTooLow(
            account=f"0x{node.account.hex()}", needed=needed / _WEI, balance=balance / _WEI
        )


def _chain_name(chain_id: int, genesis: bytes) -> str:
    return f"{chain_id} (first block {genesis.hex()[:8]})"
