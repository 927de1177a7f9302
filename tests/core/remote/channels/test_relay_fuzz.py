"""Whatever blocks come from either side, with everything granted, the relay reads or refuses them."""

from __future__ import annotations

import random
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.remote.channels.actions import ChannelViolation, Limits
from core.remote.channels.relay import Relay
from core.remote.lines.wire import Violation
from tests.fakes.damage import damaged
from tests.fakes.gate_sides import block, channel_data, channel_setup

_DATA = struct.pack("<HHHI", 1, 3, 8, 8) + bytes(8)
SOUND = [block(5, _DATA), block(8, _DATA), block(5, b"\1\0" + _DATA[2:])]


def relay(data: bytes) -> bool:
    """Give a block of either side to channels that are set up; False when it is refused."""
    (ours, client), (theirs, session) = socket.socketpair(), socket.socketpair()
    with ours, theirs, client, session:
        made = Relay(client, session, lambda _: True, Limits(1 << 20, 1 << 20), lambda _: None)
        ends = [*made.feeds]
        made.take(ends[0], channel_setup("cliprdr", "rdpdr", "rdpsnd", "x"))
        try:
            for end in ends:
                made.take(end, data)
        except (Violation, ChannelViolation):
            return False
        return True


@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Random bytes are read or refused."""
    relay(data)


@given(seed=st.integers(0, 1 << 32))
def test_damaged_blocks(seed: int) -> None:
    """Sound blocks with something changed are read or refused."""
    chance = random.Random(seed)
    relay(damaged(chance, chance.choice(SOUND)))


def test_what_is_damaged_elsewhere_is_sound_before() -> None:
    """A block that nobody has damaged is not refused for its form."""
    assert relay(channel_data(5, 3, b"anything"))


@pytest.mark.chaos
@pytest.mark.timeout(1200)
def test_a_long_siege() -> None:
    """Many thousand damaged blocks, each damaged further, and nothing but refusals comes out."""
    chance = random.Random("siege of the relay")
    pool = [*SOUND]
    for _ in range(80_000):
        data = damaged(chance, chance.choice(pool))
        relay(data)
        if chance.random() < 0.01 and len(pool) < 200:
            pool.append(data[:8000])
