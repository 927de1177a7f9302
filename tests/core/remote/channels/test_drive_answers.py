"""What the peer answers, and what nobody may send at all."""

from __future__ import annotations

import struct

import pytest

from core.remote.channels.actions import ChannelViolation
from tests.core.remote.channels.drive_pdus import (
    HANDLE,
    greeted,
    opened,
    refuses,
)
from tests.core.remote.channels.pdus import (
    ANNOUNCE,
    IN,
    OUT,
    create,
    done,
    drive,
    happened,
    make,
    passed,
    read,
    sized,
    write,
)


def test_answers_must_have_been_asked_for() -> None:
    """An answer to nothing, a second answer, and one of another drive do not pass."""
    drives, _ = opened(create("\\a"), "files_in")
    assert passed(drives.take(IN, done(HANDLE)), IN) == []
    drives.take(OUT, read(5))
    assert passed(drives.take(IN, done(sized(b"x"), device=2)), IN) == []
    assert passed(drives.take(IN, done(sized(b"x"))), IN) != []
    assert happened(drives.take(IN, done(sized(b"x"))))[0][0] == "refused"


def test_answers_must_fit_their_questions() -> None:
    """More bytes than asked for, or than there are, are a violation."""
    for body in (sized(b"123456"), struct.pack("<I", 5) + b"123", b"\x01"):
        drives, _ = opened(create("\\a"), "files_in")
        drives.take(OUT, read(5))
        with pytest.raises(ChannelViolation):
            drives.take(IN, done(body))


def test_a_failure_carries_nothing() -> None:
    """A peer that says "failed" sends no data with it."""
    drives, _ = opened(create("\\a"), "files_in")
    drives.take(OUT, read(5))
    (sent,) = passed(drives.take(IN, done(sized(b"secret"), status=0xC0000001)), IN)
    assert sent == done(bytes(5), status=0xC0000001)


def test_open_requests_are_bounded() -> None:
    """No more than 1,024 requests are waited for, none twice, and none carries a load."""
    drives, _ = opened(create("\\a"), "files_in")
    sent = [passed(drives.take(OUT, read(1, call=call)), OUT) for call in range(1100)]
    assert sum(map(len, sent)) == 1024
    drives, _ = opened(create("\\a"), "files_in")
    drives.take(OUT, read(5))
    assert happened(drives.take(OUT, read(5)))[0][0] == "refused"
    assert passed(drives.take(OUT, read(5, call=2) + bytes(9000)), OUT) == []


def test_a_new_announcement_forgets_everything() -> None:
    """After a reconnect nothing of the earlier peer's drives is known."""
    drives, _ = opened(make("\\own"), "files_in", "files_out")
    drives.take(OUT, ANNOUNCE)
    assert refuses(drives, write(b"x"))
    assert drives.changed() == []


@pytest.mark.parametrize("packet", [0x5043, 0x5543, 0x4952, 0x496E, 0x5350, 0])
def test_messages_pass_only_from_their_side(packet: int) -> None:
    """Printers' messages, and the session's from the peer, are refused."""
    drives, _ = greeted("files_in", "files_out")
    actions = drives.take(IN, drive(packet, bytes(64)))
    assert [kind for kind, _ in happened(actions)] == ["refused"]
    assert passed(actions, IN) == passed(actions, OUT) == []
    other = struct.pack("<HH", 0x5052, 0x4941) + bytes(64)
    assert [kind for kind, _ in happened(drives.take(IN, other))] == ["refused"]
