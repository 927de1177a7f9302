"""Calls that change nothing: what a function returns, and how much gas a transaction needs."""

from __future__ import annotations

from dataclasses import dataclass

from eth.abc import BlockHeaderAPI, ComputationAPI, SignedTransactionAPI
from eth.constants import CREATE_CONTRACT_ADDRESS, ZERO_ADDRESS
from eth.exceptions import Revert
from eth.vm.forks.cancun.transactions import CancunTransactionBuilder
from eth.vm.spoof import SpoofTransaction
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_typing import Address
from eth_utils.exceptions import ValidationError

from core.chain.node.hexadecimal import data
from core.chain.node.ledger import Ledger
from core.chain.node.pool import TRANSACTION_GAS_CAP
from core.chain.node.rpc_errors import REVERTED, RpcError, refused

_ERROR_SELECTOR = bytes.fromhex("08c379a0")  # Error(string), what require() and revert("…") give
_TOLERANCE = 100  # gas; an estimate this close above the least is good enough


@dataclass(frozen=True)
class Call:
    """A transaction without a signature; ``to`` is None for a deployment."""

    sender: bytes = ZERO_ADDRESS
    to: bytes | None = None
    gas: int = TRANSACTION_GAS_CAP
    value: int = 0
    payload: bytes = b""


def execute(ledger: Ledger, header: BlockHeaderAPI, call: Call) -> bytes:
    """Run a call on the state after a block and give what it returns. Raises RpcError."""
    computation = _compute(ledger, header, call)
    _raise_failed(computation)
    return computation.output


def estimate_gas(ledger: Ledger, header: BlockHeaderAPI, call: Call) -> int:
    """Find how much gas a call needs to succeed. Raises RpcError when it never does."""
    _raise_failed(_compute(ledger, header, call))
    enough = call.gas
    too_little = _transaction(call, 0, 0).intrinsic_gas - 1
    while enough - too_little > _TOLERANCE:
        middle = (enough + too_little) // 2
        if _compute(ledger, header, call, gas=middle).is_error:
            too_little = middle
        else:
            enough = middle
    return enough


def _compute(
    ledger: Ledger, header: BlockHeaderAPI, call: Call, gas: int | None = None
) -> ComputationAPI:
    with ledger.state(header) as state:
        nonce = state.get_nonce(Address(call.sender))
        try:
            return state.apply_transaction(
                _transaction(call, nonce, call.gas if gas is None else gas)
            )
        except ValidationError as error:
            raise refused(str(error)) from error


def _transaction(call: Call, nonce: int, gas: int) -> SignedTransactionAPI:
    unsigned = CancunTransactionBuilder.create_unsigned_transaction(
        nonce=nonce,
        gas_price=0,
        gas=gas,
        to=CREATE_CONTRACT_ADDRESS if call.to is None else Address(call.to),
        value=call.value,
        data=call.payload,
    )
    return SpoofTransaction(unsigned, from_=call.sender)  # type: ignore[return-value]  # py-evm's stand-in for one


def _raise_failed(computation: ComputationAPI) -> None:
    if not computation.is_error:
        return
    if isinstance(computation.error, Revert):
        raise RpcError(REVERTED, _revert_sentence(computation.output), data(computation.output))
    raise refused(f"execution failed: {type(computation.error).__name__}")


def _revert_sentence(output: bytes) -> str:
    """Put the text of a plain revert into the message, as other nodes do."""
    if output.startswith(_ERROR_SELECTOR):
        try:
            return f"execution reverted: {decode(['string'], output[4:])[0]}"
        except DecodingError:
            return "execution reverted"
    return "execution reverted"
