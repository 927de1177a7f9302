"""A reader written from docs/formats/ alone reads what core writes, and says the same of it."""

from __future__ import annotations

import ast
import asyncio
import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from blake3 import blake3
from nacl.exceptions import CryptoError

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.audit.entries import TrailHead
from core.audit.trail_file import TrailFile
from core.errors import TrailAltered, TrailMalformed
from core.evidence.anchor_checks import RootOfTrust
from core.evidence.anchors import SessionAnchors
from core.evidence.manifest_json import to_canonical_json
from core.evidence.policy import sandbox_policy
from core.evidence.signatures import session_signer, sign_manifest
from core.evidence.verify import verify_bundle, verify_session
from core.runtime.clock import Instant
from core.sealing.chunk import SealedChunk
from core.sealing.sealer import ChunkLimits, SessionSealer
from core.sessions.opening import Opening
from core.storage.directory_chunks import DirectoryChunkStore
from core.vault.open_vault import EPHEMERAL_SEED, OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.vault import Vault as CoreVault
from tests.core.evidence.chain_examples import OWNER
from tests.core.evidence.examples import EPHEMERAL_SEED as EPHEMERAL_SEED_BYTES
from tests.core.evidence.examples import STARTED_UTC_MS, example_manifest
from tests.core.evidence.sessions import BatchedSession, SealedSession
from tests.core.sessions.test_recorded_keys import HELLO, recording_keys, type_hello
from tests.fakes.session_bench import PASSPHRASE as BENCH_PASSPHRASE
from tests.fakes.session_bench import SessionBench
from tests.fakes.synthetic_stream import SyntheticStream
from tests.independent_reader.bundle import read_sections, verify
from tests.independent_reader.data_directory import read_data_directory
from tests.independent_reader.journal import read_journal
from tests.independent_reader.primitives import Refused
from tests.independent_reader.session import (
    chunk_key,
    read_chunk,
    read_manifest,
    root_by_path,
    root_of,
)
from tests.independent_reader.trail import check_policy, read_trail, trail_key
from tests.independent_reader.vault import Vault, session_key_for_recipient

HERE = Path(__file__).parent
VECTORS: dict[str, Any] = json.loads((HERE.parent / "vectors" / "evidence.json").read_text())
START = Instant(1_000, STARTED_UTC_MS * 1_000_000)
SEALING: dict[str, Any] = json.loads((HERE.parent / "vectors" / "sealing.json").read_text())


def test_the_reader_knows_nothing_of_core() -> None:
    """None of the reader's modules imports core or the tests of core."""
    for path in HERE.glob("*.py"):
        if path.name.startswith("test_"):
            continue
        tree = ast.parse(path.read_text())
        names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names += [
            each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for each in node.names
        ]
        assert not [name for name in names if name.split(".")[0] in {"core", "lucid_gui"}], path
        assert not [name for name in names if name.startswith("tests.core")], path


def test_it_opens_the_golden_vault() -> None:
    """Keys, fingerprint and both wrappings of the golden vault come out as published."""
    golden = VECTORS["vault"]
    vault = Vault(golden["file"].encode(), golden["passphrase"])
    assert vault.fingerprint == golden["device_fingerprint"]
    assert vault.device_public_key.hex() == golden["device_public_key"]
    assert vault.recipient_public_key.hex() == golden["recipient_public_key"]
    assert vault.chain.hex() == golden["chain_private_key"]
    session_id = bytes.fromhex(golden["session_id"].replace("-", ""))
    assert (
        vault.session_key(session_id, [golden["wrapped_session_key"]]).hex()
        == golden["session_key"]
    )
    private_key = bytes.fromhex(golden["recipient_private_key"])
    unwrapped = session_key_for_recipient(private_key, session_id, golden["wrapped_for_recipient"])
    assert unwrapped.hex() == golden["session_key"]


def test_it_opens_the_golden_record() -> None:
    """The golden record opens to the published document where it belongs, and nowhere else."""
    golden = VECTORS["vault"]
    vault, record = Vault(golden["file"].encode(), golden["passphrase"]), golden["record"]
    sealed = bytes.fromhex(record["sealed"])
    opened = vault.record(record["kind"], record["key"], sealed)
    assert opened.decode() == record["document"]
    with pytest.raises(CryptoError):
        vault.record(record["kind"], "another", sealed)


def test_it_refuses_another_passphrase() -> None:
    """A wrong passphrase is told by the key check."""
    golden = VECTORS["vault"]
    with pytest.raises(Refused, match="wrong passphrase"):
        Vault(golden["file"].encode(), "something else")


def test_it_verifies_the_golden_manifest() -> None:
    """Hash, root, signatures and chunks of the golden manifest are as published."""
    golden = VECTORS["manifest"]
    manifest = read_manifest(golden["manifest"].encode(), golden["signatures"].encode())
    assert manifest.hash.hex() == golden["manifest_hash"]
    assert manifest.document["policy_hash"] == golden["policy_hash"]
    session_key = bytes.fromhex(VECTORS["vault"]["session_key"])
    for index, stored in enumerate(golden["chunks"]):
        key = chunk_key(session_key, manifest.session_id, index)
        chunk = read_chunk(bytes.fromhex(stored), key, manifest.session_id, index)
        assert chunk.row == manifest.document["chunks"][index]


def test_it_verifies_the_golden_bundle() -> None:
    """The golden bundle holds under its checkpoint, and under no other."""
    golden = VECTORS["bundle"]
    data = bytes.fromhex(golden["file"])
    assert (len(data), blake3(data).hexdigest()) == (golden["size"], golden["blake3"])
    verified = verify(data, bytes.fromhex(golden["checkpoint"]))
    assert verified.present == [0, 1]
    assert [chunk.row["index"] for chunk in verified.opened_chunks] == [1]
    assert verified.is_covered
    assert verified.sealed is not None
    assert verified.sealed.number == 4
    assert not verify(data, bytes(32)).is_covered


def test_it_verifies_the_golden_hosted_session() -> None:
    """Policy, trail and bundle of the golden hosted session are as published, with a key that it derives itself."""
    golden = VECTORS["hosted"]
    manifest = read_manifest(golden["manifest"].encode(), golden["signatures"].encode())
    assert manifest.hash.hex() == golden["manifest_hash"]
    assert manifest.document["policy_signature"] == golden["policy_signature"]
    check_policy(manifest.document)
    trail = bytes.fromhex(golden["trail"])
    key = trail_key(trail, bytes.fromhex(VECTORS["vault"]["session_key"]))
    assert key.hex() == golden["trail_key"]
    head = {"entries": golden["entries"], "head": golden["head"]}
    assert manifest.document["trail"] == head
    entries = read_trail(trail, key, manifest.session_id, head)
    assert [each["kind"] for each in entries] == ["opened", "consented", "joined", "left", "ended"]
    data = bytes.fromhex(golden["bundle"])
    assert (len(data), blake3(data).hexdigest()) == (golden["size"], golden["blake3"])
    verified = verify(data, bytes.fromhex(golden["checkpoint"]))
    assert verified.is_covered
    assert verified.trail == entries


def test_both_readers_agree_on_a_damaged_trail(tmp_path: Path) -> None:
    """Whichever byte of the golden trail is changed, or how much of it is cut off, both refuse it."""
    golden = VECTORS["hosted"]
    data, key = bytes.fromhex(golden["trail"]), bytes.fromhex(golden["trail_key"])
    session_id = UUID(VECTORS["vault"]["session_id"])
    head = {"entries": golden["entries"], "head": golden["head"]}
    ours = TrailHead(golden["entries"], bytes.fromhex(golden["head"]))
    assert len(TrailFile(data, key).entries(session_id, ours)) == len(
        read_trail(data, key, session_id.bytes, head)
    )
    flipped = [data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :] for at in range(0, len(data), 7)]
    cut = [data[:length] for length in range(64, len(data), 31)]
    for damaged in (*flipped, *cut, data + b"\0", data + data[-200:]):
        with pytest.raises(Refused):
            read_trail(damaged, key, session_id.bytes, head)
        with pytest.raises((TrailAltered, TrailMalformed)):
            TrailFile(damaged, key).entries(session_id, ours)


def test_it_reads_what_a_hosted_session_left(tmp_path: Path) -> None:
    """From the passphrase alone: the trail that the sessions wrote is read, whole, under the policy they signed."""

    async def run() -> tuple[AuditEntry, ...]:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            await bench.sessions.trail_append(
                session_id, AuditKind.FILE, AuditActor.PEER, "Übersicht.pdf", "denied", "no rule"
            )
            await bench.sessions.end(session_id, "voided")
            return await bench.sessions.read_trail(session_id)

    entries = asyncio.run(run())
    (session,) = read_data_directory(tmp_path, BENCH_PASSPHRASE)
    assert session.manifest.document["end_reason"] == "voided"
    assert [each["resource"] for each in session.trail] == ["", "Übersicht.pdf", ""]
    assert [each["kind"] for each in session.trail] == [each.kind.value for each in entries]


def test_it_reads_what_was_typed_where_the_policy_says_so(tmp_path: Path) -> None:
    """From the passphrase alone, through the key that the log carries wrapped; an altered log is refused."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            type_hello(bench, session_id)
            await bench.sessions.end(session_id, "owner")

    asyncio.run(run())
    (session,) = read_data_directory(tmp_path, BENCH_PASSPHRASE)
    assert [(chr(keysym), is_down) for _, keysym, is_down in session.strokes] == [
        (each, is_down) for each in HELLO for is_down in (True, False)
    ]
    (path,) = tmp_path.rglob("keys.lct")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refused):
        read_data_directory(tmp_path, BENCH_PASSPHRASE)


def test_it_reads_the_golden_sealing_vectors() -> None:
    """Chunk, journal, roots and proofs that the sealing's own script wrote are read as published."""
    session_key = bytes.fromhex(SEALING["session_key"])
    session_id, golden = bytes.fromhex(SEALING["session_id"]), SEALING["chunk"]
    stored = bytes.fromhex(golden["stored"])
    chunk = read_chunk(stored, chunk_key(session_key, session_id, 3), session_id, 3)
    assert (chunk.row["leaf"], chunk.video.hex()) == (golden["leaf"], golden["video"])
    journal = read_journal(bytes.fromhex(SEALING["journal"]["file"]), session_key)
    assert (journal.index, journal.is_closed) == (3, True)
    assert journal.video == chunk.video[: SEALING["journal"]["video_bytes"]]
    leaves = [bytes.fromhex(each) for each in SEALING["merkle"]["leaves"]]
    for count, root in enumerate(SEALING["merkle"]["roots"]):
        assert root_of(leaves[:count]).hex() == root
    for each in SEALING["merkle"]["proofs"]:
        path = [bytes.fromhex(hashed) for hashed in each["proof"]]
        found = root_by_path(leaves[each["index"]], each["index"], each["count"], path)
        assert found.hex() == SEALING["merkle"]["roots"][each["count"]]


def test_it_reads_a_torn_journal_up_to_its_end(tmp_path: Path) -> None:
    """What core journaled before a crash is read by its format, to the last whole frame."""
    session_id, session_key, start = uuid4(), os.urandom(32), Instant(0, STARTED_UTC_MS * 1_000_000)
    sealer = SessionSealer(
        session_id=session_id,
        session_key=session_key,
        start=start,
        chunks=DirectoryChunkStore(tmp_path / "sessions"),
        journal_directory=tmp_path / "journal",
        is_sealed=lambda chunk: pytest.fail(f"chunk {chunk.index} was sealed"),
    )
    pieces = list(SyntheticStream(seed=3).frames(30))
    for number, piece in enumerate(pieces):
        sealer.append(piece, Instant(number * 66_666_667, start.utc_ns + number * 66_666_667))
        if number == 19:
            sealer.flush()
    sealer.flush()
    (path,) = (tmp_path / "journal").iterdir()
    whole = path.read_bytes()
    sealer.abandon()
    journal = read_journal(whole, session_key)
    assert journal.video == b"".join(pieces)
    assert (journal.index, journal.is_closed, len(journal.frame_times)) == (0, False, 30)
    torn = read_journal(whole[:-1], session_key)
    assert len(torn.video) >= sum(map(len, pieces[:20]))
    assert journal.video.startswith(torn.video)


def test_both_readers_agree_on_damage() -> None:
    """Whichever byte of the golden bundle is changed, both refuse it."""
    data = bytearray.fromhex(VECTORS["bundle"]["file"])
    for position in range(0, len(data), 97):
        data[position] ^= 0x20
        with pytest.raises((Refused, ValueError)):
            read_sections(bytes(data))
        data[position] ^= 0x20


def test_both_readers_agree_on_a_bundle(tmp_path: Path) -> None:
    """A bundle that core wrote is the same evidence to both."""
    session = SealedSession(tmp_path / "sessions", 5)
    path = session.bundle(tmp_path / "bundle", 1, 3, readable=(3,))
    checkpoint = session.live_header(4)
    ours = verify(path.read_bytes(), checkpoint)
    report = verify_bundle(path, checkpoint=checkpoint.hex())
    assert report.holds
    assert report.session_id == ours.manifest.document["session_id"]
    assert (report.root_of_trust == "checkpoint") == ours.is_covered
    assert ours.present == [1, 3]
    assert ours.opened_chunks[0].video == bytes([0x47, 3]) * 282


def test_both_readers_follow_a_record_to_its_batch(tmp_path: Path) -> None:
    """A session that went on the chain with others is the same evidence to both, and a changed path to neither."""
    session = BatchedSession(tmp_path / "sessions", 3)
    path = session.bundle(tmp_path / "bundle", 1)
    ours = verify(path.read_bytes(), session.live_header(2))
    report = verify_bundle(path, checkpoint=session.live_header(2).hex())
    assert report.holds
    assert ours.is_covered
    assert ours.opened is not None
    assert ours.opened.owner == OWNER
    proof = session.anchors.sealed
    assert proof is not None
    assert proof.batch is not None
    broken = replace(proof.batch, path=(bytes(32), *proof.batch.path[1:]))
    session.anchors = replace(session.anchors, sealed=replace(proof, batch=broken))
    path = session.bundle(tmp_path / "broken", 1)
    assert not verify_bundle(path).holds
    with pytest.raises(Refused):
        verify(path.read_bytes())


def test_it_reads_what_core_sealed(tmp_path: Path) -> None:
    """From the passphrase alone: every chunk opens, root and hash are recomputed, and the video is whole."""
    passphrase = "four unrelated words"
    streams = [_seal_a_session(tmp_path, passphrase, seed) for seed in (1, 2)]
    sessions = read_data_directory(tmp_path, passphrase)
    assert sorted(session.video for session in sessions) == sorted(streams)
    assert min(len(session.chunks) for session in sessions) > 2


def _seal_a_session(directory: Path, passphrase: str, seed: int) -> bytes:
    """Record a synthetic stream as the engine does, and give the stream."""
    path = directory / "vault.json"
    make = CoreVault.open if path.exists() else partial(CoreVault.create, kdf=CHEAPEST_KDF)
    with make(path, passphrase) as vault:
        session_id, session_key = uuid4(), os.urandom(32)
        home = directory / "sessions" / str(session_id)
        home.mkdir(parents=True)
        _write_opening(home, session_id, session_key, vault)
        stream, chunks = _seal_chunks(home, session_id, session_key, seed)
        _write_manifest(home, session_id, vault, chunks)
    report = verify_session(
        session_id=session_id,
        directory=home,
        chunks=DirectoryChunkStore(directory / "sessions"),
        anchors=SessionAnchors,
        live=RootOfTrust.OWN_CHAIN,
        session_key=session_key,
    )
    assert report.holds, report
    return stream


def _write_opening(home: Path, session_id: UUID, session_key: bytes, vault: OpenVault) -> None:
    public_key, _ = session_signer(EPHEMERAL_SEED_BYTES)
    Opening(
        session_id=session_id,
        started_utc_ns=START.utc_ns,
        source="sandbox",
        policy=sandbox_policy(),
        ephemeral_public_key=public_key,
        wrapped_keys=tuple(vault.wrap_session_key(session_id, session_key)),
        wrapped_seeds=(vault.wrap_for_session(EPHEMERAL_SEED, session_id, EPHEMERAL_SEED_BYTES),),
    ).write(home)


def _seal_chunks(
    home: Path, session_id: UUID, session_key: bytes, seed: int
) -> tuple[bytes, list[SealedChunk]]:
    chunks: list[SealedChunk] = []
    sealer = SessionSealer(
        session_id=session_id,
        session_key=session_key,
        start=START,
        chunks=DirectoryChunkStore(home.parent),
        journal_directory=home / "journal",
        is_sealed=chunks.append,
        limits=ChunkLimits(minimum=40 * 188, maximum=120 * 188),
    )
    pieces = list(SyntheticStream(seed=seed).frames(60))
    for number, piece in enumerate(pieces):
        elapsed = number * 66_666_667
        sealer.append(piece, Instant(START.mono_ns + elapsed, START.utc_ns + elapsed))
    sealer.finish()
    return b"".join(pieces), chunks


def _write_manifest(
    home: Path, session_id: UUID, vault: OpenVault, chunks: list[SealedChunk]
) -> None:
    manifest = example_manifest(
        tuple(chunks),
        session_id=session_id,
        device_public_key=vault.device_public_key,
        duration_ns=4_000_000_000,
        ended_utc_ms=STARTED_UTC_MS + 4_000,
    )
    _, sign_as_session = session_signer(EPHEMERAL_SEED_BYTES)
    signed = sign_manifest(to_canonical_json(manifest), device=vault.sign, session=sign_as_session)
    (home / "manifest.json").write_bytes(signed.manifest_json)
    (home / "manifest.sig.json").write_bytes(signed.signatures_json())
