"""A contract as its artifact describes it: what goes in, what comes out, what code it is.

Source: https://docs.soliditylang.org/en/latest/abi-spec.html; encoding is eth-abi's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

from core.chain.encoding import keccak256
from core.chain.protocol import DEPLOY, Argument
from core.errors import Bug

_WORD = 32
_SELECTOR = 4
_ADDRESS = 20

Entry = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """A decoded log: the event's name, its indexed topics (raw words) and its other fields."""

    name: str
    topics: tuple[bytes, ...]
    values: dict[str, Any]


class Contract:
    """One artifact of core.chain.artifacts."""

    def __init__(self, name: str) -> None:
        path = resources.files("core.chain.artifacts") / f"{name}.json"
        self._artifact: dict[str, Any] = json.loads(path.read_text())
        self.name = name

    @property
    def _entries(self) -> list[Entry]:
        entries: list[Entry] = self._artifact["abi"]
        return entries

    def _of_type(self, kind: str) -> dict[str, Entry]:
        return {entry["name"]: entry for entry in self._entries if entry["type"] == kind}

    @cached_property
    def _errors(self) -> dict[bytes, Entry]:
        return {_selector(entry): entry for entry in self._of_type("error").values()}

    @cached_property
    def _events(self) -> dict[bytes, Entry]:
        return {
            keccak256(_signature(each).encode()): each for each in self._of_type("event").values()
        }

    @property
    def creation_code(self) -> bytes:
        """The code that a deployment runs, without arguments."""
        return bytes.fromhex(self._artifact["bytecode"].removeprefix("0x"))

    def runtime_code(self, immutable: bytes = b"") -> bytes:
        """Give the code that is at the contract's address, with its immutable value filled in."""
        code = bytearray.fromhex(self._artifact["runtime_bytecode"].removeprefix("0x"))
        for place in self._artifact["immutables"]:
            start, length = place["start"], place["length"]
            code[start : start + length] = immutable.rjust(length, b"\0")
        return bytes(code)

    def filled_code(self, immutables: Mapping[str, bytes]) -> bytes:
        """Give the code that is at the contract's address, with each immutable's word filled in by its name.

        Raises Bug when one is missing.
        """
        code = bytearray.fromhex(self._artifact["runtime_bytecode"].removeprefix("0x"))
        for place in self._artifact["immutables"]:
            start, length = place["start"], place["length"]
            value = immutables.get(place["name"])
            if value is None or len(value) != length:
                raise Bug(f"{self.name} has an immutable {place['name']}")
            code[start : start + length] = value
        return bytes(code)

    def encode_call(self, function: str, arguments: Sequence[Argument]) -> bytes:
        """Encode a call, or a deployment, as a transaction's data. Raises Bug on wrong arguments."""
        if function == DEPLOY:
            constructors = [entry for entry in self._entries if entry["type"] == "constructor"]
            inputs = constructors[0]["inputs"] if constructors else []
            return self.creation_code + _encode(inputs, arguments)
        entry = self._of_type("function")[function]
        return _selector(entry) + _encode(entry["inputs"], arguments)

    def decode_result(self, function: str, output: bytes) -> tuple[Any, ...]:
        """Decode what a function returned; addresses come as 0x-hex."""
        from eth_abi.abi import decode

        outputs = self._of_type("function")[function]["outputs"]
        return tuple(decode([each["type"] for each in outputs], output))

    def error_name(self, output: bytes) -> str | None:
        """Name the custom error of a revert."""
        entry = self._errors.get(output[:_SELECTOR])
        return None if entry is None else entry["name"]

    def event_topic(self, name: str) -> bytes:
        """Give the first topic of an event's logs."""
        return keccak256(_signature(self._of_type("event")[name]).encode())

    def decode_log(self, topics: Sequence[bytes], data: bytes) -> Event | None:
        """Decode a log; None when it is no event of this contract."""
        from eth_abi.abi import decode

        entry = self._events.get(topics[0]) if topics else None
        if entry is None:
            return None
        plain = [each for each in entry["inputs"] if not each["indexed"]]
        values = decode([each["type"] for each in plain], data)
        named = {each["name"]: value for each, value in zip(plain, values, strict=True)}
        return Event(entry["name"], tuple(topics[1:]), named)


def _signature(entry: Entry) -> str:
    return f"{entry['name']}({','.join(each['type'] for each in entry['inputs'])})"


def _selector(entry: Entry) -> bytes:
    return keccak256(_signature(entry).encode())[:_SELECTOR]


def _encode(inputs: list[Entry], arguments: Sequence[Argument]) -> bytes:
    from eth_abi.abi import encode
    from eth_abi.exceptions import EncodingError

    types = [each["type"] for each in inputs]
    try:
        values = [_value(kind, given) for kind, given in zip(types, arguments, strict=True)]
        return encode(types, values)
    except (EncodingError, ValueError) as error:
        raise Bug(f"no such call: {error}") from error


def _value(kind: str, given: Argument) -> object:
    """Give an argument the shape that eth-abi wants; see AnchorCall.

    Lengths are checked here, since eth-abi fills short bytes up instead of refusing them.
    """
    if isinstance(given, bytes):
        if kind == "address" and len(given) == _ADDRESS:
            return f"0x{given.hex()}"
        if kind == "bytes32[]" and len(given) % _WORD == 0:
            return [given[at : at + _WORD] for at in range(0, len(given), _WORD)]
        if kind != f"bytes{len(given)}":
            raise ValueError(f"{len(given)} bytes are no {kind}")
    return given
