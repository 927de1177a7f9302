"""A range of a session becomes an ordinary video, whole or not at all."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import av
import pytest

from core.errors import Cancelled, ChunkAltered, DestinationUnwritable, SessionEmpty, StorageFull
from core.recording.picture import to_picture
from core.replay import export
from core.replay.export import export_video
from core.replay.timeline import Timeline
from tests.fakes.chunk_reader import MemoryChunkReader, make_session
from tests.fakes.clip import number_of

SECOND = 1_000_000_000


def seen(path: Path) -> tuple[list[int], list[float], float]:
    """Decode a file: the pictures' numbers and times, and the file's duration."""
    numbers, times = [], []
    with av.open(str(path)) as container:
        assert container.duration is not None
        duration_s = container.duration / 1_000_000
        for frame in container.decode(video=0):
            numbers.append(number_of(to_picture(frame, (64, 48)).rgb))
            times.append(float(frame.time or 0))
    return numbers, times, duration_s


@pytest.mark.parametrize(
    "name, kind", [("a.mp4", "mp4"), ("a.ts", "mpegts"), ("a.mkv", "matroska"), ("a", "mp4")]
)
def test_a_whole_session_comes_out_whole(tmp_path: Path, name: str, kind: str) -> None:
    """Every picture of every chunk is there, in the container that the name asks for."""
    path = tmp_path / name
    done = export_video(*make_session(3), path)
    numbers, times, duration_s = seen(path)
    assert numbers == [number % 30 for number in range(135)]
    assert times[-1] - times[0] == pytest.approx(134 / 15, abs=0.01)
    assert duration_s == pytest.approx(9.0, abs=0.2)
    with av.open(str(path)) as container:
        assert kind in container.format.name
    assert (done.chunks, done.pictures, done.from_ns) == (3, 135, 0)
    assert done.size_bytes == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_range_begins_at_its_key_picture(tmp_path: Path) -> None:
    """From 1.5 s on means from the key picture at 1 s; until 4 s means nothing later."""
    timeline, reader = make_session(3)
    path = tmp_path / "range.mp4"
    done = export_video(timeline, reader, path, from_ns=3 * SECOND // 2, until_ns=4 * SECOND)
    numbers, times, duration_s = seen(path)
    assert numbers == [number % 30 for number in range(15, 61)]
    assert done.from_ns == SECOND
    assert times[0] == 0
    assert duration_s == pytest.approx(3.0, abs=0.1)
    assert reader.opened == [0, 1]


def test_a_gap_stays_on_the_time_line(tmp_path: Path) -> None:
    """Pictures after a gap come as much later as they were recorded."""
    path = tmp_path / "gap.mp4"
    export_video(*make_session(2, pictures=15, gap_s=5.0), path)
    numbers, times, duration_s = seen(path)
    assert numbers == list(range(30))
    assert times[15] - times[14] == pytest.approx(5 + 1 / 15, abs=0.01)
    assert duration_s == pytest.approx(7.0, abs=0.1)


def test_progress_is_told_chunk_by_chunk(tmp_path: Path) -> None:
    """The front end hears of each chunk, and one chunk is open at a time."""
    timeline, reader = make_session(3, pictures=15)
    told: list[tuple[int, int]] = []
    export_video(timeline, reader, tmp_path / "a.mp4", on_progress=lambda *each: told.append(each))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert reader.most_open <= 2


def test_a_cancelled_export_leaves_nothing(tmp_path: Path) -> None:
    """Cancelling in the middle leaves neither the file nor a part of it."""
    asked = iter([False] * 20 + [True])
    with pytest.raises(Cancelled):
        export_video(*make_session(2), tmp_path / "a.mp4", is_cancelled=lambda: next(asked))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_keeps_what_was_there(tmp_path: Path) -> None:
    """A chunk that does not hold ends the export with its failure, and an older file stays."""
    timeline, reader = make_session(2)
    reader._chunks[1] = ChunkAltered(index=1)
    path = tmp_path / "a.mp4"
    path.write_bytes(b"older")
    with pytest.raises(ChunkAltered):
        export_video(timeline, reader, path)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder that is not there is named with the reason."""
    path = tmp_path / "nowhere" / "a.mp4"
    with pytest.raises(DestinationUnwritable) as caught:
        export_video(*make_session(1, pictures=15), path)
    assert caught.value.facts == {"path": str(path), "reason": "No such file or directory"}


@pytest.mark.parametrize("name", ["a.mp4", "a.ts"])
def test_a_full_disk_is_told(tmp_path: Path, name: str) -> None:
    """When nothing more fits, that is what the failure says, and no part is left."""
    part = tmp_path / f"{name}.part"
    part.symlink_to("/dev/full")
    with pytest.raises(StorageFull):
        export_video(*make_session(1), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_session_has_no_video(tmp_path: Path) -> None:
    """A session without pictures gives no file."""
    with pytest.raises(SessionEmpty):
        export_video(Timeline([], [], 0), MemoryChunkReader([]), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_one_instant_stay_apart() -> None:
    """Pictures that arrived together still have rising stamps."""
    track = export.VideoTrack("mp4", SECOND)
    timeline, reader = make_session(1, pictures=15)
    chunk = timeline.chunk_at(0)
    assert chunk is not None
    stream = io.BytesIO()
    for picture in export._pictures_of(reader.open(0), 0, SECOND):
        track.add(stream, export.CodedPicture(picture.data, 0, picture.is_key))
    track.finish()
    stream.seek(0)
    with av.open(stream) as container:
        stamps = [frame.pts for frame in container.decode(video=0)]
    assert len(set(stamps)) == 15
