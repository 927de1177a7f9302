"""Tests of core.chain.month_records: what is written is read, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.canonical.documents import canonical_json
from core.chain.clients.work_credits_oracle import MonthlyRecord
from core.chain.month_records import (
    LARGEST,
    MOST_RECORDS,
    MonthRecords,
    month_name,
    month_number,
    read_month_records,
    write_month_records,
)
from core.chain.months import month_of
from core.errors import MonthRecordsMalformed

OCTOBER = 2026 * 12 + 9
MADE = MonthRecords(
    OCTOBER,
    tuple(
        MonthlyRecord(node_id, bytes([node_id]) * 20, 1, 2, 3, 2**64 - 1, 700, 744, 42 * 10**27)
        for node_id in (1, 2, 7)
    ),
)


def test_what_is_written_is_read() -> None:
    """The largest numbers come back as they were, too."""
    assert read_month_records(write_month_records(MADE), "file") == MADE


def test_a_month_has_one_name() -> None:
    """Months are counted as the contracts count them, and a name that is none is refused."""
    assert month_name(OCTOBER) == "2026-10"
    assert month_number("2026-10") == OCTOBER == month_of(1_793_491_199)
    assert month_of(1_793_491_200) == OCTOBER + 1
    for text in ("2026-13", "2026-00", "26-10", "2026-10 ", "\uff12026-10"):
        with pytest.raises(ValueError, match="is not a month"):
            month_number(text)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "lucid-deployment"),
        ("version", 2),
        ("version", True),
        ("month", "2026-13"),
        ("records", []),
        ("records[0].node", 0),
        ("records[0].node", 2),
        ("records[0].operator", "00"),
        ("records[0].relay", 1),
        ("records[0].relay", "01"),
        ("records[0].beacons", str(2**64)),
        ("records[0].uptime_seen", 2**32),
        ("records[0].earned", str(2**128)),
    ],
)
def test_what_is_wrong_is_named(member: str, value: object) -> None:
    """Each member out of its bounds, and nodes that do not rise, are refused by name."""
    body: dict[str, Any] = json.loads(write_month_records(MADE))
    name = member.rpartition(".")[2]
    (body["records"][0] if "." in member else body)[name] = value
    with pytest.raises(MonthRecordsMalformed) as refused:
        read_month_records(canonical_json(body) + b"\n", "file")
    expected = "records" if value == 2 and name == "node" else member
    assert refused.value.facts == {"path": "file", "field": expected}


def test_what_is_no_json_is_refused() -> None:
    """So is JSON that is written in another way than the one that there is."""
    for content in (b"", b"{}", b"no", json.dumps(json.loads(write_month_records(MADE))).encode()):
        with pytest.raises(MonthRecordsMalformed):
            read_month_records(content, "file")


@pytest.mark.parametrize("value", [b"[]", b"0", b'""', b"[0]", b'{"":0}'])
def test_more_values_than_records_have_are_refused_unread(
    value: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would take a gigabyte when it is read is not read, whatever it is made of."""
    monkeypatch.setattr(json, "loads", None)
    body = b'{"records":[' + (value + b",") * (LARGEST // (len(value) + 1) - 20) + b"0]}"
    with pytest.raises(MonthRecordsMalformed, match=r"more than [0-9]+ (values|strings)"):
        read_month_records(body, "file")


def test_as_many_records_are_read_as_the_format_says() -> None:
    """One record more than that is refused by name."""
    made = MADE.records[0]
    most = tuple(replace(made, node_id=each + 1) for each in range(MOST_RECORDS + 1))
    with pytest.raises(MonthRecordsMalformed) as refused:
        read_month_records(write_month_records(MonthRecords(OCTOBER, most)), "file")
    assert refused.value.facts["field"] == "records"
    written = write_month_records(MonthRecords(OCTOBER, most[:-1]))
    assert len(read_month_records(written, "file").records) == MOST_RECORDS
