"""The journal of a deployment: every transaction is written down, signed, before it is sent.

After a crash at any point the same bytes are sent again, and nothing is signed a second time that may be on its way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.chain.network.terms import Terms, address_of, read_terms, whole
from core.errors import StoreCorrupt
from core.runtime.files import make_directory, write_atomically

VERSION = 1


@dataclass(frozen=True)
class Sent:
    """A step's transactions: one nonce, and what was signed for it, the dearest last."""

    nonce: int
    raw: tuple[bytes, ...]
    address: bytes | None = None  # of the contract that it makes
    block: int | None = None  # once it is in one
    transaction: bytes | None = None  # the one that is

    @property
    def is_done(self) -> bool:
        """Tell whether the chain has said that it is in a block."""
        return self.block is not None


@dataclass(frozen=True)
class Beginning:
    """Which chain, whose account, on what terms."""

    chain_id: int
    genesis: bytes
    account: bytes
    terms: Terms


class Journal:
    """One deployment's file."""

    def __init__(self, path: Path, beginning: Beginning, steps: dict[str, Sent]) -> None:
        self._path = path
        self.beginning = beginning
        self._steps = steps

    def step(self, name: str) -> Sent | None:
        """Give what was signed for a step."""
        return self._steps.get(name)

    def put(self, name: str, sent: Sent) -> None:
        """Write a step down; it is on the disk when this returns."""
        self._steps[name] = sent
        self.save()

    def drop(self, *names: str) -> None:
        """Forget steps that can never come into a block."""
        for name in names:
            self._steps.pop(name, None)
        self.save()

    def save(self) -> None:
        """Write the file."""
        begun = self.beginning
        document = {
            "version": VERSION,
            "chain_id": begun.chain_id,
            "genesis": begun.genesis.hex(),
            "account": f"0x{begun.account.hex()}",
            "terms": begun.terms.document(),
            "steps": {name: _written(sent) for name, sent in self._steps.items()},
        }
        make_directory(self._path.parent)
        write_atomically(self._path, json.dumps(document, indent=1).encode() + b"\n")


def open_journal(path: Path, beginning: Beginning) -> Journal:
    """Go on with a journal, whose terms then hold, or begin one. Raises StoreCorrupt on a file that is none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        journal = Journal(path, beginning, {})
        journal.save()
        return journal
    try:
        begun, steps = _read_document(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreCorrupt(reason=f"{path} is no journal of a deployment: {error}") from error
    return Journal(path, begun, steps)


def _read_document(document: dict[str, Any]) -> tuple[Beginning, dict[str, Sent]]:
    if document["version"] != VERSION:
        raise ValueError("another version")
    begun = Beginning(
        whole(document["chain_id"]),
        bytes.fromhex(document["genesis"]),
        address_of(document["account"]),
        read_terms(document["terms"]),
    )
    return begun, {str(name): _read(each) for name, each in document["steps"].items()}


def _written(sent: Sent) -> dict[str, object]:
    return {
        "nonce": sent.nonce,
        "raw": [each.hex() for each in sent.raw],
        "address": None if sent.address is None else f"0x{sent.address.hex()}",
        "block": sent.block,
        "transaction": None if sent.transaction is None else sent.transaction.hex(),
    }


def _read(document: dict[str, Any]) -> Sent:
    address, block = document["address"], document["block"]
    transaction = document["transaction"]
    return Sent(
        whole(document["nonce"]),
        tuple(bytes.fromhex(each) for each in document["raw"]),
        None if address is None else address_of(address),
        None if block is None else whole(block),
        None if transaction is None else bytes.fromhex(transaction),
    )
