"""Each function that changes something, of each contract, is called by its typed client and does what it is for.

The machine is py-evm; what real execution clients do beside it is in test_anchor_chains and tests/core/chain/network.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.chain.clients.errors import ERRORS
from tests.contracts.abi import Artifact, selector
from tests.core.chain.writes.money import lucid, payouts, payouts_with_passes
from tests.core.chain.writes.network import delays, months, nodes, votes
from tests.core.chain.writes.sessions import replicas, sessions
from tests.core.chain.writes.typed import Typed

SCENES: dict[Callable[[Typed], None], tuple[str, ...]] = {
    sessions: ("LucidAnchors", "LucidBatches"),
    replicas: ("LucidChunkStore", "LucidStorageProofs"),
    nodes: ("NodeRegistry",),
    months: ("WorkCreditsOracle",),
    votes: (
        *("EligibilityManager", "LucidGovernor", "ParamRegistry"),
        *("SignerRegistry", "ValidatorSet"),
    ),
    delays: ("LucidTimelock",),
    lucid: ("LucidRewards", "LucidToken"),
    payouts: ("PayoutRouterV0",),
    payouts_with_passes: ("PayoutRouterKYC",),
}


def writes_of(contract: str) -> set[bytes]:
    """Give the selectors of all functions that may change something."""
    return {
        selector(each)
        for each in Artifact.load(contract).document["abi"]
        if each["type"] == "function" and each["stateMutability"] in {"nonpayable", "payable"}
    }


def test_every_contract_has_its_scene() -> None:
    """No contract's client is left out."""
    assert sorted(name for names in SCENES.values() for name in names) == sorted(ERRORS)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_write_goes_through_its_client(scene: Callable[[Typed], None]) -> None:
    """What the scene plays goes as told there, and no function is left out."""
    typed = Typed()
    scene(typed)
    for contract in SCENES[scene]:
        left = writes_of(contract) - typed.used[contract]
        assert not left, (contract, [each.hex() for each in left])
