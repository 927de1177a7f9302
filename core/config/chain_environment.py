"""The environment's names for the chain and for payouts, and what each may be; see configs/environment/."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.config.engine_options import ChainOptions
from core.config.node_address import names_node_here

ANCHORS = "LUCID_ANCHOR_CONTRACT_ADDRESS"
RPC_URL = "ON_SYSTEM_CHAIN_RPC_URL"
# Read by the payments service, and by nothing here: TRON is a program of its own.
OF_PAYMENTS = (
    "PAYOUT_ROUTER_V0_ADDRESS",
    "PAYOUT_ROUTER_KYC_ADDRESS",
    "TRON_ENERGY_STAKING_ADDRESS",
    "COMPLIANCE_SIGNER_KEY",
)
NAMES = (ANCHORS, RPC_URL, *OF_PAYMENTS)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def read_chain_environment(environment: Mapping[str, str]) -> ChainOptions:
    """Read what the engine uses. Raises ValueError with the name and what it may be."""
    endpoint = environment.get(RPC_URL, "")
    if endpoint and not names_node_here(endpoint) and not endpoint.startswith("/"):
        raise ValueError(
            f"{RPC_URL} is {endpoint}; it can be http://127.0.0.1:PORT or the path of a node's socket"
        )
    anchors = environment.get(ANCHORS, "")
    if anchors and not _ADDRESS.fullmatch(anchors):
        raise ValueError(f"{ANCHORS} is {anchors}; it can be 0x and 40 hex digits")
    return ChainOptions(endpoint or None, bytes.fromhex(anchors[2:]) if anchors else None)
