"""An artifact's ABI in the tests' terms: plain values in, plain values, named errors and named events out.

Apart from core.chain.contract, so that the product's own decoding is not what its contracts are tested with.
Source: https://docs.soliditylang.org/en/latest/abi-spec.html; encoding is eth-abi's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias

from eth_abi.abi import decode, encode

from core.chain.encoding import keccak256

ARTIFACTS = Path(__file__).parents[2] / "core/chain/artifacts"
_BUILT_IN = (
    {"name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)

Entry = dict[str, Any]
Value: TypeAlias = Any  # whatever the ABI says that it is


@dataclass(frozen=True)
class Reverted:
    """A call that was refused: the custom error's name and arguments.

    A plain revert with a text is ``Error``, an overflow and the like ``Panic``, one without anything has no name.
    """

    name: str
    args: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Emitted:
    """An event: who emitted it, its name, and all its arguments by name.

    Of an indexed string, array or struct only the keccak256 is in the log, and so here.
    """

    contract: str
    name: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Artifact:
    """One file of core/chain/artifacts."""

    name: str
    document: dict[str, Any] = field(repr=False, compare=False)

    @staticmethod
    @cache
    def load(name: str) -> Artifact:
        """Read a contract's artifact. Raises FileNotFoundError."""
        return Artifact(name, json.loads((ARTIFACTS / f"{name}.json").read_text()))

    def _of_type(self, kind: str) -> list[Entry]:
        return [each for each in self.document["abi"] if each["type"] == kind]

    @cached_property
    def errors(self) -> dict[bytes, Entry]:
        """The contract's custom errors by selector."""
        return {selector(each): each for each in self._of_type("error")}

    @cached_property
    def _functions(self) -> dict[str, Entry]:
        named: dict[str, list[Entry]] = {}
        for each in self._of_type("function"):
            named.setdefault(each["name"], []).append(each)
        alone = {name: entries[0] for name, entries in named.items() if len(entries) == 1}
        return alone | {signature(each): each for each in self._of_type("function")}

    @cached_property
    def _events(self) -> dict[bytes, Entry]:
        return {keccak256(signature(each).encode()): each for each in self._of_type("event")}

    def function(self, name: str) -> Entry:
        """Find a function by its name, or by name and types. Raises KeyError."""
        return self._functions[name]

    def encode_deployment(self, arguments: Sequence[Value]) -> bytes:
        """Give the creation code with the constructor's arguments."""
        constructors = self._of_type("constructor")
        inputs = constructors[0]["inputs"] if constructors else []
        return bytes.fromhex(self.document["bytecode"][2:]) + _encode(inputs, arguments)

    def encode_call(self, entry: Entry, arguments: Sequence[Value]) -> bytes:
        """Encode a call."""
        return selector(entry) + _encode(entry["inputs"], arguments)

    def decode_result(self, entry: Entry, output: bytes) -> Value:
        """Decode what a function returned: None, a value, or a tuple of several."""
        values = _decode(entry["outputs"], output)
        if not values:
            return None
        return values[0] if len(values) == 1 else values

    def decode_log(self, topics: Sequence[bytes], data: bytes) -> Emitted:
        """Decode a log. Raises KeyError when the contract has no such event."""
        entry = self._events[topics[0]]
        indexed = [each for each in entry["inputs"] if each["indexed"]]
        plain = [each for each in entry["inputs"] if not each["indexed"]]
        values = dict(zip((each["name"] for each in plain), _decode(plain, data), strict=True))
        for each, topic in zip(indexed, topics[1:], strict=True):
            values[each["name"]] = _decode([_in_topic(each)], topic)[0]
        return Emitted(
            self.name,
            entry["name"],
            {each["name"]: values[each["name"]] for each in entry["inputs"]},
        )

    def decode_error(self, output: bytes, others: Iterable[Artifact] = ()) -> Reverted:
        """Decode a refusal: one of this contract's errors, Solidity's, or one that came up from another contract."""
        if not output:
            return Reverted("")
        known = {selector(each): each for each in _BUILT_IN}
        for other in others:
            known |= other.errors
        entry = (known | self.errors)[output[:4]]
        return Reverted(entry["name"], _decode(entry["inputs"], output[4:]))


def type_of(entry: Entry) -> str:
    """Write an argument's type as selectors and eth-abi want it, structs as tuples."""
    kind: str = entry["type"]
    if not kind.startswith("tuple"):
        return kind
    return (
        f"({','.join(type_of(each) for each in entry['components'])}){kind.removeprefix('tuple')}"
    )


def signature(entry: Entry) -> str:
    """Write an entry's name and types."""
    return f"{entry['name']}({','.join(type_of(each) for each in entry['inputs'])})"


def selector(entry: Entry) -> bytes:
    """Give the four bytes that a call or an error begins with."""
    return keccak256(signature(entry).encode())[:4]


def _in_topic(entry: Entry) -> Entry:
    """Give the type that an indexed argument has in its topic: what is longer than a word is hashed."""
    kind = entry["type"]
    is_hashed = kind in {"string", "bytes"} or kind.endswith("]") or kind.startswith("tuple")
    return {"type": "bytes32"} if is_hashed else entry


def _encode(inputs: Sequence[Entry], arguments: Sequence[Value]) -> bytes:
    values = [_outgoing(entry, given) for entry, given in zip(inputs, arguments, strict=True)]
    return encode([type_of(each) for each in inputs], values)


def _decode(outputs: Sequence[Entry], content: bytes) -> tuple[Value, ...]:
    values = decode([type_of(each) for each in outputs], content)
    return tuple(_incoming(entry, value) for entry, value in zip(outputs, values, strict=True))


def _element(entry: Entry) -> Entry:
    """Give the entry of an array's elements."""
    return {**entry, "type": entry["type"][: entry["type"].rindex("[")]}


def _outgoing(entry: Entry, given: Value) -> Value:
    """Shape a value for eth-abi; lengths are checked, since it fills short bytes up instead of refusing them."""
    kind: str = entry["type"]
    if kind.endswith("]"):
        return [_outgoing(_element(entry), each) for each in given]
    if kind == "tuple":
        values = (
            [getattr(given, each.name) for each in fields(given)] if is_dataclass(given) else given
        )
        return tuple(
            _outgoing(each, value) for each, value in zip(entry["components"], values, strict=True)
        )
    if kind == "address":
        if len(given) != 20:
            raise ValueError(f"{given!r} is no address")
        return f"0x{given.hex()}"
    if kind.startswith("bytes") and kind != "bytes" and len(given) != int(kind[5:]):
        raise ValueError(f"{len(given)} bytes are no {kind}")
    return given


def _incoming(entry: Entry, value: Value) -> Value:
    """Shape a value of eth-abi's for the tests: addresses as bytes."""
    kind: str = entry["type"]
    if kind.endswith("]"):
        return tuple(_incoming(_element(entry), each) for each in value)
    if kind == "tuple":
        return tuple(
            _incoming(each, one) for each, one in zip(entry["components"], value, strict=True)
        )
    return bytes.fromhex(value[2:]) if kind == "address" else value
