"""Reads a whole data directory with its passphrase: every session, every chunk, from the formats alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.independent_reader.consent import check_consents
from tests.independent_reader.key_log import key_log_key, read_key_log
from tests.independent_reader.primitives import demand
from tests.independent_reader.session import (
    Chunk,
    Manifest,
    check_contents,
    chunk_key,
    read_chunk,
    read_manifest,
)
from tests.independent_reader.trail import check_policy, read_trail, trail_key
from tests.independent_reader.vault import Vault


@dataclass(frozen=True)
class ReadSession:
    """A session that was read: its manifest, whose claims hold, and its open chunks."""

    manifest: Manifest
    chunks: list[Chunk]
    trail: list[Any]
    strokes: list[tuple[int, int, bool]]

    @property
    def video(self) -> bytes:
        """The whole recording, an MPEG transport stream."""
        return b"".join(chunk.video for chunk in self.chunks)


def read_session(directory: Path, vault: Vault) -> ReadSession:
    """Unwrap the session's key, open every chunk, and compare each with the manifest."""
    opening = json.loads((directory / "opening.json").read_bytes())
    session_id = UUID(opening["session_id"]).bytes
    session_key = vault.session_key(session_id, opening["wrapped_keys"])
    manifest = read_manifest(
        (directory / "manifest.json").read_bytes(), (directory / "manifest.sig.json").read_bytes()
    )
    demand(manifest.session_id == session_id, "another session")
    demand(
        manifest.document["device_public_key"] == vault.device_public_key.hex(), "another device"
    )
    chunks = []
    for row in manifest.document["chunks"]:
        stored = (directory / "chunks" / f"{row['index']:08d}.lcs").read_bytes()
        key = chunk_key(session_key, session_id, row["index"])
        chunk = read_chunk(stored, key, session_id, row["index"])
        demand(chunk.row == row, "the manifest says something else")
        check_contents(chunk)
        chunks.append(chunk)
    trail = _read_trail(directory, manifest, session_key)
    return ReadSession(manifest, chunks, trail, _read_strokes(directory, manifest, vault))


def _read_trail(directory: Path, manifest: Manifest, session_key: bytes) -> list[Any]:
    """Read the trail of a session that a peer could join, and check its policy's signature."""
    if "trail" not in manifest.document:
        return []
    check_policy(manifest.document)
    data = (directory / "trail.lct").read_bytes()
    key, head = trail_key(data, session_key), manifest.document["trail"]
    entries = read_trail(data, key, manifest.session_id, head)
    check_consents(entries, manifest.document)
    return entries


def _read_strokes(directory: Path, manifest: Manifest, vault: Vault) -> list[tuple[int, int, bool]]:
    """Read what was typed; it is there exactly where the policy says so."""
    is_recorded = manifest.document["policy"].get("records_keys", False)
    path = directory / "keys.lct"
    demand(is_recorded == ("keys" in manifest.document) == path.exists(), "what was typed")
    if not is_recorded:
        return []
    data = path.read_bytes()
    key, head = key_log_key(data, vault), manifest.document["keys"]
    return read_key_log(data, key, manifest.session_id, head)


def read_data_directory(directory: Path, passphrase: str) -> list[ReadSession]:
    """Read all sessions that have a manifest."""
    vault = Vault((directory / "vault.json").read_bytes(), passphrase)
    sessions = sorted(each.parent for each in directory.glob("sessions/*/manifest.json"))
    return [read_session(each, vault) for each in sessions]
