"""An hour at rest is small, and a seek into it is quick: plan, encoder, sealer and player together."""

from __future__ import annotations

import time

import av
import pytest

from core.recording.frame_plan import FramePlan
from core.recording.picture import to_picture
from core.recording.picture_encoder import X264, PictureEncoder
from core.replay.chunk_decoder import ChunkDecoder
from core.runtime.clock import Instant
from core.sealing.chunk import OpenChunk
from core.sealing.sealer import ChunkLimits
from tests.fakes.sealed_session import SESSION_ID, START, SealedSession

S = 1_000_000_000
SIZE = (320, 180)
CHANGES = {0: (255, 0, 0), 1000: (0, 255, 0), 1500: (0, 0, 255), 3599: (255, 255, 255)}


def picture_of(colour: tuple[int, int, int]) -> av.VideoFrame:
    """Make a picture of one colour."""
    frame = av.VideoFrame(*SIZE, "rgb24")
    plane = frame.planes[0]
    row = bytes(colour) * SIZE[0]
    plane.update(row.ljust(plane.line_size, b"\0") * SIZE[1])
    return frame.reformat(format="yuv420p")


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> list[OpenChunk]:
    """Seal an hour in which three changes happen, and open its chunks."""
    session = SealedSession(tmp_path_factory.mktemp("hour"), limits=ChunkLimits())
    sealer, plan, pieces = session.sealer(), FramePlan(15), []
    encoder = PictureEncoder(X264, SIZE, 15, pieces.append)
    for second in range(3600):
        is_changed = second in CHANGES
        if is_changed:
            frame = picture_of(CHANGES[second])
        is_key = plan.is_key(second * S, is_changed=is_changed)
        size, is_key = encoder.encode(frame, second * S, is_key=is_key)
        plan.took(
            second * S, is_changed=is_changed, is_key=is_key, coded_bytes=size, cost_ns=1_000_000
        )
        instant = Instant(START.mono_ns + second * S, START.utc_ns + second * S)
        sealer.append(pieces.pop(), instant)
    encoder.finish()
    sealer.finish()
    return [session.open(index) for index in session.store.indexes(SESSION_ID)]


def stored_bytes(chunk: OpenChunk) -> int:
    """Count video and table."""
    return len(chunk.video) + 32 * len(chunk.frames)


def test_an_hour_at_rest_is_small(hour: list[OpenChunk]) -> None:
    """3600 pictures are all there, with a key picture every ten minutes and after long rests, in 1.5 MB."""
    frames = [frame for chunk in hour for frame in chunk.frames]
    assert len(frames) == 3600
    assert 6 <= sum(frame.is_key for frame in frames) <= 9
    assert sum(map(stored_bytes, hour)) < 1_500_000


def test_what_was_recorded_is_sealed_within_a_quarter_of_an_hour(hour: list[OpenChunk]) -> None:
    """However little happens, a chunk ends at a key picture, so that an anchor can cover it."""
    for chunk in hour:
        assert chunk.frames[0].is_key
        assert chunk.frames[-1].at_ns - chunk.frames[0].at_ns < 15 * 60 * S


@pytest.mark.parametrize(
    ("second", "colour"),
    [
        (0, (255, 0, 0)),
        (599, (255, 0, 0)),
        (999, (255, 0, 0)),
        (1000, (0, 255, 0)),
        (1499, (0, 255, 0)),
        (1500, (0, 0, 255)),
        (2700, (0, 0, 255)),
        (3598, (0, 0, 255)),
        (3599, (255, 255, 255)),
    ],
)
def test_a_seek_shows_the_picture_of_its_moment(
    hour: list[OpenChunk], second: int, colour: tuple[int, int, int]
) -> None:
    """Wherever it goes, a fresh decoder gives the picture of that second, within a second."""
    began = time.process_time()
    chunk = next(each for each in reversed(hour) if each.frames[0].at_ns <= second * S)
    decoder = ChunkDecoder(chunk)
    found = decoder.decode_to(decoder.place_at(second * S + S // 2))
    took = time.process_time() - began
    assert found is not None
    assert chunk.frames[found[0]].at_ns == second * S
    shown = to_picture(found[1], SIZE).rgb[:3]
    assert all(abs(a - b) < 24 for a, b in zip(shown, colour, strict=True))
    assert took < 1.0
