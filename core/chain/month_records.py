"""The record file of a month: what every node did in it, of which the chain keeps the root alone.

The format is docs/formats/month-records.md. Nothing in the file is believed but what proves against WorkCreditsOracle's
root, so it is not signed: whoever has it can hand it on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from eth_hash.auto import keccak

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.chain import abi
from core.chain.clients.work_credits_oracle import MonthlyRecord
from core.errors import Failure, MonthRecordsMalformed
from core.sealing.sorted_tree import SortedTree

FORMAT = "lucid-month-records"
VERSION = 1
MOST_RECORDS = 1 << 16
LARGEST = (
    MOST_RECORDS * 288
)  # a record takes about 203 bytes, and 270 at the caps that the chain has for it
_MOST_VALUES = 16 * MOST_RECORDS  # a record is ten of them
_ADDRESS = 20
_NAMED = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_DECIMAL = r"0|[1-9][0-9]{0,38}"
_CREDITS = ("relay", "storage_proofs", "validations", "beacons")
_U32, _U64, _U128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1


@dataclass(frozen=True)
class MonthRecords:
    """A month's records by strictly ascending node. ``month`` is ``year * 12 + (month - 1)``, as on the chain."""

    month: int
    records: tuple[MonthlyRecord, ...]

    def tree(self) -> SortedTree:
        """Make the tree whose root the validators attest; there is at least one record."""
        return SortedTree([leaf_of(each) for each in self.records])


def leaf_of(record: MonthlyRecord) -> bytes:
    """Give a record's leaf: the double Keccak-256 of its ABI encoding."""
    words = abi.encode(MonthlyRecord.KINDS, abi.values_of(record))
    return keccak(keccak(words))


def month_name(month: int) -> str:
    """Write a month as people do: 2026-10."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def month_number(text: str) -> int:
    """Read a month such as 2026-10. Raises ValueError."""
    found = _NAMED.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is not a month such as 2026-10")
    return int(found[1]) * 12 + int(found[2]) - 1


def write_month_records(months: MonthRecords) -> bytes:
    """Write the file."""
    records: list[Json] = [
        {
            "node": each.node_id,
            "operator": each.operator.hex(),
            **{name: str(getattr(each, name)) for name in _CREDITS},
            "uptime_seen": each.uptime_seen,
            "uptime_expected": each.uptime_expected,
            "earned": str(each.earned),
        }
        for each in months.records
    ]
    body: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "month": month_name(months.month),
        "records": records,
    }
    return canonical_json(body) + b"\n"


def read_month_records(content: bytes, path: str) -> MonthRecords:
    """Read a file. Raises MonthRecordsMalformed with its path and the field."""

    def malformed(field: str) -> Failure:
        return MonthRecordsMalformed(path=path, field=field)

    try:
        value = load_canonical_json(content.removesuffix(b"\n"), LARGEST, _MOST_VALUES)
    except JsonRefused as refused:
        raise malformed(str(refused)) from refused
    return Fields(value, malformed).whole_of(_read)


def _read(fields: Fields) -> MonthRecords:
    fields.constant("format", FORMAT)
    fields.whole("version", VERSION, VERSION)
    month = month_number(fields.matching("month", _NAMED.pattern))
    records = fields.items("records", _record, MOST_RECORDS)
    ids = [each.node_id for each in records]
    if not ids or any(after <= before for before, after in pairwise(ids)):
        raise fields.wrong("records")
    return MonthRecords(month, records)


def _record(fields: Fields) -> MonthlyRecord:
    relay, storage_proofs, validations, beacons = (
        _decimal(fields, name, _U64) for name in _CREDITS
    )
    return MonthlyRecord(
        node_id=fields.whole("node", 1),
        operator=fields.octets("operator", _ADDRESS),
        relay=relay,
        storage_proofs=storage_proofs,
        validations=validations,
        beacons=beacons,
        uptime_seen=fields.whole("uptime_seen", 0, _U32),
        uptime_expected=fields.whole("uptime_expected", 0, _U32),
        earned=_decimal(fields, "earned", _U128),
    )


def _decimal(fields: Fields, member: str, most: int) -> int:
    value = int(fields.matching(member, _DECIMAL))
    if value > most:
        raise fields.wrong(member)
    return value
