"""Proofs of storage as real execution clients give them, and what their machine knows of blocks gone by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from core.chain.connection import NodeConnection
from core.chain.contract import Contract
from core.chain.encoding import created_address, keccak256
from core.chain.fees import Fees
from core.chain.months import month_of
from core.chain.protocol import DEPLOY
from core.chain.signing import Signer, account_of
from core.chain.storage_proof import (
    StorageMaterial,
    collect_month,
    collect_storage,
    month_entry,
    month_list,
)
from core.errors import AnchorMismatch, ChainUnreachable
from core.evidence.month_amount import verify_month_amount
from core.evidence.state_proof import StateProof, verify_state_proof
from core.evidence.trie_proof import ProofRefused
from tests.core.chain.node_process import KEY, wait_for
from tests.fakes.execution_clients import (
    CHAIN_ID,
    ExecutionClient,
    ethereumjs_node,
    geth_node,
    is_geth_expected,
)

Lend = Callable[[Path, tuple[bytes, ...]], AbstractContextManager[ExecutionClient]]
_CLIENTS: list[Lend] = [ethereumjs_node, *([geth_node] if is_geth_expected() else [])]
_FEES = Fees(10**11, 10**9)
_HOLDER = bytes([7]) * 20
_REACH = 256
_40_DAYS_S = 40 * 86_400


class World:
    """A client with LucidToken, of which _HOLDER got 5 in one month and 11 more in a later one."""

    def __init__(self, node: ExecutionClient) -> None:
        self.node = node
        self.connection = NodeConnection(node.http)
        self._signer = Signer(KEY)
        self._nonce = 0
        self.contract = Contract("LucidToken")
        self.token = created_address(self._signer.address, 0)
        self._send(None, self.contract.encode_call(DEPLOY, (self._signer.address,)))
        self.months = [self._mint(5)]
        self.skip(_40_DAYS_S)
        self.months.append(self._mint(11))
        self.skip(_40_DAYS_S)

    def skip(self, seconds: int) -> None:
        """Make a block that is so much later than the last."""
        head = self.node.maker.head
        self.node.maker.make_block(above=replace(head, time_utc_s=head.time_utc_s + seconds))

    def head(self) -> int:
        """Tell the newest block's number."""
        return int(self.connection.read("eth_blockNumber"), 16)

    def _mint(self, amount: int) -> int:
        receipt = self._send(self.token, self.contract.encode_call("mint", (_HOLDER, amount)))
        block = self.connection.read("eth_getBlockByNumber", receipt["blockNumber"], False)
        return month_of(int(block["timestamp"], 16))

    def _send(self, to: bytes | None, data: bytes) -> dict[str, str]:
        signed = self._signer.sign(
            chain_id=CHAIN_ID, nonce=self._nonce, to=to, data=data, gas=3_000_000, fees=_FEES
        )
        self._nonce += 1
        self.connection.read("eth_sendRawTransaction", f"0x{signed.raw.hex()}")
        wait_for(lambda: self._receipt(signed.hash) is not None)
        receipt = self._receipt(signed.hash)
        assert receipt is not None
        assert receipt["status"] == "0x1"
        return receipt

    def _receipt(self, transaction: bytes) -> dict[str, str] | None:
        """Ask for a receipt; go-ethereum refuses while it is still building its index, just after the start."""
        try:
            found: dict[str, str] | None = self.connection.read(
                "eth_getTransactionReceipt", f"0x{transaction.hex()}"
            )
        except ChainUnreachable:
            return None
        return found


@pytest.fixture(scope="module", params=_CLIENTS)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Run each client that is here, with a token on it."""
    with request.param(tmp_path_factory.mktemp("client"), (account_of(KEY),)) as client:
        made = World(client)
        yield made
        made.connection.close()


def _proof(material: StorageMaterial) -> StateProof:
    return StateProof(material.header_rlp, material.account_nodes, material.slots)


def test_a_months_amount_is_proved_by_any_client(world: World) -> None:
    """For each month the client's proof shows what an account and all accounts had, and is of a block that it names."""
    first, second = world.months
    assert second > first
    wanted = {first - 1: 0, first: 5, second - 1: 5, second: 16}
    for month, amount in wanted.items():
        for account in (_HOLDER, None):
            material = collect_month(world.connection, world.token, account, month, world.head())
            found = verify_month_amount(_proof(material), world.token, account, month)
            assert found == amount
        nobody = collect_month(world.connection, world.token, bytes(20), month, world.head())
        assert verify_month_amount(_proof(nobody), world.token, bytes(20), month) == 0
    block = world.connection.read("eth_getBlockByNumber", hex(world.head()), False)
    assert keccak256(material.header_rlp).hex() == block["hash"][2:]


def test_the_contract_says_the_same(world: World) -> None:
    """What is proved of a month is what balanceAtMonth answers."""
    for month in world.months:
        data = world.contract.encode_call("balanceAtMonth", (_HOLDER, month))
        asked = {"to": f"0x{world.token.hex()}", "data": f"0x{data.hex()}"}
        said = int(world.connection.read("eth_call", asked, "latest"), 16)
        material = collect_month(world.connection, world.token, _HOLDER, month, world.head())
        assert verify_month_amount(_proof(material), world.token, _HOLDER, month) == said


def test_no_changed_node_is_believed(world: World) -> None:
    """Any one bit of any node that a client gave makes the proof one of nothing."""
    month = world.months[0]
    proof = _proof(collect_month(world.connection, world.token, _HOLDER, month, world.head()))

    def refused(changed: StateProof) -> None:
        with pytest.raises(ProofRefused):
            verify_month_amount(changed, world.token, _HOLDER, month)

    for nodes in _turned(proof.account_nodes):
        refused(replace(proof, account_nodes=nodes))
    for slot, own in proof.slots.items():
        for nodes in _turned(own):
            refused(replace(proof, slots={**proof.slots, slot: nodes}))


def _turned(nodes: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    for at, node in enumerate(nodes):
        for place in range(0, len(node), 7):
            turned = bytearray(node)
            turned[place] ^= 1 << place % 8
            yield (*nodes[:at], bytes(turned), *nodes[at + 1 :])


def test_a_header_of_another_block_is_noticed(world: World) -> None:
    """A node that gives a block under a hash that is not its own is not asked for proofs."""
    block = world.connection.read("eth_getBlockByNumber", hex(world.head()), False)
    with pytest.raises(AnchorMismatch):
        collect_storage(world.connection, {**block, "hash": f"0x{'00' * 32}"}, world.token, [9])


def test_a_block_that_is_not_there_is_told(world: World) -> None:
    """A proof after a block to come cannot be had yet."""
    with pytest.raises(ChainUnreachable):
        collect_month(world.connection, world.token, _HOLDER, 1, world.head() + 1000)


def test_slots_that_hold_nothing_are_proved_too(world: World) -> None:
    """A slot that was never written is shown to be empty, beside one that is not."""
    entry = month_entry(month_list(None), 0)
    block = world.connection.read("eth_getBlockByNumber", hex(world.head()), False)
    slots = [9, entry, 12345]
    material = collect_storage(world.connection, block, world.token, slots)
    values = verify_state_proof(_proof(material), world.token).values
    assert (values[9], values[12345]) == (2, 0)
    assert values[entry] & (2**48 - 1) == world.months[0]


def test_the_machine_knows_256_hashes_and_no_more(world: World) -> None:
    """What LucidStorageProofs rests on: of the block 256 before its own a contract knows the hash, of the next none."""
    world.node.beat.pause()
    head = world.node.maker.make_empty_blocks(_REACH + 4).number
    world.node.beat.resume()
    asked = hex(head)

    # eth_call runs as in the block that it names (go-ethereum) or in the one after it (ethereumjs): NUMBER says which.
    code = bytes.fromhex(
        "43600052"  # NUMBER, to word 0
        "610100430340602052"  # the hash of 256 blocks before, to word 1
        "610101430340604052"  # of 257 before, to word 2
        "60606000f3"
    )
    answer = bytes.fromhex(
        world.connection.read("eth_call", {"data": f"0x{code.hex()}"}, asked)[2:]
    )
    number = int.from_bytes(answer[:32])
    oldest = world.connection.read("eth_getBlockByNumber", hex(number - _REACH), False)
    assert answer[32:64].hex() == oldest["hash"][2:]
    assert answer[64:] == bytes(32)
