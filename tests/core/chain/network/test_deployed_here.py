"""A network that this appliance deployed is taken up by sessions once a node of its chain is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.chain.batches import Batches
from core.chain.connection import NodeConnection
from core.chain.contract import Contract
from core.chain.deployment import ANCHORS_FILE, Deployment, contracts_of
from core.chain.network.deployed_here import file_name
from core.chain.network.document import DeploymentFile, write_deployment
from core.chain.network.parts import NAMES
from core.chain.protocol import Contracts
from core.errors import AnchorMismatch, ChainUnreachable
from tests.core.chain.network.bench import DEVICE, made_up_account, some_terms

CHAIN_ID, FIRST_BLOCK = 7, 12
GENESIS = bytes([9]) * 32
FILE = DeploymentFile(
    chain_id=CHAIN_ID,
    genesis=GENESIS,
    first_block=FIRST_BLOCK,
    deployer=bytes([3]) * 20,
    terms=some_terms(),
    contracts={name: made_up_account(name) for name in NAMES},
    device=bytes(DEVICE.verify_key),
)
ANCHORS, STORE, BATCHES = (
    FILE.contracts[name] for name in ("LucidAnchors", "LucidChunkStore", "LucidBatches")
)


class _Node(NodeConnection):
    """A node of a chain with a first block, with the network's code at its addresses."""

    def __init__(self, genesis: bytes = GENESIS) -> None:
        super().__init__("nowhere")
        self.is_down = False
        self.first_block: object = {"hash": f"0x{genesis.hex()}"}
        self.codes = {
            ANCHORS: Contract("LucidAnchors").runtime_code(),
            STORE: Contract("LucidChunkStore").runtime_code(ANCHORS),
            BATCHES: Contract("LucidBatches").runtime_code(ANCHORS),
        }

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        match method:
            case "eth_getBlockByNumber":
                return self.first_block
            case "eth_getCode":
                return f"0x{self.codes.get(bytes.fromhex(str(params[0])[2:]), b'').hex()}"
            case "eth_blockNumber":
                return "0x20"
            case _ if self.is_down:
                raise ChainUnreachable(reason="no node listens")
            case "eth_getLogs":
                return []
        raise AssertionError(method)


def _written(networks: Path, content: bytes | None = None) -> Path:
    networks.mkdir(exist_ok=True)
    whole = write_deployment(FILE, lambda data: DEVICE.sign(data).signature)
    (networks / file_name(CHAIN_ID, GENESIS)).write_bytes(whole if content is None else content)
    return networks / ANCHORS_FILE


def _found(path: Path, node: _Node) -> Contracts | None:
    return Deployment(path, node, None).find(CHAIN_ID)


def test_it_is_taken_up_whole(tmp_path: Path) -> None:
    """All three contracts that sessions need are found, with the first block, and written down."""
    path, node = _written(tmp_path / "networks"), _Node()
    contracts = Contracts(CHAIN_ID, ANCHORS, STORE, FIRST_BLOCK)
    assert _found(path, node) == contracts
    assert contracts_of(path) == contracts
    batches = Batches(node, lambda: contracts, None, path)
    assert (batches.address(), batches.first_block()) == (BATCHES, FIRST_BLOCK)
    assert (path.parent / "batches.json").exists()


@pytest.mark.parametrize("at", [ANCHORS, STORE])
def test_a_chain_that_does_not_have_it_has_none(tmp_path: Path, at: bytes) -> None:
    """Another first block, or other code at an address, as on a chain that was made anew: it is not taken up."""
    path, node = _written(tmp_path / "networks"), _Node()
    assert _found(path, _Node(bytes(32))) is None
    node.codes[at] = b"other"
    assert _found(path, node) is None
    assert not path.exists()


def test_a_file_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """A damaged file, and one that is not about the chain that its name says, stop nothing."""
    other = write_deployment(replace(FILE, chain_id=8), lambda data: DEVICE.sign(data).signature)
    for content in (b"no file", other):
        assert _found(_written(tmp_path / "networks", content), _Node()) is None


@pytest.mark.parametrize("block", ["0x00", [], {}, {"hash": 7}, {"hash": "0xzz"}])
def test_a_first_block_that_is_none_is_the_nodes_fault(tmp_path: Path, block: object) -> None:
    """A node that gives something else for the first block contradicts itself, and is told so."""
    path, node = _written(tmp_path / "networks"), _Node()
    node.first_block = block
    with pytest.raises(AnchorMismatch):
        _found(path, node)


def test_the_own_chain_and_other_contracts_take_nothing_up(tmp_path: Path) -> None:
    """Contracts of the own chain are elsewhere; LucidBatches counts over the same LucidAnchors and as its own code."""
    path, node = _written(tmp_path / "networks"), _Node()
    assert _found(path.with_name("deployment.json"), node) is None
    others = Contracts(CHAIN_ID, bytes(20), None, 0)
    assert Batches(node, lambda: others, None, path).address() is None
    node.codes[BATCHES] = b"other"
    own = Contracts(CHAIN_ID, ANCHORS, STORE, 0)
    assert Batches(node, lambda: own, None, path).address() is None
    assert Batches(node, lambda: own, None, None).address() is None


def test_a_search_that_was_broken_off_is_made_again() -> None:
    """A node that did not answer once does not hide LucidBatches for good; one that answered is asked once."""
    node, asked = _Node(), list[str]()
    own = Contracts(CHAIN_ID, ANCHORS, STORE, 0)
    batches = Batches(node, lambda: own, None, None)
    node.is_down = True
    with pytest.raises(ChainUnreachable):
        batches.address()
    node.is_down = False
    real = node.ask

    def answer(method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        asked.append(method)
        if method == "eth_getLogs":
            return [{"address": f"0x{BATCHES.hex()}", "blockNumber": "0x1"}]
        return real(method, *params)

    node.ask = answer  # type: ignore[method-assign]
    assert batches.address() == BATCHES
    assert asked.count("eth_getLogs") == 1
