"""A network for tests: terms, a node of one's own, and a deployment carried out on it."""

from __future__ import annotations

from pathlib import Path

from nacl.signing import SigningKey

from core.chain.encoding import keccak256
from core.chain.network.deployer import Deployer
from core.chain.network.document import DeploymentFile
from core.chain.network.journal import Beginning, Journal, open_journal
from core.chain.network.node import NetworkNode
from core.chain.network.parts import NAMES
from core.chain.network.terms import Terms
from core.chain.signing import account_of
from tests.core.chain.node_process import KEY, wait_for

DEVICE = SigningKey(bytes([7]) * 32)


def made_up_account(name: str) -> bytes:
    """Give an address of nobody."""
    return keccak256(name.encode())[12:]


def some_terms() -> Terms:
    """Give terms of made-up accounts."""
    first, second, third = sorted(made_up_account(f"approver {number}") for number in range(3))
    return Terms(
        validators=tuple(sorted((account_of(KEY), made_up_account("validator")))),
        approvers=(first, second, third),
        compliance_signer=made_up_account("compliance"),
        routers_chain_id=728126428,
        first_slot_at_utc_s=1_800_000_000,
        storage_window_s=86_400,
    )


def begin(node: NetworkNode, path: Path) -> Journal:
    """Open the journal of a deployment on a node."""
    return open_journal(
        path, Beginning(node.chain_id(), node.genesis(), node.account, some_terms())
    )


def finish(deployer: Deployer) -> None:
    """Go on until everything is done."""
    wait_for(deployer.advance, 100.0)


def file_of(node: NetworkNode, deployer: Deployer, first_block: int) -> DeploymentFile:
    """Describe a deployment."""
    at = deployer.addresses()
    return DeploymentFile(
        chain_id=node.chain_id(),
        genesis=node.genesis(),
        first_block=first_block,
        deployer=node.account,
        terms=deployer.terms,
        contracts={name: at[name] for name in NAMES},
        device=bytes(DEVICE.verify_key),
    )
