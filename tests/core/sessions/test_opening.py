"""An opening is read back as it was written, or refused by name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import KeyUnavailable, OpeningMalformed
from core.evidence.policy import sandbox_policy
from core.sessions.opening import FILE_NAME, Opening, read_opening
from core.vault.session_keys import WrappedKey

WRAPPED = WrappedKey("vault-v1", bytes(range(16)), bytes(range(72)))
EXAMPLE = Opening(
    session_id=UUID("7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11"),
    started_utc_ns=1_800_000_000_123_456_789,
    source="sandbox",
    policy=sandbox_policy(),
    ephemeral_public_key=bytes(range(32)),
    wrapped_keys=(WRAPPED,),
    wrapped_seeds=(WRAPPED,),
)
_quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)

_wrapped = st.builds(
    WrappedKey, st.text(max_size=40), st.binary(max_size=40), st.binary(max_size=90)
)
_openings = st.builds(
    Opening,
    session_id=st.uuids(),
    started_utc_ns=st.integers(0, (1 << 63) - 1),
    source=st.text(max_size=100),
    policy=st.dictionaries(st.text(max_size=9), st.integers(-9, 9) | st.text(max_size=9)),
    ephemeral_public_key=st.binary(min_size=32, max_size=32),
    wrapped_keys=st.lists(_wrapped, max_size=3).map(tuple),
    wrapped_seeds=st.lists(_wrapped, max_size=1).map(tuple),
    policy_signature=st.none() | st.binary(min_size=64, max_size=64),
)


@_quick
@given(opening=_openings)
def test_an_opening_is_read_back_as_it_was_written(tmp_path: Path, opening: Opening) -> None:
    """Any opening survives its file."""
    opening.write(tmp_path)
    assert read_opening(tmp_path) == opening


@_quick
@given(at=st.integers(0, 10_000), value=st.integers(0, 255), cut=st.integers(-3, 3))
def test_a_damaged_opening_is_refused_or_says_something_else(
    tmp_path: Path, at: int, value: int, cut: int
) -> None:
    """Whatever is done to the bytes: OpeningMalformed, KeyUnavailable, or another opening, which is not it."""
    EXAMPLE.write(tmp_path)
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    at %= len(content)
    if cut > 0:
        del content[at : at + cut]
    elif cut < 0:
        content[at:at] = bytes([value]) * -cut
    else:
        content[at] = value
    is_same = bytes(content) == path.read_bytes()
    path.write_bytes(content)
    try:
        found = read_opening(tmp_path)
    except (OpeningMalformed, KeyUnavailable):
        assert not is_same
    else:
        assert (found == EXAMPLE) == is_same


@_quick
@given(content=st.binary(max_size=300))
def test_rubbish_is_refused(tmp_path: Path, content: bytes) -> None:
    """Any bytes are told as a malformed opening."""
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(OpeningMalformed):
        read_opening(tmp_path)


@pytest.mark.parametrize(
    "old, new, field",
    [
        ('"lucid-opening-v1"', '"lucid-opening-v2"', "format"),
        ('"1800000000123456789"', '"01800000000123456789"', "started_utc_ns"),
        ('"1800000000123456789"', "18", "started_utc_ns"),
        ('"1800000000123456789"', '"9999999999999999999"', "started_utc_ns"),
        ("7f2e0e9c-", "7F2E0E9C-", "session_id"),
        ('"source"', '"sourcf"', "source"),
        ('"source":"sandbox"', '"source":7', "source"),
        ('"ephemeral_public_key":"00', '"ephemeral_public_key":"', "ephemeral_public_key"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, old: str, new: str, field: str) -> None:
    """The failure names the field that is missing or wrong."""
    EXAMPLE.write(tmp_path)
    path = tmp_path / FILE_NAME
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(OpeningMalformed) as refusal:
        read_opening(tmp_path)
    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize("signature", ["null", '""', '"%s"' % ("00" * 63)])
def test_a_signature_that_is_none_is_named(tmp_path: Path, signature: str) -> None:
    """The policy's signature is left out or whole."""
    replace(EXAMPLE, policy_signature=bytes(64)).write(tmp_path)
    path = tmp_path / FILE_NAME
    path.write_text(path.read_text().replace('"%s"' % ("00" * 64), signature))
    with pytest.raises(OpeningMalformed) as refusal:
        read_opening(tmp_path)
    assert refusal.value.facts["field"] == "policy_signature"


def test_an_opening_that_is_not_there_is_a_missing_key(tmp_path: Path) -> None:
    """Without the file nobody can open the session."""
    with pytest.raises(KeyUnavailable):
        read_opening(tmp_path)


def test_the_published_example_is_what_is_written(tmp_path: Path) -> None:
    """The document in docs/formats/opening.md is the file, byte for byte."""
    page = Path(__file__).parents[3] / "docs" / "formats" / "opening.md"
    (example,) = re.findall(r"```json\n(.*?)\n```", page.read_text(encoding="utf-8"), re.DOTALL)
    EXAMPLE.write(tmp_path)
    assert example == (tmp_path / FILE_NAME).read_text(encoding="utf-8")
