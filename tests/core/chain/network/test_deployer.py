"""Tests of core.chain.network: a whole network on a real execution client, and a crash after every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.chain.clients import lucid_timelock
from core.chain.encoding import keccak256
from core.chain.network.deployer import (
    ADMIN_ROLE,
    CALLS,
    PROPOSER_ROLE,
    STEPS,
    Deployer,
    gas_of_all,
)
from core.chain.network.doctor import Doctor, Finding
from core.chain.network.document import read_deployment, write_deployment
from core.chain.network.journal import Sent
from core.chain.network.node import NetworkNode, Transaction, cost_of
from core.chain.network.parts import NAMES
from core.chain.signing import account_of
from core.errors import ChainNotMeant, ChainUnreachable, DeploymentMalformed, StoreCorrupt
from tests.core.chain.network.bench import (
    DEVICE,
    begin,
    file_of,
    finish,
    made_up_account,
    some_terms,
)
from tests.core.chain.node_process import KEY, OTHER_KEY, wait_for
from tests.fakes.execution_clients import CHAIN_ID, ExecutionClient, ethereumjs_node


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExecutionClient]:
    """Run a client on which two accounts can pay."""
    root = tmp_path_factory.mktemp("client")
    with ethereumjs_node(root, (account_of(KEY), account_of(OTHER_KEY))) as running:
        yield running


@pytest.fixture
def node(client: ExecutionClient) -> Iterator[NetworkNode]:
    """Lend the first account's connection."""
    lent = NetworkNode(client.http, KEY)
    yield lent
    lent.close()


class Cut(Exception):
    """The process ended here."""


class DyingNode(NetworkNode):
    """Ends the process right before, or right after, each first attempt to send something."""

    def __init__(self, endpoint: str, *, is_after: bool) -> None:
        super().__init__(endpoint, KEY)
        self._is_after = is_after
        self._sent: set[bytes] = set()

    def submit(self, raw: bytes) -> None:
        """Send, and die the first time."""
        is_first = raw not in self._sent
        self._sent.add(raw)
        if self._is_after or not is_first:
            super().submit(raw)
        if is_first:
            raise Cut


def failing(findings: tuple[Finding, ...]) -> list[str]:
    """Name the checks that do not hold; each has a next step, and no other has one."""
    assert all(bool(each.next_step) != each.holds for each in findings)
    return [each.name for each in findings if not each.holds]


@pytest.mark.parametrize("is_after", [False, True])
def test_a_crash_anywhere_does_nothing_twice(
    client: ExecutionClient, tmp_path: Path, *, is_after: bool
) -> None:
    """Killed before or after each transaction is sent, the deployment goes on: one transaction a step, all right."""
    node = DyingNode(client.http, is_after=is_after)
    before, first_block = node.next_nonce(), node.head()
    journal_path = tmp_path / "journal.json"
    deaths = 0
    while True:
        deployer = Deployer(node, begin(node, journal_path))  # what a new process would do
        try:
            finish(deployer)
            break
        except Cut:
            deaths += 1
    assert deaths == len(STEPS)
    assert node.next_nonce() == before + len(STEPS)
    findings = Doctor(node, file_of(node, deployer, first_block)).examine()
    assert failing(findings) == []
    assert len(findings) == 1 + len(NAMES) + 11
    (validators,) = (each for each in findings if each.name == "validators")
    assert validators.told.startswith("2, of whom 2 have to sign; one lost key ends")
    node.close()


def test_another_transaction_in_between_costs_only_the_token(
    node: NetworkNode, tmp_path: Path
) -> None:
    """When the account sends something else meanwhile, even after the token, all comes out right."""
    first_block = node.head()
    deployer = Deployer(node, begin(node, tmp_path / "journal.json"))
    others = 0

    def advance() -> bool:
        nonlocal others
        is_done = deployer.advance()
        if others == 0 and "LucidToken" in deployer.addresses():
            transfer = node.sign(Transaction(bytes([1]) * 20, b"", 21_000), node.next_nonce())
            node.submit(transfer.raw)
            others += 1
        return is_done

    wait_for(advance, 100.0)
    assert others == 1
    assert failing(Doctor(node, file_of(node, deployer, first_block)).examine()) == []


def test_each_wrong_thing_is_found(client: ExecutionClient, tmp_path: Path) -> None:
    """Half a deployment, a stranger's role, other terms, another chain, missing code: each fails its own check."""
    node = NetworkNode(client.http, KEY)
    first_block = node.head()
    journal = begin(node, tmp_path / "journal.json")
    deployer = Deployer(node, journal)
    wait_for(lambda: deployer.advance() or deployer.done() >= len(NAMES), 100.0)

    half = file_of(node, deployer, first_block)
    found = failing(Doctor(node, half).examine())
    assert "who is admin" in found
    timelock = half.contracts["LucidTimelock"]
    stranger = made_up_account("stranger")
    grant = lucid_timelock.grant_role(PROPOSER_ROLE, stranger)
    # After the governor's own, which is on its way, and before the admin renounces.
    signed = node.sign(Transaction(timelock, grant.data, 200_000), node.next_nonce())
    node.submit(signed.raw)
    wait_for(lambda: node.receipt(signed.raw) is not None)
    finish(deployer)
    found = failing(Doctor(node, half).examine())
    assert found == ["who may propose", "privilege in the past"]
    assert not node.reader.read(timelock, lucid_timelock.has_role(ADMIN_ROLE, node.account))

    other_terms = replace(half.terms, compliance_signer=made_up_account("another"))
    assert "who approves payouts" in failing(
        Doctor(node, replace(half, terms=other_terms)).examine()
    )
    for changed, name in (
        (replace(half, chain_id=half.chain_id + 1), "chain"),
        (replace(half, genesis=bytes(32)), "chain"),
        (
            replace(half, contracts=half.contracts | {"LucidToken": bytes([5]) * 20}),
            "code of LucidToken",
        ),
        (
            replace(half, terms=replace(half.terms, first_slot_at_utc_s=1)),
            "code of LucidRewards",
        ),
    ):
        assert name in failing(Doctor(node, changed).examine())
    node.close()


def test_a_deployment_is_for_one_chain(node: NetworkNode) -> None:
    """A node of another chain ID than the expected one is refused, and the cost is known before."""
    assert node.require_chain(CHAIN_ID) == CHAIN_ID
    with pytest.raises(ChainNotMeant):
        node.require_chain(1)
    assert node.balance() > cost_of(gas_of_all(some_terms()), node.fees()) > 0


def test_a_journal_that_is_none_is_not_overwritten(node: NetworkNode, tmp_path: Path) -> None:
    """What may be a record of money spent is not thrown away because it cannot be read."""
    path = tmp_path / "journal.json"
    path.write_text('{"version": 1}')
    with pytest.raises(StoreCorrupt):
        begin(node, path)
    assert path.read_text() == '{"version": 1}'


def test_a_node_that_is_away_is_told(tmp_path: Path) -> None:
    """Without a node nothing is guessed."""
    node = NetworkNode(str(tmp_path / "none.sock"), KEY)
    with pytest.raises(ChainUnreachable):
        node.chain_id()
    node.close()


def test_the_file_is_signed(node: NetworkNode, tmp_path: Path) -> None:
    """It reads back; a changed byte, a missing member, another signature are refused."""
    journal = begin(node, tmp_path / "journal.json")
    deployer = Deployer(node, journal)
    for name in NAMES:
        journal.put(name, Sent(0, (), keccak256(name.encode())[12:]))
    file = file_of(node, deployer, 3)
    written = write_deployment(file, lambda message: DEVICE.sign(message).signature)
    assert read_deployment(written) == file
    for wrong in (
        written.replace(b'"first_block":3', b'"first_block":4'),
        written.replace(b'"version":1', b'"version":2'),
        written.replace(b'"first_block":3,', b""),
        b"{}",
        b"no JSON",
    ):
        assert wrong != written
        with pytest.raises(DeploymentMalformed):
            read_deployment(wrong)
    assert CALLS[-1] == STEPS[-1]
