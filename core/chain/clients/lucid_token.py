"""LucidToken, typed; generated from its ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

NAME = "LucidToken"

UINT256 = abi.uint(256)
BYTES32 = abi.fixed(32)
ADDRESS = abi.ADDRESS
BOOL = abi.BOOL
UINT32 = abi.uint(32)
UINT8 = abi.uint(8)
BYTES1 = abi.fixed(1)
STRING = abi.STRING
UINT256S = abi.array(UINT256)


@dataclass(frozen=True)
class Eip712DomainAnswer(abi.Record):
    """What ``eip712Domain()`` answers."""

    NAME = "Eip712DomainAnswer"
    KINDS = (BYTES1, STRING, STRING, UINT256, ADDRESS, BYTES32, UINT256S)

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: bytes
    salt: bytes
    extensions: tuple[int, ...]


def cap() -> abi.Call[int]:
    """``CAP()``, view."""
    return abi.call(NAME, "CAP", "ec81b483", abi.one(UINT256))


def domain_separator() -> abi.Call[bytes]:
    """``DOMAIN_SEPARATOR()``, view."""
    return abi.call(NAME, "DOMAIN_SEPARATOR", "3644e515", abi.one(BYTES32))


def minter() -> abi.Call[bytes]:
    """``MINTER()``, view."""
    return abi.call(NAME, "MINTER", "fe6d8124", abi.one(ADDRESS))


def allowance(owner: bytes, spender: bytes) -> abi.Call[int]:
    """``allowance(address,address)``, view."""
    return abi.call(
        NAME, "allowance", "dd62ed3e", abi.one(UINT256), (ADDRESS, ADDRESS), (owner, spender)
    )


def approve(spender: bytes, value: int) -> abi.Call[bool]:
    """``approve(address,uint256)``, nonpayable."""
    return abi.call(
        NAME, "approve", "095ea7b3", abi.one(BOOL), (ADDRESS, UINT256), (spender, value)
    )


def balance_at_month(account: bytes, month: int) -> abi.Call[int]:
    """``balanceAtMonth(address,uint32)``, view."""
    return abi.call(
        NAME, "balanceAtMonth", "b4c68bbb", abi.one(UINT256), (ADDRESS, UINT32), (account, month)
    )


def balance_of(account: bytes) -> abi.Call[int]:
    """``balanceOf(address)``, view."""
    return abi.call(NAME, "balanceOf", "70a08231", abi.one(UINT256), (ADDRESS,), (account,))


def decimals() -> abi.Call[int]:
    """``decimals()``, view."""
    return abi.call(NAME, "decimals", "313ce567", abi.one(UINT8))


def eip712_domain() -> abi.Call[Eip712DomainAnswer]:
    """``eip712Domain()``, view."""
    return abi.call(NAME, "eip712Domain", "84b0196e", abi.several(Eip712DomainAnswer))


def mint(account: bytes, amount: int) -> abi.Call[None]:
    """``mint(address,uint256)``, nonpayable."""
    return abi.call(NAME, "mint", "40c10f19", abi.nothing, (ADDRESS, UINT256), (account, amount))


def name() -> abi.Call[str]:
    """``name()``, view."""
    return abi.call(NAME, "name", "06fdde03", abi.one(STRING))


def nonces(owner: bytes) -> abi.Call[int]:
    """``nonces(address)``, view."""
    return abi.call(NAME, "nonces", "7ecebe00", abi.one(UINT256), (ADDRESS,), (owner,))


def permit(
    owner: bytes, spender: bytes, value: int, deadline: int, v: int, r: bytes, s: bytes
) -> abi.Call[None]:
    """``permit(address,address,uint256,uint256,uint8,bytes32,bytes32)``, nonpayable."""
    return abi.call(
        NAME,
        "permit",
        "d505accf",
        abi.nothing,
        (ADDRESS, ADDRESS, UINT256, UINT256, UINT8, BYTES32, BYTES32),
        (owner, spender, value, deadline, v, r, s),
    )


def supply_at_month(month: int) -> abi.Call[int]:
    """``supplyAtMonth(uint32)``, view."""
    return abi.call(NAME, "supplyAtMonth", "04cdb788", abi.one(UINT256), (UINT32,), (month,))


def symbol() -> abi.Call[str]:
    """``symbol()``, view."""
    return abi.call(NAME, "symbol", "95d89b41", abi.one(STRING))


def total_supply() -> abi.Call[int]:
    """``totalSupply()``, view."""
    return abi.call(NAME, "totalSupply", "18160ddd", abi.one(UINT256))


def transfer(to: bytes, value: int) -> abi.Call[bool]:
    """``transfer(address,uint256)``, nonpayable."""
    return abi.call(NAME, "transfer", "a9059cbb", abi.one(BOOL), (ADDRESS, UINT256), (to, value))


def transfer_from(from_: bytes, to: bytes, value: int) -> abi.Call[bool]:
    """``transferFrom(address,address,uint256)``, nonpayable."""
    return abi.call(
        NAME,
        "transferFrom",
        "23b872dd",
        abi.one(BOOL),
        (ADDRESS, ADDRESS, UINT256),
        (from_, to, value),
    )
