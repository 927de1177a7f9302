"""The ABI of a published contract, as the generators of clients and reference read it."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.chain.encoding import keccak256

ARTIFACTS = "core/chain/artifacts"
_FIELD_WORDS = {"hash", "id", "input", "open"}  # builtins that the house takes as names
_ARRAY = re.compile(r"^(.*)\[(\d*)\]$")
Entry = dict[str, Any]


@dataclass(frozen=True)
class Interface:
    """A contract's name and its ABI."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def module(self) -> str:
        """The name of its module."""
        return snake(self.name)

    def of_type(self, kind: str) -> list[Entry]:
        """List functions, events or errors by name; the shortest first of those that share one."""
        found = [entry for entry in self.entries if entry["type"] == kind]
        return sorted(found, key=lambda entry: (entry["name"], len(entry["inputs"])))


def interfaces(root: Path) -> list[Interface]:
    """Read every artifact."""
    found = [json.loads(each.read_text()) for each in sorted((root / ARTIFACTS).glob("*.json"))]
    return [Interface(each["name"], tuple(each["abi"])) for each in found]


def snake(name: str) -> str:
    """Turn a Solidity name into Python's spelling: EligibilityManager, CLOCK_MODE, onERC721Received."""
    name = name.strip("_")
    if name.isupper():
        return name.lower()
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def argument_name(given: str, position: int) -> str:
    """Name an argument or field; Python's own words get a mark, nameless ones a number."""
    name = snake(given) or f"argument_{position}"
    is_taken = keyword.iskeyword(name) or (hasattr(builtins, name) and name not in _FIELD_WORDS)
    return f"{name}_" if is_taken else name


def solidity_type(entry: Entry) -> str:
    """Spell a type as signatures do: a struct is its fields."""
    kind: str = entry["type"]
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(solidity_type(each) for each in entry["components"])
    return f"({inner}){kind.removeprefix('tuple')}"


def signature(entry: Entry) -> str:
    """Give the signature that selectors and topics are hashes of."""
    return f"{entry['name']}({','.join(solidity_type(each) for each in entry['inputs'])})"


def selector(entry: Entry) -> str:
    """Give a function's or error's selector in hex."""
    return keccak256(signature(entry).encode())[:4].hex()


def topic(entry: Entry) -> str:
    """Give an event's first topic in hex."""
    return keccak256(signature(entry).encode()).hex()


def split_array(kind: str) -> tuple[str, str] | None:
    """Take the last pair of brackets off a type; gives what is in it, too."""
    found = _ARRAY.match(kind)
    return None if found is None else (found[1], found[2])


def struct_of(entry: Entry) -> tuple[str, str] | None:
    """Name the contract and the struct of a tuple; the contract is empty where the struct stands by itself."""
    if not entry["type"].startswith("tuple"):
        return None
    name = re.sub(r"(\[\d*\])+$", "", entry["internalType"].removeprefix("struct "))
    owner, _, struct = name.rpartition(".")
    return owner, struct


def function_names(interface: Interface) -> dict[str, str]:
    """Give the Python name of each function by its signature; overloads say what they take besides."""
    names: dict[str, str] = {}
    shortest: dict[str, Entry] = {}
    for entry in interface.of_type("function"):
        name = argument_name(entry["name"], 0)
        first = shortest.setdefault(name, entry)
        if first is not entry:
            given = entry["inputs"][len(first["inputs"]) :]
            extra = [argument_name(each["name"], at) for at, each in enumerate(given)]
            name = "_with_".join([name, "_and_".join(extra)])
        names[signature(entry)] = name
    return names
