"""What only a chain of several makers does, seen on real execution clients: blocks that are left again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest

from core.chain.client import Web3AnchorChain
from core.chain.signing import account_of
from tests.conformance.anchor_chain import opening
from tests.core.chain.node_process import KEY, OTHER_KEY, deploy, wait_for
from tests.fakes.execution_clients import (
    ExecutionClient,
    ethereumjs_node,
    geth_node,
    is_geth_expected,
)

Lend = Callable[[Path, tuple[bytes, ...]], AbstractContextManager[ExecutionClient]]
_CLIENTS: list[Lend] = [ethereumjs_node, *([geth_node] if is_geth_expected() else [])]


@pytest.fixture(scope="module", params=_CLIENTS)
def node(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ExecutionClient]:
    """Run each client that is here, one after the other."""
    root = tmp_path_factory.mktemp("client")
    with request.param(root, (account_of(KEY), account_of(OTHER_KEY))) as client:
        yield client


@pytest.fixture
def chain(node: ExecutionClient, tmp_path: Path) -> Iterator[Web3AnchorChain]:
    """Lend a client with contracts of its own."""
    client = Web3AnchorChain(
        node.http, private_key=KEY, deployment_path=tmp_path / "deployment.json"
    )
    deploy(client)
    yield client
    client.close()


def test_a_block_that_is_left_loses_nothing(node: ExecutionClient, chain: Web3AnchorChain) -> None:
    """A session whose block is left comes into another one: one event, with the block it is in then."""
    node.beat.pause()
    before = node.maker.head
    session_id = uuid4()
    signed = chain.sign(opening(session_id), chain.next_nonce())
    chain.submit(signed.raw)
    first = node.maker.make_block()
    wait_for(lambda: chain.receipt(signed.hash) is not None)
    assert chain.session_record(session_id).events[0].block_hash.hex() == first.hash[2:]

    second = node.maker.make_block(above=before)
    third = node.maker.make_block(above=second)
    chain.submit(signed.raw)  # what the outbox does while there is no receipt
    fourth = node.maker.make_block(above=third)
    wait_for(lambda: chain.receipt(signed.hash) is not None)
    found = chain.receipt(signed.hash)
    assert found is not None
    assert found.block_hash.hex() in {each.hash[2:] for each in (second, third, fourth)}
    wait_for(lambda: len(chain.session_record(session_id).events) == 1)
    event = chain.session_record(session_id).events[0]
    assert (event.block_hash, event.transaction_hash) == (found.block_hash, signed.hash)
    assert chain.receipt_material(signed.hash).block_hash == found.block_hash
    node.beat.resume()
