"""The chain client: anchors on whatever node the endpoint leads to, by standard JSON-RPC."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from core.chain.batches import Batches
from core.chain.connection import NodeConnection, NodeRefusal
from core.chain.deployment import Deployment
from core.chain.encoding import keccak256
from core.chain.fees import FeeBounds, Fees, current_fees, gas_limit, outbidding
from core.chain.protocol import (
    ANCHORS,
    BATCHES,
    DEPLOY,
    AnchorCall,
    ChainHead,
    Contracts,
    ReceiptMaterial,
    SessionRecord,
    SignedTransaction,
    TransactionReceipt,
)
from core.chain.receipts import collect_material, header_rlp, require_proven
from core.chain.refusals import error_name, refusal
from core.chain.session_logs import read_session
from core.chain.signing import Signer, chain_id_of, read_transaction
from core.chain.verdicts import Verdict, is_not_indexed, judge
from core.errors import Bug, ChainDifferent, ChainRejected, ChainUnreachable, NonceUsed

_REVERTED = "reverted"


class Web3AnchorChain:
    """An AnchorChain over web3.py; for one thread.

    Without a private key it only reads. ``deployment_path`` is where the contracts' addresses are written down.
    ``anchors`` names the only LucidAnchors that will do, whoever deployed it.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        private_key: bytes | None = None,
        deployment_path: Path | None = None,
        anchors: bytes | None = None,
        fee_bounds: FeeBounds | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self._connection = NodeConnection(endpoint, timeout_s)
        self._signer = None if private_key is None else Signer(private_key)
        account = None if self._signer is None else self._signer.address
        self._deployment = Deployment(deployment_path, self._connection, account, anchors)
        self.batches = Batches(self._connection, self.contracts, account, deployment_path)
        self._fee_bounds = fee_bounds or FeeBounds()
        self._fees: Fees | None = None
        self._chain_id: int | None = None

    @property
    def account(self) -> bytes:
        """The address of the account that signs."""
        return self._own_signer().address

    def _own_signer(self) -> Signer:
        if self._signer is None:
            raise Bug("this client has no key")
        return self._signer

    def status(self) -> ChainHead:
        """Read the newest block. Raises ChainUnreachable."""
        self._chain_id = int(self._connection.read("eth_chainId"), 16)
        block = self._connection.read("eth_getBlockByNumber", "latest", False)  # noqa: FBT003 - positional in JSON-RPC
        return ChainHead(
            chain_id=self._chain_id,
            number=int(block["number"], 16),
            hash=_bytes(block["hash"]),
            time_utc_s=int(block["timestamp"], 16),
        )

    def chain_id(self) -> int:
        """Give the chain's ID, asked for once. Raises ChainUnreachable."""
        if self._chain_id is None:
            self._chain_id = int(self._connection.read("eth_chainId"), 16)
        return self._chain_id

    def block_hash(self, number: int) -> bytes | None:
        """Give the hash of the block at a height, for whoever checks a header against a live node."""
        block = self._connection.read("eth_getBlockByNumber", hex(number), False)  # noqa: FBT003 - positional in JSON-RPC
        return None if block is None else _bytes(block["hash"])

    # --- sending ---------------------------------------------------------------------------

    def next_nonce(self) -> int:
        """Count the account's transactions, those that wait included, and refresh the fees."""
        self._fees = current_fees(self._connection, self._fee_bounds)
        count = self._connection.read(
            "eth_getTransactionCount", f"0x{self.account.hex()}", "pending"
        )
        return int(count, 16)

    def sign(self, call: AnchorCall, nonce: int) -> SignedTransaction:
        """Sign a call at the fees that ``next_nonce`` found; nothing is sent.

        Asks the node only for what it was never asked: chain ID, fees, contracts. Raises ChainUnreachable.
        """
        if self._fees is None:
            self._fees = current_fees(self._connection, self._fee_bounds)
        contract = self._deployment.contract(call.contract)
        data = contract.encode_call(call.function, call.arguments)
        return self._own_signer().sign(
            chain_id=self.chain_id(),
            nonce=nonce,
            to=self._address_of(call),
            data=data,
            gas=gas_limit(call, data),
            fees=self._fees,
        )

    def _address_of(self, call: AnchorCall) -> bytes | None:
        if call.function == DEPLOY:
            return None
        if call.contract == BATCHES:
            if (address := self.batches.address()) is None:
                raise ChainUnreachable(reason=f"{BATCHES} is not deployed yet")
            return address
        contracts = self._own_contracts()
        if call.contract == ANCHORS:
            return contracts.anchors
        if contracts.chunk_store is None:
            raise ChainUnreachable(reason=f"{call.contract} is not deployed yet")
        return contracts.chunk_store

    def outbid(self, raw: bytes) -> SignedTransaction | None:
        """Sign the same call with the same nonce again, for an eighth more; None when that were above the bounds."""
        said = read_transaction(raw)
        fees = outbidding(said.fees, self._fee_bounds)
        if fees is None:
            return None
        return self._own_signer().sign(
            chain_id=said.chain_id,
            nonce=said.nonce,
            to=said.to,
            data=said.data,
            gas=said.gas,
            fees=fees,
        )

    def check(self, call: AnchorCall) -> None:
        """Ask whether the chain would take this call now.

        Raises ContractRefused when it would not, ChainRejected when the node gives words alone, and ChainUnreachable.
        """
        contract = self._deployment.contract(call.contract)
        asked: dict[str, object] = {
            "from": f"0x{self.account.hex()}",
            "data": f"0x{contract.encode_call(call.function, call.arguments).hex()}",
        }
        to = self._address_of(call)
        if to is not None:
            asked["to"] = f"0x{to.hex()}"
        try:
            self._connection.ask("eth_call", asked, "latest")
        except NodeRefusal as error:
            if error.data:
                raise refusal(error.data, call.contract) from error
            raise ChainRejected(reason=error.message or _REVERTED) from error

    def submit(self, raw: bytes) -> None:
        """Hand a transaction to the node; one that it has already is fine.

        Raises NonceUsed, ChainRejected, ChainDifferent, ChainUnreachable; see AnchorChain.
        """
        try:
            self._connection.ask("eth_sendRawTransaction", f"0x{raw.hex()}")
        except NodeRefusal as error:
            self._judge(error, raw)

    def _judge(self, error: NodeRefusal, raw: bytes) -> None:
        verdict = judge(error)
        if verdict is Verdict.KNOWN:
            return
        if verdict is Verdict.NONCE_USED:
            if self._is_known(keccak256(raw)):
                return
            raise NonceUsed(reason=error.message) from error
        if verdict is Verdict.NEVER_VALID:
            self._require_chain_of(raw)
            raise ChainRejected(reason=error.message) from error
        raise ChainUnreachable(reason=error.message) from error

    def _require_chain_of(self, raw: bytes) -> None:
        """Raise ChainDifferent when a transaction was refused because the node is on another chain by now."""
        found = int(self._connection.read("eth_chainId"), 16)
        expected = chain_id_of(raw)
        if expected is not None and expected != found:
            raise ChainDifferent(expected=expected, found=found)

    def _is_known(self, transaction_hash: bytes) -> bool:
        found = self._connection.read("eth_getTransactionByHash", f"0x{transaction_hash.hex()}")
        return found is not None

    # --- reading ---------------------------------------------------------------------------

    def receipt(self, hash: bytes) -> TransactionReceipt | None:
        """Ask for the chain's word on a transaction; None while there is none.

        Raises ChainUnreachable, and AnchorMismatch when it is not what the block's header commits to.
        """
        found = self._found_receipt(hash)
        if found is None or found.get("blockHash") is None:
            return None
        block = self._connection.read("eth_getBlockByHash", found["blockHash"], False)  # noqa: FBT003 - positional in JSON-RPC
        if block is None:
            return None
        require_proven(self._connection, block, found)
        is_success = int(found["status"], 16) == 1
        created = found.get("contractAddress")
        return TransactionReceipt(
            hash=hash,
            is_success=is_success,
            block_number=int(found["blockNumber"], 16),
            block_hash=_bytes(found["blockHash"]),
            block_time_utc_s=int(block["timestamp"], 16),
            transaction_index=int(found["transactionIndex"], 16),
            contract_address=None if created is None else _bytes(created),
            revert_reason=None if is_success else self._revert_reason(hash, found),
        )

    def _found_receipt(self, hash: bytes) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] | None = self._connection.ask(
                "eth_getTransactionReceipt", f"0x{hash.hex()}"
            )
        except NodeRefusal as error:
            if is_not_indexed(error):
                return None
            raise ChainUnreachable(reason=f"eth_getTransactionReceipt: {error.message}") from error
        return found

    def _revert_reason(self, hash: bytes, receipt: dict[str, Any]) -> str:
        """Run a failed transaction again near where it failed, since receipts do not say why.

        The state inside its block is not to be had. After the block comes first, since what fails mostly does
        because of what the same account did right before; before the block is tried when it passes there.
        """
        transaction = self._connection.read("eth_getTransactionByHash", f"0x{hash.hex()}")
        if transaction is None:
            return _REVERTED
        names = {"from": "from", "to": "to", "gas": "gas", "value": "value", "input": "data"}
        asked = {
            name: transaction[given]
            for given, name in names.items()
            if transaction.get(given) is not None
        }
        number = int(receipt["blockNumber"], 16)
        for tag in (hex(number), hex(number - 1)):
            try:
                self._connection.ask("eth_call", asked, tag)
            except NodeRefusal as error:
                return self._error_name(error)
        return _REVERTED

    @staticmethod
    def _error_name(error: NodeRefusal) -> str:
        """Name the custom error that came with a refusal, of whichever contract; else its words."""
        return error_name(error.data) or error.message or _REVERTED

    def session_record(self, session_id: UUID) -> SessionRecord:
        """Read what the chain knows of a session. Raises ChainUnreachable, AnchorMismatch."""
        return read_session(
            self._connection, self._deployment.anchors, self._own_contracts(), session_id
        )

    def receipt_material(self, hash: bytes, contract: bytes | None = None) -> ReceiptMaterial:
        """Collect what a proof of a transaction's receipt is made of; of LucidAnchors unless a contract is given.

        Raises AnchorMissing, AnchorMismatch, ChainUnreachable.
        """
        if contract is None:
            contract = self._own_contracts().anchors
        return collect_material(self._connection, self.chain_id(), contract, hash)

    # --- contracts -------------------------------------------------------------------------

    def header(self, number: int) -> bytes | None:
        """Give the RLP of the header of the block at a height; None when there is no such block yet."""
        block = self._connection.read("eth_getBlockByNumber", hex(number), False)  # noqa: FBT003 - positional in JSON-RPC
        return None if block is None else header_rlp(block)

    def deploy_calls(self, nonce: int) -> tuple[AnchorCall, AnchorCall]:
        """Plan the deployment of both contracts, to be signed with ``nonce`` and ``nonce + 1``."""
        return self._deployment.calls(nonce)

    def contracts(self) -> Contracts | None:
        """Tell where the contracts are; None until they are deployed.

        Raises ChainUnreachable, and AnchorMismatch when other code is where they should be.
        """
        return self._deployment.find(self.chain_id())

    def adopt_contracts(
        self, anchors: bytes, chunk_store: bytes | None, first_block: int
    ) -> Contracts:
        """Check the code at these addresses and remember them. Raises AnchorMismatch, ChainUnreachable."""
        return self._deployment.adopt(self.chain_id(), anchors, chunk_store, first_block)

    def _own_contracts(self) -> Contracts:
        contracts = self.contracts()
        if contracts is None:
            raise ChainUnreachable(reason="the contracts are not deployed yet")
        return contracts

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        self._connection.close()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
