"""Sides that flood, stall or make noise: memory stays bounded, and the next visit has its channels."""

from __future__ import annotations

import random
import socket

import pytest

from core.remote.channels.relay import Relay
from tests.fakes.channels_bench import ChannelsBench
from tests.fakes.gate_sides import channel_data, channel_setup, open_descriptors

ALL = ("clipboard_in", "clipboard_out", "files_in", "files_out", "audio_out")
_FLOOD_BYTES, _MOST_WAITING_BYTES = 6 << 20, 8 << 20


def waiting(bench: ChannelsBench) -> int:
    """Count the bytes that are kept for all sides."""
    relay = bench.channels._relay
    sides = [bench.channels._link, *(() if relay is None else relay.feeds)]
    return sum(len(each._outgoing) + len(each._incoming) for each in sides)


def flood(stream: socket.socket, data: bytes, most_bytes: int) -> int:
    """Send the same again and again until no more is taken; gives how much was."""
    stream.settimeout(0.3)
    sent = 0
    try:
        while sent < most_bytes:
            sent += stream.send(data)
    except (TimeoutError, ConnectionError):
        pass
    return sent


def test_a_session_that_sends_noise_is_cut_off(bench: ChannelsBench) -> None:
    """What makes no sense is not kept until it does."""
    bench.visit("audio_out", "view")
    client, session = bench.connected()
    client.send(channel_setup("cliprdr", "rdpsnd"))
    session.read_until(lambda _: True)
    flood(session.stream, random.Random(1).randbytes(4000), _FLOOD_BYTES)
    client.wait_closed()
    assert waiting(bench) < _MOST_WAITING_BYTES


def test_a_session_that_floods_a_client_that_does_not_read_waits(bench: ChannelsBench) -> None:
    """Sound that nobody takes stays with who sends it, and a revoke still acts."""
    bench.visit("audio_out")
    client, session = bench.connected()
    client.send(channel_setup("rdpsnd"))
    session.read_until(lambda _: True)
    greeting = b"\7\0\x14\0" + bytes(20)
    session.send(channel_data(8, 0, greeting))
    pdu = b"\x0d\0\0\0" + bytes(1000)
    assert flood(session.stream, channel_data(8, 0, pdu) * 50, 64 << 20) < 64 << 20
    assert waiting(bench) < _MOST_WAITING_BYTES
    assert bench.engine.tell()["granted"] == ""


def test_an_engine_that_does_not_read_stops_the_client(bench: ChannelsBench) -> None:
    """What would be told and is not heard is not done either, and costs no memory without end."""
    bench.visit("clipboard_in")
    client, session = bench.connected()
    client.send(channel_setup("rdpdr"))
    session.read_until(lambda _: True)
    odd = channel_data(5, 0, b"rD\0\0") * 200
    assert flood(client.stream, odd, 256 << 20) < 256 << 20
    assert bench.channels._link.is_full
    assert waiting(bench) < _MOST_WAITING_BYTES


def test_connections_without_end_are_bounded(bench: ChannelsBench) -> None:
    """Those that are turned away cost neither memory nor descriptors."""
    bench.visit("view")
    bench.connected()
    before = open_descriptors()
    for _ in range(500):
        with socket.socket(socket.AF_UNIX) as stream:
            stream.connect(str(bench.front))
    bench.engine.tell("view")
    assert bench.channels._relay is not None
    assert open_descriptors() <= before + 1


def test_noise_of_either_side_ends_its_visit_only(bench: ChannelsBench) -> None:
    """Connections that send noise come and go, and the next one has its channels."""
    chance = random.Random(7)
    for _ in range(40):
        bench.visit(*ALL)
        client, session = bench.connected()
        client.send(channel_setup("cliprdr", "rdpdr", "rdpsnd"))
        body = chance.randbytes(chance.randrange(1, 400))
        head = bytes(4) + (len(body) + 8).to_bytes(4, "little")
        chance.choice((client, session)).send(head + body)
        client.close()
        session.close()
    bench.visit(*ALL)
    bench.connected()


def test_a_fault_of_their_own_ends_the_connection_only(
    bench: ChannelsBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where a filter stumbles over what came, only that connection is gone."""
    bench.visit("clipboard_in")
    client, _ = bench.connected()

    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Relay, "take", stumble)
        client.send(channel_setup("cliprdr"))
        bench.engine.hear("refused", reason="ZeroDivisionError()")
    client.wait_closed()
    bench.visit()
    bench.connected()
