"""Carries out ScanCode: ffmpeg reads the camera, each view is looked at, the first code ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from core.api.events import Event
from core.api.scanning import CameraLooked, ScanCode
from core.errors import CameraMissing, PictureUnreadable
from core.recording.child import Child, child_environment, find_program
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker
from core.scanning.camera import find_camera, view_arguments
from core.scanning.view import PREVIEW_HEIGHT, PREVIEW_WIDTH, VIEW_BYTES, make_preview, read_code

_LAST_WORDS_S = 1.0

FindCamera = Callable[[str], tuple[str, ...]]


class ScanningService:
    """Lives on the engine's loop; a scan has its child and its thread, and both end with it.

    ``camera`` reads the setting of that name; ``find_camera`` gives ffmpeg's arguments for it.
    """

    def __init__(
        self,
        publish: Callable[[Event], None],
        camera: Callable[[], Awaitable[str]],
        find: FindCamera | None = None,
    ) -> None:
        self._publish = publish
        self._camera = camera
        self._find = find or find_camera

    async def scan(self, command: ScanCode) -> str:
        """Look until there is a code. Raises CameraMissing, PictureUnreadable, MissingProgram."""
        camera = self._find(await self._camera())
        environment = child_environment()
        ffmpeg = find_program("ffmpeg", "ffmpeg", environment)
        child = Child(view_arguments(ffmpeg, camera), environment, has_output=True)
        worker = Worker("scanner")
        try:
            async with asyncio.timeout(command.timeout_s):
                return await self._look(child, worker)
        except TimeoutError:
            raise PictureUnreadable(reason="the camera saw none in time") from None
        finally:
            await to_its_end(_end(child, worker))

    async def _look(self, child: Child, worker: Worker) -> str:
        """Look at the newest view each time; what came meanwhile is passed over."""
        waiting = bytearray()
        while True:
            await child.output.wait_ready()
            data = child.output.read_ready(VIEW_BYTES)
            if data == b"":
                await child.wait(_LAST_WORDS_S)
                reason = "; ".join(child.log_lines[-1:]) or "it ended"
                raise CameraMissing(reason=f"the camera gives no picture: {reason}")
            waiting += data or b""
            whole = len(waiting) // VIEW_BYTES
            if not whole:
                continue
            view = bytes(waiting[(whole - 1) * VIEW_BYTES : whole * VIEW_BYTES])
            del waiting[: whole * VIEW_BYTES]
            preview = await worker.run(make_preview, view)
            self._publish(CameraLooked(PREVIEW_WIDTH, PREVIEW_HEIGHT, preview))
            if text := await worker.run(read_code, view):
                return text


async def _end(child: Child, worker: Worker) -> None:
    try:
        await child.close()
    finally:
        await asyncio.to_thread(worker.close)
