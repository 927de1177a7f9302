"""Where LucidBatches is, and what it says; never believed without looking at the code there."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from core.chain.connection import NodeConnection
from core.chain.contract import Contract
from core.chain.log_ranges import read_logs
from core.chain.network.deployed_here import deployed_here
from core.chain.protocol import BATCHES, DEPLOY, AnchorCall, AnchoredEvent, Contracts
from core.chain.session_logs import is_asked_for, read_event
from core.errors import AnchorMismatch, ChainUnreachable
from core.runtime.files import make_directory, write_atomically

FORMAT_VERSION = 1
FILE_NAME = "batches.json"
_EVENT = "BatchAnchored"
_WORD = 32
_ADDRESS = 20


class Batches:
    """LucidBatches over the same LucidAnchors, whoever deployed it: the code decides. For one thread.

    It is written down beside the other contracts' file, and found by the account's batches when that is lost.
    """

    def __init__(
        self,
        connection: NodeConnection,
        contracts: Callable[[], Contracts | None],
        account: bytes | None,
        beside: Path | None,
    ) -> None:
        self._connection = connection
        self._contracts = contracts
        self._account = account
        self._path = None if beside is None else beside.with_name(FILE_NAME)
        self._found: tuple[bytes, bytes] | None = None  # anchors, batches
        self._first_block = 0
        self._searched: set[bytes] = set()

    @cached_property
    def _contract(self) -> Contract:
        return Contract(BATCHES)

    def deploy_call(self) -> AnchorCall:
        """Plan the deployment. Raises ChainUnreachable while the anchors are not deployed."""
        return AnchorCall(BATCHES, DEPLOY, (self._own_contracts().anchors,))

    def address(self) -> bytes | None:
        """Tell where the contract is; None until it is deployed.

        Raises ChainUnreachable, and AnchorMismatch when other code is where it should be.
        """
        contracts = self._contracts()
        if contracts is None:
            return None
        if self._found is None or self._found[0] != contracts.anchors:
            address = (
                self._remembered(contracts)
                or self._deployed_here(contracts)
                or self._by_its_events(contracts)
            )
            self._found = None if address is None else (contracts.anchors, address)
        return None if self._found is None else self._found[1]

    def first_block(self) -> int:
        """Give the block before which there is nothing of the contract; 0 where that is not known."""
        return self._first_block

    def adopt(self, address: bytes, first_block: int = 0) -> None:
        """Check the code at this address and write it down. Raises AnchorMismatch."""
        contracts = self._own_contracts()
        if not self._is_there(contracts, address):
            raise AnchorMismatch(field=f"code of {BATCHES}")
        self._found = contracts.anchors, address
        self._first_block = first_block
        if self._path is not None:
            make_directory(self._path.parent)
            write_atomically(self._path, _encode(contracts, address, first_block))

    def find(self, owner: bytes, root: bytes) -> AnchoredEvent | None:
        """Find an account's batch by its root; None when there is none. Raises ChainUnreachable, AnchorMismatch."""
        address = self.address()
        if address is None:
            return None
        call = self._contract.encode_call("batchOf", (owner, root))
        number, *_ = self._contract.decode_result("batchOf", self._ask(address, call))
        if number == 0:
            return None
        topics = [self._topic, _word(owner), f"0x{number:064x}"]
        asked = {"address": _hex(address), "topics": topics}
        found = self._logs(asked, self._own_contracts())
        logs = [log for log in found if is_asked_for(log, asked)]
        if len(logs) != 1:
            raise AnchorMismatch(field="event")
        return read_event(self._contract, logs[0], owner_topic=0)

    def is_void(self, owner: bytes, root: bytes, session_id: UUID) -> bool:
        """Tell whether it was shown that what the account opened in the batch of this root is void.

        An ID that somebody else used between two batches of the account is void in the later one and stands in the
        earlier. Raises ChainUnreachable.
        """
        address = self.address()
        return address is not None and self.is_void_in(address, owner, root, session_id)

    def is_void_in(self, address: bytes, owner: bytes, root: bytes, session_id: UUID) -> bool:
        """Ask the contract at an address, such as evidence names, about a session; as ``is_void``."""
        call = self._contract.encode_call("isVoid", (owner, root, session_id.bytes))
        (answer,) = self._contract.decode_result("isVoid", self._ask(address, call))
        return bool(answer)

    def _own_contracts(self) -> Contracts:
        contracts = self._contracts()
        if contracts is None:
            raise ChainUnreachable(reason="the contracts are not deployed yet")
        return contracts

    @property
    def _topic(self) -> str:
        return _hex(self._contract.event_topic(_EVENT))

    def _ask(self, address: bytes, data: bytes) -> bytes:
        asked = {"to": _hex(address), "data": _hex(data)}
        return bytes.fromhex(self._connection.read("eth_call", asked, "latest")[2:])

    def _remembered(self, contracts: Contracts) -> bytes | None:
        stored = None if self._path is None else _read(self._path)
        if stored is None or stored[:2] != (contracts.chain_id, contracts.anchors):
            return None
        if not self._code(stored[2]):
            return None  # the chain was made anew
        if not self._is_there(contracts, stored[2]):
            raise AnchorMismatch(field=f"code of {BATCHES}")
        self._first_block = stored[3]
        return stored[2]

    def _deployed_here(self, contracts: Contracts) -> bytes | None:
        """Take up the one of the network that this appliance deployed, where that has the same LucidAnchors."""
        if self._path is None:
            return None
        file = deployed_here(self._path.parent, self._connection, contracts.chain_id)
        if file is None or file.contracts["LucidAnchors"] != contracts.anchors:
            return None
        address = file.contracts[BATCHES]
        if not self._is_there(contracts, address):
            return None
        self.adopt(address, file.first_block)
        return address

    def _by_its_events(self, contracts: Contracts) -> bytes | None:
        """Look for batches that were anchored, once; a contract without any has nothing to lose."""
        if contracts.anchors in self._searched:
            return None
        topics = [self._topic] if self._account is None else [self._topic, _word(self._account)]
        logs = self._logs({"topics": topics}, contracts)
        for address in dict.fromkeys(_address_of(log) for log in logs):
            if self._is_there(contracts, address):
                self.adopt(address)
                return address
        self._searched.add(contracts.anchors)  # only now: a search that was broken off says nothing
        return None

    def _logs(self, asked: dict[str, Any], contracts: Contracts) -> list[dict[str, Any]]:
        head = int(self._connection.read("eth_blockNumber"), 16)
        return read_logs(self._connection, asked, contracts.first_block, head)

    def _code(self, address: bytes) -> bytes:
        text: str = self._connection.read("eth_getCode", _hex(address), "latest")
        return bytes.fromhex(text[2:])

    def _is_there(self, contracts: Contracts, address: bytes) -> bool:
        return self._code(address) == self._contract.runtime_code(contracts.anchors)


def _encode(contracts: Contracts, address: bytes, first_block: int) -> bytes:
    content = {
        "version": FORMAT_VERSION,
        "chain_id": contracts.chain_id,
        "anchors": _hex(contracts.anchors),
        "batches": _hex(address),
        "first_block": first_block,
    }
    return json.dumps(content, indent=2).encode() + b"\n"


def _read(path: Path) -> tuple[int, bytes, bytes, int] | None:
    """Read the file; one that cannot be read is as good as none, since the chain can be searched."""
    try:
        stored = json.loads(path.read_bytes())
        if stored["version"] != FORMAT_VERSION:
            return None
        anchors, batches = (bytes.fromhex(stored[name][2:]) for name in ("anchors", "batches"))
        return int(stored["chain_id"]), anchors, batches, int(stored.get("first_block", 0))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _address_of(log: dict[str, Any]) -> bytes:
    """Read which contract a log is of. Raises AnchorMismatch."""
    try:
        address = bytes.fromhex(log["address"][2:])
    except (KeyError, TypeError, ValueError) as error:
        raise AnchorMismatch(field="log") from error
    if len(address) != _ADDRESS:
        raise AnchorMismatch(field="log")
    return address


def _word(address: bytes) -> str:
    return _hex(address.rjust(_WORD, b"\0"))


def _hex(value: bytes) -> str:
    return f"0x{value.hex()}"
