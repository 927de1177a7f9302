"""Where the contracts are: written down in a file, and never believed without looking at the code there."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from core.chain.connection import NodeConnection
from core.chain.contract import Contract
from core.chain.encoding import created_address
from core.chain.network.deployed_here import deployed_here
from core.chain.protocol import ANCHORS, BATCHES, CHUNK_STORE, DEPLOY, AnchorCall, Contracts
from core.errors import AnchorMismatch, AnchorsDifferent, AnchorsNotThere
from core.runtime.files import make_directory, write_atomically

FORMAT_VERSION = 1
ANCHORS_FILE = "anchors.json"  # the file's name where the chain is not the appliance's own
_SEARCHED_NONCES = 64


class Deployment:
    """Finds and remembers the two contracts of one account on one chain."""

    def __init__(
        self,
        path: Path | None,
        connection: NodeConnection,
        account: bytes | None,
        named: bytes | None = None,
    ) -> None:
        """``named`` is the only LucidAnchors that will do, whoever deployed it; its code decides."""
        self._named = named
        self._path = path
        self._connection = connection
        self._account = account
        self.anchors = Contract(ANCHORS)
        self.chunk_store = Contract(CHUNK_STORE)
        self._found: Contracts | None = None

    @cached_property
    def batches(self) -> Contract:
        """LucidBatches, read when it is first needed."""
        return Contract(BATCHES)

    @property
    def all(self) -> tuple[Contract, ...]:
        """Every contract that calls are sent to."""
        return self.anchors, self.chunk_store, self.batches

    def contract(self, name: str) -> Contract:
        """Give a contract by its name."""
        if name == BATCHES:
            return self.batches
        return {ANCHORS: self.anchors, CHUNK_STORE: self.chunk_store}[name]

    def calls(self, nonce: int) -> tuple[AnchorCall, AnchorCall]:
        """Plan both deployments; the second names the address that the first will have."""
        assert self._account is not None  # noqa: S101 - only an account deploys
        anchors = created_address(self._account, nonce)
        return AnchorCall(ANCHORS, DEPLOY, ()), AnchorCall(CHUNK_STORE, DEPLOY, (anchors,))

    def find(self, chain_id: int) -> Contracts | None:
        """Tell where the contracts are on this chain; None when they are not deployed.

        Raises ChainUnreachable, and AnchorMismatch when other code is where they should be; of a named one
        AnchorsNotThere and AnchorsDifferent.
        """
        if self._found is None or self._found.chain_id != chain_id:
            self._found = self._remembered(chain_id) or self._looked_for(chain_id)
        return self._found

    def _looked_for(self, chain_id: int) -> Contracts | None:
        if self._named is None:
            return self._deployed_here(chain_id) or self._searched(chain_id)
        if not self._is_code(self._named, self.anchors.runtime_code()):
            raise AnchorsNotThere(address=f"0x{self._named.hex()}", chain=chain_id)
        return self.adopt(chain_id, self._named, None, first_block=0)

    def adopt(
        self, chain_id: int, anchors: bytes, chunk_store: bytes | None, first_block: int
    ) -> Contracts:
        """Check the code at these addresses and write them down. Raises AnchorMismatch."""
        if not self._is_code(anchors, self.anchors.runtime_code()):
            raise AnchorMismatch(field=f"code of {ANCHORS}")
        self._require_store(anchors, chunk_store)
        self._found = Contracts(chain_id, anchors, chunk_store, first_block)
        if self._path is not None:
            make_directory(self._path.parent)
            write_atomically(self._path, _encode(self._found))
        return self._found

    def _remembered(self, chain_id: int) -> Contracts | None:
        """Read the file and check it against the chain; a chain that was made anew has nothing there."""
        stored = None if self._path is None else contracts_of(self._path)
        if stored is None or stored.chain_id != chain_id or not self._code(stored.anchors):
            return None
        if not self._is_code(stored.anchors, self.anchors.runtime_code()):
            raise AnchorMismatch(field=f"code of {ANCHORS}")
        self._require_store(stored.anchors, stored.chunk_store)
        if self._named is not None and stored.anchors != self._named:
            raise AnchorsDifferent(
                expected=f"0x{stored.anchors.hex()}", found=f"0x{self._named.hex()}"
            )
        return stored

    def _require_store(self, anchors: bytes, chunk_store: bytes | None) -> None:
        if chunk_store is not None and not self._is_code(
            chunk_store, self.chunk_store.runtime_code(anchors)
        ):
            raise AnchorMismatch(field=f"code of {CHUNK_STORE}")

    def _deployed_here(self, chain_id: int) -> Contracts | None:
        """Take up the network that this appliance deployed on the chain of the node that is named now."""
        if self._path is None or self._path.name != ANCHORS_FILE:
            return None  # the appliance's own chain, where the account's first transactions are looked at
        file = deployed_here(self._path.parent, self._connection, chain_id)
        if file is None:
            return None
        anchors, store = file.contracts[ANCHORS], file.contracts[CHUNK_STORE]
        is_there = self._is_code(anchors, self.anchors.runtime_code()) and self._is_code(
            store, self.chunk_store.runtime_code(anchors)
        )
        return self.adopt(chain_id, anchors, store, file.first_block) if is_there else None

    def _searched(self, chain_id: int) -> Contracts | None:
        """Look among the account's first transactions: the file may be lost, or never have been written."""
        if self._account is None:
            return None
        count = int(
            self._connection.read("eth_getTransactionCount", f"0x{self._account.hex()}", "latest"),
            16,
        )
        created = [
            created_address(self._account, nonce) for nonce in range(min(count, _SEARCHED_NONCES))
        ]
        codes = {address: self._code(address) for address in created}
        for anchors, code in codes.items():
            if code != self.anchors.runtime_code():
                continue
            store_code = self.chunk_store.runtime_code(anchors)
            for chunk_store in [each for each, found in codes.items() if found == store_code]:
                return self.adopt(chain_id, anchors, chunk_store, first_block=0)
        return None

    def _code(self, address: bytes) -> bytes:
        text: str = self._connection.read("eth_getCode", f"0x{address.hex()}", "latest")
        return bytes.fromhex(text[2:])

    def _is_code(self, address: bytes, expected: bytes) -> bool:
        return self._code(address) == expected


def chain_id_of(path: Path) -> int | None:
    """Tell which chain a file is about; None when there is none that can be read."""
    stored = contracts_of(path)
    return None if stored is None else stored.chain_id


def _encode(contracts: Contracts) -> bytes:
    content = {
        "version": FORMAT_VERSION,
        "chain_id": contracts.chain_id,
        "anchors": f"0x{contracts.anchors.hex()}",
        "chunk_store": None
        if contracts.chunk_store is None
        else f"0x{contracts.chunk_store.hex()}",
        "first_block": contracts.first_block,
    }
    return json.dumps(content, indent=2).encode() + b"\n"


def contracts_of(path: Path) -> Contracts | None:
    """Read the file; one that cannot be read is as good as none, since the chain can be searched."""
    try:
        stored = json.loads(path.read_bytes())
        if stored["version"] != FORMAT_VERSION:
            return None
        anchors = bytes.fromhex(stored["anchors"].removeprefix("0x"))
        written = stored["chunk_store"]
        chunk_store = None if written is None else bytes.fromhex(written.removeprefix("0x"))
        return Contracts(int(stored["chain_id"]), anchors, chunk_store, int(stored["first_block"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
