"""Settings as front ends read and change them."""

from __future__ import annotations

from collections.abc import Callable

from core.api.commands import ChangeSetting
from core.api.events import Event, SettingChanged
from core.api.snapshots import Setting
from core.config.settings import Settings
from core.runtime.workers import Worker


class SettingsService:
    """Lives on the engine's loop."""

    def __init__(
        self, settings: Settings, worker: Worker, publish: Callable[[Event], None]
    ) -> None:
        self._settings = settings
        self._worker = worker
        self._publish = publish

    async def read(self) -> tuple[Setting, ...]:
        """Read every setting."""
        return await self._worker.run(self._settings.all)

    async def change(self, command: ChangeSetting) -> Setting:
        """Keep a value; raises SettingOutOfBounds."""
        setting = await self._worker.run(self._settings.change, command.name, command.value)
        self._publish(SettingChanged(setting))
        return setting
