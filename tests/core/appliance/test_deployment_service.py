"""What was deployed is written down for sessions only where the next start asks the same node for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from core.api.chain import EMBEDDED
from core.appliance.deployment_service import DeploymentService
from core.chain.deployment import ANCHORS_FILE
from core.chain.network.document import DeploymentFile
from core.chain.network.parts import NAMES
from core.chain.protocol import Contracts
from core.config.engine_options import ChainOptions
from core.storage.data_directory import DataDirectory
from tests.core.chain.network.bench import some_terms

NODE, OTHER = "http://127.0.0.1:8545", "http://127.0.0.1:9545"
FILE = DeploymentFile(
    chain_id=7,
    genesis=bytes(32),
    first_block=3,
    deployer=bytes(20),
    terms=some_terms(),
    contracts={name: bytes([at + 1]) * 20 for at, name in enumerate(NAMES)},
    device=bytes(32),
)
ANCHORS = FILE.contracts["LucidAnchors"]


class _Node:
    """Takes down what is to be remembered, in place of the node that is asked about the code there."""

    def __init__(self) -> None:
        self.remembered: list[tuple[Path, Contracts, bytes]] = []

    def remember(self, *said: Any) -> None:  # noqa: ANN401 - as the real one
        self.remembered.append(cast("tuple[Path, Contracts, bytes]", said))


def _deployed(directory: DataDirectory, options: ChainOptions, network: str = NODE) -> Any:  # noqa: ANN401
    """Deploy, and give what is to be set and what was written down."""
    nothing, node = cast("Any", None), _Node()
    service = DeploymentService(
        directory=directory, vault=nothing, clock=nothing, own_endpoint=nothing, options=options
    )
    to_set = service._use_for_sessions(cast("Any", node), FILE, network)
    return to_set, [(path.name, at.anchors) for path, at, _ in node.remembered]


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """Lend a data directory without sessions."""
    made = DataDirectory(tmp_path)
    made.chain.mkdir(parents=True)
    made.networks.mkdir()
    return made


@pytest.mark.parametrize("named", [None, ANCHORS])
def test_the_node_that_is_named_is_used(directory: DataDirectory, named: bytes | None) -> None:
    """Sessions go to what was deployed on the node that the environment names, if no other contracts are named."""
    assert _deployed(directory, ChainOptions(NODE, named)) == ({}, [(ANCHORS_FILE, ANCHORS)])


@pytest.mark.parametrize(
    ("options", "to_set"),
    [
        (ChainOptions(), {"ON_SYSTEM_CHAIN_RPC_URL": NODE}),
        (ChainOptions(OTHER), {"ON_SYSTEM_CHAIN_RPC_URL": NODE}),
        (
            ChainOptions(NODE, bytes(20)),
            {"LUCID_ANCHOR_CONTRACT_ADDRESS": f"0x{ANCHORS.hex()}"},
        ),
    ],
    ids=["no node", "another node", "other contracts"],
)
def test_nothing_is_written_that_would_stop_the_next_start(
    directory: DataDirectory, options: ChainOptions, to_set: dict[str, str]
) -> None:
    """With another node, none, or other contracts named, it is told what has to be set, and nothing else is done."""
    assert _deployed(directory, options) == (to_set, [])


def test_sessions_stay_where_they_are(directory: DataDirectory) -> None:
    """Sessions on the own chain, or in other contracts, are not moved; those in these contracts are in them."""
    written = directory.networks / ANCHORS_FILE
    content = {"version": 1, "chain_id": 7, "chunk_store": None, "first_block": 1}
    written.write_text(json.dumps({**content, "anchors": f"0x{ANCHORS.hex()}"}))
    assert _deployed(directory, ChainOptions(NODE)) == ({}, [])
    written.write_text(json.dumps({**content, "anchors": f"0x{'99' * 20}"}))
    assert _deployed(directory, ChainOptions(NODE)) == (None, [])
    written.write_text("no JSON")
    assert _deployed(directory, ChainOptions(NODE)) == (None, [])
    written.unlink()
    (directory.chain / "genesis.json").touch()
    assert _deployed(directory, ChainOptions(NODE)) == (None, [])


def test_the_own_chain_shares_the_networks_batches(directory: DataDirectory) -> None:
    """On the own chain the network's LucidBatches is taken, if LucidAnchors is the same and no other is in use."""
    own = directory.own_contracts
    assert _deployed(directory, ChainOptions(), EMBEDDED) == (None, [])
    content = {"version": 1, "chain_id": 7, "chunk_store": None, "first_block": 1}
    own.write_text(json.dumps({**content, "anchors": f"0x{'99' * 20}"}))
    assert _deployed(directory, ChainOptions(), EMBEDDED) == (None, [])
    own.write_text(json.dumps({**content, "anchors": f"0x{ANCHORS.hex()}"}))
    assert _deployed(directory, ChainOptions(), EMBEDDED) == ({}, [(own.name, ANCHORS)])
    own.with_name("batches.json").touch()
    assert _deployed(directory, ChainOptions(), EMBEDDED) == ({}, [])
