"""Tokens are random, read strictly, and kept as hashes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.admin.tokens import is_same, make_token, read_bearer, token_hash


def test_a_token_is_read_from_its_header() -> None:
    """The scheme's name is not case-sensitive; spaces around the token do no harm."""
    token = make_token()
    for header in (f"Bearer {token}", f"bearer   {token}  "):
        assert read_bearer(header) == token


def test_tokens_differ_and_so_do_their_hashes() -> None:
    """Two tokens are never the same, and a hash tells nothing of its token."""
    one, other = make_token(), make_token()
    assert one != other
    assert not is_same(token_hash(one), token_hash(other))
    assert is_same(token_hash(one), token_hash(one))
    assert one[6:16].encode() not in token_hash(one)


@given(st.text(max_size=200))
def test_anything_else_is_no_token(text: str) -> None:
    """Whatever stands in the header, reading it gives nothing or a whole token, and never fails."""
    found = read_bearer(text)
    assert found is None or found in text
    assert read_bearer(f"Bearer {text}") in {None, text.strip()}


def test_no_header_is_no_token() -> None:
    """Without a header there is none, and another scheme has none."""
    assert read_bearer(None) is None
    assert read_bearer(f"Basic {make_token()}") is None
    assert read_bearer(make_token()) is None
