"""Each damage to a bundle fails the check that is about it, with a code of its own."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from blake3 import blake3

from core.canonical.documents import canonical_json, load_json
from core.evidence.bundle_format import (
    HEADER_BYTES,
    Section,
    chunk_section,
    pack_header,
    pack_table,
    read_header,
    read_table,
)
from core.evidence.verify import verify_bundle
from tests.core.evidence.reports import HOLDS, NOT_CHECKED, check_named, failing_codes


def _sections(path: Path) -> list[tuple[str, bytes]]:
    data = path.read_bytes()
    offset, length = read_header(data[:HEADER_BYTES], len(data))
    table = read_table(data[:HEADER_BYTES], data[offset : offset + length], offset)
    return [(each.name, data[each.offset : each.offset + each.length]) for each in table]


def _rebuild(path: Path, sections: list[tuple[str, bytes]]) -> None:
    """Write a bundle whose hashes fit, as a forger would."""
    body, table = b"", []
    for name, content in sections:
        table.append(
            Section(name, HEADER_BYTES + len(body), len(content), blake3(content).digest())
        )
        body += content
    packed = pack_table(table)
    path.write_bytes(pack_header(HEADER_BYTES + len(body), packed) + body + packed)


def _forge(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    sections = _sections(path)
    assert name in dict(sections)
    _rebuild(
        path, [(each, change(content) if each == name else content) for each, content in sections]
    )


def _swap(bundle: Path, first: int, second: int) -> None:
    sections = dict(_sections(bundle))
    names = chunk_section(first), chunk_section(second)
    sections[names[0]], sections[names[1]] = sections[names[1]], sections[names[0]]
    _rebuild(bundle, list(sections.items()))


def _duplicate(bundle: Path, index: int, place: int) -> None:
    sections = dict(_sections(bundle))
    sections[chunk_section(place)] = sections[chunk_section(index)]
    _rebuild(bundle, list(sections.items()))


def _of_another_session(content: bytes) -> bytes:
    return content[:48] + bytes(16) + content[64:]


def _dense_sample(size: int, bundle: Path) -> list[int]:
    """Every byte of the header, every border of a section, and every nineteenth byte."""
    borders, at = [HEADER_BYTES], HEADER_BYTES
    for _, content in _sections(bundle):
        at += len(content)
        borders.append(at)
    near = {border + step for border in borders for step in (-1, 0, 1)}
    return sorted(near | set(range(HEADER_BYTES)) | set(range(0, size, 19)) | {size - 1})


def test_any_changed_byte_is_found_and_named(bundle: Path) -> None:
    """Whichever byte of a bundle is changed, it does not hold and the section is named."""
    whole = bundle.read_bytes()
    sections = {"header", "table", *(name for name, _ in _sections(bundle))}
    named = set()
    for position in _dense_sample(len(whole), bundle):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        bundle.write_bytes(damaged)
        report = verify_bundle(bundle)
        assert not report.holds, position
        failure = check_named(report, "bundle_integrity").failure
        assert failure is not None, position
        if failure.code != "bundle_version_unsupported":
            assert failure.facts["section"] in sections, position
            named.add(failure.facts["section"])
    assert named == sections


@pytest.mark.parametrize("length", [0, 1, HEADER_BYTES - 1, HEADER_BYTES, 1000, -1])
def test_a_bundle_that_is_cut_short_says_so(bundle: Path, length: int) -> None:
    """A bundle that lost its end is malformed, and nothing else is claimed of it."""
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[:length])
    report = verify_bundle(bundle)
    assert failing_codes(report) == {"bundle_integrity": "bundle_malformed"}
    assert {check.outcome for check in report.checks[1:]} == {NOT_CHECKED}
    assert report.session_id is None


def test_a_bundle_with_more_behind_it_says_so(bundle: Path) -> None:
    """A byte behind the end is found."""
    bundle.write_bytes(bundle.read_bytes() + b"\x00")
    assert failing_codes(verify_bundle(bundle)) == {"bundle_integrity": "bundle_malformed"}


def test_a_newer_bundle_is_told_apart(bundle: Path) -> None:
    """A version that is not known has its own code."""
    whole = bytearray(bundle.read_bytes())
    struct.pack_into("<H", whole, 8, 2)
    bundle.write_bytes(whole)
    assert failing_codes(verify_bundle(bundle)) == {
        "bundle_integrity": "bundle_version_unsupported"
    }


def test_one_failure_does_not_hide_the_others(bundle: Path) -> None:
    """Damage to two sections fails the checks of both, and all others are still made."""
    data = bytearray(bundle.read_bytes())
    offset, length = read_header(bytes(data[:HEADER_BYTES]), len(data))
    table = read_table(bytes(data[:HEADER_BYTES]), bytes(data[offset : offset + length]), offset)
    places = {each.name: each.offset for each in table}
    data[places["chunk/00000001"] + 200] ^= 1
    data[places["inclusion_proofs"] + 10] ^= 1
    bundle.write_bytes(data)
    report = verify_bundle(bundle)
    assert failing_codes(report) == {
        "bundle_integrity": "bundle_altered",
        "inclusion_proofs": "bundle_malformed",
        "chunks": "chunk_altered",
    }
    assert check_named(report, "sealed_anchor").outcome is HOLDS
    assert check_named(report, "chunk_contents").outcome is HOLDS


@pytest.mark.parametrize(
    "forge,code",
    [
        (lambda path: _forge(path, "chunk/00000001", lambda chunk: chunk[:-1]), "chunk_truncated"),
        (
            lambda path: _forge(path, "chunk/00000001", lambda chunk: chunk + b"\x00"),
            "chunk_truncated",
        ),
        (lambda path: _forge(path, "chunk/00000001", lambda _: b""), "chunk_truncated"),
        (lambda path: _swap(path, 1, 2), "chunk_misplaced"),
        (lambda path: _duplicate(path, 2, 1), "chunk_misplaced"),
        (lambda path: _forge(path, "chunk/00000001", _of_another_session), "chunk_misplaced"),
        (
            lambda path: _forge(
                path, "chunk/00000001", lambda chunk: chunk[:-1] + bytes([chunk[-1] ^ 1])
            ),
            "chunk_altered",
        ),
        (
            lambda path: _forge(
                path, "chunk/00000001", lambda chunk: chunk[:8] + b"\x02" + chunk[9:]
            ),
            "chunk_version_unsupported",
        ),
        (
            lambda path: _forge(path, "chunk/00000001", lambda chunk: b"?" + chunk[1:]),
            "chunk_malformed",
        ),
    ],
)
def test_each_damage_to_a_chunk_has_its_code(
    bundle: Path, forge: Callable[[Path], None], code: str
) -> None:
    """Even when the bundle's own hashes fit, a damaged chunk is named with what is wrong with it."""
    forge(bundle)
    report = verify_bundle(bundle)
    assert check_named(report, "bundle_integrity").outcome is HOLDS
    failure = check_named(report, "chunks").failure
    assert failure is not None
    assert (failure.code, failure.facts["index"]) == (code, 1)


def test_a_chunk_that_the_manifest_does_not_list(bundle: Path) -> None:
    """A chunk beyond the manifest's last is named."""
    _duplicate(bundle, 1, 9)
    report = verify_bundle(bundle)
    failure = check_named(report, "bundle_integrity").failure
    assert failure is not None
    assert failure.facts["section"] == "chunk/00000009"


def test_a_wrong_key_is_told_apart_from_a_damaged_chunk(bundle: Path) -> None:
    """A disclosed key that does not open a genuine chunk has its own code."""
    _forge(
        bundle,
        "chunk_keys",
        lambda _: canonical_json(
            {"format": "lucid-chunk-keys", "version": 1, "keys": [{"index": 2, "key": "00" * 32}]}
        ),
    )
    assert failing_codes(verify_bundle(bundle)) == {"chunk_contents": "chunk_key_wrong"}


def test_a_key_of_a_chunk_that_is_not_here(bundle: Path) -> None:
    """A key without its chunk is refused."""
    _forge(
        bundle,
        "chunk_keys",
        lambda _: canonical_json(
            {"format": "lucid-chunk-keys", "version": 1, "keys": [{"index": 3, "key": "00" * 32}]}
        ),
    )
    assert failing_codes(verify_bundle(bundle)) == {"chunk_contents": "bundle_malformed"}


def test_a_missing_inclusion_proof_is_found(bundle: Path) -> None:
    """A chunk without its proof fails, whatever else is proved."""
    _forge(
        bundle,
        "inclusion_proofs",
        lambda _: canonical_json({"format": "lucid-inclusion-proofs", "version": 1, "proofs": []}),
    )
    assert failing_codes(verify_bundle(bundle)) == {"inclusion_proofs": "proof_wrong"}


def test_a_wrong_inclusion_proof_is_found(bundle: Path) -> None:
    """A proof that leads to another root fails."""

    def change(data: bytes) -> bytes:
        document = load_json(data, 1 << 20)
        document["proofs"][0]["path"][0] = "00" * 32  # type: ignore[call-overload,index]
        return canonical_json(document)

    _forge(bundle, "inclusion_proofs", change)
    assert failing_codes(verify_bundle(bundle)) == {"inclusion_proofs": "proof_wrong"}


def test_a_newer_manifest_has_its_own_code(bundle: Path) -> None:
    """A manifest of a version that is not known is told apart, and what needs it is left open."""
    _forge(bundle, "manifest", lambda data: data.replace(b'"version":1,"was', b'"version":2,"was'))
    report = verify_bundle(bundle)
    assert failing_codes(report) == {"manifest_schema": "manifest_version_unsupported"}
    assert check_named(report, "chunks").outcome is NOT_CHECKED


def test_a_malformed_manifest_names_its_field(bundle: Path) -> None:
    """A manifest that breaks its schema is named with the field."""
    _forge(bundle, "manifest", lambda data: data.replace(b'"width":1280', b'"width":-1'))
    failure = check_named(verify_bundle(bundle), "manifest_schema").failure
    assert failure is not None
    assert (failure.code, failure.facts) == ("manifest_malformed", {"field": "width"})


def test_a_changed_manifest_fails_its_signatures(bundle: Path) -> None:
    """A manifest that was changed and is well formed still fails both signatures and the seal's anchor."""
    _forge(bundle, "manifest", lambda data: data.replace(b'"width":1280', b'"width":1281'))
    report = verify_bundle(bundle)
    assert set(failing_codes(report)) >= {"device_signature", "session_signature"}
    assert check_named(report, "sealed_anchor").outcome is NOT_CHECKED
