"""The parts of a network in the order in which they are deployed, and what each constructor is given.

Whatever can be worked out is worked out here: addresses from those before, immutables from the arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.chain.clients import param_registry, signer_registry, validator_set
from core.chain.contract import Contract
from core.chain.encoding import keccak256
from core.chain.network.terms import Terms

Addresses = Mapping[str, bytes]
_WORD = 32
_DOMAIN_TYPE = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_EXECUTION_WINDOW_S = 14 * 24 * 3600

# Which function of which contract a vote may call.
ALLOWED = (
    ("ParamRegistry", param_registry.set_(bytes(32), 0).data[:4]),
    ("SignerRegistry", signer_registry.schedule((bytes(20),) * 3, bytes(20), 0).data[:4]),
    ("SignerRegistry", signer_registry.adopt(0, (bytes(20),) * 3, bytes(20)).data[:4]),
    ("ValidatorSet", validator_set.rotate(()).data[:4]),
)


@dataclass(frozen=True)
class Place:
    """Where a contract stands or will stand."""

    address: bytes
    chain_id: int


@dataclass(frozen=True)
class Part:
    """One contract.

    ``arguments`` gives the constructor's, as eth-abi takes them; ``immutables`` what it keeps in the code, by name.
    ``domain`` is the name under which it takes typed signatures (EIP-712); ``storage_gas`` bounds what it writes.
    """

    name: str
    types: tuple[str, ...]
    arguments: Callable[[Addresses, Terms], tuple[object, ...]]
    immutables: Callable[[Addresses, Terms], dict[str, int]]
    domain: str | None = None
    storage_gas: int = 200_000


def _number(address: bytes) -> int:
    return int.from_bytes(address, "big")


def _text(address: bytes) -> str:
    return f"0x{address.hex()}"


def _of(*names: str) -> Callable[[Addresses, Terms], tuple[object, ...]]:
    """Give the addresses of other parts."""
    return lambda at, _: tuple(_text(at[name]) for name in names)


def _kept(**names: str) -> Callable[[Addresses, Terms], dict[str, int]]:
    """Give the addresses of other parts as immutables."""
    return lambda at, _: {kept: _number(at[name]) for kept, name in names.items()}


def _nothing(_at: Addresses, _terms: Terms) -> tuple[object, ...]:
    return ()


PARTS: tuple[Part, ...] = (
    Part("LucidAnchors", (), _nothing, _kept()),
    Part("LucidChunkStore", ("address",), _of("LucidAnchors"), _kept(ANCHORS="LucidAnchors")),
    Part("LucidBatches", ("address",), _of("LucidAnchors"), _kept(ANCHORS="LucidAnchors")),
    Part(
        "LucidStorageProofs",
        ("address", "uint32"),
        lambda at, terms: (_text(at["LucidChunkStore"]), terms.storage_window_s),
        lambda at, terms: {
            "STORE": _number(at["LucidChunkStore"]),
            "WINDOW": terms.storage_window_s,
        },
    ),
    Part(
        "LucidTimelock",
        ("address",),
        lambda at, _: (_text(at["deployer"]),),
        _kept(),
        storage_gas=600_000,
    ),
    Part(
        "ParamRegistry",
        ("address",),
        _of("LucidTimelock"),
        _kept(TIMELOCK="LucidTimelock"),
        storage_gas=1_000_000,
    ),
    Part(
        "ValidatorSet",
        ("address", "address[]"),
        lambda at, terms: (
            _text(at["LucidTimelock"]),
            [_text(each) for each in terms.validators],
        ),
        _kept(TIMELOCK="LucidTimelock"),
        storage_gas=3_500_000,
    ),
    Part(
        "NodeRegistry", ("address",), _of("ParamRegistry"), _kept(PARAMS="ParamRegistry"), "Lucid"
    ),
    Part(
        "WorkCreditsOracle",
        ("address", "address", "address"),
        _of("ValidatorSet", "NodeRegistry", "ParamRegistry"),
        _kept(VALIDATORS="ValidatorSet", NODES="NodeRegistry", PARAMS="ParamRegistry"),
        "Lucid",
    ),
    Part(
        "EligibilityManager",
        ("address", "address"),
        _of("NodeRegistry", "WorkCreditsOracle"),
        _kept(NODES="NodeRegistry", ORACLE="WorkCreditsOracle"),
    ),
    Part(
        "SignerRegistry",
        ("address", "address[3]", "address", "uint64"),
        lambda at, terms: (
            _text(at["LucidTimelock"]),
            [_text(each) for each in terms.approvers],
            _text(terms.compliance_signer),
            terms.routers_chain_id,
        ),
        lambda at, terms: {
            "TIMELOCK": _number(at["LucidTimelock"]),
            "ROUTERS_CHAIN_ID": terms.routers_chain_id,
        },
        storage_gas=500_000,
    ),
    Part("LucidToken", ("address",), _of("LucidRewards"), _kept(MINTER="LucidRewards"), "LUCID"),
    Part(
        "LucidRewards",
        ("address", "address", "address", "address", "uint64"),
        lambda at, terms: (
            *(_text(at[name]) for name in ("LucidToken", "ValidatorSet")),
            *(_text(at[name]) for name in ("NodeRegistry", "ParamRegistry")),
            terms.first_slot_at_utc_s,
        ),
        lambda at, terms: {
            "TOKEN": _number(at["LucidToken"]),
            "VALIDATORS": _number(at["ValidatorSet"]),
            "NODES": _number(at["NodeRegistry"]),
            "PARAMS": _number(at["ParamRegistry"]),
            "FIRST_SLOT_AT": terms.first_slot_at_utc_s,
        },
        "Lucid",
    ),
    Part(
        "LucidGovernor",
        ("address", "address", "(address,bytes4)[]"),
        lambda at, _: (
            _text(at["EligibilityManager"]),
            _text(at["LucidTimelock"]),
            [(_text(at[name]), selector) for name, selector in ALLOWED],
        ),
        lambda at, _: {
            "_token": _number(at["EligibilityManager"]),
            "EXECUTION_WINDOW": _EXECUTION_WINDOW_S,
        },
        "LucidGovernor",
        storage_gas=800_000,
    ),
)
NAMES = tuple(part.name for part in PARTS)


def part_of(name: str) -> Part:
    """Give a part by its contract's name."""
    return PARTS[NAMES.index(name)]


def creation_of(part: Part, at: Addresses, terms: Terms) -> bytes:
    """Give the data of the transaction that deploys a part; ``at`` has "deployer" among the addresses."""
    from eth_abi.abi import encode

    return Contract(part.name).creation_code + encode(part.types, part.arguments(at, terms))


def runtime_of(part: Part, at: Addresses, terms: Terms, place: Place) -> bytes:
    """Give the code that has to be at a part's address, to the last byte."""
    values = {name: word(value) for name, value in part.immutables(at, terms).items()}
    if part.domain is not None:
        values |= _typed_data(part.domain, place)
    return Contract(part.name).filled_code(values)


def word(value: int) -> bytes:
    """Write a number as a word."""
    return value.to_bytes(_WORD, "big")


def _typed_data(name: str, place: Place) -> dict[str, bytes]:
    """Give what OpenZeppelin's EIP712 and its short strings keep in the code."""
    hashed_name, hashed_version = keccak256(name.encode()), keccak256(b"1")
    address = _number(place.address)
    separator = keccak256(
        keccak256(_DOMAIN_TYPE)
        + hashed_name
        + hashed_version
        + word(place.chain_id)
        + word(address)
    )
    return {
        "_cachedDomainSeparator": separator,
        "_cachedChainId": word(place.chain_id),
        "_cachedThis": word(address),
        "_hashedName": hashed_name,
        "_hashedVersion": hashed_version,
        "_name": _short_string(name),
        "_version": _short_string("1"),
    }


def _short_string(text: str) -> bytes:
    raw = text.encode()
    return raw.ljust(_WORD - 1, b"\0") + bytes([len(raw)])
