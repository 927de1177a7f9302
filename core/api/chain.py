"""The chain as a network's: what is deployed on it, and whether that is what it should be.

Addresses are ``0x`` and hex. ``network`` is ``embedded`` for the appliance's own chain, or where a node listens on this
machine: ``http://127.0.0.1:8545``, or the path of its socket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.api.commands import Command

EMBEDDED = "embedded"


@dataclass(frozen=True)
class NetworkTerms:
    """Who validates and approves when a network begins; it is a vote's to change afterwards."""

    validators: tuple[str, ...]  # none: this appliance's account
    approvers: tuple[str, ...]  # three
    compliance_signer: str
    routers_chain_id: int = 728_126_428  # TRON's main network
    storage_window_s: int = 86_400


@dataclass(frozen=True)
class PlanDeployment(Command):
    """Work out what a deployment takes; nothing is sent. Result: DeploymentPlan."""

    network: str
    terms: NetworkTerms
    chain_id: int | None = None  # refused when the node is on another


@dataclass(frozen=True)
class CarryOutDeployment(Command):
    """Deploy what is not deployed yet. Result: DeployedNetwork."""

    network: str
    terms: NetworkTerms
    chain_id: int | None = None


@dataclass(frozen=True)
class ExamineDeployment(Command):
    """Check a deployment. Result: ExaminedNetwork."""

    network: str
    path: Path | None = None  # the file; None is the one that this appliance made


@dataclass(frozen=True)
class ReadAccount(Command):
    """Tell the account that this appliance signs with on a chain. Result: its address, as text."""


@dataclass(frozen=True)
class DeploymentPlan:
    """What is about to be done; ``most_wei`` is for the steps left. ``is_begun``: an earlier attempt goes on."""

    chain_id: int
    account: str
    balance_wei: int
    most_wei: int
    steps: int
    steps_done: int
    is_begun: bool


@dataclass(frozen=True)
class DeployedNetwork:
    """A deployment that is done.

    Where sessions of this data directory are not anchored in it, ``to_set`` says what the environment has to say for
    that, variable by variable; nothing where they are in other contracts already.
    """

    chain_id: int
    path: str
    contracts: dict[str, str]
    is_for_sessions: bool = True
    to_set: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NetworkCheck:
    """One thing that was checked; ``next_step`` is there where it does not hold."""

    name: str
    holds: bool
    told: str
    next_step: str = ""


@dataclass(frozen=True)
class ExaminedNetwork:
    """What the checks came to."""

    path: str
    device: str  # the public key of the device that signed the file
    checks: tuple[NetworkCheck, ...]
    holds: bool
