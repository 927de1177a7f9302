"""The conformance suite, against each node that is here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.chain.signing import account_of
from tests.conformance.anchor_chain import AnchorChainConformance
from tests.core.chain.node_process import (
    KEY,
    OTHER_KEY,
    Deployed,
    anvil_node,
    deploy,
    own_node,
    required_anvil,
)
from tests.fakes.execution_clients import ethereumjs_node, geth_node, is_geth_expected
from tests.fakes.ledger_chain import Ledger, LedgerChain

_ACCOUNTS = (account_of(KEY), account_of(OTHER_KEY))


def _with_contracts(deployed: Deployed) -> Deployed:
    client = deployed.client()
    deploy(client)
    client.close()
    return deployed


class TestEmbeddedBySocket(AnchorChainConformance):
    """The appliance's own node over its Unix socket."""

    @pytest.fixture(scope="class")
    @classmethod
    def deployed(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
        """Run the node."""
        root = tmp_path_factory.mktemp("chain")
        with own_node(root) as node:
            yield _with_contracts(Deployed(str(node.socket), root / "deployment.json"))


class TestEmbeddedByHttp(AnchorChainConformance):
    """The appliance's own node over HTTP on loopback."""

    @pytest.fixture(scope="class")
    @classmethod
    def deployed(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
        """Run the node."""
        root = tmp_path_factory.mktemp("chain")
        with own_node(root, "--http-port", "0") as node:
            endpoint = f"http://127.0.0.1:{node.http_port}"
            yield _with_contracts(Deployed(endpoint, root / "deployment.json"))


class TestAnvil(AnchorChainConformance):
    """A node that is not ours: Foundry's anvil, over HTTP."""

    @pytest.fixture(scope="class")
    @classmethod
    def deployed(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
        """Run anvil, where it is installed."""
        program = required_anvil()
        root = tmp_path_factory.mktemp("anvil")
        with anvil_node(program) as endpoint:
            yield _with_contracts(Deployed(endpoint, root / "deployment.json"))


class TestAnvilByWebSocket(AnchorChainConformance):
    """The same over a WebSocket."""

    @pytest.fixture(scope="class")
    @classmethod
    def deployed(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
        """Run anvil, where it is installed."""
        program = required_anvil()
        root = tmp_path_factory.mktemp("anvil")
        with anvil_node(program) as endpoint:
            address = endpoint.replace("http://", "ws://")
            yield _with_contracts(Deployed(address, root / "deployment.json"))


class TestEthereumJs(AnchorChainConformance):
    """A real execution client that is not ours, over HTTP: @ethereumjs/client, told to make blocks."""

    refuses_too_little_gas = (
        False  # it waits in its pool, and the same nonce can be used by another
    )

    @pytest.fixture(scope="class")
    @classmethod
    def deployed(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
        """Run it."""
        root = tmp_path_factory.mktemp("ethereumjs")
        with ethereumjs_node(root, _ACCOUNTS) as client:
            yield _with_contracts(Deployed(client.http, root / "deployment.json"))


if is_geth_expected():

    class TestGethBySocket(AnchorChainConformance):
        """go-ethereum over its Unix socket; where Go is not, it cannot be, and conftest says so."""

        @pytest.fixture(scope="class")
        @classmethod
        def deployed(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
            """Run it."""
            root = tmp_path_factory.mktemp("geth")
            with geth_node(root, _ACCOUNTS) as client:
                yield _with_contracts(Deployed(str(client.ipc), root / "deployment.json"))

    class TestGethByWebSocket(AnchorChainConformance):
        """The same over a WebSocket."""

        @pytest.fixture(scope="class")
        @classmethod
        def deployed(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
            """Run it."""
            root = tmp_path_factory.mktemp("geth")
            with geth_node(root, _ACCOUNTS) as client:
                yield _with_contracts(Deployed(client.websocket, root / "deployment.json"))


class LedgerDeployed:
    """A ledger with both contracts on it."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        deploy(self.client())

    def client(self, key: bytes = KEY) -> LedgerChain:
        """Open a client of one of the test accounts."""
        return LedgerChain(self.ledger, key)


class TestLedger(AnchorChainConformance):
    """The chain in memory that other tests use: all but proofs, raw transactions and places on the disk."""

    test_receipts_prove_themselves = None
    test_what_can_never_be_valid_is_refused = None
    test_contracts_are_found_without_the_file = None
    test_a_chain_that_is_down_is_unreachable = None

    @pytest.fixture(scope="class")
    @classmethod
    def deployed(cls) -> LedgerDeployed:
        """Deploy on a ledger."""
        return LedgerDeployed()
