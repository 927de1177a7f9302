"""A trail says what happened, survives a crash, and does not hide that it was changed."""

from __future__ import annotations

import errno
import struct
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from blake3 import blake3
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.audit.entries import TrailHead, start_of
from core.audit.sealed_log_format import TRAIL, frame_nonce, log_key
from core.audit.trail import Trail, load_trail, read_trail, recover_trail
from core.canonical.documents import canonical_json
from core.errors import DataDirectoryUnwritable, StorageFull, TrailAltered, TrailMalformed
from core.storage.disk import Disk
from tests.core.audit.trails import (
    SALT,
    SESSION_ID,
    SESSION_KEY,
    append_five,
    at,
    new_trail,
    path_of,
)
from tests.fakes.power_cut_disk import Loss, PowerCut, PowerCutDisk
from tests.fakes.small_disk import SmallDisk

FRAME_HEADER = struct.Struct("<4sIII")
GOLDEN_BYTES = 1342
GOLDEN_FILE = "d06ebf5e908621649af4c0f0177781c0e5e607c0fe4323dbc282f86927c96359"
GOLDEN_HEAD = "091c46ff3f28eefbfb717b00f5d44271463b670269bdf4cc4ea20fe0330f2e16"


def read(directory: Path, head: TrailHead | None = None) -> tuple[AuditEntry, ...]:
    """Read the trail there with the fixed key."""
    return read_trail(path_of(directory), session_key=SESSION_KEY, session_id=SESSION_ID, head=head)


def five(directory: Path) -> tuple[bytes, TrailHead]:
    """Write the five entries; gives the file and the head."""
    trail = new_trail(directory)
    append_five(trail)
    head = trail.close()
    return path_of(directory).read_bytes(), head


def frames_of(data: bytes) -> list[bytes]:
    """Cut a file into its header and its frames."""
    pieces, position = [data[:64]], 64
    while position < len(data):
        length = 16 + FRAME_HEADER.unpack_from(data, position)[1]
        pieces.append(data[position : position + length])
        position += length
    return pieces


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, TrailHead]:
    """The file of the five entries, and its head."""
    return five(tmp_path_factory.mktemp("trail"))


def test_what_was_appended_is_read(tmp_path: Path) -> None:
    """Entries come back as they were shown when they were made, and the head fits."""
    trail = new_trail(tmp_path)
    shown = append_five(trail)
    head = trail.close()
    assert head == trail.head()
    assert head.count == 5
    assert read(tmp_path, head) == tuple(shown) == read(tmp_path)
    assert [each.sequence for each in shown] == [0, 1, 2, 3, 4]
    assert shown[3] == AuditEntry(
        sequence=3,
        at_s=9.25,
        utc_ms=1_800_000_009_250,
        kind=AuditKind.GRANTED,
        actor=AuditActor.OWNER,
        resource="keyboard",
        decision="granted",
        reason="five_minutes",
    )


def test_the_bytes_are_those_of_the_format(written: tuple[bytes, TrailHead]) -> None:
    """With the same key, salt and entries the file and the head never change."""
    data, head = written
    assert len(data) == GOLDEN_BYTES
    assert blake3(data).hexdigest() == GOLDEN_FILE
    assert head.hash.hex() == GOLDEN_HEAD


def test_a_reader_made_from_the_page_reads_it(written: tuple[bytes, TrailHead]) -> None:
    """What docs/formats/trail.md says is enough: cipher, associated data, chain and head follow from it."""
    data, head = written
    cipher = ChaCha20Poly1305(log_key(TRAIL, SESSION_KEY, SESSION_ID, data[32:64]))
    previous = blake3(b"lucid trail start v1\x00" + SESSION_ID.bytes).digest()
    for sequence, frame in enumerate(frames_of(data)[1:]):
        marker, length, number, kind = FRAME_HEADER.unpack_from(frame)
        assert (marker, length, number, kind) == (b"LTf1", len(frame) - 16, sequence, 1)
        nonce = bytes(4) + sequence.to_bytes(8, "little")
        entry = cipher.decrypt(nonce, frame[16:], data[:64] + frame[:16])
        assert f'"previous":"{previous.hex()}"'.encode() in entry
        assert f'"sequence":{sequence},'.encode() in entry
        previous = blake3(b"lucid trail entry v1\x00" + entry).digest()
    assert previous == head.hash


def test_no_text_is_readable_without_the_key(written: tuple[bytes, TrailHead]) -> None:
    """Neither names nor kinds are found in the file, and another key opens nothing."""
    data, _ = written
    assert not any(word in data for word in (b"laptop", b"keyboard", b"granted", b"previous"))


def test_texts_are_made_plain(tmp_path: Path) -> None:
    """Control characters, line breaks and, beyond 256 characters, the middle are left out."""
    trail = new_trail(tmp_path)
    entry = trail.append(
        AuditKind.FILE,
        AuditActor.PEER,
        "a\x1b[2J\u202eb\n" * 200,
        "\ud800granted",
        "x" * 9999,
        instant=at(0),
    )
    trail.close()
    shown = "a[2Jb" * 200
    assert entry.resource == f"{shown[:85]}…{shown[-170:]}"
    assert (entry.decision, entry.reason) == ("granted", "x" * 85 + "…" + "x" * 170)
    assert read(tmp_path) == (entry,)


def test_the_largest_entry_fits(tmp_path: Path) -> None:
    """Three texts of the widest characters are written and read."""
    trail = new_trail(tmp_path)
    wide = "\U0001f511" * 300
    entry = trail.append(AuditKind.FILE, AuditActor.PEER, wide, wide, '"' * 300, instant=at(0))
    assert read(tmp_path, trail.close()) == (entry,)


def test_a_moment_before_the_start_is_the_start(tmp_path: Path) -> None:
    """An entry made of an earlier moment counts from zero."""
    trail = new_trail(tmp_path)
    assert trail.append(AuditKind.OPENED, AuditActor.OWNER, instant=at(-5)).at_s == 0
    trail.close()


def test_decisions_are_on_the_medium_at_once(tmp_path: Path) -> None:
    """A decision is readable when append returns; what is routine waits for it, or for a second."""
    trail = new_trail(tmp_path)
    trail.append(AuditKind.OPENED, AuditActor.OWNER, instant=at(0))
    assert len(read(tmp_path)) == 1
    trail.append(AuditKind.FOCUS, AuditActor.APPLIANCE, "xterm", instant=at(10))
    trail.append(AuditKind.FOCUS, AuditActor.APPLIANCE, "files", instant=at(500))
    trail.sync_if_due(at(1009))
    assert len(read(tmp_path)) == 1
    trail.sync_if_due(at(1010))
    assert len(read(tmp_path)) == 3
    trail.append(AuditKind.FOCUS, AuditActor.APPLIANCE, "xterm", instant=at(1020))
    trail.append(AuditKind.FOCUS, AuditActor.APPLIANCE, "files", instant=at(2020))
    assert len(read(tmp_path)) == 5
    trail.append(AuditKind.FOCUS, AuditActor.APPLIANCE, "xterm", instant=at(2030))
    trail.append(AuditKind.FILE, AuditActor.PEER, "a.txt", "denied", instant=at(2040))
    assert len(read(tmp_path)) == 7
    trail.append(AuditKind.FOCUS, AuditActor.APPLIANCE, "files", instant=at(2050))
    assert len(read(tmp_path, trail.close())) == 8


def test_a_trail_without_entries_leaves_no_file(tmp_path: Path) -> None:
    """Its head is the start of the chain, which the session ID alone makes."""
    trail = new_trail(tmp_path)
    assert trail.close() == start_of(SESSION_ID)
    assert list(tmp_path.iterdir()) == []


@given(data=st.data())
def test_any_flipped_bit_is_found(
    tmp_path_factory: pytest.TempPathFactory, written: tuple[bytes, TrailHead], data: st.DataObject
) -> None:
    """Wherever a bit flips, the head in the manifest finds it, and damaged entries are named."""
    original, head = written
    directory = tmp_path_factory.mktemp("flipped")
    position = data.draw(st.integers(0, len(original) - 1))
    altered = bytearray(original)
    altered[position] ^= 1 << data.draw(st.integers(0, 7))
    path_of(directory).write_bytes(altered)
    with pytest.raises((TrailAltered, TrailMalformed)) as caught:
        read(directory, head)
    ends = [64]
    for frame in frames_of(original)[1:]:
        ends.append(ends[-1] + len(frame))
    if position >= 64:
        hit = next(number for number, (_, end) in enumerate(pairwise(ends)) if position < end)
        assert caught.value.facts == {"sequence": hit}


@given(data=st.data())
def test_any_truncation_is_found(
    tmp_path_factory: pytest.TempPathFactory, written: tuple[bytes, TrailHead], data: st.DataObject
) -> None:
    """However much is cut off or put behind, the head in the manifest finds it."""
    original, head = written
    directory = tmp_path_factory.mktemp("cut")
    kept = data.draw(st.integers(0, len(original) - 1))
    tail = data.draw(st.binary(min_size=1, max_size=50))
    for altered in (original[:kept], original + tail):
        path_of(directory).write_bytes(altered)
        with pytest.raises((TrailAltered, TrailMalformed)):
            read(directory, head)


@given(order=st.lists(st.integers(0, 4), max_size=7))
def test_any_other_order_is_found(
    tmp_path_factory: pytest.TempPathFactory, written: tuple[bytes, TrailHead], order: list[int]
) -> None:
    """Entries that are swapped, repeated or left out are found; without the head, only a lost end is not."""
    original, head = written
    header, *frames = frames_of(original)
    directory = tmp_path_factory.mktemp("order")
    path_of(directory).write_bytes(header + b"".join(frames[each] for each in order))
    if order == [0, 1, 2, 3, 4]:
        assert len(read(directory, head)) == 5
        return
    with pytest.raises(TrailAltered):
        read(directory, head)
    if order and order == list(range(len(order))):
        assert len(read(directory)) == len(order)
        return
    with pytest.raises(TrailAltered) as caught:
        read(directory)
    fitting = [
        each for number, each in enumerate(order) if order[: number + 1] == list(range(number + 1))
    ]
    assert caught.value.facts == {"sequence": len(fitting)}


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever lies there in the place of a trail is one of two errors."""
    directory = tmp_path_factory.mktemp("any")
    path_of(directory).write_bytes(data)
    with pytest.raises((TrailAltered, TrailMalformed)):
        read(directory)


@given(data=st.data())
def test_a_crash_leaves_what_was_whole(
    tmp_path_factory: pytest.TempPathFactory, written: tuple[bytes, TrailHead], data: st.DataObject
) -> None:
    """A tail that was torn off or came as zeros is left out; recovering cuts it off and gives the head of the rest."""
    original, _ = written
    directory = tmp_path_factory.mktemp("crash")
    pieces = frames_of(original)
    whole = data.draw(st.integers(1, 4))
    length = sum(map(len, pieces[: whole + 1]))
    torn = data.draw(st.integers(0, len(pieces[whole + 1]) - 1))
    zeros = data.draw(st.integers(0, 100))
    path_of(directory).write_bytes(original[: length + torn] + bytes(zeros))
    content = load_trail(path_of(directory), session_key=SESSION_KEY, session_id=SESSION_ID)
    assert len(content.entries) == content.head.count
    assert content.head.count == whole or (torn == len(pieces[whole + 1]) - 1 and zeros)
    head = recover_trail(path_of(directory), session_key=SESSION_KEY, session_id=SESSION_ID)
    assert read(directory, head) == content.entries
    assert path_of(directory).stat().st_size == content.whole_bytes


@pytest.mark.parametrize("loss", Loss)
def test_a_power_cut_at_any_moment(tmp_path: Path, loss: Loss) -> None:
    """Whichever call is the last, every entry whose append returned is there, and nothing made up."""
    for calls in range(20):
        directory = tmp_path / str(calls)
        directory.mkdir()
        disk = PowerCutDisk(calls)
        trail = new_trail(directory, disk)
        shown: list[AuditEntry] = []
        try:
            for count in range(5):
                shown += append_five_at(trail, count)
        except PowerCut:
            disk.lose(loss)
        if not shown and not path_of(directory).exists():
            continue
        found = read(directory)
        assert found[: len(shown)] == tuple(shown)
        assert len(found) <= len(shown) + 1


def append_five_at(trail: Trail, number: int) -> list[AuditEntry]:
    """Append one entry that is synced."""
    return [trail.append(AuditKind.ASKED, AuditActor.PEER, str(number), instant=at(number))]


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """An entry that does not fit is told, leaves no half of itself, and is written when there is room."""
    disk = SmallDisk(800)
    trail = new_trail(tmp_path, disk)
    append_five(trail, 2)
    before = path_of(tmp_path).read_bytes()
    with pytest.raises(StorageFull):
        trail.append(AuditKind.DENIED, AuditActor.OWNER, "view", "denied", "owner", instant=at(3))
    assert path_of(tmp_path).read_bytes() == before
    assert trail.head().count == 3
    disk.room += 5000
    trail.append(AuditKind.LEFT, AuditActor.PEER, instant=at(4))
    assert [each.kind for each in read(tmp_path, trail.close())] == [
        AuditKind.OPENED,
        AuditKind.JOINED,
        AuditKind.DENIED,
        AuditKind.LEFT,
    ]


class FailingDisk(Disk):
    """A disk whose next call of one kind fails."""

    def __init__(self) -> None:
        self.failing = ""
        self.written: list[tuple[int, bytes]] = []

    def write_at(self, handle: int, content: bytes | bytearray | memoryview, offset: int) -> None:
        """Write and keep what was written where."""
        self.written.append((offset, bytes(content)))
        super().write_at(handle, content, offset)

    def sync(self, handle: int) -> None:
        """Sync, unless that is to fail."""
        self._fail("sync")
        super().sync(handle)

    def sync_directory(self, directory: Path) -> None:
        """Sync, unless that is to fail."""
        self._fail("sync_directory")
        super().sync_directory(directory)

    def _fail(self, call: str) -> None:
        if self.failing == call:
            self.failing = ""
            raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("call, count", [("sync", 0), ("sync", 2), ("sync_directory", 0)])
def test_what_was_not_synced_is_written_again(tmp_path: Path, call: str, count: int) -> None:
    """After a failed sync the same bytes are written once more to the same place: no nonce serves two entries."""
    disk = FailingDisk()
    trail = new_trail(tmp_path, disk)
    append_five(trail, count)
    disk.failing = call
    with pytest.raises(DataDirectoryUnwritable):
        trail.append(AuditKind.ASKED, AuditActor.PEER, "view", instant=at(1))
    trail.append(AuditKind.ASKED, AuditActor.PEER, "pointer", instant=at(2))
    assert len(read(tmp_path, trail.close())) == count + 2
    final = path_of(tmp_path).read_bytes()
    assert all(final[at_ : at_ + len(each)] == each for at_, each in disk.written)


def test_another_sessions_trail_is_refused(tmp_path: Path) -> None:
    """A trail belongs to its session: another ID or another key does not read it."""
    five(tmp_path)
    path = path_of(tmp_path)
    with pytest.raises(TrailMalformed) as caught:
        read_trail(path, session_key=SESSION_KEY, session_id=uuid4())
    assert caught.value.facts == {"field": "session"}
    with pytest.raises(TrailAltered) as altered:
        read_trail(path, session_key=bytes(32), session_id=SESSION_ID)
    assert altered.value.facts == {"sequence": 0}


def test_a_trail_that_is_gone_is_told(tmp_path: Path) -> None:
    """A missing file is named as such, and never an empty trail."""
    with pytest.raises(TrailMalformed) as caught:
        read(tmp_path)
    assert caught.value.facts == {"field": "file (No such file or directory)"}


@pytest.mark.parametrize(
    "position, field",
    [(0, "header"), (8, "version"), (10, "header"), (12, "wrapped key"), (16, "session")],
)
def test_a_damaged_header_is_named(tmp_path: Path, position: int, field: str) -> None:
    """Each part of the header that can be told apart is."""
    data = bytearray(five(tmp_path)[0])
    data[position] ^= 4
    data[position + 1] ^= 0xF0
    path_of(tmp_path).write_bytes(data)
    with pytest.raises(TrailMalformed) as caught:
        read(tmp_path)
    assert caught.value.facts == {"field": field}


def test_whoever_has_the_key_cannot_rewrite_it(tmp_path: Path) -> None:
    """A trail that is written anew without its *denied* is whole in itself, but not the one of the manifest."""
    _, head = five(tmp_path)
    forged = new_trail(tmp_path, salt=bytes(32))
    append_five(forged, 4)
    forged.append(AuditKind.ENDED, AuditActor.APPLIANCE, instant=at(60_000))
    forged.close()
    assert len(read(tmp_path)) == 5
    with pytest.raises(TrailAltered) as caught:
        read(tmp_path, head)
    assert caught.value.facts == {"sequence": 4}


@pytest.mark.parametrize(
    "member, value",
    [
        ("sequence", 1),
        ("previous", "00" * 32),
        ("previous", "00"),
        ("kind", "teleported"),
        ("actor", "nobody"),
        ("at_ns", 5),
        ("at_ns", "-5"),
        ("utc_ns", "18446744073709551616"),
        ("reason", "x" * 257),
        ("reason", None),
        ("password", "secret"),
    ],
)
def test_an_entry_that_is_genuine_but_wrong(tmp_path: Path, member: str, value: object) -> None:
    """Even under the right key an entry that is not as the format says is named."""
    entry = {
        "sequence": 0,
        "at_ns": "0",
        "utc_ns": "0",
        "kind": "opened",
        "actor": "owner",
        "resource": "",
        "decision": "",
        "reason": "",
        "previous": start_of(SESSION_ID).hash.hex(),
    } | {member: value}
    data, _ = five(tmp_path)
    record = canonical_json(entry)  # type: ignore[arg-type]
    header = FRAME_HEADER.pack(b"LTf1", len(record) + 16, 0, 1)
    cipher = ChaCha20Poly1305(log_key(TRAIL, SESSION_KEY, SESSION_ID, SALT))
    sealed = cipher.encrypt(frame_nonce(0), record, data[:64] + header)
    path_of(tmp_path).write_bytes(data[:64] + header + sealed)
    with pytest.raises(TrailAltered) as caught:
        read(tmp_path)
    assert caught.value.facts == {"sequence": 0}
