"""Sessions that went on the chain together are proved from a real node, and voided there when an ID was used twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eth_abi.abi import encode

from core.appliance.anchor_collection import collect_anchors
from core.chain.batches import FILE_NAME
from core.chain.batching import leaf_of, make_batch
from core.chain.client import Web3AnchorChain
from core.chain.encoding import keccak256
from core.chain.fees import Fees
from core.chain.outbox_calls import decode_call
from core.chain.protocol import AnchorCall
from core.chain.signing import Signer
from core.errors import AnchorMismatch, AnchorMissing, ChainRejected
from core.evidence.anchor_proof import verify_anchor_proof
from core.evidence.events import SessionOpened, SessionSealed
from core.sessions.anchoring import opened_row, sealed_row
from core.storage.metadata import OutboxRow
from tests.core.chain.node_process import KEY, Deployed, deploy, own_node, settle

POLICY, EPHEMERAL, MANIFEST, ROOT = (bytes([each]) * 32 for each in range(1, 5))


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Run the appliance's node with all contracts on it."""
    root = tmp_path_factory.mktemp("chain")
    with own_node(root) as node:
        found = Deployed(str(node.socket), root / "deployment.json")
        chain = found.client()
        deploy(chain)
        assert chain.batches.address() is None
        (receipt,) = _send(chain, chain.batches.deploy_call())
        assert receipt.contract_address is not None
        chain.batches.adopt(receipt.contract_address)
        chain.close()
        yield found


@pytest.fixture
def chain(deployed: Deployed) -> Iterator[Web3AnchorChain]:
    """Lend the owner's client."""
    client = deployed.client()
    yield client
    client.close()


def _send(chain: Web3AnchorChain, *calls: AnchorCall):  # noqa: ANN202 - see settle
    nonce = chain.next_nonce()
    return settle(chain, *(chain.sign(call, nonce + at) for at, call in enumerate(calls)))


def _anchor(chain: Web3AnchorChain, rows: list[OutboxRow]) -> list[OutboxRow]:
    """Anchor rows in one batch and give them as they are stored then."""
    batch, members = make_batch(rows, chain.account)
    (receipt,) = _send(chain, decode_call(batch.call))
    assert receipt.is_success
    return [replace(each, state="confirmed", transaction=receipt.hash) for each in members]


def _sessions(count: int) -> list[tuple[UUID, OutboxRow, OutboxRow]]:
    ids = [uuid4() for _ in range(count)]
    return [
        (each, opened_row(each, POLICY, EPHEMERAL), sealed_row(each, MANIFEST, ROOT, 3))
        for each in ids
    ]


def test_every_session_of_a_batch_is_proved(chain: Web3AnchorChain) -> None:
    """From one transaction for the openings and one for the seals each session has its own whole evidence."""
    sessions = _sessions(5)
    opened = _anchor(chain, [each[1] for each in sessions])
    sealed = _anchor(chain, [each[2] for each in sessions])
    for at, (session_id, *_) in enumerate(sessions):
        anchors = collect_anchors(chain, session_id, (opened[at], sealed[at]))
        assert anchors.opened is not None
        assert anchors.sealed is not None
        assert verify_anchor_proof(anchors.opened).events(session_id) == (
            SessionOpened(chain.account, POLICY, EPHEMERAL),
        )
        assert verify_anchor_proof(anchors.sealed).events(session_id) == (
            SessionSealed(chain.account, MANIFEST, ROOT, 3, 0),
        )
        assert anchors.opened.contract == chain.batches.address()
        root = verify_anchor_proof(anchors.opened).batch(session_id).root
        assert not chain.batches.is_void(chain.account, root, session_id)
        assert chain.session_record(session_id).events == ()  # nothing of it in LucidAnchors


def test_a_batch_is_found_again_and_not_taken_twice(chain: Web3AnchorChain) -> None:
    """The same root again is refused; the batch that has it is found by it."""
    ((_, opened, _),) = _sessions(1)
    (member,) = _anchor(chain, [opened])
    batch, _ = make_batch([opened], chain.account)
    call = decode_call(batch.call)
    with pytest.raises(ChainRejected) as refused:
        chain.check(call)
    assert refused.value.facts["reason"] == "BatchAlreadyAnchored"
    found = chain.batches.find(chain.account, call.arguments[0])
    assert found is not None
    assert found.transaction_hash == member.transaction
    assert found.values["count"] == 1
    assert chain.batches.find(chain.account, bytes(31) + b"\x01") is None


def test_a_second_use_voids_the_session(chain: Web3AnchorChain) -> None:
    """Whoever shows the same ID in two batches voids it, and the client hears so."""
    ((session_id, opened, _),) = _sessions(1)
    uses = []
    for row in (opened, opened_row(session_id, POLICY, MANIFEST)):
        (member,) = _anchor(chain, [row])
        assert member.proof == b""
        _, policy_hash, ephemeral_key = decode_call(row.call).arguments
        uses.append((f"0x{chain.account.hex()}", policy_hash, ephemeral_key, []))
    _report(chain, session_id, *uses)
    root = leaf_of(opened, chain.account)  # it is alone in its batch
    assert chain.batches.is_void(chain.account, root, session_id)
    assert not chain.batches.is_void(bytes(20), root, session_id)
    assert not chain.batches.is_void(chain.account, root, uuid4())


def _report(chain: Web3AnchorChain, session_id: UUID, *uses: object) -> None:
    """Send a report, which the client itself never makes."""
    use = "(address,bytes32,bytes32,bytes32[])"
    selector = keccak256(f"reportReuse(bytes16,{use},{use})".encode())[:4]
    signed = Signer(KEY).sign(
        chain_id=chain.chain_id(),
        nonce=chain.next_nonce(),
        to=chain.batches.address(),
        data=selector + encode(["bytes16", use, use], [session_id.bytes, *uses]),
        gas=500_000,
        fees=Fees(0, 0),
    )
    (receipt,) = settle(chain, signed)
    assert receipt.is_success


def test_the_contract_is_found_without_its_file(deployed: Deployed, tmp_path: Path) -> None:
    """Its address is written down, checked against the code there, and found by the account's batches when lost."""
    chain = deployed.client()
    _anchor(chain, [_sessions(1)[0][1]])
    known = chain.batches.address()
    chain.close()
    path = tmp_path / deployed.deployment.name
    path.write_bytes(deployed.deployment.read_bytes())
    for content in (None, b"{}", b'{"version": 2}', b"\xff"):
        if content is not None:
            (tmp_path / FILE_NAME).write_bytes(content)
        other = Web3AnchorChain(deployed.endpoint, private_key=KEY, deployment_path=path)
        assert other.batches.address() == known
        other.close()
        assert (tmp_path / FILE_NAME).exists()
    reader = Web3AnchorChain(deployed.endpoint, deployment_path=path)
    assert reader.batches.address() == known
    reader.close()


def test_other_code_is_not_adopted(chain: Web3AnchorChain, deployed: Deployed) -> None:
    """The anchors are no contract for batches, and a file that says so is not believed."""
    contracts = chain.contracts()
    assert contracts is not None
    with pytest.raises(AnchorMismatch):
        chain.batches.adopt(contracts.anchors)
    file = deployed.deployment.with_name(FILE_NAME)
    good = file.read_text()
    known = chain.batches.address()
    assert known is not None
    file.write_text(good.replace(known.hex(), contracts.anchors.hex()))
    other = deployed.client()
    try:
        with pytest.raises(AnchorMismatch):
            other.batches.address()
    finally:
        other.close()
        file.write_text(good)


def test_what_is_not_there_is_missing(chain: Web3AnchorChain) -> None:
    """A row that says it is in a batch, but has no transaction, proves nothing."""
    session_id, opened, _ = _sessions(1)[0]
    with pytest.raises(AnchorMissing):
        collect_anchors(
            chain, session_id, [replace(opened, batch="batch:00", state="confirmed", proof=b"")]
        )
