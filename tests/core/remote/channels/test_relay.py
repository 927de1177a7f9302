"""The way through the channels: only what a filter passes reaches the other side, and a fault ends the connection."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from core.remote.channels.reassembly import fragments
from tests.fakes.channels_bench import ChannelsBench
from tests.fakes.gate_sides import Side, block, channel_data, channel_setup, now_ns

TEXT = 13
READY = struct.pack("<HHI", 1, 0, 0)
CLIENT, SESSION = 5, 8


def clip(kind: int, body: bytes = b"", flags: int = 0) -> bytes:
    """Write a clipboard PDU."""
    return struct.pack("<HHI", kind, flags, len(body)) + body


def pdus(messages: list[bytes]) -> list[bytes]:
    """Take the first fragment's data out of blocks."""
    return [each[26:] for each in messages]


def offer() -> bytes:
    """Offer text on the clipboard."""
    return clip(2, struct.pack("<I", TEXT) + b"\0\0")


def opened(bench: ChannelsBench, *granted: str) -> tuple[Side, Side]:
    """Let a peer in whose clipboard is set up."""
    bench.visit(*granted)
    client, session = bench.connected()
    client.send(channel_setup("cliprdr"))
    session.read_until(lambda _: True)
    session.send(channel_data(SESSION, 0, READY))
    client.read_until(lambda _: True)
    return client, session


def test_only_channels_with_a_filter_are_set_up(bench: ChannelsBench) -> None:
    """The session hears of the channels that the filters can read, once each, and of no other."""
    bench.visit("view")
    client, session = bench.connected()
    client.send(channel_setup("rdpdr", "drdynvc", "cliprdr", "CLIPRDR", "rail", "rdpsnd"))
    (setup,) = session.read_until(lambda _: True)
    listed = [*struct.iter_unpack("<8sHH", setup[18:])]
    assert [(name.strip(b"\0"), number) for name, number, _ in listed] == [
        (b"rdpdr", 0),
        (b"cliprdr", 2),
        (b"rdpsnd", 5),
    ]


def test_a_channel_without_a_filter_is_an_attempt(bench: ChannelsBench) -> None:
    """What comes on a denied channel goes nowhere and is told by the channel's name."""
    bench.visit("view", "shell_channels")
    client, session = bench.connected()
    client.send(channel_setup("evil", "cliprdr"))
    session.read_until(lambda _: True)
    client.send(channel_data(CLIENT, 0, b"anything"))
    assert bench.engine.hear("attempt", capability="shell_channels")["detail"] == "evil"
    assert session.read() == []


@pytest.mark.parametrize("is_granted", [False, True])
def test_a_paste_needs_its_grant(bench: ChannelsBench, is_granted: bool) -> None:
    """Text that the peer has copied reaches the session when that way is granted, and only then."""
    client, session = opened(bench, *["clipboard_in"] * is_granted)
    client.send(channel_data(CLIENT, 0, offer()))
    client.read_until(lambda message: message[26:28] == b"\3\0")
    if is_granted:
        session.read_until(lambda message: message[26:28] == b"\2\0")
    session.send(channel_data(SESSION, 0, clip(4, struct.pack("<I", TEXT))))
    if is_granted:
        client.read_until(lambda message: message[26:28] == b"\4\0")
        client.send(channel_data(CLIENT, 0, clip(5, b"secret\0\0", 1)))
        assert b"secret" in session.read_until(lambda message: message[26:28] == b"\5\0")[-1]
        bench.engine.hear("clipboard", direction="in", format="text")
    else:
        (answer,) = pdus(session.read_until(lambda message: message[26:28] == b"\5\0"))
        assert answer.startswith(clip(5, b"", 2))
        bench.engine.hear("attempt", capability="clipboard_in")


def test_a_late_grant_shows_the_offer_and_a_revoke_takes_it_back(bench: ChannelsBench) -> None:
    """The channels follow what is granted when it changes, without being asked."""
    client, session = opened(bench)
    client.send(channel_data(CLIENT, 0, offer()))
    client.read_until(lambda message: message[26:28] == b"\3\0")
    assert session.read() == []
    bench.engine.tell("clipboard_in")
    assert pdus(session.read_until(lambda _: True)) == [offer()]
    bench.engine.state["granted"] = {"clipboard_in": now_ns() + 100_000_000}
    bench.engine.say(state=bench.engine.state)
    assert pdus(session.read_until(lambda _: True)) == [clip(2)]


@pytest.mark.parametrize("side", [CLIENT, SESSION])
@pytest.mark.parametrize(
    "data",
    [
        b"\1\0\0\0" + block(99, b"")[4:],
        b"\0\0\0\0\xff\xff\xff\xff",
        b"\0\0\0\0\7\0\0\0",
        block(0, b"")[:12] + b"\7\0\0\0",
        block(0, b""),
        channel_data(0, 9, b"x"),
        channel_data(0, 0, b"x"),
        channel_data(0, 0, b""),
    ],
)
def test_a_fault_of_either_side_ends_the_connection_only(
    bench: ChannelsBench, side: int, data: bytes
) -> None:
    """Whatever breaks on the channels, from the client or the session, the next visit has them again."""
    ends = dict(zip((CLIENT, SESSION), opened(bench, "view"), strict=True))
    is_of_a_kind = data[8:12] == bytes(4)
    ends[side].send(data[:8] + bytes((side, 0, 0, 0)) + data[12:] if is_of_a_kind else data)
    bench.engine.hear("refused")
    ends[CLIENT].wait_closed()
    bench.visit()
    bench.connected()


@pytest.mark.parametrize("side", [CLIENT, SESSION])
def test_an_end_of_either_side_ends_the_connection_only(bench: ChannelsBench, side: int) -> None:
    """When the channels are closed at one end they are at the other; the next visit has them again."""
    ends = dict(zip((CLIENT, SESSION), opened(bench, "view"), strict=True))
    other = ends[CLIENT if side == SESSION else SESSION]
    ends[side].close()
    other.wait_closed()
    bench.visit()
    bench.connected()


@pytest.mark.parametrize("side", [CLIENT, SESSION])
@pytest.mark.parametrize("kind", [4, 6, 10, 12, 13, 99])
def test_other_messages_are_not_passed(bench: ChannelsBench, side: int, kind: int) -> None:
    """Windows, dynamic channels and what is not known go nowhere, from neither side."""
    ends = dict(zip((CLIENT, SESSION), opened(bench, "view"), strict=True))
    ends[side].send(block(kind, b"anything"))
    ends[side].send(channel_data(side, 0, clip(7)))  # which is answered to the other side
    other = ends[CLIENT if side == SESSION else SESSION]
    (passed,) = other.read_until(lambda _: True)
    assert passed[26:28] == b"\7\0"


def test_channels_are_set_up_once_and_by_the_client(bench: ChannelsBench) -> None:
    """A second set-up ends the connection, and one by the session is nothing."""
    client, session = opened(bench, "view")
    session.send(channel_setup("rdpdr"))
    session.send(channel_data(SESSION, 0, clip(7)))
    client.read_until(lambda message: message[26:28] == b"\7\0")
    client.send(channel_setup("rdpdr"))
    bench.engine.hear("refused", reason="channels that are set up out of turn or bounds")


@pytest.mark.parametrize("count", [0, 32, 0xFFFF])
def test_a_set_up_out_of_bounds_is_refused(bench: ChannelsBench, count: int) -> None:
    """A set-up of no channel, of too many, or of another size than it says ends the connection."""
    bench.visit("view")
    client, _ = bench.connected()
    client.send(block(3, struct.pack("<H", count) + bytes(12 * min(count, 100))))
    client.wait_closed()
    bench.engine.hear("refused")


def test_two_channels_of_one_number_are_refused(bench: ChannelsBench) -> None:
    """A number means one channel."""
    bench.visit("view")
    client, _ = bench.connected()
    listed = struct.pack("<8sHH", b"cliprdr", 1, 0) + struct.pack("<8sHH", b"rdpdr", 1, 0)
    client.send(block(3, struct.pack("<H", 2) + listed))
    client.wait_closed()


def test_a_session_that_lets_nobody_in_holds_nothing_up(bench: ChannelsBench) -> None:
    """Where the session's channels do not answer, the client goes without, and nothing waits for them."""
    bench.visit("view")
    waiting = []
    while True:
        each = socket.socket(socket.AF_UNIX)
        each.settimeout(0)
        waiting.append(each)
        try:
            each.connect(str(bench.place))
        except BlockingIOError:
            break
    bench.knock().wait_closed()
    for each in waiting:
        each.close()
    bench.engine.hear("refused")
    assert bench.engine.tell("view")["granted"] == ""


def test_a_large_transfer_waits_for_a_slow_reader(bench: ChannelsBench) -> None:
    """Megabytes pass whole, and a client that is slow to read them loses neither them nor its connection."""
    size = 12 << 20
    bench.engine.state["clipboard_bytes"] = size
    client, session = opened(bench, "clipboard_out")
    session.send(channel_data(SESSION, 0, offer()))
    client.read_until(lambda message: message[26:28] == b"\2\0")
    client.send(channel_data(CLIENT, 0, clip(4, struct.pack("<I", TEXT))))
    session.read_until(lambda message: message[26:28] == b"\4\0")
    pdu = clip(5, bytes(size), 1)
    pieces = [
        block(SESSION, struct.pack("<HHHI", 0, flags, len(data), len(pdu)) + data)
        for flags, data in fragments(pdu)
    ]
    sending = threading.Thread(target=session.send, args=(b"".join(pieces),))
    sending.start()
    bench.engine.hear("clipboard", bytes=size)
    received = 0
    while received < len(pdu):
        received += sum(len(each) - 26 for each in client.read_until(lambda _: True))
    sending.join()
    assert received == len(pdu)
