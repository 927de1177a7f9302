"""Finds the file of what this appliance deployed on a node's chain, so that sessions can be anchored there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from core.chain.connection import NodeConnection
from core.chain.network.document import LARGEST, DeploymentFile, read_deployment
from core.chain.reading import read_hex
from core.errors import DeploymentMalformed


def file_name(chain_id: int, genesis: bytes) -> str:
    """Name a chain's deployment by its ID and the hash of its first block: there are many chains of one ID."""
    return f"{chain_id}-{genesis.hex()[:8]}.json"


def deployed_here(
    networks: Path, connection: NodeConnection, chain_id: int
) -> DeploymentFile | None:
    """Give the file of the network on the node's chain; None where nothing was deployed there from here.

    One that cannot be read is as good as none, since the chain can be searched. Raises ChainUnreachable, and
    AnchorMismatch when the node's first block is none.
    """
    if not any(networks.glob(f"{chain_id}-*.json")):
        return None
    block = connection.read("eth_getBlockByNumber", "0x0", False)  # noqa: FBT003 - positional in JSON-RPC
    if block is None:
        return None
    genesis = read_hex(block.get("hash") if isinstance(block, dict) else None)
    found: DeploymentFile | None = None
    with (
        suppress(OSError, DeploymentMalformed),
        (networks / file_name(chain_id, genesis)).open("rb") as stream,
    ):
        found = read_deployment(stream.read(LARGEST + 1))
    is_its = found is not None and (found.chain_id, found.genesis) == (chain_id, genesis)
    return found if is_its else None
