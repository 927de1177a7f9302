"""The verification of a bundle: every section is read once, then the checks are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from core.api.snapshots import VerificationReport
from core.audit.sealed_log_format import LARGEST_LOG
from core.audit.trail_file import TrailFile
from core.errors import BundleMalformed, Failure
from core.evidence.anchor_checks import IsVoid, LiveHeader, RootOfTrust
from core.evidence.bundle_documents import (
    read_anchors_document,
    read_chunk_keys,
    read_inclusion_proofs,
    read_trail_key,
)
from core.evidence.bundle_format import (
    ANCHORS,
    CHUNK_KEYS,
    INCLUSION_PROOFS,
    MANIFEST,
    SIGNATURES,
    TRAIL,
    TRAIL_KEY,
    Section,
    chunk_section,
)
from core.evidence.bundle_reader import BundleChunks, BundleReader
from core.evidence.case import Case, Pins
from core.evidence.checklist import NotChecked, Part
from core.evidence.chunk_checks import (
    ChunkFindings,
    check_inclusion,
    chunks_summary,
    contents_summary,
    look_at,
)
from core.evidence.manifest import Manifest
from core.evidence.standard_checks import Verification, counter
from core.evidence.trail_checks import checked_trail, has_key_log, key_log_left_out

T = TypeVar("T")


class BundleVerification:
    """Verifies one open bundle."""

    def __init__(
        self,
        subject: str,
        reader: BundleReader,
        pins: Pins,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._reader = reader
        self._table = Part("the bundle", reader.load)
        self._keys = Part("the chunk keys", self._read_keys)
        self._case = Case(
            manifest_json=lambda: self._document(MANIFEST),
            signatures_json=lambda: self._document(SIGNATURES),
            anchors=lambda: read_anchors_document(self._document(ANCHORS)),
            pins=pins,
        )
        self._verification = Verification(subject, self._case)
        self._tick = counter(progress, reader.file_bytes)
        self._altered: list[Failure] = []
        self._findings = ChunkFindings()

    def run(
        self, live_header: LiveHeader | None, is_void: IsVoid | None = None
    ) -> VerificationReport:
        """Make all checks."""
        self._read_everything()
        run = self._verification.checklist.run
        run("bundle_integrity", "nothing: it finds damage, not forgery", self._integrity)
        self._verification.check_manifest()
        run("inclusion_proofs", "the Merkle root: see sealed_anchor", self._inclusion)
        run("chunks", "the leaves: see merkle_root", self._chunks)
        run("chunk_contents", "the chunks, and the keys in the bundle", self._contents)
        run("trail", "the head in the manifest, and the key in the bundle", self._checked_trail)
        if has_key_log(self._case):
            run("key_log", "the head in the manifest", lambda: key_log_left_out(self._case))
        self._verification.check_anchors(live_header, RootOfTrust.LIVE_NODE, is_void)
        return self._verification.report()

    def _read_everything(self) -> None:
        """Read every section once: its hash, and what it holds if it is a chunk."""
        try:
            self._table.read()
        except Failure:
            return
        manifest, keys = _or_none(self._case.manifest), _or_none(self._keys) or {}
        indexes = {chunk_section(index): index for index in self._reader.chunk_indexes()}
        for section in self._reader.sections:
            self._read_section(section, indexes.get(section.name), manifest, keys)
            self._tick(section.length)

    def _read_section(
        self, section: Section, index: int | None, manifest: Manifest | None, keys: dict[int, bytes]
    ) -> None:
        try:
            if index is not None:
                self._reader.chunk(index)
            self._reader.check_section(section)
            if index is not None and manifest is not None and index >= len(manifest.chunks):
                raise BundleMalformed(
                    section=section.name, reason="the manifest lists no such chunk"
                )
        except Failure as failure:
            self._altered.append(failure)
        if index is not None and manifest is not None and index < len(manifest.chunks):
            chunks = BundleChunks(self._reader, manifest.session_id)
            self._findings.add(look_at(chunks, manifest, index, keys.get(index)))

    def _integrity(self) -> str:
        self._table.read()
        if self._altered:
            raise self._altered[0]
        sections = len(self._reader.sections)
        return (
            f"All {sections} sections, {self._reader.file_bytes} bytes, are as they were written."
        )

    def _inclusion(self) -> str:
        manifest = self._case.manifest.value
        proofs = read_inclusion_proofs(self._document(INCLUSION_PROOFS))
        return check_inclusion(manifest, proofs, self._reader.chunk_indexes())

    def _chunks(self) -> str:
        return chunks_summary(self._findings, self._case.manifest.value)

    def _contents(self) -> str:
        manifest, keys = self._case.manifest.value, self._keys.read()
        if not set(keys) <= set(self._reader.chunk_indexes()):
            raise BundleMalformed(
                section=CHUNK_KEYS, reason="it holds keys of chunks that are not here"
            )
        return contents_summary(self._findings, manifest)

    def _checked_trail(self) -> str:
        manifest, has = self._case.manifest.value, self._reader.has
        if has(TRAIL_KEY) and not has(TRAIL):
            raise BundleMalformed(section=TRAIL_KEY, reason="the trail that it opens is not here")
        if has(TRAIL) and manifest.trail is None:
            raise BundleMalformed(section=TRAIL, reason="the manifest has none")
        return checked_trail(self._case, self._trail)

    def _trail(self) -> TrailFile:
        if not self._reader.has(TRAIL):
            raise NotChecked("the trail is not here")
        key = read_trail_key(self._document(TRAIL_KEY)) if self._reader.has(TRAIL_KEY) else None
        return TrailFile(self._reader.read(TRAIL, LARGEST_LOG), key)

    def _document(self, name: str) -> bytes:
        """Read a document, whole or altered; what it then holds is checked on its own."""
        try:
            self._table.read()
        except Failure as failure:
            raise NotChecked("the bundle cannot be read") from failure
        return self._reader.read(name)

    def _read_keys(self) -> dict[int, bytes]:
        if not self._reader.has(CHUNK_KEYS):
            return {}
        return read_chunk_keys(self._document(CHUNK_KEYS))


def _or_none(part: Part[T]) -> T | None:
    try:
        return part.value
    except NotChecked:
        return None
