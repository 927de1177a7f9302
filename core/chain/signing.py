"""Signs transactions with the appliance's chain key, offline and deterministically (RFC 6979)."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain.encoding import keccak256
from core.chain.fees import Fees
from core.chain.protocol import SignedTransaction
from core.errors import Bug

EIP_1559 = b"\x02"  # the first byte of a transaction of that type
_KEY_BYTES = 32


def account_of(private_key: bytes) -> bytes:
    """Give the address of a secp256k1 key."""
    from eth_account import Account

    return bytes.fromhex(Account.from_key(private_key).address.removeprefix("0x"))


@dataclass(frozen=True)
class Unsigned:
    """What a transaction of ours says; ``to`` is None for a deployment."""

    chain_id: int
    nonce: int
    fees: Fees
    gas: int
    to: bytes | None
    data: bytes


def read_transaction(raw: bytes) -> Unsigned:
    """Read an EIP-1559 transaction that ``Signer`` signed. Raises Bug on any other."""
    import rlp  # type: ignore[import-untyped]  # it ships no types

    try:
        chain_id, nonce, priority, fee, gas, to, _value, data, *_ = rlp.decode(raw[1:])
    except (rlp.exceptions.RLPException, ValueError, TypeError) as error:
        raise Bug("no transaction of ours") from error
    if raw[:1] != EIP_1559:
        raise Bug("no transaction of ours")
    number = int.from_bytes
    fees = Fees(number(fee), number(priority))
    return Unsigned(number(chain_id), number(nonce), fees, number(gas), to or None, data)


def chain_id_of(raw: bytes) -> int | None:
    """Tell which chain a transaction is for; None when it is none of ours."""
    try:
        return read_transaction(raw).chain_id
    except Bug:
        return None


class Signer:
    """Holds the key while the vault is open."""

    def __init__(self, private_key: bytes) -> None:
        if len(private_key) != _KEY_BYTES:
            raise Bug("a chain key has 32 bytes")
        from eth_account import Account

        self._account = Account.from_key(private_key)
        self.address = bytes.fromhex(self._account.address.removeprefix("0x"))

    def sign(
        self, *, chain_id: int, nonce: int, to: bytes | None, data: bytes, gas: int, fees: Fees
    ) -> SignedTransaction:
        """Sign an EIP-1559 transaction; ``to`` is None for a deployment."""
        fields: dict[str, object] = {
            "type": 2,
            "chainId": chain_id,
            "nonce": nonce,
            "value": 0,
            "data": data,
            "gas": gas,
            "maxFeePerGas": fees.max_fee_per_gas,
            "maxPriorityFeePerGas": fees.max_priority_fee_per_gas,
        }
        if to is not None:
            fields["to"] = to
        raw = bytes(self._account.sign_transaction(fields).raw_transaction)
        return SignedTransaction(raw=raw, hash=keccak256(raw), nonce=nonce)
