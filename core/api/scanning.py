"""Scanning: a QR code that a person holds before this appliance's camera."""

from __future__ import annotations

from dataclasses import dataclass

from core.api.commands import Command
from core.api.events import Event


@dataclass(frozen=True)
class ScanCode(Command):
    """Look for a QR code with the camera. Result: str, what it says.

    Ends with CameraMissing where there is no camera, PictureUnreadable where it saw no code within
    ``timeout_s``. No picture is kept.
    """

    timeout_s: float = 60.0


@dataclass(frozen=True)
class CameraLooked(Event):
    """A small picture of what the camera sees while ScanCode runs: height × width × 3 bytes, no padding."""

    width: int
    height: int
    rgb: bytes
