"""Tests of the node as a process: its door, its end, its exit codes."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from core.chain.client import Web3AnchorChain
from core.chain.node.exits import ExitStatus
from core.chain.protocol import open_session
from core.errors import ChainUnreachable
from tests.core.chain.node_process import KEY, PATIENCE_S, OwnNode, deploy, own_node, wait_for


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnNode]:
    """Lend a running node to tests that leave it running; the contracts are on it."""
    with own_node(tmp_path_factory.mktemp("shared"), "--http-port", "0") as lent:
        chain = Web3AnchorChain(str(lent.socket), private_key=KEY)
        deploy(chain)
        chain.close()
        yield lent


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OwnNode]:
    """Lend a running node."""
    with own_node(tmp_path, "--http-port", "0") as lent:
        yield lent


def _refusal(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=PATIENCE_S)
    return process.returncode, said


def test_the_socket_is_private_and_gone_at_the_end(node: OwnNode) -> None:
    """Only this user can open the socket; SIGTERM ends the node cleanly and takes the socket away."""
    assert stat.S_IMODE(node.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(node.socket.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(node.directory.stat().st_mode) == 0o700
    assert node.end() == (ExitStatus.FINE, "")
    assert not node.socket.exists()


def test_a_second_node_is_refused(shared: OwnNode, tmp_path: Path) -> None:
    """A directory has one node, and a socket too; the first goes on."""
    assert shared.process is not None
    other = OwnNode(tmp_path)
    other.directory = shared.directory
    status, said = _refusal(other.spawn())
    assert status == ExitStatus.BUSY
    assert f"process {shared.process.pid}" in said
    elsewhere = OwnNode(tmp_path)
    elsewhere.socket = shared.socket
    assert _refusal(elsewhere.spawn())[0] == ExitStatus.BUSY
    chain = Web3AnchorChain(str(shared.socket))
    assert chain.contracts() is None
    assert chain.status().number > 0
    chain.close()


def test_another_chain_id_is_refused(node: OwnNode, tmp_path: Path) -> None:
    """A chain keeps its ID."""
    node.end()
    status, said = _refusal(OwnNode(tmp_path, "--chain-id", "7").spawn())
    assert status == ExitStatus.USAGE
    assert "not 7" in said


def test_a_damaged_store_is_told(node: OwnNode, tmp_path: Path) -> None:
    """A flipped bit stops the node with its own exit code and a sentence, every time."""
    node.end()
    path = node.directory / "chain.db"
    content = bytearray(path.read_bytes())
    content[content.index(b"Lucid 1280656201")] ^= 1
    path.write_bytes(content)
    for _ in range(2):
        status, said = _refusal(OwnNode(tmp_path).spawn())
        assert status == ExitStatus.DAMAGED
        assert "damaged" in said


def test_damage_while_it_runs_is_told(node: OwnNode) -> None:
    """A node that reads a damaged entry ends with the same code instead of answering wrongly."""
    chain = Web3AnchorChain(str(node.socket), private_key=KEY)
    deploy(chain)
    database = sqlite3.connect(node.directory / "chain.db")
    with database:
        database.execute("UPDATE entries SET value = x'00'")
    database.close()
    with pytest.raises(ChainUnreachable):
        chain.next_nonce()
    chain.close()
    assert node.process is not None
    process, node.process = node.process, None
    assert _refusal(process)[0] == ExitStatus.DAMAGED


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    """When the process that started it is killed, the node ends too, and leaves a consistent chain."""
    script = (
        "import os, subprocess, sys; "
        "child = subprocess.Popen([*sys.argv[1:], '--parent-pid', str(os.getpid())], stdout=subprocess.PIPE); "
        "print(child.pid, child.stdout.readline(), flush=True); "
        "os.kill(os.getpid(), 9)"
    )
    node = OwnNode(tmp_path)
    command = [sys.executable, "-m", "core.chain.node", "--directory", str(node.directory)]
    parent = subprocess.run(
        [sys.executable, "-c", script, *command, "--socket", str(node.socket)],
        stdout=subprocess.PIPE,
        check=False,
        text=True,
        timeout=PATIENCE_S,
    )
    pid = int(parent.stdout.split()[0])
    wait_for(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid))
    wait_for(lambda: not node.socket.exists())
    node.start()
    node.end()


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_it_does_not_start_for_a_parent_that_is_gone(tmp_path: Path) -> None:
    """A node whose parent died before it began ends at once, without a trace."""
    process = subprocess.run(
        [
            *(sys.executable, "-m", "core.chain.node", "--directory", str(tmp_path / "chain")),
            *("--socket", str(tmp_path / "chain.sock"), "--parent-pid", "1"),
        ],
        check=False,
        timeout=PATIENCE_S,
    )
    assert process.returncode == ExitStatus.FINE
    assert not (tmp_path / "chain").exists()


def test_a_socket_left_over_is_replaced(tmp_path: Path) -> None:
    """After kill -9 the old socket is in the way of nobody."""
    with own_node(tmp_path) as node:
        node.end(signal.SIGKILL)
        assert node.socket.exists()
        node.start()
        chain = Web3AnchorChain(str(node.socket))
        assert chain.status().number == 0
        chain.close()


def test_a_long_path_is_no_hindrance(tmp_path: Path) -> None:
    """A socket deeper than an address has room for is served and reached all the same."""
    root = tmp_path / ("x" * 60) / ("y" * 60)
    with own_node(root) as node:
        assert len(str(node.socket)) > 107
        chain = Web3AnchorChain(str(node.socket))
        assert chain.status().number == 0
        chain.close()


def test_rubbish_on_the_socket_hurts_nobody(shared: OwnNode) -> None:
    """A client that sends rubbish is cut off; others are served."""
    with socket.socket(socket.AF_UNIX) as rude:
        rude.connect(str(shared.socket))
        rude.settimeout(PATIENCE_S)
        rude.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert rude.recv(100) == b""
    chain = Web3AnchorChain(str(shared.socket))
    assert chain.contracts() is None
    assert chain.status().number > 0
    chain.close()


def test_a_web_page_is_not_served(shared: OwnNode) -> None:
    """A request with an origin is refused on the loopback port."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}).encode()
    url = f"http://127.0.0.1:{shared.http_port}"
    json_type = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, body, json_type)) as answer:
        assert json.loads(answer.read())["result"] == hex(1280656201)
    headers = {**json_type, "Origin": "https://evil.example"}
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(urllib.request.Request(url, body, headers))
    assert refusal.value.code == 403
    refusal.value.close()


def test_it_rests_when_nothing_waits(shared: OwnNode) -> None:
    """An idle node uses no processor time: nothing in it wakes up by itself."""
    assert shared.process is not None
    before = _processor_ticks(shared.process.pid)
    wakes = _voluntary_switches(shared.process.pid)
    with pytest.raises(subprocess.TimeoutExpired):
        shared.process.wait(timeout=1.5)
    assert _processor_ticks(shared.process.pid) - before <= 1
    assert _voluntary_switches(shared.process.pid) - wakes <= 2


def _processor_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _voluntary_switches(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def test_the_plain_provider_of_web3_talks_to_it(shared: OwnNode) -> None:
    """web3.py's own IPCProvider works with the node, single and in batches."""
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"websockets\.legacy")
    from web3 import IPCProvider, Web3

    provider = IPCProvider(shared.socket)
    web3 = Web3(provider)
    assert web3.eth.chain_id == 1280656201
    assert web3.eth.get_block("latest").number > 0
    with web3.batch_requests() as batch:
        batch.add(web3.eth.get_block(0))
        batch.add(web3.eth.get_block(1))
        assert [block["number"] for block in batch.execute()] == [0, 1]
    provider._socket.sock.close()


def test_open_session_reaches_the_chain_within_its_time(shared: OwnNode) -> None:
    """A transaction is acknowledged while its block is still to come, and in it a second later."""
    chain = Web3AnchorChain(str(shared.socket), private_key=KEY)
    signed = chain.sign(open_session(uuid4(), bytes([1]) * 32, bytes([2]) * 32), chain.next_nonce())
    chain.submit(signed.raw)
    assert chain.receipt(signed.hash) is None
    wait_for(lambda: chain.receipt(signed.hash) is not None)
    chain.close()
