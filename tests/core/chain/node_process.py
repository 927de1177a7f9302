"""Real nodes as child processes, for tests: the appliance's own and, where it is installed, anvil."""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.chain.client import Web3AnchorChain
from core.chain.connection import NodeConnection
from core.chain.protocol import Contracts, SignedTransaction, TransactionReceipt
from core.chain.signing import account_of
from core.errors import ChainUnreachable

KEY = bytes.fromhex("11" * 32)
OTHER_KEY = bytes.fromhex("22" * 32)
PATIENCE_S = 30.0
_ANVIL_PLACES = "contracts/node_modules/@foundry-rs/anvil-*/bin/anvil"


class OwnNode:
    """The appliance's node on a directory; it can be killed and started again."""

    def __init__(self, root: Path, *options: str) -> None:
        self.directory = root / "chain"
        self.socket = root / "run" / "chain.sock"
        self._options = options
        self.process: subprocess.Popen[str] | None = None
        self.http_port: int | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = self.spawn()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the node ended: {self.process.communicate()[1]}"
        self.http_port = json.loads(line)["http_port"]

    def spawn(self) -> subprocess.Popen[str]:
        """Start the program without waiting for anything."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "core.chain.node"),
                *("--directory", str(self.directory), "--socket", str(self.socket)),
                *("--parent-pid", str(os.getpid())),
                *self._options,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and wait; gives exit status and what was written to stderr."""
        assert self.process is not None
        process, self.process = self.process, None
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE_S)
        return process.returncode, said


@contextmanager
def own_node(root: Path, *options: str) -> Iterator[OwnNode]:
    """Lend a running node of the appliance's kind."""
    node = OwnNode(root, *options)
    node.start()
    try:
        yield node
    finally:
        if node.process is not None:
            node.end()


def find_anvil() -> Path | None:
    """Find Foundry's anvil: named by LUCID_ANVIL, or installed with the contracts' tools."""
    named = os.environ.get("LUCID_ANVIL")
    if named:
        return Path(named)
    root = Path(__file__).parents[3]
    return next(iter(sorted(root.glob(_ANVIL_PLACES))), None)


def required_anvil() -> Path:
    """Give anvil. Where Foundry publishes it and set-up installs it (x86-64), a test without it fails."""
    program = find_anvil()
    if program is not None:
        return program
    told = "anvil is not installed: npm package @foundry-rs/anvil-*, or LUCID_ANVIL"
    if platform.machine() == "x86_64":
        pytest.fail(told)
    pytest.skip(told)


@contextmanager
def anvil_node(program: Path) -> Iterator[str]:
    """Lend the address of a running anvil on which both test accounts have a balance."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--accounts", "1", "--silent", "--hardfork", "cancun"]
    process = subprocess.Popen([str(program), *options], stdout=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    connection = NodeConnection(endpoint)
    try:
        wait_for(lambda: _answers(connection))
        for key in (KEY, OTHER_KEY):
            connection.ask("anvil_setBalance", f"0x{account_of(key).hex()}", hex(10**20))
        yield endpoint
    finally:
        connection.close()
        process.terminate()
        process.wait(PATIENCE_S)


def _answers(connection: NodeConnection) -> bool:
    try:
        connection.ask("eth_chainId")
    except ChainUnreachable:
        return False
    return True


def wait_for(condition: object, patience_s: float = PATIENCE_S) -> None:
    """Wait until a condition holds."""
    assert callable(condition)
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


def settle(chain: Web3AnchorChain, *sent: SignedTransaction) -> list[TransactionReceipt]:
    """Submit transactions and wait for the chain's word on each."""
    for each in sent:
        chain.submit(each.raw)
    receipts: list[TransactionReceipt] = []
    for each in sent:
        wait_for(lambda each=each: chain.receipt(each.hash) is not None)
        receipt = chain.receipt(each.hash)
        assert receipt is not None
        receipts.append(receipt)
    return receipts


def deploy(chain: Web3AnchorChain) -> Contracts:
    """Deploy both contracts."""
    nonce = chain.next_nonce()
    first, second = chain.deploy_calls(nonce)
    receipts = settle(chain, chain.sign(first, nonce), chain.sign(second, nonce + 1))
    anchors, chunk_store = [each.contract_address for each in receipts]
    assert anchors is not None
    assert chunk_store is not None
    return chain.adopt_contracts(anchors, chunk_store, receipts[0].block_number)


@dataclass(frozen=True)
class Deployed:
    """A node with both contracts on it, and how to reach it."""

    endpoint: str
    deployment: Path

    def client(self, key: bytes = KEY) -> Web3AnchorChain:
        """Open a client of one of the test accounts."""
        return Web3AnchorChain(self.endpoint, private_key=key, deployment_path=self.deployment)
