"""Drives: kept back until files may travel, each request by its own grant, and nothing replaced."""

from __future__ import annotations

import struct

import pytest

from core.remote.channels.actions import Attempt, ChannelViolation, Happened
from core.remote.channels.drives import DriveFilter
from tests.core.remote.channels.drive_pdus import (
    GREETING,
    HANDLE,
    SHARE,
    greeted,
    opened,
    refuses,
)
from tests.core.remote.channels.pdus import (
    ANNOUNCE,
    CLIENT_NAME,
    DENIED,
    IN,
    LIMITS,
    LOGGED_ON,
    OUT,
    Grants,
    attempts,
    create,
    devices,
    done,
    drive,
    entry,
    happened,
    listing,
    make,
    passed,
    read,
    rename,
    request,
    setting,
    sized,
    status_of,
    write,
)


def test_the_logon_waits_for_the_clients_abilities() -> None:
    """The session says too early that the user has logged on; the gate says it after the client's abilities."""
    drives = DriveFilter(Grants(), LIMITS)
    sent = [(way, each) for way, pdu in GREETING for each in drives.take(way, pdu)]
    order = [pdu.data for _, pdu in sent if hasattr(pdu, "data")]
    expected = [pdu for _, pdu in GREETING if pdu != LOGGED_ON] + [LOGGED_ON]
    assert order == expected
    assert passed(drives.take(OUT, ANNOUNCE), OUT) == [ANNOUNCE]


def test_greetings_are_no_way_to_talk() -> None:
    """Each greeting passes once in a round, short, and only a few rounds are made."""
    drives, _ = greeted()
    with pytest.raises(ChannelViolation):
        drives.take(IN, CLIENT_NAME)
    with pytest.raises(ChannelViolation):
        drives.take(IN, CLIENT_NAME + bytes(1024))
    for _ in range(7):
        drives.take(OUT, ANNOUNCE)
    with pytest.raises(ChannelViolation):
        drives.take(OUT, ANNOUNCE)


def test_a_drive_is_kept_back() -> None:
    """Without a grant the session hears of no drive, the peer hears that all is well; it is an attempt."""
    drives, _ = greeted()
    actions = drives.take(IN, SHARE)
    assert passed(actions, IN) == []
    assert passed(actions, OUT) == [drive(0x6472, struct.pack("<II", 1, 0))]
    assert actions[-1] == Attempt("files_in", "share")


def test_an_empty_list_is_no_attempt() -> None:
    """Clients without drives say so at every connect."""
    drives, _ = greeted()
    assert drives.take(IN, devices()) == []


@pytest.mark.parametrize("capability", ["files_in", "files_out"])
def test_a_late_grant_announces_the_drive(capability: str) -> None:
    """Either direction's grant announces what was kept back, once."""
    drives, grants = greeted()
    drives.take(IN, SHARE)
    assert drives.changed() == []
    grants.now.add(capability)
    assert passed(drives.changed(), IN) == [SHARE]
    assert drives.changed() == []


def test_only_drives_are_announced() -> None:
    """Printers, ports and smart cards are taken out, refused to the peer, and told as attempts."""
    drives, _ = greeted("files_in")
    listed = devices((4, 2, b"PRN1"), (0x20, 3, b"SCARD"), (8, 1, b"C:"), (1, 4, b"COM1"))
    actions = drives.take(IN, listed)
    assert passed(actions, IN) == [devices((8, 1, b"C:"))]
    assert attempts(actions) == ["printing", "shell_channels", "shell_channels"]
    replies = [struct.unpack("<II", each[4:]) for each in passed(actions, OUT)]
    assert replies == [(2, 0xC00000BB), (3, 0xC00000BB), (1, 0), (4, 0xC00000BB)]


@pytest.mark.parametrize("name", [b"", b"../..", b"a\\b", b"..", b"\x01"])
def test_drives_need_plain_names(name: bytes) -> None:
    """A drive whose name would be a path is not announced."""
    drives, _ = greeted("files_in")
    assert passed(drives.take(IN, devices((8, 1, name))), IN) == []


def test_drives_are_bounded() -> None:
    """No more than 32 drives are known."""
    drives, _ = greeted("files_in")
    for start in range(0, 90, 30):
        drives.take(IN, devices(*((8, number, b"d") for number in range(start, start + 30))))
    assert len(drives._drives) == 32


def test_a_removed_drive_is_gone() -> None:
    """The session is told of it if it knew the drive, and the drive's number never comes back."""
    drives, _ = opened(make("\\a"), "files_in", "files_out")
    gone = drive(0x444D, struct.pack("<III", 2, 1, 5))
    assert passed(drives.take(IN, gone), IN) == [drive(0x444D, struct.pack("<II", 1, 1))]
    assert refuses(drives, write(b"x"))
    assert passed(drives.take(IN, SHARE), IN) == []
    assert drives.take(IN, gone) == []


def test_the_sessions_replies_are_swallowed() -> None:
    """The gate has answered announcements already."""
    drives, _ = greeted()
    assert drives.take(OUT, drive(0x6472, bytes(8))) == []


def test_reading_needs_files_in() -> None:
    """With files out alone, a file cannot be opened for reading, nor read through a handle."""
    drives, _ = opened(make("\\new.txt"), "files_out")
    actions = drives.take(OUT, create("\\old.txt", call=2))
    assert passed(actions, OUT) == []
    assert [status_of(each) for each in passed(actions, IN)] == [DENIED]
    assert actions[-1] == Attempt("files_in", "/old.txt")
    actions = drives.take(OUT, read(100))
    assert (passed(actions, OUT), attempts(actions)) == ([], ["files_in"])


def test_reading_while_granted() -> None:
    """The name is told when the file is opened, and its size when it is closed."""
    drives, _ = greeted("files_in")
    drives.take(IN, SHARE)
    actions = drives.take(OUT, create("\\dir\\old.txt"))
    facts = {"direction": "in", "name": "/dir/old.txt", "size": 0, "action": "read"}
    assert actions[1] == Happened("file", facts)
    drives.take(IN, done(HANDLE))
    assert passed(drives.take(OUT, read(100)), OUT) == [read(100)]
    assert passed(drives.take(IN, done(sized(b"abc"))), IN) == [done(sized(b"abc"))]
    actions = drives.take(OUT, request(2, bytes(32)))
    assert actions[1] == Happened("file", facts | {"size": 3, "action": "closed"})
    assert passed(drives.take(IN, done()), IN) == [done()]
    assert refuses(drives, read(100))


def test_writing_needs_files_out() -> None:
    """With files in alone, nothing is made, written, changed, renamed or deleted."""
    drives, _ = opened(create("\\old.txt"), "files_in")
    for pdu in (make("\\new.txt"), make("\\dir", options=0x21), create("\\a", access=2)):
        actions = drives.take(OUT, pdu)
        assert (passed(actions, OUT), attempts(actions)) == ([], ["files_out"])
    for pdu in (
        write(b"x"),
        setting(20, bytes(8)),
        setting(13),
        rename("\\b"),
        setting(4, bytes(36)),
    ):
        actions = drives.take(OUT, pdu)
        assert (passed(actions, OUT), attempts(actions)) == ([], ["files_out"])


def test_writing_while_granted() -> None:
    """A file that the session makes can be written, and cut, and is told with its name and size."""
    drives, _ = opened(make("\\new.txt"), "files_out")
    assert passed(drives.take(OUT, write(b"hello")), OUT) == [write(b"hello")]
    assert passed(drives.take(IN, done(struct.pack("<IB", 5, 0))), IN) != []
    assert passed(drives.take(OUT, setting(20, bytes(8))), OUT) == [setting(20, bytes(8))]
    drives.take(IN, done(sized(b"")))
    assert happened(drives.take(OUT, request(2, bytes(32)))) == [("file", "closed")]


@pytest.mark.parametrize("disposition", [0, 3, 4, 5, 6, 0xFFFFFFFF])
def test_nothing_is_replaced(disposition: int) -> None:
    """Superseding and overwriting are refused whatever is granted, and told."""
    drives, _ = greeted("files_in", "files_out")
    drives.take(IN, SHARE)
    actions = drives.take(OUT, create("\\a", access=0x16019F, disposition=disposition))
    assert passed(actions, OUT) == []
    assert [status_of(each) for each in passed(actions, IN)] == [DENIED]
    assert happened(actions) == [("file", "refused")]


def test_what_the_peer_had_is_never_changed() -> None:
    """A file that was there before cannot be opened for writing, deleted, renamed or cut."""
    drives, _ = opened(create("\\old.txt"), "files_in", "files_out")
    assert refuses(drives, create("\\old.txt", access=0x2, call=2))
    assert refuses(drives, create("\\old.txt", access=0x10100, call=2))
    assert refuses(drives, create("\\old.txt", options=0x1000, call=2))
    for pdu in (
        write(b"x"),
        setting(20, bytes(8)),
        setting(13),
        rename("\\b"),
        setting(4, bytes(36)),
    ):
        assert refuses(drives, pdu)


def test_the_sessions_own_files_may_be_changed() -> None:
    """What it made it may open again, rename (never onto another file) and delete; each is told."""
    drives, _ = opened(make("\\own.txt"), "files_out")
    again = create("\\own.txt", access=0x10100, call=2)
    assert passed(drives.take(OUT, again), OUT) == [again]
    drives.take(IN, done(struct.pack("<IB", 9, 1), call=2))
    actions = drives.take(OUT, rename("\\other.txt"))
    (sent,) = passed(actions, OUT)
    assert sent == rename("\\other.txt").replace(b"\x01\0" + sent[58:62], b"\0\0" + sent[58:62])
    assert sent[56] == 0
    told = {"direction": "out", "name": "/other.txt", "size": 0, "action": "rename"}
    assert actions[1] == Happened("file", told)
    drives.take(IN, done(sized(b"")))
    assert happened(drives.take(OUT, setting(13))) == [("file", "delete")]
    assert refuses(drives, create("\\own.txt", access=0x2, call=2))


def test_a_file_is_the_sessions_own_however_its_path_is_written() -> None:
    """The session's end of the channels writes one path with slashes here and backslashes there."""
    drives, _ = opened(make("/own.txt"), "files_out")
    again = create("\\own.txt", access=0x2, call=2)
    assert passed(drives.take(OUT, again), OUT) == [again]


def test_a_renamed_file_stays_the_sessions_own() -> None:
    """Under its new name, once the peer says that it has it; under the old one if it says no."""
    drives, _ = opened(make("\\own.txt"), "files_out")
    drives.take(OUT, rename("\\old.txt"))
    drives.take(OUT, setting(4, bytes(36), call=2))
    drives.take(IN, done(sized(b""), call=2))
    drives.take(IN, done(status=0xC0000035))
    assert refuses(drives, create("\\old.txt", access=0x2, call=3))
    drives.take(OUT, rename("\\new.txt"))
    drives.take(IN, done(sized(b"")))
    assert refuses(drives, create("\\own.txt", access=0x2, call=3))
    again = create("\\new.txt", access=0x2, call=3)
    assert passed(drives.take(OUT, again), OUT) == [again]


def test_a_deleted_file_is_no_longer_the_sessions_own() -> None:
    """What the peer puts there afterwards is the peer's."""
    drives, _ = opened(make("\\own.txt"), "files_out")
    drives.take(OUT, setting(13))
    drives.take(IN, done(sized(b"")))
    assert refuses(drives, create("\\own.txt", access=0x2))


def test_what_is_read_is_told_as_coming_in() -> None:
    """Even of a file that the session made: the peer may have changed it."""
    drives, _ = opened(make("\\own.txt"), "files_in", "files_out")
    drives.take(OUT, create("\\own.txt", call=2))
    drives.take(IN, done(struct.pack("<IB", 10, 1), call=2))
    drives.take(OUT, request(3, struct.pack("<IQ20x", 5, 0), file=10))
    drives.take(IN, done(sized(b"abc")))
    actions = drives.take(OUT, request(2, bytes(32), file=10))
    told = {"direction": "in", "name": "/own.txt", "size": 3, "action": "closed"}
    assert actions[-1] == Happened("file", told)


def test_a_failed_making_owns_nothing() -> None:
    """When the peer says that the file exists, it does not become the session's."""
    drives, _ = greeted("files_out")
    drives.take(IN, SHARE)
    drives.take(OUT, make("\\old.txt"))
    drives.take(IN, done(bytes(5), status=0xC0000035))
    assert refuses(drives, create("\\old.txt", access=0x2))


def test_a_directory_is_never_the_sessions_own() -> None:
    """A client may say that it made a directory that was there: it is neither renamed nor deleted."""
    drives, _ = opened(make("\\dir", options=0x21), "files_out")
    assert refuses(drives, setting(13))
    assert refuses(drives, rename("\\b"))


@pytest.mark.parametrize("capability", ["files_in", "files_out"])
def test_looking_around_needs_either(capability: str) -> None:
    """Directories are listed and files looked at with either grant, in silence."""
    look = create("\\dir", options=0x21)
    drives, grants = opened(look, capability)
    assert passed(drives.take(OUT, listing("\\dir\\*")), OUT) == [listing("\\dir\\*")]
    body = sized(entry("a file.txt"))
    assert passed(drives.take(IN, done(body)), IN) == [done(body)]
    assert passed(drives.take(OUT, listing(None)), OUT) == [listing(None)]
    drives.take(IN, done(bytes(5), status=0x80000006))
    query = request(5, struct.pack("<II24x", 4, 36) + bytes(36))
    assert passed(drives.take(OUT, query), OUT) == [query]
    assert passed(drives.take(IN, done(sized(bytes(36)))), IN) == [done(sized(bytes(36)))]
    grants.now.clear()
    for pdu in (listing(None), query, create("\\b", access=0x80)):
        assert refuses(drives, pdu)


@pytest.mark.parametrize(
    "data",
    [
        entry("../x"),
        entry("a\\b"),
        entry("ä" * 128),
        entry(""),
        entry("a", following=72),
        entry("abc")[:-4],
    ],
)
def test_entries_that_chansrv_cannot_bear_are_left_out(data: bytes) -> None:
    """A name that is a path, too long for its buffer, or cut off, becomes an empty listing."""
    drives, _ = opened(create("\\dir", options=0x21), "files_in")
    drives.take(OUT, listing("\\dir\\*"))
    assert passed(drives.take(IN, done(sized(data))), IN) == [done(sized(b"") + b"\0")]


def test_bytes_behind_an_entry_are_cut() -> None:
    """The session would read them as the next entry."""
    drives, _ = opened(create("\\dir", options=0x21), "files_in")
    drives.take(OUT, listing("\\dir\\*"))
    (sent,) = passed(drives.take(IN, done(sized(entry("..") + bytes(99)))), IN)
    assert sent == done(sized(entry("..")))


@pytest.mark.parametrize(
    "pdu",
    [
        listing("\\..\\*"),
        listing("\\*", kind=3),
        listing("\\*", minor=2),
        request(5, struct.pack("<II24x", 9, 0)),
        request(0x0E, bytes(32)),
        request(0x0A, bytes(32)),
        read(1 << 30),
        request(3, bytes(32), file=10),
        request(3, bytes(32)).replace(struct.pack("<I", 1), struct.pack("<I", 2), 1),
    ],
)
def test_unknown_requests_are_refused(pdu: bytes) -> None:
    """Other functions, classes, files and drives, and absurd sizes, get "access denied"."""
    drives, _ = opened(create("\\a"), "files_in", "files_out")
    assert refuses(drives, pdu)


@pytest.mark.parametrize(
    "path",
    ["\\..\\x", "..", "\\a\\..\\b", "/a/../b", "\\a\0\\..\\x", "\\c:stream", "\\a\u202e", "\\a\n"],
)
def test_paths_must_be_plain(path: str) -> None:
    """A path that climbs, hides something behind its end or names a stream is refused and told."""
    drives, _ = greeted("files_in", "files_out")
    drives.take(IN, SHARE)
    actions = drives.take(OUT, create(path))
    assert passed(actions, OUT) == []
    assert happened(actions) == [("file", "refused")]


def test_paths_are_bounded() -> None:
    """A path of more than 4,096 bytes is refused, and what is told of it is short."""
    drives, _ = greeted("files_in")
    drives.take(IN, SHARE)
    actions = drives.take(OUT, create("\\a" * 1500))
    assert passed(actions, OUT) == []
    assert isinstance(actions[-1], Happened)
    assert len(actions[-1].facts["name"]) < 600


def test_no_room_is_asked_for_above_the_limit() -> None:
    """A file that is made with more room than a file may have is refused."""
    drives, _ = greeted("files_out")
    drives.take(IN, SHARE)
    pdu = make("\\new")
    assert refuses(drives, pdu[:28] + struct.pack("<Q", LIMITS.file_bytes + 1) + pdu[36:])


def test_open_files_are_bounded() -> None:
    """No more than 1,024 files are open at a time."""
    drives, _ = greeted("files_in")
    drives.take(IN, SHARE)
    for number in range(1024):
        drives.take(OUT, create("\\a"))
        drives.take(IN, done(struct.pack("<IB", number, 1)))
    assert refuses(drives, create("\\a"))


def test_other_components_never_pass() -> None:
    """What is not of the core component is refused, whatever packet it says to be."""
    drives, _ = opened(create("\\a"), "files_in", "files_out")
    for direction, pdu in ((OUT, read(5)), (OUT, ANNOUNCE), (IN, SHARE), (IN, CLIENT_NAME)):
        other = struct.pack("<H", 0x5052) + pdu[2:]
        own = pdu[2:4] * 2 + pdu[4:]
        for each in (other, own):
            assert [kind for kind, _ in happened(drives.take(direction, each))] == ["refused"]


def test_a_rename_needs_a_plain_path() -> None:
    """A new name that climbs is refused."""
    drives, _ = opened(make("\\own"), "files_out")
    assert refuses(drives, rename("\\..\\x"))


def test_a_revoke_cuts_a_copy_in_the_middle() -> None:
    """Data on its way and later requests are denied; closing works; a new grant goes on."""
    drives, grants = opened(create("\\old.txt"), "files_in")
    drives.take(OUT, read(100))
    grants.now.clear()
    assert drives.changed() == []
    actions = drives.take(IN, done(sized(b"secret")))
    assert [status_of(each) for each in passed(actions, IN)] == [DENIED]
    assert attempts(actions) == ["files_in"]
    assert refuses(drives, read(100))
    grants.now.add("files_in")
    assert passed(drives.take(OUT, read(100)), OUT) == [read(100)]
    drives.take(IN, done(sized(b"abc")))
    grants.now.clear()
    assert len(passed(drives.take(OUT, request(2, bytes(32))), OUT)) == 1


def test_a_revoke_of_one_way_leaves_the_other() -> None:
    """Writing stops when files out is revoked, while reading goes on."""
    drives, grants = opened(make("\\own"), "files_in", "files_out")
    grants.now.discard("files_out")
    assert refuses(drives, write(b"x"))
    assert passed(drives.take(OUT, read(5)), OUT) == [read(5)]


def test_files_are_limited() -> None:
    """Neither reads nor writes nor sizes go above the limit of a file."""
    most = LIMITS.file_bytes
    drives, _ = opened(make("\\own"), "files_in", "files_out")
    assert refuses(drives, write(b"xx", most - 1))
    assert refuses(drives, setting(20, struct.pack("<Q", most + 1)))
    assert refuses(drives, setting(19, struct.pack("<Q", 1 << 63)))
    assert passed(drives.take(OUT, write(b"x" * (most - 1))), OUT) != []
    drives.take(IN, done())
    assert refuses(drives, write(b"xx"))
    drives.take(OUT, read(5))
    assert passed(drives.take(IN, done(sized(b"x"))), IN) == [done(sized(b"x"))]
    drives.take(OUT, read(5))
    actions = drives.take(IN, done(sized(b"x")))
    assert [status_of(each) for each in passed(actions, IN)] == [DENIED]
    assert happened(actions) == [("file", "refused")]
