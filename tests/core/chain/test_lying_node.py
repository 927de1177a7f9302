"""A node between client and chain that alters what it passes on: each lie is found, and nothing comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.appliance.anchor_collection import collect_anchors
from core.chain.client import Web3AnchorChain
from core.chain.connection import NodeConnection
from core.chain.index import ChainIndex
from core.chain.index_source import BlockSource
from core.chain.index_store import IndexStore, Watched
from core.chain.protocol import SignedTransaction
from core.errors import AnchorMismatch, AnchorMissing
from core.evidence.anchors import SessionAnchors
from tests.conformance.anchor_chain import opening
from tests.core.chain.node_process import KEY, deploy, own_node, settle
from tests.fakes.lying_node import LyingNode, in_front_of


@dataclass(frozen=True)
class Talk:
    """A client that goes through a liar, and what it anchored while that was honest."""

    liar: LyingNode
    chain: Web3AnchorChain
    session_id: UUID
    signed: SignedTransaction


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Anchor a session on a real node, through a liar that tells the truth as yet."""
    root = tmp_path_factory.mktemp("node")
    with own_node(root) as node, in_front_of(str(node.socket)) as liar:
        chain = Web3AnchorChain(liar.endpoint, private_key=KEY, deployment_path=root / "d.json")
        deploy(chain)
        session_id = uuid4()
        signed = chain.sign(opening(session_id), chain.next_nonce())
        settle(chain, signed)
        yield Talk(liar, chain, session_id, signed)
        chain.close()


@pytest.fixture
def talk(whole: Talk) -> Iterator[Talk]:
    """Lend it, honest again at the end."""
    yield whole
    whole.liar.lies.clear()


Change = Callable[[Any], Any]


def with_field(name: str, change: Change) -> Change:
    """Change one field of an answer, deep copies of the rest."""
    return lambda found: {**found, name: change(found[name])}


def in_logs(name: str, change: Change) -> Change:
    """Change a field of each log of a receipt."""
    return with_field("logs", lambda logs: [with_field(name, change)(log) for log in logs])


def flipped(text: str) -> str:
    """Change the last digit of a hex text."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")


RECEIPT = "eth_getTransactionReceipt"
BLOCK_RECEIPTS = "eth_getBlockReceipts"
BY_HASH, BY_NUMBER = "eth_getBlockByHash", "eth_getBlockByNumber"


@pytest.mark.parametrize(
    ("method", "change"),
    [
        (RECEIPT, with_field("status", lambda _: "0x0")),
        (RECEIPT, with_field("logs", lambda _: [])),
        (RECEIPT, in_logs("data", flipped)),
        (RECEIPT, with_field("cumulativeGasUsed", flipped)),
        (BY_HASH, with_field("receiptsRoot", flipped)),
        (BY_HASH, with_field("timestamp", flipped)),
        (BY_HASH, with_field("number", flipped)),
        (BY_HASH, with_field("logsBloom", flipped)),
    ],
    ids=[
        *("failed", "no log", "another log", "other gas"),
        *("another root", "another time", "another place", "another bloom"),
    ],
)
def test_an_altered_receipt_or_block_is_refused(talk: Talk, method: str, change: Change) -> None:
    """No receipt counts but the one that its block's header commits to."""
    assert talk.chain.receipt(talk.signed.hash) is not None
    talk.liar.lies[method] = lambda _params, found: change(found)
    with pytest.raises(AnchorMismatch):
        talk.chain.receipt(talk.signed.hash)


@pytest.mark.parametrize(
    "change",
    [
        with_field("status", lambda _: "0x0"),
        in_logs("data", flipped),
        in_logs("address", flipped),
        with_field("logs", lambda _: []),
    ],
    ids=["failed", "another log", "another contract", "no log"],
)
def test_no_proof_is_made_of_altered_receipts(talk: Talk, change: Change) -> None:
    """The material of a proof is rebuilt from a block's receipts, so that an altered one fits no header."""
    material = talk.chain.receipt_material(talk.signed.hash)
    assert material.receipts
    talk.liar.lies[BLOCK_RECEIPTS] = lambda _params, found: [change(each) for each in found]
    with pytest.raises(AnchorMismatch):
        talk.chain.receipt_material(talk.signed.hash)


@pytest.mark.parametrize(
    ("method", "change"),
    [
        (BY_NUMBER, with_field("receiptsRoot", flipped)),
        (BY_NUMBER, with_field("parentHash", flipped)),
        (BY_NUMBER, with_field("logsBloom", lambda _: f"0x{'00' * 256}")),
        (BLOCK_RECEIPTS, lambda found: [in_logs("data", flipped)(each) for each in found]),
        (BLOCK_RECEIPTS, lambda found: [with_field("logs", lambda _: [])(each) for each in found]),
    ],
    ids=["another root", "another parent", "no bloom", "another log", "no log"],
)
def test_an_index_takes_nothing_from_a_liar(
    talk: Talk, tmp_path: Path, method: str, change: Change
) -> None:
    """A verified index refuses each altered block and receipt, and is whole once the node is honest."""
    contracts = talk.chain.contracts()
    assert contracts is not None
    watched = Watched(contracts.chain_id, contracts.anchors, None, contracts.first_block)
    store, connection = IndexStore(tmp_path / "index.db"), NodeConnection(talk.liar.endpoint)
    index = ChainIndex(store, BlockSource(connection, watched))
    talk.liar.lies[method] = lambda _params, found: change(found)
    with pytest.raises(AnchorMismatch):
        index.follow(watched, is_verified=True)
    assert store.read("SELECT * FROM sessions") == []
    talk.liar.lies.clear()
    index.follow(watched, is_verified=True)
    found = [UUID(bytes=row["session_id"]) for row in store.read("SELECT * FROM sessions")]
    assert found == [talk.session_id]
    connection.close()
    store.close()


def test_a_log_of_another_contract_is_left_out(talk: Talk) -> None:
    """What a node slips in among a session's logs does not become one of its events."""
    (event,) = talk.chain.session_record(talk.session_id).events
    stranger = with_field("address", flipped)
    talk.liar.lies["eth_getLogs"] = lambda _params, found: [*found, *map(stranger, found)]
    assert talk.chain.session_record(talk.session_id).events == (event,)
    nothing = with_field("topics", lambda topics: ["0x" + "99" * 32, *topics[1:]])
    talk.liar.lies["eth_getLogs"] = lambda _params, found: [nothing(each) for each in found]
    assert talk.chain.session_record(talk.session_id).events == ()


@pytest.mark.parametrize(
    "name", ["data", "blockHash", "blockNumber", "transactionIndex", "logIndex"]
)
def test_what_a_search_says_of_a_log_is_in_no_proof(talk: Talk, name: str) -> None:
    """Of what a node finds only the transaction is taken; what it logged is read from the receipt, which is proved."""
    honest = collect_anchors(talk.chain, talk.session_id, ())
    assert honest.opened is not None
    lie = with_field(name, flipped)
    talk.liar.lies["eth_getLogs"] = lambda _params, found: [lie(each) for each in found]
    assert talk.chain.session_record(talk.session_id).events
    assert collect_anchors(talk.chain, talk.session_id, ()) == honest


def test_a_transaction_that_a_search_makes_up_proves_nothing(talk: Talk) -> None:
    """A log of a transaction that is in no block is told as an anchor that is missing."""
    lie = with_field("transactionHash", flipped)
    talk.liar.lies["eth_getLogs"] = lambda _params, found: [lie(each) for each in found]
    with pytest.raises(AnchorMissing):
        collect_anchors(talk.chain, talk.session_id, ())


def test_what_a_search_leaves_out_is_missed(talk: Talk) -> None:
    """A search that finds nothing hides an anchor, and makes none of it: the proof is not there."""
    talk.liar.lies["eth_getLogs"] = lambda _params, _found: []
    assert collect_anchors(talk.chain, talk.session_id, ()) == SessionAnchors()
