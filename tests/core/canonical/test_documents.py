"""Canonical JSON comes out as RFC 8785 says, and what has two readings is refused."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.canonical.documents import JsonRefused, canonical_json, load_canonical_json, load_json

_REPOSITORY = Path(__file__).resolve().parents[3]
VECTORS = Path(os.environ.get("LUCID_VECTORS_DIR", _REPOSITORY.parent / "shared" / "vectors"))
MEGABYTE = 1 << 20

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)

# RFC 8785, sections 3.2.2 and 3.2.3.
RFC_SAMPLE = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
RFC_CANONICAL = (
    b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
    b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
)
RFC_SORTED = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_the_standards_own_sample() -> None:
    """The sample of RFC 8785 comes out byte for byte."""
    assert canonical_json(json.loads(RFC_SAMPLE)) == RFC_CANONICAL


def test_members_are_sorted_by_utf16() -> None:
    """Names are sorted as RFC 8785, 3.2.3 shows, by UTF-16 code units."""
    written = canonical_json(dict.fromkeys(reversed(RFC_SORTED), 0))
    assert list(json.loads(written)) == RFC_SORTED


def test_all_published_vectors() -> None:
    """Every published input gives its published bytes, where the vectors are found."""
    inputs = sorted((VECTORS / "jcs").glob("*.input.json"))
    if not inputs:
        print(f"published vectors not found in {VECTORS}: only the typed-in ones were run")
    for each in inputs:
        expected = bytes.fromhex(
            each.with_name(each.name.replace(".input.json", ".outhex.txt")).read_text()
        )
        assert canonical_json(json.loads(each.read_text())) == expected, each.name


@settings(deadline=None)
@given(JSON)
def test_what_is_written_is_read_back(value: object) -> None:
    """Canonical JSON is read back by the strict loader and is its own canonical form."""
    written = canonical_json(value)
    assert canonical_json(load_canonical_json(written, MEGABYTE)) == written


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever comes, the loader gives a value or says JsonRefused."""
    with suppress(JsonRefused):
        load_json(data, MEGABYTE)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"[Infinity]",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"",
        b"[" * 100 + b"]" * 100,
        b"[" * 100_000,
        b"{'a':1}",
    ],
)
def test_what_has_no_single_meaning_is_refused(data: bytes) -> None:
    """Members named twice, numbers without exact value, wrong encodings and depth are refused."""
    with pytest.raises(JsonRefused):
        load_json(data, MEGABYTE)


@pytest.mark.parametrize(
    "data", [b'{"b":1,"a":1}', b'{"a": 1}', b"1.0", b'"\\u0041"', b"[1e0]", b'"\\ud800"']
)
def test_another_spelling_is_not_canonical(data: bytes) -> None:
    """JSON in another spelling is refused where the canonical one is asked for."""
    with pytest.raises(JsonRefused):
        load_canonical_json(data, MEGABYTE)


def test_size_is_bounded() -> None:
    """A document larger than its bound is refused before it is read."""
    assert load_json(b"[]", 2) == []
    with pytest.raises(JsonRefused):
        load_json(b"[ ]", 2)


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800"])
def test_what_canonical_json_cannot_hold_is_not_written(value: object) -> None:
    """Values without a canonical form are JsonRefused."""
    with pytest.raises(JsonRefused):
        canonical_json(value)


def test_depth_is_refused_whatever_the_interpreter_allows() -> None:
    """Another library's higher recursion limit cannot make a nested document end the process."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        for data in (
            b"[" * 1_000_000,
            b'{"a":' * 1_000_000,
            b'["]",' * 1_000_000,
            b'"' + b'\\"' * 1_000_000,
        ):
            with pytest.raises(JsonRefused):
                load_json(data, 1 << 23)
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("text", ["[" * 100, '"[[' * 50, "\\[" * 100, "]" * 100])
def test_brackets_inside_texts_do_not_count(text: str) -> None:
    """A text may hold any number of brackets, quotes and backslashes."""
    written = canonical_json({"text": [text]})
    assert load_json(written, MEGABYTE) == {"text": [text]}


@pytest.mark.parametrize("depth,is_read", [(64, True), (65, False)])
def test_the_deepest_nesting(depth: int, is_read: bool) -> None:
    """Sixty-four levels are read, one more is not."""
    data = b"[" * depth + b"]" * depth
    if is_read:
        assert canonical_json(load_json(data, MEGABYTE)) == data
        return
    with pytest.raises(JsonRefused):
        load_json(data, MEGABYTE)
