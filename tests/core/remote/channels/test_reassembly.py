"""Fragments become whole PDUs again, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.remote.channels.actions import ChannelViolation
from core.remote.channels.reassembly import (
    FRAGMENT_BYTES,
    LARGEST_PDU,
    Reassembly,
    fragments,
)


@given(st.binary(min_size=1, max_size=3 * FRAGMENT_BYTES + 2))
def test_what_is_cut_is_joined(pdu: bytes) -> None:
    """A PDU that was cut comes back whole with its last fragment, and only then."""
    joined = Reassembly()
    results = [joined.add(flags, len(pdu), piece) for flags, piece in fragments(pdu)]
    assert results[-1] == pdu
    assert set(results[:-1]) <= {None}
    assert all(len(piece) <= FRAGMENT_BYTES for _, piece in fragments(pdu))


def test_the_flags_are_chansrvs() -> None:
    """The first fragment has flag 1, the last 2, a single one both, those between none."""
    assert [flags for flags, _ in fragments(bytes(FRAGMENT_BYTES))] == [3]
    assert [flags for flags, _ in fragments(bytes(3 * FRAGMENT_BYTES))] == [1, 0, 2]


def test_clients_may_show_the_protocol() -> None:
    """The flag that clients set for their own software is no violation."""
    assert Reassembly().add(0x13, 2, b"ab") == b"ab"


@pytest.mark.parametrize(
    "added",
    [
        [(0, 4, b"ab")],  # no beginning
        [(1, 4, b"ab"), (1, 4, b"ab")],  # two beginnings
        [(1, 4, b"ab"), (2, 5, b"abc")],  # another total
        [(1, 4, b"ab"), (2, 4, b"a")],  # too short at the end
        [(1, 4, b"abcd")],  # full without an end
        [(3, 4, b"abcde")],  # too long
        [(3, 0, b"")],
        [(1, 4, b"ab"), (0, 4, b"")],  # fragments without bytes would never end
        [(1, LARGEST_PDU + 1, b"ab")],
        [(0x43, 2, b"ab")],  # an unknown flag
        [(3, -1, b"ab")],
    ],
)
def test_what_does_not_fit_is_refused(added: list[tuple[int, int, bytes]]) -> None:
    """Flags, sizes and order that contradict each other are a violation, after which all begins anew."""
    joined = Reassembly()
    for flags, total, data in added[:-1]:
        assert joined.add(flags, total, data) is None
    with pytest.raises(ChannelViolation):
        joined.add(*added[-1])
    assert joined.add(3, 2, b"ok") == b"ok"


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 1 << 32), st.binary(max_size=9))))
def test_it_holds_only_what_has_come(added: list[tuple[int, int, bytes]]) -> None:
    """Whatever is promised, no more is held than was sent, and nothing but a violation is raised."""
    joined, sent = Reassembly(), 0
    for flags, total, data in added:
        sent += len(data)
        try:
            whole = joined.add(flags, total, data)
        except ChannelViolation:
            continue
        assert whole is None or len(whole) == total
        assert len(joined._parts) <= min(sent, LARGEST_PDU)
