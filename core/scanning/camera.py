"""Which camera is used, and how ffmpeg is asked for its pictures."""

from __future__ import annotations

from pathlib import Path

from core.errors import CameraMissing

VIEW_WIDTH, VIEW_HEIGHT = 960, 720
_VIEWS_PER_SECOND = 8
_DEVICES = Path("/dev")
_PREFIX = "video"


def find_camera(wanted: str, devices: Path = _DEVICES) -> tuple[str, ...]:
    """Give ffmpeg's arguments for a camera: the wanted device, or the first one of the machine.

    Raises CameraMissing where there is none. Only Video4Linux devices are ever opened.
    """
    found = sorted(devices.glob(f"{_PREFIX}[0-9]*"), key=_number)
    device = Path(wanted) if wanted else next(iter(found), None)
    if device is None:
        raise CameraMissing(reason="this appliance has no camera")
    if device not in found:
        raise CameraMissing(reason=f"there is no camera {device}")
    return ("-f", "v4l2", "-i", str(device))


def view_arguments(ffmpeg: str, camera: tuple[str, ...]) -> list[str]:
    """Give the command that writes views to its standard output, one byte a pixel and nothing between them."""
    size = f"{VIEW_WIDTH}:{VIEW_HEIGHT}"
    fitted = f"scale={size}:force_original_aspect_ratio=decrease,pad={size}:-1:-1"
    return [
        *(ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", *camera),
        *("-an", "-vf", f"fps={_VIEWS_PER_SECOND},{fitted}"),
        *("-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"),
    ]


def _number(device: Path) -> tuple[int, str]:
    digits = device.name.removeprefix(_PREFIX)
    return (int(digits) if digits.isdecimal() else 0, device.name)
