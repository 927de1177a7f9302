"""The child that records a shared picture: ``python -m core.recording.shared_picture_encoder …``.

It copies the picture when the gate tells of a change, encodes it, and writes MPEG-TS to its standard output.
A signal SIGINT ends it cleanly. When it was not told to end, its standard error says why it did, and its
exit code whose fault that was.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.errors import Failure
from core.recording.frame_plan import FramePlan
from core.recording.picture_encoder import CODECS, CodecFailed, PictureEncoder, check
from core.recording.shared_picture import SharedPicture, frame_rows, new_frame

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

EXIT_CODEC, EXIT_PICTURE, EXIT_UNREAD = 3, 4, 5
_OUTPUT = 1
_EVENT_BYTES = 8
_MILLISECOND_NS = 1_000_000
#: How long the gate may leave its picture half written before it counts as dead.
_LONGEST_TORN_NS = 2_000_000_000


class PictureLost(Exception):
    """The gate left its picture half written."""


class SharedPictureEncoding:
    """Takes pictures as the plan says until ``stop`` becomes readable; times are nanoseconds on the monotonic clock."""

    def __init__(
        self,
        picture: SharedPicture,
        encoder: PictureEncoder,
        plan: FramePlan,
        *,
        start_ns: int,
        stop: int,
        now: Callable[[], int] = time.monotonic_ns,
        spent: Callable[[], int] = time.process_time_ns,
    ) -> None:
        self._picture = picture
        self._encoder = encoder
        self._plan = plan
        self._start_ns = start_ns
        self._stop = stop
        self._now = now
        self._spent = spent
        self._spent_ns = spent()
        self._copy = new_frame(picture.width, picture.height)
        self._rows = frame_rows(self._copy, picture.width, picture.height)
        self._newest: VideoFrame | None = None
        self._sequence = -1
        self._torn_ns: int | None = None
        self._is_changed = True

    def run(self) -> None:
        """Record; raises PictureLost, CodecFailed, RecorderFailed or OSError."""
        while self._wait():
            self._drain()
            is_new = self._take()
            self._is_changed = self._torn_ns is not None  # it is still to be taken
            now_ns = self._now()
            if is_new or now_ns >= self._plan.due_ns(is_changed=False):
                self._encode(now_ns, is_new=is_new)
        self._encoder.finish()

    def _wait(self) -> bool:
        """Wait until a picture is due; False when it is time to end."""
        while True:
            left_ns = self._plan.due_ns(is_changed=self._is_changed) - self._now()
            told = self._told(max(0, left_ns))
            if self._stop in told:
                return False
            if left_ns <= 0:
                return True
            self._is_changed = self._is_changed or self._picture.changes in told

    def _told(self, longest_ns: int) -> set[int]:
        """Wait for a signal, or for a change while none is known of."""
        poll = select.poll()
        poll.register(self._stop, select.POLLIN)
        if not self._is_changed:
            poll.register(self._picture.changes, select.POLLIN)
        milliseconds = -(-longest_ns // _MILLISECOND_NS)
        return {descriptor for descriptor, _ in poll.poll(milliseconds)}

    def _drain(self) -> None:
        """Take note of what was told so far: later changes are told anew."""
        try:
            os.read(self._picture.changes, _EVENT_BYTES)
        except BlockingIOError:
            return

    def _take(self) -> bool:
        """Copy the picture; False when it is the one of before, or half written."""
        if self._picture.header().sequence == self._sequence:
            self._torn_ns = None
            return False
        header = self._picture.read_into(self._rows)
        if header is None:
            self._note_torn()
            return False
        self._torn_ns = None
        self._sequence = header.sequence
        return True

    def _note_torn(self) -> None:
        now_ns = self._now()
        self._torn_ns = now_ns if self._torn_ns is None else self._torn_ns
        if now_ns - self._torn_ns > _LONGEST_TORN_NS:
            raise PictureLost("the gate has left its picture half written")

    def _encode(self, now_ns: int, *, is_new: bool) -> None:
        """Encode what was copied, or the last picture once more: there is none before the first."""
        if is_new:
            self._newest = self._copy.reformat(format="yuv420p", interpolation="BILINEAR")
        if self._newest is None:
            return
        wanted = self._plan.is_key(now_ns, is_changed=is_new)
        size, is_key = self._encoder.encode(self._newest, now_ns - self._start_ns, is_key=wanted)
        before_ns, self._spent_ns = self._spent_ns, self._spent()
        cost_ns = self._spent_ns - before_ns
        self._plan.took(now_ns, is_changed=is_new, is_key=is_key, coded_bytes=size, cost_ns=cost_ns)


def main(arguments: Sequence[str] | None = None) -> int:
    """Record until told to end; gives the exit code."""
    options = _parse(arguments)
    stop = _stop_descriptor()
    try:
        _record(options, stop)
    except CodecFailed as failure:
        return _end(EXIT_CODEC, str(failure))
    except PictureLost as failure:
        return _end(EXIT_PICTURE, str(failure))
    except Failure as failure:
        return _end(EXIT_PICTURE, str(failure.facts.get("reason", failure.code)))
    except BrokenPipeError:
        return EXIT_UNREAD
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="shared_picture_encoder")
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--changes", type=int, required=True)
    parser.add_argument("--codec", choices=[codec.name for codec in CODECS], required=True)
    parser.add_argument("--is-checked", action="store_true", help="the codec is known to work")
    parser.add_argument("--frame-rate", type=int, required=True)
    parser.add_argument("--start-ns", type=int, required=True, help="when the session began")
    return parser.parse_args(arguments)


def _stop_descriptor() -> int:
    """Make a descriptor that becomes readable with SIGINT."""
    reading, writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def _record(options: argparse.Namespace, stop: int) -> None:
    picture = SharedPicture(options.memory, options.changes)
    codec = next(codec for codec in CODECS if codec.name == options.codec)
    if not options.is_checked:
        check(codec)
    size = (picture.width + picture.width % 2, picture.height + picture.height % 2)
    encoder = PictureEncoder(codec, size, options.frame_rate, _write)
    plan = FramePlan(options.frame_rate)
    SharedPictureEncoding(picture, encoder, plan, start_ns=options.start_ns, stop=stop).run()


def _write(data: bytes) -> None:
    """Write one picture's packets; waits for the reader."""
    left = memoryview(data)
    while left:
        left = left[os.write(_OUTPUT, left) :]


def _end(code: int, reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
