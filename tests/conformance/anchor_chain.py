"""What every chain, and every node that the client talks to, must do.

A new one subclasses ``AnchorChainConformance`` and gives a fixture ``deployed``: a running node on which both
contracts are and both test accounts can pay.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.chain.client import Web3AnchorChain
from core.chain.encoding import keccak256
from core.chain.fees import Fees
from core.chain.protocol import (
    AnchorCall,
    OnChainState,
    TransactionReceipt,
    anchor_batch,
    anchor_chunk,
    anchor_progress,
    commit_chunks,
    declare_replicas,
    open_session,
    seal_session,
)
from core.chain.signing import Signer
from core.errors import (
    AnchorMismatch,
    AnchorMissing,
    ChainDifferent,
    ChainRejected,
    ChainUnreachable,
    NonceUsed,
)
from core.evidence.anchor_proof import make_anchor_proof, verify_anchor_proof
from tests.core.chain.node_process import KEY, OTHER_KEY, Deployed, settle

POLICY = bytes([1]) * 32
EPHEMERAL = bytes([2]) * 32
MANIFEST = bytes([3]) * 32
ROOT = bytes([4]) * 32


def opening(session_id: UUID) -> AnchorCall:
    """Open a session with fixed hashes."""
    return open_session(session_id, POLICY, EPHEMERAL)


def sealing(session_id: UUID, chunks: int = 3) -> AnchorCall:
    """Seal a session with fixed hashes."""
    return seal_session(session_id, MANIFEST, ROOT, chunks)


def send(chain: Web3AnchorChain, *calls: AnchorCall) -> list[TransactionReceipt]:
    """Sign calls with rising nonces, submit them and wait for all."""
    nonce = chain.next_nonce()
    return settle(chain, *(chain.sign(call, nonce + at) for at, call in enumerate(calls)))


class AnchorChainConformance:
    """The suite."""

    refuses_too_little_gas = True  # at once, instead of keeping it for ever

    @pytest.fixture
    def chain(self, deployed: Deployed) -> Iterator[Web3AnchorChain]:
        """Lend the owner's client."""
        client = deployed.client()
        yield client
        client.close()

    @pytest.fixture
    def stranger(self, deployed: Deployed) -> Iterator[Web3AnchorChain]:
        """Lend somebody else's client."""
        client = deployed.client(OTHER_KEY)
        yield client
        client.close()

    def test_a_session_lives_on_the_chain(self, chain: Web3AnchorChain) -> None:
        """Opening, progress, a chunk and the seal are found again, in order, with all they say."""
        session_id = uuid4()
        assert chain.session_record(session_id).state is OnChainState.UNKNOWN
        progress = anchor_progress(session_id, ROOT, 2)
        chunk = anchor_chunk(session_id, 2, bytes([9]) * 32)
        receipts = send(chain, opening(session_id), progress, chunk, sealing(session_id))
        assert [each.is_success for each in receipts] == [True] * 4
        record = chain.session_record(session_id)
        assert (record.state, record.owner) == (OnChainState.SEALED, chain.account)
        assert (record.progress_count, record.opened_at_utc_s) == (2, receipts[0].block_time_utc_s)
        assert [(event.name, event.values) for event in record.events] == [
            ("SessionOpened", {"policyHash": POLICY, "ephemeralKey": EPHEMERAL}),
            ("ProgressAnchored", {"merkleRoot": ROOT, "chunkCount": 2}),
            ("ChunkAnchored", {"index": 2, "leaf": bytes([9]) * 32}),
            (
                "SessionSealed",
                {
                    "manifestHash": MANIFEST,
                    "merkleRoot": ROOT,
                    "chunkCount": 3,
                    "progressCount": 2,
                },
            ),
        ]
        assert [each.transaction_hash for each in record.events] == [each.hash for each in receipts]
        assert [each.block_hash for each in record.events] == [each.block_hash for each in receipts]

    def test_an_id_is_refused_for_ever(
        self, chain: Web3AnchorChain, stranger: Web3AnchorChain
    ) -> None:
        """An ID that was ever opened is refused, to its owner and to others, open or sealed, by name."""
        session_id = uuid4()
        again = send(chain, opening(session_id), opening(session_id))[1]
        assert (again.is_success, again.revert_reason) == (False, "SessionAlreadyKnown")
        send(chain, sealing(session_id))
        for each in (chain, stranger):
            with pytest.raises(ChainRejected) as refusal:
                each.check(opening(session_id))
            assert refusal.value.facts["reason"] == "SessionAlreadyKnown"

    def test_a_session_is_sealed_once(self, chain: Web3AnchorChain) -> None:
        """The second seal, and progress after the seal, are refused by name."""
        session_id = uuid4()
        receipts = send(
            chain,
            opening(session_id),
            sealing(session_id),
            sealing(session_id),
            anchor_progress(session_id, ROOT, 9),
        )
        assert [each.revert_reason for each in receipts] == [
            None,
            None,
            "SessionNotOpen",
            "SessionNotOpen",
        ]

    def test_only_the_owner_adds_to_a_session(
        self, chain: Web3AnchorChain, stranger: Web3AnchorChain
    ) -> None:
        """Another account can neither seal nor anchor progress."""
        session_id = uuid4()
        send(chain, opening(session_id))
        refused = send(stranger, sealing(session_id), anchor_progress(session_id, ROOT, 1))
        assert {each.revert_reason for each in refused} == {"NotSessionOwner"}
        assert chain.session_record(session_id).state is OnChainState.OPEN

    def test_progress_rises(self, chain: Web3AnchorChain) -> None:
        """Progress over fewer chunks than before is refused, and so is a seal below it."""
        session_id = uuid4()
        receipts = send(
            chain,
            opening(session_id),
            anchor_progress(session_id, ROOT, 5),
            anchor_progress(session_id, ROOT, 5),
            sealing(session_id, chunks=4),
        )
        reasons = [each.revert_reason for each in receipts]
        assert reasons == [None, None, "ProgressNotRising", "SealBelowProgress"]

    def test_chunks_are_committed_in_batches(self, chain: Web3AnchorChain) -> None:
        """The largest batch fits into its gas; a batch that leaves a gap is refused by name."""
        session_id = uuid4()
        leaves = tuple(bytes([index, 1]) * 16 for index in range(256))
        commit, gap = commit_chunks(session_id, 0, leaves), commit_chunks(session_id, 7, (ROOT,))
        receipts = send(chain, opening(session_id), commit, gap)
        assert [each.revert_reason for each in receipts] == [None, None, "NotContiguous"]

    def test_chunks_of_a_batched_session_are_committed(self, chain: Web3AnchorChain) -> None:
        """A session that LucidAnchors does not know has chunks under its owner's account, and replicas of them."""
        session_id = uuid4()
        commit = commit_chunks(session_id, 0, (ROOT, ROOT))
        of_mine = declare_replicas(chain.account, session_id, 0, 2, ROOT)
        of_another = declare_replicas(bytes(19) + b"\1", session_id, 0, 2, ROOT)
        receipts = send(chain, commit, of_mine, of_another)
        reasons = [each.revert_reason for each in receipts]
        assert reasons == [None, None, "ReplicaRangeNotCommitted"]

    def test_receipts_prove_themselves(self, chain: Web3AnchorChain) -> None:
        """From the node's answers alone comes a proof that our own verifier accepts, for every receipt of a block."""
        session_id = uuid4()
        for receipt in send(chain, opening(session_id), sealing(session_id)):
            material = chain.receipt_material(receipt.hash)
            assert keccak256(material.header_rlp) == material.block_hash == receipt.block_hash
            proved = verify_anchor_proof(make_anchor_proof(material))
            assert proved.header.hash == receipt.block_hash
            assert proved.header.time_utc_s == receipt.block_time_utc_s
            assert len(proved.events(session_id)) == 1

    def test_sessions_that_share_a_batch(self, chain: Web3AnchorChain) -> None:
        """A batch of two sessions costs one transaction, is found by its root, and proves itself."""
        address = chain.batches.address()
        if address is None:
            deployed = send(chain, chain.batches.deploy_call())[0]
            assert deployed.contract_address is not None
            chain.batches.adopt(deployed.contract_address)
        session_id = uuid4()
        assert chain.batches.find(chain.account, session_id.bytes * 2) is None
        receipt = send(chain, anchor_batch(session_id.bytes * 2, 2))[0]
        found = chain.batches.find(chain.account, session_id.bytes * 2)
        assert found is not None
        assert (found.name, found.transaction_hash) == ("BatchAnchored", receipt.hash)
        assert (found.values["root"], found.values["count"]) == (session_id.bytes * 2, 2)
        again = send(chain, anchor_batch(session_id.bytes * 2, 2))[0]
        assert (again.is_success, again.revert_reason) == (False, "BatchAlreadyAnchored")
        assert not chain.batches.is_void(chain.account, session_id.bytes * 2, session_id)

    def test_a_receipt_that_is_not_there_proves_nothing(self, chain: Web3AnchorChain) -> None:
        """Without a block there is no receipt and no material."""
        assert chain.receipt(bytes(32)) is None
        with pytest.raises(AnchorMissing):
            chain.receipt_material(bytes(32))

    def test_submitting_again_is_harmless(self, chain: Web3AnchorChain) -> None:
        """One transaction, submitted before and after it is in a block, has one effect."""
        nonce = chain.next_nonce()
        signed = chain.sign(opening(uuid4()), nonce)
        chain.submit(signed.raw)
        chain.submit(signed.raw)
        settle(chain, signed)
        chain.submit(signed.raw)
        assert chain.next_nonce() == nonce + 1

    def test_signing_is_deterministic(self, chain: Web3AnchorChain) -> None:
        """The same call and nonce give the same bytes, whose hash is known before they are sent."""
        call = opening(uuid4())
        signed = chain.sign(call, 7)
        assert signed == chain.sign(call, 7)
        assert signed.hash == keccak256(signed.raw)
        assert signed.raw != chain.sign(call, 8).raw

    def test_a_used_nonce_is_told(self, chain: Web3AnchorChain) -> None:
        """A transaction whose nonce another one used is told from one that is in a block itself."""
        nonce = chain.next_nonce()
        first, second = chain.sign(opening(uuid4()), nonce), chain.sign(opening(uuid4()), nonce)
        settle(chain, first)
        with pytest.raises(NonceUsed):
            chain.submit(second.raw)

    def test_what_can_never_be_valid_is_refused(self, chain: Web3AnchorChain) -> None:
        """Rubbish and too little gas are refused at once, another chain's transaction told as such; all goes on."""
        signer = Signer(KEY)
        fees = Fees(10**9, 0)
        nonce = chain.next_nonce()
        chain_id = chain.chain_id()
        to = bytes([7]) * 20
        invalid = [b"\x02rubbish"]
        elsewhere = signer.sign(
            chain_id=chain_id + 1, nonce=nonce, to=to, data=b"", gas=50_000, fees=fees
        )
        with pytest.raises(ChainDifferent) as told:
            chain.submit(elsewhere.raw)
        assert told.value.facts == {"expected": chain_id + 1, "found": chain_id}
        if self.refuses_too_little_gas:
            cheap = signer.sign(
                chain_id=chain_id, nonce=nonce, to=to, data=b"", gas=20_999, fees=fees
            )
            invalid.append(cheap.raw)
        for raw in invalid:
            with pytest.raises(ChainRejected):
                chain.submit(raw)
        assert chain.next_nonce() == nonce
        assert send(chain, opening(uuid4()))[0].is_success

    def test_contracts_are_found_without_the_file(
        self, deployed: Deployed, chain: Web3AnchorChain, tmp_path: Path
    ) -> None:
        """Their addresses are found again among the account's transactions when the file is lost."""
        known = chain.contracts()
        assert known is not None
        path = tmp_path / "deployment.json"
        forgetful = Web3AnchorChain(deployed.endpoint, private_key=KEY, deployment_path=path)
        found = forgetful.contracts()
        assert found is not None
        assert (found.anchors, found.chunk_store) == (known.anchors, known.chunk_store)
        assert path.exists()
        forgetful.close()

    def test_other_code_is_not_adopted(self, chain: Web3AnchorChain) -> None:
        """An address with other code, or none, is refused."""
        known = chain.contracts()
        assert known is not None
        for anchors, chunk_store in [
            (known.chunk_store, known.chunk_store),
            (known.anchors, known.anchors),
            (bytes(20), known.chunk_store),
        ]:
            with pytest.raises(AnchorMismatch):
                chain.adopt_contracts(anchors, chunk_store, 0)

    def test_the_head_moves(self, chain: Web3AnchorChain) -> None:
        """The head has a number, a hash that the chain has at that height, and a time that never falls."""
        before = chain.status()
        send(chain, opening(uuid4()))
        after = chain.status()
        assert after.chain_id == before.chain_id == chain.chain_id()
        assert after.number > before.number
        assert after.time_utc_s >= before.time_utc_s
        assert chain.block_hash(after.number) == after.hash
        assert chain.block_hash(before.number) == before.hash
        assert chain.block_hash(after.number + 1000) is None

    def test_a_chain_that_is_down_is_unreachable(self, tmp_path: Path) -> None:
        """Without a node every question ends in ChainUnreachable, at once."""
        for endpoint in (str(tmp_path / "none.sock"), "http://127.0.0.1:9"):
            chain = Web3AnchorChain(endpoint, private_key=KEY)
            questions = [chain.status, chain.next_nonce, lambda c=chain: c.submit(b"\x02")]
            for question in questions:
                with pytest.raises(ChainUnreachable):
                    question()
            chain.close()
