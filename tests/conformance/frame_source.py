"""What every frame source must do; a new one subclasses ``FrameSourceConformance`` and gives fixtures.

``make_source`` makes sources of one session that are not started yet; each gives at least two and a
half seconds of pictures that change all the time. ``make_broken_source`` makes one that cannot start.
``break_source`` makes a running one die at once. Everything runs as in the engine: in a loop that is
not the main thread's.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import av
import pytest

from core.errors import MissingFailure
from core.recording.elementary_stream import find_key_picture, find_unit
from core.recording.source import TS_PACKET_BYTES, FrameSource, StreamPiece
from core.sealing.transport_stream import TransportStreamScanner
from tests.engine_thread import on_engine_thread

MakeSource = Callable[[], FrameSource]
BreakSource = Callable[[FrameSource], None]

_SYNC = 0x47
_TICKS = 90_000
_PROGRAM_TABLE_PACKETS = 2


async def read_until(source: FrameSource, seconds: float) -> list[StreamPiece]:
    """Read pieces until they span that much of the stream's own time."""
    scanner = TransportStreamScanner()
    pieces: list[StreamPiece] = []
    first = last = -1
    while first < 0 or last - first < seconds * _TICKS:
        piece = await source.read()
        assert piece is not None, source.end_reason
        pieces.append(piece)
        for start in scanner.scan(piece.data):
            first = start.pts_90k if first < 0 else first
            last = start.pts_90k
    return pieces


async def drain(source: FrameSource) -> list[StreamPiece]:
    """Read to the end."""
    pieces = []
    while (piece := await source.read()) is not None:
        pieces.append(piece)
    return pieces


def joined(pieces: list[StreamPiece]) -> bytes:
    """Join the bytes of pieces."""
    return b"".join(piece.data for piece in pieces)


def stamps_of(stream: bytes) -> list[int]:
    """List the pictures' time stamps in 90 kHz ticks."""
    return [start.pts_90k for start in TransportStreamScanner().scan(stream)]


def lost_packets(stream: bytes) -> int:
    """Count the breaks in the continuity counters of each stream."""
    counters: dict[int, int] = {}
    lost = 0
    for at in range(0, len(stream), TS_PACKET_BYTES):
        pid = (stream[at + 1] & 0x1F) << 8 | stream[at + 2]
        counter, has_payload = stream[at + 3] & 0xF, stream[at + 3] & 0x10
        if has_payload and pid in counters and counter != (counters[pid] + 1) % 16:
            lost += 1
        counters[pid] = counter
    return lost


def key_cuts(stream: bytes) -> list[int]:
    """List where each key picture's program tables begin, asserting that they directly precede it."""
    cuts = []
    at = find_key_picture(stream)
    while at >= 0:
        cut = at - _PROGRAM_TABLE_PACKETS * TS_PACKET_BYTES
        assert stream[cut + 1 : cut + 3] == b"\x40\x00", "no PAT before the key picture"
        assert find_unit(stream, cut + TS_PACKET_BYTES) == cut + TS_PACKET_BYTES, "no PMT after it"
        cuts.append(cut)
        at = find_key_picture(stream, at + TS_PACKET_BYTES)
    return cuts


def decode(stream: bytes) -> list[tuple[int, int]]:
    """Decode a stream strictly and list the pictures' sizes."""
    with av.open(io.BytesIO(stream), format="mpegts") as container:
        container.streams.video[0].codec_context.options = {"err_detect": "explode"}
        return [(frame.width, frame.height) for frame in container.decode(video=0)]


class FrameSourceConformance:
    """The suite."""

    def test_it_describes_itself(self, make_source: MakeSource) -> None:
        """A started source knows its encoder and its even size, and has not ended."""

        async def scenario() -> None:
            source = make_source()
            await source.start()
            assert source.encoder
            assert source.width > 0
            assert source.height > 0
            assert (source.width % 2, source.height % 2) == (0, 0)
            assert source.end_reason == ""
            await source.close()

        on_engine_thread(scenario)

    def test_pieces_are_whole_packets(self, make_source: MakeSource) -> None:
        """Each piece is whole packets, none is lost between them, and instants do not fall."""

        async def scenario() -> None:
            source = make_source()
            await source.start()
            pieces = await read_until(source, 1.0)
            await source.close()
            for piece in pieces:
                assert len(piece.data) % TS_PACKET_BYTES == 0
                assert set(piece.data[::TS_PACKET_BYTES]) == {_SYNC}
            instants = [piece.instant.mono_ns for piece in pieces]
            assert instants == sorted(instants)
            assert lost_packets(joined(pieces)) == 0

        on_engine_thread(scenario)

    def test_it_plays_alone_from_each_key_picture(self, make_source: MakeSource) -> None:
        """While pictures change, key ones come every two seconds; each follows on PAT and PMT and plays alone."""

        async def scenario() -> tuple[bytes, tuple[int, int]]:
            source = make_source()
            await source.start()
            size = (source.width, source.height)
            pieces = await read_until(source, 2.5)
            await source.stop()
            pieces += await drain(source)
            return joined(pieces), size

        stream, size = on_engine_thread(scenario)
        cuts = key_cuts(stream)
        assert len(cuts) >= 2
        for begin, end in zip(cuts, [*cuts[1:], len(stream)], strict=True):
            pictures = decode(stream[begin:end])
            assert set(pictures) == {size}
            assert len(pictures) == len(stamps_of(stream[begin:end]))
        keys = [stamps_of(stream[cut:])[0] for cut in cuts]
        assert all(b - a <= 2.1 * _TICKS for a, b in pairwise(keys))

    def test_stamps_rise_from_run_to_run(self, make_source: MakeSource) -> None:
        """Time stamps rise within a run, and the next run of the session continues them."""

        async def scenario() -> bytes:
            runs = b""
            for _ in range(2):
                source = make_source()
                await source.start()
                runs += joined(await read_until(source, 0.5))
                await source.close()
            return runs

        stamps = stamps_of(on_engine_thread(scenario))
        assert len(stamps) > 10
        assert all(a < b for a, b in pairwise(stamps))

    def test_a_stop_drains(self, make_source: MakeSource) -> None:
        """After a stop the last pictures still come, then None, again and again."""

        async def scenario() -> None:
            source = make_source()
            await source.start()
            pieces = await read_until(source, 0.3)
            await source.stop()
            pieces += await drain(source)
            assert source.end_reason == "stopped"
            assert await source.read() is None
            stream = joined(pieces)
            assert lost_packets(stream) == 0
            assert len(decode(stream)) == len(stamps_of(stream))
            await source.close()

        on_engine_thread(scenario)

    def test_a_close_wakes_the_reader(self, make_source: MakeSource) -> None:
        """A reader that waits when the source is closed gets None, and closing again is fine."""

        async def scenario() -> None:
            source = make_source()
            await source.start()
            reading = asyncio.create_task(drain(source))
            await asyncio.sleep(0)
            await source.close()
            await reading
            await source.close()
            assert await source.read() is None

        on_engine_thread(scenario)

    def test_a_cancelled_read_loses_nothing(self, make_source: MakeSource) -> None:
        """Reads that are cancelled leave the stream whole."""

        async def scenario() -> None:
            source = make_source()
            await source.start()
            pieces = await read_until(source, 0.3)
            for _ in range(5):
                reading = asyncio.create_task(source.read())
                await asyncio.sleep(0)
                reading.cancel()
                with suppress(asyncio.CancelledError):
                    piece = await reading
                    pieces += [piece] if piece else []
            pieces += await read_until(source, 0.3)
            await source.close()
            assert lost_packets(joined(pieces)) == 0

        on_engine_thread(scenario)

    def test_a_death_is_told(self, make_source: MakeSource, break_source: BreakSource) -> None:
        """A source that dies ends its stream and says that it was not stopped."""

        async def scenario() -> None:
            source = make_source()
            await source.start()
            await read_until(source, 0.3)
            break_source(source)
            await drain(source)
            assert source.end_reason in {"encoder_died", "display_lost"}
            await source.close()

        on_engine_thread(scenario)

    def test_a_failed_start_leaves_nothing(self, make_broken_source: MakeSource) -> None:
        """A source that cannot start says what is missing; closing it is fine, reading gives None."""

        async def scenario() -> None:
            source = make_broken_source()
            with pytest.raises(MissingFailure):
                await source.start()
            assert await source.read() is None
            await source.close()

        on_engine_thread(scenario)
