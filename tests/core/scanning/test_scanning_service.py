"""A code before the camera is read by the real ffmpeg, and nothing of the pictures is kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api.commands import ChangeSetting
from core.api.events import Event
from core.api.scanning import CameraLooked, ScanCode
from core.errors import CameraMissing, PictureUnreadable
from core.recording.child import Child
from core.scanning.service import ScanningService
from core.scanning.view import PREVIEW_HEIGHT, PREVIEW_WIDTH, VIEW_BYTES, make_preview, read_code
from tests.engine_thread import on_engine_thread
from tests.fakes.busy_worker import cancel_often
from tests.fakes.front_end import running_engine

LINK = "lucid://" + "k" * 56 + ".onion:7000?key=" + "A" * 52 + "&code=7KQM-4RTX&sha256=" + "0f" * 32
BLANK = ("-re", "-f", "lavfi", "-i", "color=gray:size=640x480:rate=8")


def still(path: Path, text: str = LINK) -> tuple[str, ...]:
    """Give a camera that sees a still picture of a code."""
    segno.make_qr(text, error="l").save(str(path), scale=5, border=6)
    return ("-re", "-loop", "1", "-i", str(path))


def service(camera: tuple[str, ...], events: list[Event]) -> ScanningService:
    """Make the service with a camera of the test's."""

    async def setting() -> str:
        return ""

    return ScanningService(events.append, setting, lambda _wanted: camera)


def scan(camera: tuple[str, ...], timeout_s: float = 20.0) -> tuple[str, list[Event]]:
    """Scan once."""
    events: list[Event] = []
    made = service(camera, events)
    return on_engine_thread(lambda: made.scan(ScanCode(timeout_s))), events


def test_a_long_link_is_read(tmp_path: Path) -> None:
    """An invitation to an onion address comes out whole, with previews for the screen on the way."""
    text, events = scan(still(tmp_path / "code.png"))
    assert text == LINK
    looks = [each for each in events if isinstance(each, CameraLooked)]
    assert len(looks) == len(events) >= 1
    assert {(each.width, each.height) for each in looks} == {(PREVIEW_WIDTH, PREVIEW_HEIGHT)}
    assert {len(each.rgb) for each in looks} == {PREVIEW_WIDTH * PREVIEW_HEIGHT * 3}
    assert sorted(tmp_path.iterdir()) == [tmp_path / "code.png"]


def test_a_camera_that_sees_no_code_ends_in_time() -> None:
    """After its time, the failure says that there was none."""
    with pytest.raises(PictureUnreadable) as caught:
        scan(BLANK, timeout_s=1.0)
    assert caught.value.facts["reason"] == "the camera saw none in time"


def test_a_camera_that_ends_is_told_with_its_words(tmp_path: Path) -> None:
    """What ffmpeg said last is in the reason."""
    with pytest.raises(CameraMissing) as caught:
        scan(("-i", str(tmp_path / "missing.png")))
    assert "No such file or directory" in str(caught.value.facts["reason"])


def test_without_a_camera_nothing_is_started(tmp_path: Path) -> None:
    """The service looks for one first."""

    async def setting() -> str:
        return str(tmp_path / "video7")

    made = ScanningService(lambda _event: None, setting)
    with pytest.raises(CameraMissing):
        on_engine_thread(lambda: made.scan(ScanCode()))


def test_a_scan_can_be_cancelled() -> None:
    """Its child and its thread end with it; the test's own guards look for them."""

    async def setting() -> str:
        return ""

    async def cancel() -> bool:
        has_looked = asyncio.Event()
        made = ScanningService(lambda _event: has_looked.set(), setting, lambda _wanted: BLANK)
        scanning = asyncio.ensure_future(made.scan(ScanCode()))
        await has_looked.wait()
        scanning.cancel()
        await asyncio.gather(scanning, return_exceptions=True)
        return scanning.cancelled()

    assert on_engine_thread(cancel)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_noise_is_no_code(noise: object) -> None:
    """Whatever a camera sees, looking at it gives a text or none, and a preview of the right size."""
    draw: Callable[[int], bytes] = noise.randbytes  # type: ignore[attr-defined]
    view = (draw(4096) * (VIEW_BYTES // 4096 + 1))[:VIEW_BYTES]
    assert read_code(view) == ""
    assert len(make_preview(view)) == PREVIEW_WIDTH * PREVIEW_HEIGHT * 3


@given(st.integers(0, 255))
def test_a_preview_is_as_bright_as_its_view(level: int) -> None:
    """An even view makes an even preview."""
    assert set(make_preview(bytes([level]) * VIEW_BYTES)) == {level}


def test_the_engine_scans_with_the_camera_of_the_setting(tmp_path: Path) -> None:
    """Through the seam: the setting chooses the camera, the command gives the text, before any vault is open."""
    pictures = {"of the door": still(tmp_path / "code.png")}
    with running_engine(tmp_path / "data", find_camera=pictures.__getitem__) as front_end:
        front_end.do(ChangeSetting("camera", "of the door"))
        assert front_end.do(ScanCode(20.0)) == LINK
        assert front_end.all_of(CameraLooked)


def test_a_scan_that_is_cancelled_twice_ends_its_camera_and_its_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cancelled again while the camera is being let go of, it lets go of it, and of its thread."""
    looked, closing, may_close = asyncio.Event(), asyncio.Event(), asyncio.Event()
    real = Child.close

    async def slowly(child: Child) -> None:
        closing.set()
        await may_close.wait()
        await real(child)

    async def setting() -> str:
        return ""

    async def run() -> None:
        monkeypatch.setattr(Child, "close", slowly)
        made = ScanningService(lambda _: looked.set(), setting, lambda _: BLANK)
        scanning = asyncio.ensure_future(made.scan(ScanCode(20.0)))
        await looked.wait()
        scanning.cancel()
        await closing.wait()
        await cancel_often(scanning)
        assert not scanning.done()
        may_close.set()
        with pytest.raises(asyncio.CancelledError):
            await scanning
        assert not any(each.name.startswith("scanner") for each in threading.enumerate())

    on_engine_thread(run)
