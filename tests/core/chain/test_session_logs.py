"""Tests of core.chain.session_logs."""

from __future__ import annotations

import pytest

from core.chain.session_logs import is_asked_for

_ADDRESS = "0x" + "ab" * 20
_ASKED = {"address": _ADDRESS, "topics": [["0x01", "0x02"], None, "0x03"]}


@pytest.mark.parametrize(
    ("address", "topics", "is_it"),
    [
        (_ADDRESS, ["0x01", "0x99", "0x03"], True),
        (_ADDRESS.upper().replace("0X", "0x"), ["0x02", "0x98", "0x03", "0x04"], True),
        ("0x" + "ac" * 20, ["0x01", "0x99", "0x03"], False),
        (_ADDRESS, ["0x05", "0x99", "0x03"], False),
        (_ADDRESS, ["0x01", "0x99", "0x04"], False),
        (_ADDRESS, ["0x01", "0x99"], False),
    ],
)
def test_logs_nobody_asked_for_are_told(address: str, topics: list[str], is_it: bool) -> None:
    """A log of another contract, event or session is left out, however it came into the answer."""
    assert is_asked_for({"address": address, "topics": topics}, _ASKED) is is_it
