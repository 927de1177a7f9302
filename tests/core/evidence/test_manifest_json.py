"""A manifest is written in one way, fits its published schema, and is read strictly."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from core.canonical.documents import canonical_json
from core.errors import ManifestMalformed, ManifestVersionUnsupported
from core.evidence.manifest import Manifest
from core.evidence.manifest_json import from_json, to_canonical_json
from core.sealing.merkle import merkle_root
from tests.core.evidence.examples import example_chunks, example_manifest, manifests

_SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "formats" / "manifest.schema.json"
VALIDATOR = Draft202012Validator(json.loads(_SCHEMA.read_text()))


def _document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    document: dict[str, Any] = json.loads(to_canonical_json(example_manifest(example_chunks(3))))
    return document | changes


def _chunk_changed(position: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    document = _document()
    document["chunks"][position] |= changes
    return document


def test_the_schema_is_one() -> None:
    """The published schema is itself valid."""
    Draft202012Validator.check_schema(VALIDATOR.schema)


@settings(deadline=None)
@given(manifests())
def test_every_manifest_fits_the_schema_and_comes_back(manifest: Manifest) -> None:
    """Whatever is written validates and reads back as it was."""
    written = to_canonical_json(manifest)
    VALIDATOR.validate(json.loads(written))
    assert from_json(written) == manifest
    assert to_canonical_json(from_json(written)) == written


def test_a_session_without_chunks_has_a_manifest() -> None:
    """A session that never sealed a chunk has the empty tree's root and count 0."""
    manifest = example_manifest(())
    again = from_json(to_canonical_json(manifest))
    assert again.chunk_count == 0
    assert again.merkle_root == merkle_root([])


def test_a_chunk_without_video_has_no_times() -> None:
    """A chunk of which nothing could be recovered stands in its place without breaking the order of times."""
    first, lost, last = example_chunks(3)
    lost = replace(lost, plain_bytes=0, frames=0, first_at_ns=0, last_at_ns=0)
    manifest = example_manifest((first, lost, last))
    VALIDATOR.validate(json.loads(to_canonical_json(manifest)))
    assert from_json(to_canonical_json(manifest)) == manifest


def test_times_beyond_a_double_are_exact() -> None:
    """Nanoseconds in UTC keep their last digit."""
    manifest = example_manifest(example_chunks(1))
    assert manifest.chunks[0].first_utc_ns > 2**53
    assert from_json(to_canonical_json(manifest)).chunks == manifest.chunks


def test_a_newer_manifest_is_told_apart() -> None:
    """A version that is not known is said, whatever else is in it."""
    data = json.dumps({"version": 2, "format": "lucid-manifest", "something": "else"}).encode()
    with pytest.raises(ManifestVersionUnsupported) as caught:
        from_json(data)
    assert caught.value.facts == {"found": 2, "known": "1"}


@pytest.mark.parametrize(
    "document,field",
    [
        (_document(format="something"), "format"),
        (_document(version=0), "version"),
        (_document(version="1"), "version"),
        (_document(version=True), "version"),
        (_document(session_id="7F2E0E9C-5F0B-4F36-9C39-0D4CF20B8F11"), "session_id"),
        (_document(session_id="7f2e"), "session_id"),
        (_document(ephemeral_public_key="00"), "ephemeral_public_key"),
        (_document(device_public_key="A" * 64), "device_public_key"),
        (_document(device_fingerprint="0" * 64), "device_fingerprint"),
        (_document(software_version=""), "software_version"),
        (_document(width=-1), "width"),
        (_document(width=1.5), "width"),
        (_document(height=70000), "height"),
        (_document(duration_ns=1), "chunks[0] times"),
        (_document(was_interrupted=0), "was_interrupted"),
        (_document(end_reason="The owner!"), "end_reason"),
        (_document(end_reason="owner\n"), "end_reason"),
        (_document(merkle_root="0"), "merkle_root"),
        (_document(policy=[]), "policy"),
        (_document(policy_hash=None), "policy_hash"),
        (_document(gaps={}), "gaps"),
        (_document(gaps=[{"from_ns": 2, "until_ns": 1, "reason": "x"}]), "gaps[0] times"),
        (_document(gaps=[1]), "gaps[0]"),
        (_document(another=1), "another"),
        (_document(policy_signature="00" * 63), "policy_signature"),
        (_document(policy_signature=None), "policy_signature"),
        (_document(trail=None), "trail"),
        (_document(trail=[]), "trail"),
        (_document(trail={"entries": 1}), "trail.head"),
        (_document(trail={"head": "00" * 32}), "trail.entries"),
        (_document(trail={"entries": 0, "head": "00" * 32}), "trail.entries"),
        (_document(trail={"entries": (1 << 20) + 1, "head": "00" * 32}), "trail.entries"),
        (_document(trail={"entries": True, "head": "00" * 32}), "trail.entries"),
        (_document(trail={"entries": 1, "head": "00" * 31}), "trail.head"),
        (_document(trail={"entries": 1, "head": "00" * 32, "more": 1}), "trail.more"),
        (_document(keys=None), "keys"),
        (_document(keys={"entries": 1, "head": "00" * 32}), "keys.records"),
        (_document(keys={"records": 0, "head": "00" * 32}), "keys.records"),
        (_document(keys={"records": 1, "head": "00" * 31}), "keys.head"),
        (_document(keys={"records": 1, "head": "00" * 32, "more": 1}), "keys.more"),
        (_chunk_changed(0, index=1), "chunks[0].index"),
        (_chunk_changed(2, index=1), "chunks[2].index"),
        (_chunk_changed(1, first_at_ns=0), "chunks[1] times"),
        (_chunk_changed(1, last_at_ns=0), "chunks[1] times"),
        (_chunk_changed(1, plain_bytes=-1), "chunks[1].plain_bytes"),
        (_chunk_changed(1, stored_bytes=1 << 40), "chunks[1].stored_bytes"),
        (_chunk_changed(1, first_utc_ns="01"), "chunks[1].first_utc_ns"),
        (_chunk_changed(1, first_utc_ns=1), "chunks[1].first_utc_ns"),
        (_chunk_changed(1, last_utc_ns=str(2**64)), "chunks[1].last_utc_ns"),
        (_chunk_changed(1, leaf="00"), "chunks[1].leaf"),
        (_chunk_changed(1, more=1), "chunks[1].more"),
    ],
)
def test_what_is_wrong_is_named(document: dict[str, Any], field: str) -> None:
    """A manifest that breaks the format is refused, and the field is named."""
    with pytest.raises(ManifestMalformed) as caught:
        from_json(canonical_json(document))
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize(
    "changes",
    [
        {"policy_signature": "00" * 63},
        {"policy_signature": None},
        {"trail": None},
        {"trail": {"entries": 1}},
        {"trail": {"entries": 0, "head": "00" * 32}},
        {"trail": {"entries": 1, "head": "00" * 32, "more": 1}},
        {"keys": None},
        {"keys": {"records": 0, "head": "00" * 32}},
        {"keys": {"records": 1, "head": "00" * 32, "more": 1}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(changes: dict[str, Any]) -> None:
    """What only a hosted session has is bounded in the published schema too."""
    with pytest.raises(ValidationError):
        VALIDATOR.validate(_document(**changes))


def test_what_a_session_without_a_peer_lacks_is_left_out() -> None:
    """Neither logs nor the policy's signature stand in the manifest of a session that nobody could join."""
    assert not {"trail", "keys", "policy_signature"} & set(_document())


@pytest.mark.parametrize("member", sorted(_document()))
def test_every_member_is_needed(member: str) -> None:
    """Without any one of its members a manifest is refused, by the reader and by the schema."""
    document = _document()
    del document[member]
    with pytest.raises(ManifestMalformed) as caught:
        from_json(canonical_json(document))
    assert caught.value.facts == {"field": member}
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"null", b'{"format":1,"format":1}'])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    """Anything but an object is ManifestMalformed."""
    with pytest.raises(ManifestMalformed):
        from_json(data)


def test_another_spelling_is_refused() -> None:
    """A manifest has one spelling only, since its hash is what counts."""
    with pytest.raises(ManifestMalformed):
        from_json(to_canonical_json(example_manifest(())) + b"\n")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_our_terms(data: bytes) -> None:
    """Whatever comes, the reader says what is wrong with it."""
    with suppress(ManifestMalformed, ManifestVersionUnsupported):
        from_json(data)


def test_what_could_not_be_read_back_is_not_written() -> None:
    """A manifest that would break the format is refused before it is signed."""
    with pytest.raises(ManifestMalformed):
        to_canonical_json(example_manifest(example_chunks(2), duration_ns=0))
