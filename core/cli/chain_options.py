"""Which chain sessions are anchored on, as the environment says it.

``ON_SYSTEM_CHAIN_RPC_URL`` names a node on this machine; without it, the appliance runs a chain of its own.
``LUCID_ANCHOR_CONTRACT_ADDRESS`` names the LucidAnchors there, for appliances that share one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from core.config.chain_environment import read_chain_environment
from core.config.engine_options import ChainOptions
from core.errors import UsageFailure


def chain_options(environment: Mapping[str, str] = os.environ) -> ChainOptions:
    """Read the environment. Raises UsageFailure with the name of what is wrong in it."""
    try:
        return read_chain_environment(environment)
    except ValueError as error:
        raise UsageFailure(reason=str(error)) from error
