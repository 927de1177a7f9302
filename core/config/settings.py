"""The settings of an appliance, kept in the metadata store."""

from __future__ import annotations

import json
from dataclasses import replace

from core.api.snapshots import Setting
from core.errors import SettingOutOfBounds
from core.storage.metadata import MetadataStore

DEFAULTS: tuple[Setting, ...] = (
    # How often what was sealed is anchored while a session runs.
    Setting("progress_interval_min", 10, 10, minimum=1, maximum=120),
    # Pictures a second of a recording.
    Setting("frames_per_second", 15, 15, minimum=5, maximum=30),
    Setting("theme", "dark", "dark", choices=("dark", "light", "contrast")),
    Setting("rotation", 0, 0, choices=("0", "90", "180", "270")),
    Setting("camera", "", ""),  # the device that reads QR codes; "" is the first one there is
)

Value = str | int | float | bool


class Settings:
    """Reads and changes settings; blocking, on the metadata store's worker."""

    def __init__(self, store: MetadataStore) -> None:
        self._store = store
        self._known = {setting.name: setting for setting in DEFAULTS}

    def all(self) -> tuple[Setting, ...]:
        """Read every setting."""
        return tuple(self._read(setting) for setting in DEFAULTS)

    def number(self, name: str) -> int:
        """Read a whole-number setting."""
        return int(self._read(self._known[name]).value)

    def text(self, name: str) -> str:
        """Read a setting as text."""
        return str(self._read(self._known[name]).value)

    def change(self, name: str, value: Value) -> Setting:
        """Keep a value; raises SettingOutOfBounds with the reason."""
        setting = self._known.get(name)
        if setting is None:
            raise SettingOutOfBounds(name=name, value=str(value), reason="there is no such setting")
        _check(setting, value)
        self._store.save_setting(name, json.dumps(value))
        return replace(setting, value=value)

    def _read(self, setting: Setting) -> Setting:
        stored = self._store.setting(setting.name)
        return setting if stored is None else replace(setting, value=json.loads(stored))


def _check(setting: Setting, value: Value) -> None:
    if type(value) is not type(setting.default):
        wanted = type(setting.default).__name__
        raise SettingOutOfBounds(
            name=setting.name, value=str(value), reason=f"it takes a value of type {wanted}"
        )
    if setting.choices and str(value) not in setting.choices:
        choices = ", ".join(setting.choices)
        raise SettingOutOfBounds(
            name=setting.name, value=str(value), reason=f"it takes one of {choices}"
        )
    if isinstance(value, str):
        return
    if setting.minimum is not None and value < setting.minimum:
        raise SettingOutOfBounds(
            name=setting.name, value=value, reason=f"it is at least {setting.minimum:g}"
        )
    if setting.maximum is not None and value > setting.maximum:
        raise SettingOutOfBounds(
            name=setting.name, value=value, reason=f"it is at most {setting.maximum:g}"
        )
