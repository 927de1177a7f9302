"""Deploys a network's contracts with this appliance's account, and examines deployments."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

from core.api.chain import (
    EMBEDDED,
    CarryOutDeployment,
    DeployedNetwork,
    DeploymentPlan,
    ExamineDeployment,
    ExaminedNetwork,
    NetworkCheck,
    NetworkTerms,
    PlanDeployment,
    ReadAccount,
)
from core.appliance.chain_work import LOOK_EVERY_S, until_done
from core.appliance.progress import Progress
from core.chain.batches import FILE_NAME as BATCHES_FILE
from core.chain.deployment import ANCHORS_FILE, contracts_of
from core.chain.network.deployed_here import file_name
from core.chain.network.deployer import STEPS, Deployer, gas_of_all
from core.chain.network.doctor import Doctor
from core.chain.network.document import (
    LARGEST,
    DeploymentFile,
    read_deployment,
    write_deployment,
)
from core.chain.network.journal import Beginning, Journal, open_journal
from core.chain.network.node import NetworkNode, cost_of, require_wei
from core.chain.network.parts import NAMES
from core.chain.network.terms import Terms, address_of
from core.chain.protocol import Contracts
from core.chain.signing import account_of
from core.config.chain_environment import ANCHORS, RPC_URL
from core.config.engine_options import ChainOptions
from core.errors import (
    ChainUnreachable,
    DeploymentMissing,
    TermsDifferent,
    UsageFailure,
)
from core.runtime.clock import Clock
from core.runtime.files import write_atomically
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker
from core.storage.data_directory import DataDirectory
from core.vault.open_vault import OpenVault

_MOST_LOOKS = 240  # at whether its own contracts are there
_APPROVERS = 3

T = TypeVar("T")


class DeploymentService:
    """Lives on the engine's loop; a node is asked on a worker of its own."""

    def __init__(
        self,
        *,
        directory: DataDirectory,
        vault: Callable[[], OpenVault],
        clock: Clock,
        own_endpoint: Callable[[], Awaitable[str]],
        options: ChainOptions | None = None,
    ) -> None:
        """``own_endpoint`` starts the appliance's own chain if need be and says where it answers.

        ``options`` say which node sessions are anchored on, and in which contracts if one is named.
        """
        self._options = options or ChainOptions()
        self._directory = directory
        self._vault = vault
        self._clock = clock
        self._own_endpoint = own_endpoint

    async def account(self, _command: ReadAccount) -> str:
        """Tell the account."""
        return _text(account_of(self._vault().chain_private_key()))

    async def plan(self, command: PlanDeployment) -> DeploymentPlan:
        """Work out what a deployment takes. Raises ChainNotMeant, TermsDifferent, ChainUnreachable, UsageFailure."""
        async with Asking(await self._node(command.network)) as asking:
            return await asking.run(lambda node: self._plan(node, command))

    async def carry_out(self, command: CarryOutDeployment, tell: Progress) -> DeployedNetwork:
        """Deploy what is missing, and write the file. Raises BalanceTooLow beside what ``plan`` raises."""
        async with Asking(await self._node(command.network)) as asking:
            if command.network == EMBEDDED:
                await self._wait_for_own(asking)
            deployer = await asking.run(lambda node: self._begin(node, command))
            await until_done(
                asking, deployer, self._clock, lambda done: tell("steps", done, len(STEPS))
            )
            return await asking.run(lambda node: self._write(node, deployer, command.network))

    async def _wait_for_own(self, asking: Asking) -> None:
        """Wait for the contracts that the appliance deploys for its own sessions: the network builds on the same."""
        for _ in range(_MOST_LOOKS):
            if await asking.run(lambda node: node.own_contracts()) is not None:
                return
            await self._clock.sleep(LOOK_EVERY_S)
        raise ChainUnreachable(reason="the contracts of its own sessions do not come into a block")

    async def examine(self, command: ExamineDeployment) -> ExaminedNetwork:
        """Check a deployment. Raises DeploymentMissing, DeploymentMalformed, ChainUnreachable."""
        async with Asking(await self._node(command.network)) as asking:
            return await asking.run(lambda node: self._examine(node, command))

    async def asking(self, network: str) -> Asking:
        """Give a node on a worker of its own, for as long as a command takes."""
        return Asking(await self._node(network))

    def file_of(self, node: NetworkNode, path: Path | None) -> DeploymentFile:
        """Read a deployment's file, or the one that was made here; on the worker.

        Raises DeploymentMissing, DeploymentMalformed.
        """
        return _file(path or self._place(node))

    async def _node(self, network: str) -> NetworkNode:
        endpoint = await self._own_endpoint() if network == EMBEDDED else network
        return NetworkNode(endpoint, self._vault().chain_private_key())

    # --- on the worker -----------------------------------------------------------------------

    def _plan(self, node: NetworkNode, command: PlanDeployment) -> DeploymentPlan:
        chain_id = node.require_chain(command.chain_id)
        is_begun = self._journal_path(node).exists()
        terms = self._terms(node, command.terms)
        done, gas = 0, gas_of_all(terms)
        if is_begun:
            deployer = Deployer(node, self._journal(node, terms))
            done, gas = deployer.done(), deployer.gas_left()
        return DeploymentPlan(
            chain_id=chain_id,
            account=_text(node.account),
            balance_wei=node.balance(),
            most_wei=cost_of(gas, node.fees()),
            steps=len(STEPS),
            steps_done=done,
            is_begun=is_begun,
        )

    def _begin(self, node: NetworkNode, command: CarryOutDeployment) -> Deployer:
        node.require_chain(command.chain_id)
        terms = self._terms(node, command.terms)
        is_begun = self._journal_path(node).exists()
        if not is_begun:
            require_wei(node, cost_of(gas_of_all(terms), node.fees()))
        deployer = Deployer(node, self._journal(node, terms))
        own = node.own_contracts()
        if own is not None and not is_begun:
            deployer.adopt("LucidAnchors", own.anchors, own.first_block)
            if own.chunk_store is not None:
                deployer.adopt("LucidChunkStore", own.chunk_store, own.first_block)
        return deployer

    def _terms(self, node: NetworkNode, given: NetworkTerms) -> Terms:
        try:
            validators = tuple(sorted(address_of(each) for each in given.validators))
            approvers = sorted(address_of(each) for each in given.approvers)
            compliance = address_of(given.compliance_signer)
        except ValueError as error:
            raise UsageFailure(reason=str(error)) from error
        if len(approvers) != _APPROVERS:
            raise UsageFailure(reason=f"a network has {_APPROVERS} approvers")
        first, second, third = approvers
        terms = Terms(
            validators=validators or (node.account,),
            approvers=(first, second, third),
            compliance_signer=compliance,
            routers_chain_id=given.routers_chain_id,
            first_slot_at_utc_s=self._clock.now().utc_ns // 1_000_000_000,
            storage_window_s=given.storage_window_s,
        )
        if (fault := terms.fault()) is not None:
            raise UsageFailure(reason=fault)
        return terms

    def _journal(self, node: NetworkNode, terms: Terms) -> Journal:
        beginning = Beginning(node.chain_id(), node.genesis(), node.account, terms)
        path = self._journal_path(node)
        journal = open_journal(path, beginning)
        if differs := terms.differs_from(journal.beginning.terms):
            raise TermsDifferent(differs=differs, path=str(path))
        return journal

    def _journal_path(self, node: NetworkNode) -> Path:
        return self._place(node).with_suffix(".journal")

    def _place(self, node: NetworkNode) -> Path:
        """Name a chain's deployment by its ID and its first block: there are many chains of one ID."""
        return self._directory.networks / file_name(node.chain_id(), node.genesis())

    def _write(self, node: NetworkNode, deployer: Deployer, network: str) -> DeployedNetwork:
        at, vault = deployer.addresses(), self._vault()
        file = DeploymentFile(
            chain_id=node.chain_id(),
            genesis=node.genesis(),
            first_block=deployer.first_block(),
            deployer=node.account,
            terms=deployer.terms,
            contracts={name: at[name] for name in NAMES},
            device=vault.device_public_key,
        )
        path = self._place(node)
        write_atomically(path, write_deployment(file, vault.sign))
        to_set = self._use_for_sessions(node, file, network)
        contracts = {name: _text(address) for name, address in file.contracts.items()}
        return DeployedNetwork(
            file.chain_id, str(path), contracts, to_set is not None and not to_set, to_set or {}
        )

    def _use_for_sessions(
        self, node: NetworkNode, file: DeploymentFile, network: str
    ) -> dict[str, str] | None:
        """Have this appliance's sessions anchored in what it deployed, where the environment names that.

        Gives what the environment has to say for it, nothing once it is so; None where the sessions are in other
        contracts. Written down for another node than the next start asks, the contracts would stop that start.
        """
        if network == EMBEDDED:
            return self._use_own(node, file)
        path = self._directory.networks / ANCHORS_FILE
        anchors = file.contracts["LucidAnchors"]
        used = contracts_of(path)
        if any(self._directory.chain.iterdir()) or (path.exists() and used is None):
            return None
        if used is not None and (used.chain_id, used.anchors) != (file.chain_id, anchors):
            return None
        to_set = {}
        if self._options.endpoint != network:
            to_set[RPC_URL] = network
        if self._options.anchors not in {None, anchors}:
            to_set[ANCHORS] = _text(anchors)
        if not to_set and used is None:
            store, first_block = file.contracts["LucidChunkStore"], file.first_block
            contracts = Contracts(file.chain_id, anchors, store, first_block)
            node.remember(path, contracts, file.contracts["LucidBatches"])
        return to_set

    def _use_own(self, node: NetworkNode, file: DeploymentFile) -> dict[str, str] | None:
        """Have sessions of the own chain share the network's LucidBatches, where they have its LucidAnchors already.

        Gives and leaves what ``_use_for_sessions`` does; a LucidBatches that is in use stays.
        """
        path = self._directory.own_contracts
        used = contracts_of(path)
        if used is None or used.anchors != file.contracts["LucidAnchors"]:
            return None
        if not path.with_name(BATCHES_FILE).exists():
            node.remember(path, used, file.contracts["LucidBatches"])
        return {}

    def _examine(self, node: NetworkNode, command: ExamineDeployment) -> ExaminedNetwork:
        path = command.path or self._place(node)
        file = _file(path)
        findings = Doctor(node, file).examine()
        checks = tuple(
            NetworkCheck(each.name, each.holds, each.told, each.next_step) for each in findings
        )
        return ExaminedNetwork(
            str(path), file.device.hex(), checks, all(each.holds for each in checks)
        )


class Asking:
    """A node on a worker of its own, for as long as one command takes."""

    def __init__(self, node: NetworkNode) -> None:
        self._node = node
        self._worker = Worker("deployment")

    async def run(self, work: Callable[[NetworkNode], T]) -> T:
        """Ask on the worker."""
        return await self._worker.run(work, self._node)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await to_its_end(self._end())

    async def _end(self) -> None:
        """Let go of the node and end the thread, which may still ask what nobody waits for any more."""
        try:
            await self._worker.run(self._node.close)
        finally:
            await asyncio.to_thread(self._worker.close)


def _file(path: Path) -> DeploymentFile:
    content: bytes | None = None
    with suppress(OSError), path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if content is None:
        raise DeploymentMissing(path=str(path))
    return read_deployment(content)


def _text(address: bytes) -> str:
    return f"0x{address.hex()}"
