"""The camera is a Video4Linux device of this machine, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CameraMissing
from core.scanning.camera import find_camera, view_arguments


def devices(directory: Path, *names: str) -> Path:
    """Make a directory with device files of these names."""
    for name in names:
        (directory / name).touch()
    return directory


def test_the_first_camera_is_taken_by_its_number(tmp_path: Path) -> None:
    """Camera 2 comes before camera 10, and what is no camera is passed over."""
    made = devices(tmp_path, "video10", "video2", "null", "videoloop")
    assert find_camera("", made) == ("-f", "v4l2", "-i", str(made / "video2"))


def test_a_chosen_camera_is_taken(tmp_path: Path) -> None:
    """The setting names the device."""
    made = devices(tmp_path, "video0", "video1")
    assert find_camera(str(made / "video1"), made)[-1] == str(made / "video1")


def test_without_a_camera_that_is_said(tmp_path: Path) -> None:
    """The reason names what is missing."""
    with pytest.raises(CameraMissing) as caught:
        find_camera("", tmp_path)
    assert caught.value.facts == {"reason": "this appliance has no camera"}


@given(st.text())
def test_a_setting_never_opens_anything_else(wanted: str) -> None:
    """Whatever the setting says, a file that is no camera of this machine is refused."""
    with pytest.raises(CameraMissing):
        find_camera(wanted, Path(__file__).parent)


def test_the_pictures_go_to_the_pipe_alone() -> None:
    """Ffmpeg writes raw grey pictures to its standard output and to no file."""
    arguments = view_arguments("ffmpeg", ("-f", "v4l2", "-i", "/dev/video0"))
    assert arguments[-3:] == ["-f", "rawvideo", "pipe:1"]
    assert arguments.count("-i") == 1
