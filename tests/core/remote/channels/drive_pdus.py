"""PDUs of the drives' channel, as a client and a session send them."""

from __future__ import annotations

import struct

from core.remote.channels.drives import DriveFilter
from tests.core.remote.channels.pdus import (
    ANNOUNCE,
    CLIENT_ABLE,
    CLIENT_CONFIRM,
    CLIENT_NAME,
    DENIED,
    IN,
    LIMITS,
    LOGGED_ON,
    OUT,
    SERVER_ABLE,
    Grants,
    devices,
    done,
    passed,
    status_of,
)

HANDLE = struct.pack("<IB", 9, 1)
SHARE = devices((8, 1, b"share"))
GREETING = [(OUT, ANNOUNCE), (IN, CLIENT_CONFIRM), (IN, CLIENT_NAME), (OUT, LOGGED_ON)]
GREETING += [(OUT, SERVER_ABLE), (OUT, CLIENT_CONFIRM), (IN, CLIENT_ABLE)]


def greeted(*granted: str) -> tuple[DriveFilter, Grants]:
    """A drives' channel after its greeting."""
    grants = Grants(*granted)
    drives = DriveFilter(grants, LIMITS)
    for direction, pdu in GREETING:
        drives.take(direction, pdu)
    return drives, grants


def opened(pdu: bytes, *granted: str) -> tuple[DriveFilter, Grants]:
    """A drive with a file that is open under number 9."""
    drives, grants = greeted(*granted)
    drives.take(IN, SHARE)
    assert passed(drives.take(OUT, pdu), OUT) == [pdu]
    assert passed(drives.take(IN, done(HANDLE)), IN) == [done(HANDLE)]
    return drives, grants


def refuses(drives: DriveFilter, pdu: bytes) -> bool:
    """Tell whether a request stays here and is answered with "access denied"."""
    actions = drives.take(OUT, pdu)
    assert passed(actions, OUT) == []
    return [status_of(each) for each in passed(actions, IN)] == [DENIED]
