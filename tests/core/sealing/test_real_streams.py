"""What a real ffmpeg writes: each chunk plays alone, and the frame table is the decoder's."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import av
import pytest

from core.sealing.filling_chunk import LARGEST_PIECE
from core.sealing.sealer import ChunkLimits
from core.sealing.transport_stream import PACKET_BYTES
from tests.fakes.sealed_session import SealedSession

LIMITS = ChunkLimits(minimum=80_000, maximum=400_000)


def _encode(*, seconds: int = 6, source: str = "testsrc2", muxing: tuple[str, ...] = ()) -> bytes:
    """Encode a moving test picture as the recorder does."""
    video = f"{source}=size=320x240:rate=15:duration={seconds},noise=alls=20:allf=t"
    return subprocess.run(
        [
            *("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", video),
            *("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "15"),
            *muxing,
            *("-f", "mpegts", "pipe:1"),
        ],
        check=True,
        capture_output=True,
    ).stdout


def _sealed(directory: Path, *streams: bytes, limits: ChunkLimits = LIMITS) -> SealedSession:
    """Seal streams, one after the other, in pieces as a pipe gives them."""
    session = SealedSession(directory, limits=limits)
    sealer = session.sealer()
    size = 40 * PACKET_BYTES
    assert size < LARGEST_PIECE
    for stream in streams:
        for at in range(0, len(stream), size):
            sealer.append(stream[at : at + size], session.after(20))
    sealer.finish()
    return session


def _decoded(video: bytes | memoryview) -> int:
    """Decode from memory and count the pictures."""
    with av.open(io.BytesIO(bytes(video)), format="mpegts") as container:
        return sum(1 for _ in container.decode(video=0))


@pytest.mark.parametrize(
    "muxing",
    [(), ("-mpegts_flags", "+resend_headers"), ("-pat_period", "3600", "-sdt_period", "3600")],
)
def test_each_chunk_plays_alone(tmp_path: Path, muxing: tuple[str, ...]) -> None:
    """A decoder that sees one chunk only gets every picture that the frame table lists."""
    stream = _encode(muxing=muxing)
    session = _sealed(tmp_path, stream)
    assert session.video() == stream
    assert len(session.sealed) >= 3
    for each in session.sealed:
        opened = session.open(each.index)
        assert opened.frames[0].is_key
        assert _decoded(opened.video) == each.frames == len(opened.frames)
    assert sum(each.frames for each in session.sealed) == 90


def test_ffprobe_reads_a_chunk(tmp_path: Path) -> None:
    """With ffprobe one finds the codec, the size and all pictures in a chunk from the middle, without complaint."""
    session = _sealed(tmp_path, _encode())
    opened = session.open(1)
    probe = subprocess.run(
        [
            *(
                "ffprobe",
                "-v",
                "error",
                "-count_frames",
                "-select_streams",
                "v:0",
                "-of",
                "csv=p=0",
            ),
            *(
                "-show_entries",
                "stream=codec_name,width,height,nb_read_frames",
                "-f",
                "mpegts",
                "pipe:0",
            ),
        ],
        input=bytes(opened.video),
        check=True,
        capture_output=True,
    )
    words = probe.stdout.decode("ascii").split()[0].rstrip(",")
    assert words == f"h264,320,240,{len(opened.frames)}"
    assert probe.stderr == b""


def test_times_and_key_frames_are_the_decoders(tmp_path: Path) -> None:
    """Presentation times and key flags in the table are those that the demuxer finds."""
    session = _sealed(tmp_path, _encode(seconds=4))
    for each in session.sealed:
        opened = session.open(each.index)
        with av.open(io.BytesIO(bytes(opened.video)), format="mpegts") as container:
            packets = [packet for packet in container.demux(video=0) if packet.size]
        assert [frame.pts_90k for frame in opened.frames] == [packet.pts for packet in packets]
        assert [frame.is_key for frame in opened.frames] == [
            packet.is_keyframe for packet in packets
        ]


def test_seeking_to_any_key_frame(tmp_path: Path) -> None:
    """Decoding can begin at each key frame's lead-in, with nothing before it."""
    session = _sealed(tmp_path, _encode())
    opened = session.open(0)
    keys = [at for at, frame in enumerate(opened.frames) if frame.is_key]
    assert len(keys) > 1
    for at in keys[1:]:
        start = opened.frames[at].offset - 2 * PACKET_BYTES  # ffmpeg repeats PAT and PMT
        assert _decoded(opened.video[start:]) == len(opened.frames) - at


def test_a_recorder_that_began_again_in_a_chunk(tmp_path: Path) -> None:
    """Two streams in one chunk are both decoded."""
    first, second = _encode(seconds=1), _encode(seconds=1, source="testsrc")
    session = _sealed(tmp_path, first, second, limits=ChunkLimits())
    assert len(session.sealed) == 1
    assert _decoded(session.open(0).video) == len(session.open(0).frames) == 30
