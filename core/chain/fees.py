"""What a transaction may cost: bounds on gas and on its price.

Gas is bounded by what a call needs at most, worked out offline, so that signing asks nobody; what is not used is not
paid. Prices follow EIP-1559: twice the base fee of now leaves room for six full blocks in a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.chain.connection import METHOD_NOT_FOUND, NodeConnection, NodeRefusal
from core.chain.protocol import DEPLOY, AnchorCall
from core.errors import ChainUnreachable

GWEI = 10**9
_TRANSACTION_GAS = 21_000
_BYTE_GAS = 40  # the floor of EIP-7623, above all earlier prices
_CALL_GAS = 150_000  # the dearest call (openSession) uses a fifth of it
_WORD_OF_LEAVES_GAS = 1_500
_CREATE_GAS = 32_000
_CODE_BYTE_GAS = 220  # 200 by EIP-170 and the constructor's copying
_WORD = 32


@dataclass(frozen=True)
class FeeBounds:
    """The most that is ever offered, in wei a gas."""

    max_fee_per_gas: int = 500 * GWEI
    max_priority_fee_per_gas: int = 10 * GWEI


@dataclass(frozen=True)
class Fees:
    """What is offered, in wei a gas."""

    max_fee_per_gas: int
    max_priority_fee_per_gas: int


def gas_limit(call: AnchorCall, data: bytes) -> int:
    """Bound the gas of a call by its size; every contract of ours stays well below."""
    gas = _TRANSACTION_GAS + _BYTE_GAS * len(data) + _CALL_GAS
    if call.function == DEPLOY:
        return gas + _CREATE_GAS + _CODE_BYTE_GAS * len(data)
    return gas + _WORD_OF_LEAVES_GAS * (len(data) // _WORD)


def current_fees(connection: NodeConnection, bounds: FeeBounds) -> Fees:
    """Ask what a transaction costs now. Raises ChainUnreachable when that is above the bounds."""
    block = connection.read("eth_getBlockByNumber", "latest", False)  # noqa: FBT003 - positional in JSON-RPC
    base_fee = int(block.get("baseFeePerGas", "0x0"), 16)
    priority = min(_priority_fee(connection, base_fee), bounds.max_priority_fee_per_gas)
    if base_fee + priority > bounds.max_fee_per_gas:
        reason = f"it asks for {base_fee / GWEI:.3g} gwei a gas, above the bound"
        raise ChainUnreachable(reason=reason)
    return Fees(min(2 * base_fee + priority, bounds.max_fee_per_gas), priority)


def _priority_fee(connection: NodeConnection, base_fee: int) -> int:
    try:
        return int(connection.ask("eth_maxPriorityFeePerGas"), 16)
    except NodeRefusal as error:
        if error.code != METHOD_NOT_FOUND:
            raise ChainUnreachable(reason=error.message) from error
        return max(0, int(connection.read("eth_gasPrice"), 16) - base_fee)


def outbidding(before: Fees, bounds: FeeBounds) -> Fees | None:
    """Raise both prices by an eighth, which every node takes for a replacement; None when that is above the bounds.

    Source: go-ethereum's pool wants a tenth more of both (``--txpool.pricebump``).
    """
    fee, priority = (
        _more(each) for each in (before.max_fee_per_gas, before.max_priority_fee_per_gas)
    )
    if fee > bounds.max_fee_per_gas or priority > bounds.max_priority_fee_per_gas:
        return None
    return Fees(max(fee, priority), priority)


def _more(price: int) -> int:
    return price + price // 8 + 1
