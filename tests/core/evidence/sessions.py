"""A whole sealed session on disk, small, with its anchors on an example chain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from eth_hash.auto import keccak
from nacl.signing import SigningKey

from core.api.hosting import AuditActor, AuditKind
from core.audit.entries import TrailHead
from core.audit.trail import TRAIL_NAME, Trail
from core.audit.trail_file import TrailFile
from core.canonical.documents import canonical_json
from core.evidence.anchor_proof import AnchorProof, make_anchor_proof
from core.evidence.anchors import SessionAnchors
from core.evidence.batch_proof import BatchedRecord, OpenedRecord, SealedRecord
from core.evidence.bundle_writer import write_bundle
from core.evidence.consent import Consent
from core.evidence.manifest import Manifest
from core.evidence.manifest_json import to_canonical_json
from core.evidence.policy import Policy
from core.evidence.policy_signature import sign_policy
from core.evidence.signatures import SignedManifest, session_signer, sign_manifest
from core.runtime.clock import Instant
from core.sealing.aead import encrypt
from core.sealing.chunk import SealedChunk, sealed_chunk
from core.sealing.chunk_header import ChunkHeader
from core.sealing.frames import Frame, pack_frame
from core.sealing.keys import chunk_key
from core.sealing.merkle import leaf_hash, prefix_root
from core.sealing.sorted_tree import SortedTree
from core.storage.directory_chunks import DirectoryChunkStore
from tests.core.audit.trails import SALT
from tests.core.evidence.chain_examples import OWNER, ExampleChain, batch_log, event_log, receipt
from tests.core.evidence.consents import POLICY, consent_to, terms_of
from tests.core.evidence.examples import (
    EPHEMERAL_SEED,
    SECOND,
    SESSION,
    STARTED_UTC_MS,
    example_manifest,
    sign_as_device,
)

SESSION_KEY = bytes(range(64, 96))
FRAMES = 3
STARTED = Instant(5_000 * SECOND, STARTED_UTC_MS * 1_000_000)


def small_chunk(index: int, *, at_s: int | None = None) -> tuple[bytes, SealedChunk]:
    """Seal a chunk of a few hundred bytes, with a nonce that follows from its index."""
    at_ns = (10 * index if at_s is None else at_s) * SECOND
    utc_ns = STARTED_UTC_MS * 1_000_000 + at_ns
    frames = [
        Frame(188 * n, at_ns + n * SECOND, utc_ns + n * SECOND, 90_000 * n, n == 0)
        for n in range(FRAMES)
    ]
    video = bytes([0x47, index]) * (94 * FRAMES)
    plain = video + b"".join(pack_frame(frame) for frame in frames)
    header = ChunkHeader(
        session_id=SESSION,
        index=index,
        is_compressed=False,
        payload_bytes=len(plain),
        video_bytes=len(video),
        frames=FRAMES,
        first_at_ns=at_ns,
        last_at_ns=at_ns + 9 * SECOND,
        first_utc_ns=utc_ns,
        last_utc_ns=utc_ns + 9 * SECOND,
        nonce=bytes([index]) * 24,
    )
    packed = header.pack()
    key = chunk_key(SESSION_KEY, SESSION, index)
    stored = packed + encrypt(key, header.nonce, plain, packed)
    return stored, sealed_chunk(header, leaf_hash(stored))


def new_trail(
    directory: Path, session_id: UUID = SESSION, session_key: bytes = SESSION_KEY
) -> Trail:
    """Begin a trail with a fixed salt."""
    return Trail(
        directory,
        session_key=session_key,
        session_id=session_id,
        started=STARTED,
        random_bytes=lambda _: SALT,
    )


def at(milliseconds: int) -> Instant:
    """Give the moment so long after the session's start."""
    since_ns = milliseconds * 1_000_000
    return Instant(STARTED.mono_ns + since_ns, STARTED.utc_ns + since_ns)


def agree(
    trail: Trail, consent: Consent, actor: AuditActor = AuditActor.PEER, at_ms: int = 1_000
) -> None:
    """Write down that somebody accepted the terms."""
    trail.append(
        AuditKind.CONSENTED,
        actor,
        consent.receipt.party.name,
        reason=consent.receipt.receipt_hash.hex(),
        instant=at(at_ms),
        consent=consent.to_json().decode(),
    )


def write_trail(
    directory: Path,
    *,
    session_id: UUID = SESSION,
    session_key: bytes = SESSION_KEY,
    policy: Policy = POLICY,
) -> TrailHead:
    """Write a visit under a policy as a trail of five entries, and give its head."""
    trail = new_trail(directory, session_id, session_key)
    consent = consent_to(terms_of(policy, session_id=session_id), is_door=True)
    trail.append(AuditKind.OPENED, AuditActor.OWNER, reason="standard", instant=at(0))
    agree(trail, consent)
    trail.append(AuditKind.JOINED, AuditActor.PEER, consent.receipt.party.name, instant=at(1_001))
    trail.append(AuditKind.LEFT, AuditActor.PEER, consent.receipt.party.name, instant=at(9_250))
    trail.append(AuditKind.ENDED, AuditActor.OWNER, instant=at(60_000))
    return trail.close()


class SealedSession:
    """A session of ``count`` chunks: stored below ``directory``, signed, and anchored on ``chain``."""

    def __init__(self, directory: Path, count: int = 4, **changes: object) -> None:
        self.directory = directory / str(SESSION)
        self.chunks = DirectoryChunkStore(directory)
        sealed = [self._store(index) for index in range(count)]
        self.manifest: Manifest = example_manifest(tuple(sealed), **changes)
        self.signed = self.sign(self.manifest)
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "manifest.json").write_bytes(self.signed.manifest_json)
        (self.directory / "manifest.sig.json").write_bytes(self.signed.signatures_json())
        self.chain = ExampleChain(STARTED_UTC_MS // 1000)
        self.anchors = self.anchor()

    def sign(self, manifest: Manifest) -> SignedManifest:
        """Sign a manifest with the fixed keys."""
        _, session = session_signer(EPHEMERAL_SEED)
        return sign_manifest(to_canonical_json(manifest), device=sign_as_device, session=session)

    def anchor(self, **values: bytes | int) -> SessionAnchors:
        """Anchor opening, half of the chunks, and seal; ``values`` replaces what is logged."""
        manifest, half = self.manifest, len(self.manifest.chunks) // 2
        ephemeral = bytes(SigningKey(EPHEMERAL_SEED).verify_key)
        known: dict[str, bytes | int] = {
            "policy_hash": manifest.policy_hash,
            "ephemeral_key": ephemeral,
            "manifest_hash": self.signed.manifest_hash,
            "merkle_root": manifest.merkle_root,
            "chunk_count": manifest.chunk_count,
            "half_root": prefix_root(manifest.leaves, half),
            "half_count": half,
        }
        logged = known | values
        log = [event_log("SessionOpened", SESSION, logged["policy_hash"], logged["ephemeral_key"])]
        opened = make_anchor_proof(self.chain.block([receipt(log)], 0))
        self.chain.block([receipt([])], 0)
        log = [event_log("ProgressAnchored", SESSION, logged["half_root"], logged["half_count"])]
        progress = make_anchor_proof(self.chain.block([receipt([]), receipt(log)], 1))
        log = [
            event_log(
                "SessionSealed",
                SESSION,
                logged["manifest_hash"],
                logged["merkle_root"],
                logged["chunk_count"],
                logged.get("progress_count", logged["half_count"]),
            )
        ]
        after_s = manifest.duration_ns // SECOND + 2
        sealed = make_anchor_proof(self.chain.block([receipt(log)], 0, after_s=after_s))
        return SessionAnchors(opened, sealed, (progress,), tuple(self.chain.headers))

    def keys(self, *indexes: int) -> Mapping[int, bytes]:
        """Derive the keys of chunks."""
        return {index: chunk_key(SESSION_KEY, SESSION, index) for index in indexes}

    def live_header(self, number: int) -> bytes:
        """Give a block's hash, as a node would."""
        return keccak(self.chain.headers[number - 1])

    def chunk_path(self, index: int) -> Path:
        """Say where a chunk's file is."""
        return self.directory / "chunks" / f"{index:08d}.lcs"

    def bundle(
        self,
        path: Path,
        *indexes: int,
        readable: tuple[int, ...] = (),
        trail: TrailFile | None = None,
    ) -> Path:
        """Write a bundle with these chunks, and the trail where it is given."""
        write_bundle(
            path,
            signed=self.signed,
            anchors=self.anchors,
            chunks=self.chunks,
            indexes=indexes,
            chunk_keys=self.keys(*readable),
            trail=trail,
        )
        return path

    def _store(self, index: int) -> SealedChunk:
        stored, sealed = small_chunk(index)
        self.chunks.put(SESSION, index, [stored])
        return sealed


class HostedSession(SealedSession):
    """The same of a session that a peer could join: with a signed policy and a trail of five entries."""

    def __init__(self, directory: Path, count: int = 2, **changes: object) -> None:
        signed = sign_policy(canonical_json(POLICY), sign_as_device)
        facts = {"policy": POLICY, "policy_signature": signed.signature} | changes
        policy = cast("Policy", facts["policy"])
        head = write_trail(directory / str(SESSION), policy=policy)
        super().__init__(directory, count, **({"trail": head} | facts))

    @property
    def trail_path(self) -> Path:
        """Say where the trail's file is."""
        return self.directory / TRAIL_NAME

    def trail(self, session_key: bytes | None = SESSION_KEY) -> TrailFile:
        """Read the trail, with its key where the session's is given."""
        return TrailFile.load(self.trail_path, SESSION, session_key)


class BatchedSession(SealedSession):
    """The same of a session that went on the chain with others: five in one batch, three in the other."""

    def anchor(self, **values: bytes | int) -> SessionAnchors:
        """Anchor opening and seal among other records; ``values`` replaces what is in the records."""
        known: dict[str, Any] = {
            "policy_hash": self.manifest.policy_hash,
            "ephemeral_key": bytes(SigningKey(EPHEMERAL_SEED).verify_key),
            "manifest_hash": self.signed.manifest_hash,
            "merkle_root": self.manifest.merkle_root,
            "chunk_count": self.manifest.chunk_count,
            "owner": OWNER,
        }
        said = known | values
        opened = OpenedRecord(said["policy_hash"], said["ephemeral_key"])
        sealed = SealedRecord(said["manifest_hash"], said["merkle_root"], said["chunk_count"])
        after_s = self.manifest.duration_ns // SECOND + 2
        proofs = (
            self._in_batch(opened, 5, 2, number=1, owner=said["owner"]),
            self._in_batch(sealed, 3, 2, number=2, owner=said["owner"], after_s=after_s),
        )
        return SessionAnchors(*proofs, headers=tuple(self.chain.headers))

    def _in_batch(
        self,
        record: OpenedRecord | SealedRecord,
        count: int,
        index: int,
        *,
        number: int,
        owner: bytes,
        after_s: int = 1,
    ) -> AnchorProof:
        leaves = [keccak(bytes([each])) for each in range(count)]
        leaves[index] = record.leaf(owner, SESSION)
        tree = SortedTree(leaves)
        log = batch_log(tree.root, count, number=number, owner=owner)
        others = [
            batch_log(bytes([7]) * 32, 1, number=9),
            event_log("ProgressAnchored", SESSION, bytes(32), 1),
        ]
        material = self.chain.block([receipt([]), receipt([*others, log])], 1, after_s=after_s)
        return make_anchor_proof(material, BatchedRecord(record, tree.path(index)))
