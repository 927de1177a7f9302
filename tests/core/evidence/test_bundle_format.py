"""A bundle's container is read strictly: whatever comes is refused in our terms or is what was written."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from core.canonical.documents import canonical_json
from core.errors import BundleAltered, BundleMalformed, BundleVersionUnsupported
from core.evidence.bundle_format import (
    HEADER_BYTES,
    LARGEST_TABLE,
    NEEDED,
    Section,
    pack_header,
    pack_table,
    read_header,
    read_table,
)
from core.evidence.bundle_reader import BundleReader
from core.evidence.verify import verify_bundle

REFUSALS = (BundleAltered, BundleMalformed, BundleVersionUnsupported)


def _sections(lengths: list[int]) -> list[Section]:
    sections, offset = [], HEADER_BYTES
    for number, length in enumerate(lengths):
        name = NEEDED[number] if number < len(NEEDED) else f"chunk/{number:08d}"
        sections.append(Section(name, offset, length, blake3(bytes(number)).digest()))
        offset += length
    return sections


@settings(deadline=None)
@given(st.lists(st.integers(0, 1 << 30), min_size=4, max_size=10))
def test_the_container_comes_back(lengths: list[int]) -> None:
    """Header and table are read as they were written."""
    sections = _sections(lengths)
    offset = HEADER_BYTES + sum(lengths)
    table = pack_table(sections)
    header = pack_header(offset, table)
    assert len(header) == HEADER_BYTES
    assert read_header(header, offset + len(table)) == (offset, len(table))
    assert list(read_table(header, table, offset)) == sections


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 1 << 40))
def test_any_header_is_refused_in_our_terms(header: bytes, size: int) -> None:
    """Whatever the header, the reader says what is wrong with it."""
    with suppress(*REFUSALS):
        read_header(header, size)


def test_a_table_that_is_too_large_is_not_read() -> None:
    """A table of more than a mebibyte is refused by the header alone."""
    header = pack_header(HEADER_BYTES, bytes(LARGEST_TABLE + 1))
    with pytest.raises(BundleMalformed):
        read_header(header, HEADER_BYTES + LARGEST_TABLE + 1)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_file_is_refused_in_our_terms(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """Whatever the file, verifying it gives a report that does not hold."""
    path: Path = tmp_path_factory.mktemp("any") / "bundle"
    path.write_bytes(b"LucidEvd\x01\x00\x40\x00\x00\x00\x00\x00" + data)
    assert not verify_bundle(path).holds


@pytest.mark.parametrize(
    "sections,named",
    [
        (_sections([1, 1, 1]), "inclusion_proofs"),
        ([*_sections([1, 1, 1, 1]), Section("manifest", 68, 0, bytes(32))], "table"),
        (
            [*_sections([1, 1, 1, 1])[:3], Section("inclusion_proofs", 70, 1, bytes(32))],
            "inclusion_proofs",
        ),
        ([*_sections([1, 1, 1, 1]), Section("chunk/1", 68, 0, bytes(32))], "table"),
    ],
)
def test_a_table_that_breaks_its_rules_is_refused(sections: list[Section], named: str) -> None:
    """Missing, doubled, badly named sections and holes between them are named."""
    offset = max(each.offset + each.length for each in sections)
    table = pack_table(sections)
    with pytest.raises(BundleMalformed) as caught:
        read_table(pack_header(offset, table), table, offset)
    assert caught.value.facts["section"] == named


def test_a_table_that_is_not_canonical_is_refused() -> None:
    """A table with white space is refused, although its hash fits."""
    table = b" " + pack_table(_sections([1, 1, 1, 1]))
    with pytest.raises(BundleMalformed):
        read_table(pack_header(68, table), table, 68)
    other = canonical_json({"format": "lucid-bundle-table", "version": 2, "sections": []})
    with pytest.raises(BundleMalformed):
        read_table(pack_header(64, other), other, 64)


def test_a_medium_that_fails_is_said(tmp_path: Path) -> None:
    """A file that shrinks while it is read is malformed, and the process goes on."""
    path = tmp_path / "bundle"
    table = pack_table(_sections([0, 0, 0, 1 << 20]))
    offset = HEADER_BYTES + (1 << 20)
    path.write_bytes(pack_header(offset, table) + bytes(1 << 20) + table)
    with BundleReader(path) as reader:
        reader.load()
        path.write_bytes(b"")
        with pytest.raises(BundleMalformed) as caught:
            reader.check_section(reader.sections[3])
        assert caught.value.facts["section"] == "inclusion_proofs"
