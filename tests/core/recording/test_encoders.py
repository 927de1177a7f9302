"""The encoder is chosen by encoding with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import EncoderUnavailable
from core.recording.child import child_environment, find_program
from core.recording.encoders import CANDIDATES, V4L2_M2M, X264, Encoder, EncoderProbe
from tests.engine_thread import on_engine_thread

MISSING = Encoder("no_such_encoder", ())


def choose(probe: EncoderProbe, ffmpeg: str | None = None) -> Encoder:
    """Let the probe choose with the real ffmpeg, or with another program in its place."""
    environment = child_environment()
    program = ffmpeg or find_program("ffmpeg", "ffmpeg", environment)
    return on_engine_thread(lambda: probe.choose(program, environment))


def counting_ffmpeg(directory: Path) -> tuple[str, Path]:
    """Make a program that notes each call and then is ffmpeg."""
    calls, program = directory / "calls", directory / "ffmpeg"
    real = find_program("ffmpeg", "ffmpeg", child_environment())
    program.write_text(f'#!/bin/sh\necho x >> "{calls}"\nexec {real} "$@"\n', encoding="ascii")
    program.chmod(0o700)
    return str(program), calls


def test_the_hardware_comes_first() -> None:
    """The Raspberry Pi's encoder is tried before the processor's."""
    assert [each.name for each in CANDIDATES] == ["h264_v4l2m2m", "libx264"]
    assert CANDIDATES == (V4L2_M2M, X264)


def test_one_that_fails_is_passed_over(tmp_path: Path) -> None:
    """A candidate that cannot encode is skipped; the choice is remembered until it is forgotten."""
    ffmpeg, calls = counting_ffmpeg(tmp_path)
    probe = EncoderProbe([MISSING, X264])
    assert choose(probe, ffmpeg) == X264
    assert choose(probe, ffmpeg) == X264
    assert len(calls.read_text(encoding="ascii").split()) == 2
    probe.forget()
    assert choose(probe, ffmpeg) == X264
    assert len(calls.read_text(encoding="ascii").split()) == 4


def test_none_that_works_is_told_with_their_names() -> None:
    """Without any encoder that works, the error lists what was tried, in order."""
    with pytest.raises(EncoderUnavailable) as caught:
        choose(EncoderProbe([MISSING, Encoder("not_this_one_either", ())]))
    assert caught.value.facts == {"tried": "no_such_encoder, not_this_one_either"}


def test_one_that_does_not_repeat_its_parameter_sets_is_passed_over() -> None:
    """An encoder whose later key pictures cannot be played alone does not pass."""
    once = Encoder("libx264", (*X264.options, "-bsf:v", "remove_extra=freq=all"))
    with pytest.raises(EncoderUnavailable):
        choose(EncoderProbe([once]))
