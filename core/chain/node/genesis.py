"""The first block, made from a file that says all of it.

The file is written once, before the store is made; the same file gives the same block anywhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from core.errors import StoreCorrupt, UsageFailure
from core.runtime.files import write_atomically

FILE_NAME = "genesis.json"
FORMAT_VERSION = 1
DEFAULT_CHAIN_ID = 0x4C554349  # "LUCI"
GAS_LIMIT = 40_000_000  # twice the gas that a block is filled with, so that the base fee stays zero
BALANCE = 10**27  # a billion ether, for clients that look at the balance before they sign
_ADDRESS_BYTES = 20


@dataclass(frozen=True)
class Genesis:
    """What the first block holds. ``time_utc_s`` is when the chain was made; balances are in wei."""

    chain_id: int
    time_utc_s: int
    balances: tuple[tuple[bytes, int], ...]

    @property
    def extra_data(self) -> bytes:
        """The words in the header that tie its hash to the chain ID."""
        return f"Lucid {self.chain_id}".encode()

    def to_json(self) -> bytes:
        """Write the file's content."""
        content = {
            "version": FORMAT_VERSION,
            "chain_id": self.chain_id,
            "time_utc_s": self.time_utc_s,
            "balances": {f"0x{address.hex()}": str(wei) for address, wei in self.balances},
        }
        return json.dumps(content, indent=2).encode() + b"\n"

    @staticmethod
    def from_json(content: bytes) -> Genesis:
        """Read the file's content. Raises StoreCorrupt."""
        try:
            stored = json.loads(content)
            if stored["version"] != FORMAT_VERSION:
                raise StoreCorrupt(reason=f"{FILE_NAME} has version {stored['version']!r}")
            balances = tuple(
                (_read_address(key), int(wei)) for key, wei in stored["balances"].items()
            )
            return Genesis(int(stored["chain_id"]), int(stored["time_utc_s"]), balances)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreCorrupt(reason=f"{FILE_NAME} cannot be read: {error!r}") from error


def _read_address(given: str) -> bytes:
    address = bytes.fromhex(given.removeprefix("0x"))
    if len(address) != _ADDRESS_BYTES:
        raise ValueError(given)
    return address


def settle_genesis(
    directory: Path, chain_id: int | None, accounts: tuple[bytes, ...], now_utc_s: int
) -> Genesis:
    """Read the directory's genesis file, or write it from what is asked for.

    A file that is there rules: further accounts need no balance, since nothing costs anything. Raises
    UsageFailure when another chain ID is asked for than the chain has.
    """
    path = directory / FILE_NAME
    if path.exists():
        genesis = Genesis.from_json(path.read_bytes())
        if chain_id is not None and chain_id != genesis.chain_id:
            raise UsageFailure(reason=f"this chain has ID {genesis.chain_id}, not {chain_id}")
        return genesis
    chosen = DEFAULT_CHAIN_ID if chain_id is None else chain_id
    genesis = Genesis(chosen, now_utc_s, tuple((account, BALANCE) for account in accounts))
    write_atomically(path, genesis.to_json())
    return genesis
