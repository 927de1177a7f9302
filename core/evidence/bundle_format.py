"""The container of an evidence bundle: a header, sections end to end, and a table of them.

The table names every section with its place, length and BLAKE3; the header holds the hash of
itself and the table. So every byte of the file is covered. See docs/formats/bundle.md.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from blake3 import blake3

from core.canonical.documents import JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import BundleAltered, BundleMalformed, BundleVersionUnsupported

MAGIC = b"LucidEvd"
VERSION = 1
ACCEPTED_VERSIONS = (1,)
HEADER_BYTES = 64
LARGEST_TABLE = 1 << 20
LARGEST_DOCUMENT = 16 << 20
TABLE_FORMAT = "lucid-bundle-table"
_HASH_BYTES = 32
_MOST_SECTIONS = 1 << 21
_LAYOUT = struct.Struct("<8sHHIQQ")
_NAME = r"[a-z][a-z_]{0,31}(/[0-9]{8})?"

MANIFEST, SIGNATURES, ANCHORS = "manifest", "signatures", "anchors"
INCLUSION_PROOFS, CHUNK_KEYS = "inclusion_proofs", "chunk_keys"
TRAIL, TRAIL_KEY = "trail", "trail_key"
NEEDED = (MANIFEST, SIGNATURES, ANCHORS, INCLUSION_PROOFS)


@dataclass(frozen=True)
class Section:
    """A stretch of the file: its name, where it begins, how long it is, and its BLAKE3."""

    name: str
    offset: int
    length: int
    hash: bytes


def chunk_section(index: int) -> str:
    """Name the section of a chunk."""
    return f"chunk/{index:08d}"


def pack_table(sections: list[Section]) -> bytes:
    """Write the table of sections."""
    return canonical_json(
        {
            "format": TABLE_FORMAT,
            "version": VERSION,
            "sections": [
                {
                    "name": each.name,
                    "offset": each.offset,
                    "length": each.length,
                    "blake3": each.hash.hex(),
                }
                for each in sections
            ],
        }
    )


def pack_header(table_offset: int, table: bytes) -> bytes:
    """Write the header over a table that lies at ``table_offset``."""
    start = _LAYOUT.pack(MAGIC, VERSION, HEADER_BYTES, 0, table_offset, len(table))
    return start + blake3(start + table).digest()


def read_header(header: bytes, file_bytes: int) -> tuple[int, int]:
    """Read where the table is and how long; BundleMalformed, BundleVersionUnsupported."""
    if len(header) < HEADER_BYTES or file_bytes < HEADER_BYTES:
        raise BundleMalformed(section="header", reason="the file is too short")
    magic, version, header_bytes, reserved, offset, length = _LAYOUT.unpack_from(header)
    if magic != MAGIC:
        raise BundleMalformed(section="header", reason="it does not begin as a bundle does")
    if version not in ACCEPTED_VERSIONS:
        raise BundleVersionUnsupported(found=version, known=str(max(ACCEPTED_VERSIONS)))
    if header_bytes != HEADER_BYTES or reserved != 0 or length > LARGEST_TABLE:
        raise BundleMalformed(section="header", reason="its sizes are impossible")
    if offset + length != file_bytes:
        found = "cut short" if offset + length > file_bytes else "followed by more"
        raise BundleMalformed(section="header", reason=f"the file is {found}")
    return offset, length


def read_table(header: bytes, table: bytes, table_offset: int) -> tuple[Section, ...]:
    """Check the table against the header's hash and read it; BundleAltered, BundleMalformed."""
    if blake3(header[: _LAYOUT.size] + table).digest() != header[_LAYOUT.size : HEADER_BYTES]:
        raise BundleAltered(section="table")
    try:
        value = load_canonical_json(table, LARGEST_TABLE)
    except JsonRefused as refused:
        raise BundleMalformed(section="table", reason=str(refused)) from refused
    fields = Fields(value, lambda field: BundleMalformed(section="table", reason=field))
    sections = fields.whole_of(_sections)
    _check_sections(sections, table_offset)
    return sections


def _sections(fields: Fields) -> tuple[Section, ...]:
    fields.constant("format", TABLE_FORMAT)
    fields.whole("version", VERSION, VERSION)
    return fields.items("sections", _section, _MOST_SECTIONS)


def _section(fields: Fields) -> Section:
    return Section(
        name=fields.matching("name", _NAME),
        offset=fields.whole("offset"),
        length=fields.whole("length"),
        hash=fields.octets("blake3", _HASH_BYTES),
    )


def _check_sections(sections: tuple[Section, ...], table_offset: int) -> None:
    """Sections lie end to end between header and table, and each name stands once."""
    end = HEADER_BYTES
    for each in sections:
        if each.offset != end:
            raise BundleMalformed(
                section=each.name, reason="it does not begin where the last one ends"
            )
        end += each.length
    if end != table_offset:
        raise BundleMalformed(section="table", reason="there are bytes that no section names")
    names = {each.name for each in sections}
    if len(names) != len(sections):
        raise BundleMalformed(section="table", reason="a section is named twice")
    for needed in NEEDED:
        if needed not in names:
            raise BundleMalformed(section=needed, reason="it is missing")
