"""Tests of core.chain.node.framing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chain.node.framing import NotJson, ValueSplitter

CONTAINERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
).filter(lambda value: isinstance(value, (list, dict)))


@given(
    st.lists(CONTAINERS, max_size=5),
    st.lists(st.integers(1, 40)),
    st.sampled_from(["", "\n", " \r\n"]),
)
def test_values_come_out_whole_however_they_come_in(
    values: list[object], cuts: list[int], between: str
) -> None:
    """With or without marks between them, and cut anywhere, the values are those that were sent."""
    stream = between.join(json.dumps(value, ensure_ascii=False) for value in values).encode()
    splitter = ValueSplitter()
    found: list[bytes] = []
    for cut in cuts:
        found += splitter.feed(stream[:cut])
        stream = stream[cut:]
    found += splitter.feed(stream)
    assert [json.loads(each) for each in found] == values


@pytest.mark.parametrize("rubbish", [b"GET / HTTP/1.1\r\n", b"7", b'"text"', b"{}x", b"}"])
def test_rubbish_ends_the_conversation(rubbish: bytes) -> None:
    """A stream that holds something else than objects and arrays is refused."""
    with pytest.raises(NotJson):
        ValueSplitter().feed(rubbish)


def test_a_value_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of an unfinished value is bounded."""
    monkeypatch.setattr("core.chain.node.framing.MAX_REQUEST_BYTES", 1000)
    splitter = ValueSplitter()
    splitter.feed(b"[" + b" " * 900)
    with pytest.raises(NotJson):
        splitter.feed(b" " * 200)


@given(st.binary(max_size=200))
def test_no_stream_raises_anything_else(stream: bytes) -> None:
    """Whatever comes, it is values or NotJson."""
    try:
        for value in ValueSplitter().feed(stream):
            assert value[:1] in {b"{", b"["}
    except NotJson:
        pass
