"""The wall clock may be set while a display is recorded: pictures and stamps go on evenly."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from core.recording.child import child_environment, find_program
from core.recording.encoders import X264
from core.recording.x11grab import grab_arguments, timing_expression
from tests.conformance.frame_source import stamps_of

FFMPEG = find_program("ffmpeg", "ffmpeg", child_environment())
FAKETIME = next(
    (str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None
)
HOURS = 3600


def shown_stamps(jump: str) -> list[float]:
    """Run the expression in ffmpeg over 60 pictures whose stamps jump, and list what comes out."""
    jumping = f"setpts='PTS+if(gte(N,20),({jump})/TB,0)'"
    timing = timing_expression(100.0, 15)
    arguments = [
        *(FFMPEG, "-hide_banner", "-nostdin", "-loglevel", "info", "-f", "lavfi"),
        *("-i", "color=size=16x16:rate=15,trim=end_frame=60,settb=1/1000000"),
        *("-vf", f"{jumping},setpts='{timing}',showinfo", "-fps_mode", "passthrough"),
        *("-f", "null", "-"),
    ]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    lines = [line for line in done.stderr.splitlines() if "pts_time:" in line]
    return [float(line.partition("pts_time:")[2].split()[0]) for line in lines]


@pytest.mark.parametrize("jump", ["3*3600", "-3*3600", "48*3600", "-48*3600", "0.5", "-0.01", "0"])
def test_a_jump_counts_as_one_picture(jump: str) -> None:
    """Whatever the input's stamps do, the output goes on in steps of about one picture."""
    stamps = shown_stamps(jump)
    assert len(stamps) == 60
    assert stamps[0] == pytest.approx(100.0)
    steps = [b - a for a, b in pairwise(stamps)]
    assert min(steps) > 0.05
    assert max(steps) < 0.08


def test_a_short_delay_is_believed() -> None:
    """A picture that comes a fifth of a second late is stamped so."""
    stamps = shown_stamps("0.2")
    assert stamps[20] - stamps[19] == pytest.approx(0.2 + 1 / 15, abs=0.001)


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed (Debian: libfaketime)")
@pytest.mark.parametrize("jump", ["+3h", "-3h", "+48h", "-48h"])
def test_the_wall_clock_jumps_under_a_real_recording(
    x_display: str, tmp_path: Path, jump: str
) -> None:
    """Setting the clock by hours, either way, neither stalls the picture nor repeats it."""
    told, out = tmp_path / "time", tmp_path / "out.ts"
    told.write_text("+0\n", encoding="ascii")
    environment = child_environment() | {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(told),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    arguments = grab_arguments(x_display, X264, 15, 50.0)
    with (
        out.open("wb") as stream,
        subprocess.Popen(
            [FFMPEG, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as ffmpeg,
    ):
        wait_for_pictures(out, 15)
        told.write_text(f"{jump}\n", encoding="ascii")
        began, before = time.monotonic(), len(pictures(out))
        wait_for_pictures(out, before + 20)
        passed = time.monotonic() - began
        ffmpeg.terminate()
    stamps = pictures(out)
    steps = [(b - a) / 90_000 for a, b in pairwise(stamps)]
    assert min(steps) > 0
    assert max(steps) < 0.5
    assert passed < 20 / 15 + 2
    assert (len(stamps) - before) / 15 < passed + 1


def pictures(path: Path) -> list[int]:
    """List the stamps of a file that grows."""
    data = path.read_bytes()
    return stamps_of(data[: len(data) // 188 * 188])


def wait_for_pictures(path: Path, count: int) -> None:
    """Wait until the file holds that many pictures."""
    deadline = time.monotonic() + 20
    waiting = threading.Event()
    while len(pictures(path)) < count:
        assert time.monotonic() < deadline, f"only {len(pictures(path))} of {count} pictures"
        waiting.wait(0.05)


def test_an_hour_of_a_session_is_no_burst_of_key_pictures() -> None:
    """A run that starts late in a session forces a key picture every two seconds, not at each picture."""
    arguments = grab_arguments(":0", X264, 15, 3600.0)
    forced = arguments[arguments.index("-force_key_frames") + 1]
    run = [
        *(FFMPEG, "-hide_banner", "-nostdin", "-loglevel", "error", "-f", "lavfi"),
        *("-i", "testsrc2=size=64x48:rate=15,trim=end_frame=100"),
        *("-vf", f"setpts='{timing_expression(3600.0, 15)}'", "-fps_mode", "passthrough"),
        *("-enc_time_base", "1:90000", "-pix_fmt", "yuv420p", "-c:v", "libx264", *X264.options),
        *("-g", "37", "-force_key_frames", forced, "-f", "h264", "pipe:1"),
    ]
    stream = subprocess.run(run, capture_output=True, check=True, env=os.environ).stdout
    kinds = [unit[0] & 0x1F for unit in stream.split(b"\x00\x00\x01")[1:]]
    pictures_in_order = [kind for kind in kinds if kind in {1, 5}]
    assert [at for at, kind in enumerate(pictures_in_order) if kind == 5] == [0, 30, 60, 90]
