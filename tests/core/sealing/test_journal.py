"""The journal: golden bytes, what a crash leaves, what damage leaves, and no nonce used twice."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataDirectoryUnwritable, JournalCorrupt, StorageFull
from core.sealing.filling_chunk import FillingChunk, TimeRange, plain_buffer
from core.sealing.frames import Frame
from core.sealing.journal import JournalWriter
from core.sealing.journal_format import FRAME_HEADER, HEADER_BYTES
from core.sealing.journal_reader import JournalContent, read_journal
from core.storage.disk import Disk
from tests.fakes.small_disk import SmallDisk

GOLDEN = json.loads((Path(__file__).parents[2] / "vectors" / "sealing.json").read_text("ascii"))
SESSION_KEY = bytes.fromhex(GOLDEN["session_key"])
SESSION_ID = UUID(hex=GOLDEN["session_id"])
VIDEO = bytes.fromhex(GOLDEN["chunk"]["video"])
TIMES = TimeRange(1_000_000, 2_000_000_000, 1_800_000_000_000_000_000, 1_800_000_001_999_000_000)
FRAMES = [
    Frame(offset, at_ns, utc_ns, pts, bool(flags))
    for at_ns, utc_ns, pts, offset, flags in GOLDEN["chunk"]["frames"]
]


class _Journaled:
    """An open chunk and its journal."""

    def __init__(
        self, directory: Path, disk: Disk | None = None, salt: bytes | None = None
    ) -> None:
        self.memory = plain_buffer()
        self.chunk = FillingChunk(3, self.memory)
        salts = {} if salt is None else {"random_bytes": lambda _: salt}
        self.journal = JournalWriter(
            disk=disk or Disk(),
            directory=directory,
            session_key=SESSION_KEY,
            session_id=SESSION_ID,
            index=3,
            **salts,  # type: ignore[arg-type]
        )

    def add(self, video: bytes, *frames: Frame, times: TimeRange = TIMES) -> None:
        self.chunk.commit(self.chunk.stage(video), frames, times)

    def write(self, *, is_end: bool = False) -> bytes:
        self.journal.write(self.chunk, is_end=is_end)
        return self.journal.path.read_bytes()

    def close(self) -> None:
        self.journal.close()
        self.memory.close()


def _read(path: Path, index: int = 3) -> JournalContent:
    return read_journal(path, session_key=SESSION_KEY, session_id=SESSION_ID, index=index)


def _video(content: JournalContent) -> bytes:
    return b"".join(map(bytes, content.video))[: content.video_bytes]


def _small_journal(directory: Path) -> tuple[bytes, list[int]]:
    """Write a journal of three frames; gives its bytes and where its frames end."""
    journaled = _Journaled(directory)
    ends = []
    for at in range(3):
        journaled.add(VIDEO[at * 188 : at * 188 + 188])
        ends.append(len(journaled.write()))
    journaled.close()
    return (directory / "00000003.lcj").read_bytes(), ends


def test_golden_bytes(tmp_path: Path) -> None:
    """The writer's bytes are those that the independent script made with libsodium."""
    journaled = _Journaled(tmp_path, salt=bytes.fromhex(GOLDEN["journal"]["salt"]))
    journaled.add(VIDEO[:564], FRAMES[0])
    journaled.write()
    journaled.add(VIDEO[564:], FRAMES[1])
    journaled.write()
    journaled.chunk.shorten(4 * 188)
    assert journaled.write(is_end=True).hex() == GOLDEN["journal"]["file"]
    journaled.close()


def test_reads_the_golden_bytes(tmp_path: Path) -> None:
    """Video, frames, times and end come out of the independent script's journal."""
    path = tmp_path / "00000003.lcj"
    path.write_bytes(bytes.fromhex(GOLDEN["journal"]["file"]))
    content = _read(path)
    assert content.is_ended
    assert content.lost_bytes == 0
    assert content.times == TIMES
    memory = plain_buffer()
    chunk = FillingChunk(3, memory)
    content.fill(chunk)
    assert chunk.video(0, chunk.video_bytes) == VIDEO[: 4 * 188]
    assert chunk.frame_offsets == [frame.offset for frame in FRAMES]
    memory.close()


def test_large_chunks_are_split_into_small_frames(tmp_path: Path) -> None:
    """A write of megabytes becomes frames of at most 256 KiB of video, each with its own pictures."""
    journaled = _Journaled(tmp_path)
    video = Random(1).randbytes(188 * 5000)
    frames = [Frame(at * 188 * 50, at, at, at, is_key=False) for at in range(100)]
    journaled.add(video, *frames)
    data = journaled.write()
    lengths = []
    position = HEADER_BYTES
    while position < len(data):
        lengths.append(FRAME_HEADER.unpack_from(data, position)[1])
        position += FRAME_HEADER.size + lengths[-1]
    assert len(lengths) == 4
    assert max(lengths) < 310_000
    content = _read(journaled.journal.path)
    assert _video(content) == video
    assert len(content.table) == 3200
    journaled.close()


def test_cut_at_every_byte(tmp_path: Path) -> None:
    """However much of the tail is missing, the whole frames before it are read, and no damage is told."""
    data, ends = _small_journal(tmp_path)
    path = tmp_path / "00000003.lcj"
    for length in range(ends[0], len(data)):
        path.write_bytes(data[:length])
        content = _read(path)
        assert _video(content) == VIDEO[: 188 * sum(end <= length for end in ends)]
        assert content.lost_bytes == 0
    for length in range(ends[0]):
        path.write_bytes(data[:length])
        with pytest.raises(JournalCorrupt):
            _read(path)


@given(st.data())
def test_a_torn_tail(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Zeros or garbage where the last frame should be are no damage: the power went while it was written."""
    directory = tmp_path_factory.mktemp("journal")
    journal, ends = _small_journal(directory)
    tail = data.draw(st.binary(max_size=300) | st.integers(0, 300).map(bytes))
    (directory / "00000003.lcj").write_bytes(journal[: ends[1]] + tail)
    content = _read(directory / "00000003.lcj")
    assert _video(content) == VIDEO[:376]
    assert content.lost_bytes == 0


def test_damage_in_the_middle(tmp_path: Path) -> None:
    """Wherever a bit flips before the last frame, what precedes that frame is kept, and the rest told as lost."""
    data, ends = _small_journal(tmp_path)
    path = tmp_path / "00000003.lcj"
    for position in range(HEADER_BYTES, ends[1]):
        altered = bytearray(data)
        altered[position] ^= 4
        path.write_bytes(altered)
        if position < ends[0]:
            with pytest.raises(JournalCorrupt):
                _read(path)
            continue
        content = _read(path)
        assert _video(content) == VIDEO[:188]
        assert content.lost_bytes == len(data) - ends[0]


def test_frames_out_of_order(tmp_path: Path) -> None:
    """A frame that was left out, repeated or swapped ends the reading before it."""
    data, ends = _small_journal(tmp_path)
    head, first, second, third = (
        data[low:high]
        for low, high in zip([0, HEADER_BYTES, *ends], [HEADER_BYTES, *ends], strict=False)
    )
    path = tmp_path / "00000003.lcj"
    for frames, kept in (
        ((first, third), 1),
        ((first, first, second), 1),
        ((first, second, second), 2),
    ):
        path.write_bytes(head + b"".join(frames))
        assert _video(_read(path)) == VIDEO[: 188 * kept]
    path.write_bytes(head + second + first + third)
    with pytest.raises(JournalCorrupt):
        _read(path)


@pytest.mark.parametrize("position", [0, 8, 10, 12, 16, 40])
def test_a_damaged_header(tmp_path: Path, position: int) -> None:
    """Without its header a journal cannot be read; a changed salt opens nothing."""
    data, _ = _small_journal(tmp_path)
    altered = bytearray(data)
    altered[position] ^= 4
    path = tmp_path / "00000003.lcj"
    path.write_bytes(altered)
    with pytest.raises(JournalCorrupt):
        _read(path)


def test_another_chunks_journal(tmp_path: Path) -> None:
    """A journal that was given another name is not read as that chunk's."""
    data, _ = _small_journal(tmp_path)
    path = tmp_path / "00000004.lcj"
    path.write_bytes(data)
    with pytest.raises(JournalCorrupt) as caught:
        _read(path, index=4)
    assert caught.value.facts["index"] == 4


def test_a_full_disk_keeps_what_was_written(tmp_path: Path) -> None:
    """A frame that does not fit raises StorageFull, leaves no half of itself, and is written when there is room."""
    disk = SmallDisk(1000)
    journaled = _Journaled(tmp_path, disk)
    journaled.add(VIDEO[:376])
    first = journaled.write()
    journaled.add(VIDEO[376:])
    with pytest.raises(StorageFull):
        journaled.write()
    assert journaled.journal.path.read_bytes() == first
    disk.room += 5000
    journaled.add(b"\x47" + bytes(187))
    journaled.write()
    assert _video(_read(journaled.journal.path)) == VIDEO + b"\x47" + bytes(187)
    journaled.close()


def test_no_nonce_is_used_twice(tmp_path: Path) -> None:
    """After a full disk the very frame that failed is written, not another one under its number."""

    class _Recording(SmallDisk):
        written: list[bytes] = []  # noqa: RUF012 - one test, one list

        def write_at(
            self, handle: int, content: bytes | bytearray | memoryview, offset: int
        ) -> None:
            self.written.append(bytes(content))
            super().write_at(handle, content, offset)

    disk = _Recording(700)
    journaled = _Journaled(tmp_path, disk)
    journaled.add(VIDEO[:376])
    journaled.write()
    for _ in range(3):
        journaled.add(VIDEO[376:564])
        with pytest.raises(StorageFull):
            journaled.write()
    disk.room += 10_000
    journaled.write()
    by_number: dict[int, set[bytes]] = {}
    for content in _Recording.written:
        if content[:4] == b"LJf1":
            by_number.setdefault(FRAME_HEADER.unpack_from(content)[2], set()).add(content)
    assert {number: len(each) for number, each in by_number.items()} == {0: 1, 1: 1, 2: 1}
    journaled.close()


def test_a_journal_that_never_fitted_leaves_no_file(tmp_path: Path) -> None:
    """When not even the first frame fits nothing is left, and the next attempt has another key."""
    disk = SmallDisk(100)
    journaled = _Journaled(tmp_path, disk)
    journaled.add(VIDEO)
    with pytest.raises(StorageFull):
        journaled.write()
    assert list(tmp_path.iterdir()) == []
    assert not journaled.journal.exists
    disk.room = 10_000
    journaled.write()
    assert _video(_read(journaled.journal.path)) == VIDEO
    journaled.close()


def test_a_failed_sync_starts_over(tmp_path: Path) -> None:
    """What was written before a failed sync is doubtful: the whole journal is written again under another key."""

    class _Failing(Disk):
        fails = False

        def sync(self, handle: int) -> None:
            if self.fails:
                raise OSError(errno.EIO, "Input/output error")
            super().sync(handle)

    disk = _Failing()
    journaled = _Journaled(tmp_path, disk)
    journaled.add(VIDEO[:376])
    first = journaled.write()
    disk.fails = True
    journaled.add(VIDEO[376:])
    with pytest.raises(DataDirectoryUnwritable):
        journaled.write()
    assert _video(_read(journaled.journal.path))[:376] == VIDEO[:376]
    disk.fails = False
    second = journaled.write()
    assert first[32:64] != second[32:64]
    assert _video(_read(journaled.journal.path)) == VIDEO
    journaled.journal.remove()
    assert list(tmp_path.iterdir()) == []
    journaled.close()


def test_holds_no_plaintext(tmp_path: Path) -> None:
    """No packet of the video is found in the file."""
    journaled = _Journaled(tmp_path)
    journaled.add(VIDEO * 20)
    data = journaled.write()
    assert all(VIDEO[at : at + 16] not in data for at in range(0, len(VIDEO), 16))
    journaled.close()
