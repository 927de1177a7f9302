"""What a person chose about the network: by Tor, offline, or nothing yet; and the bridges to go by.

Both stand beside the ordinary settings, in the clear: they are needed before the vault is open. They are changed by
commands of their own, since something has to follow from each change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from core.api.network import NetworkMode
from core.canonical.documents import JsonRefused, load_json
from core.errors import StoreCorrupt
from core.storage.metadata import MetadataStore

_MODE = "network"
_BRIDGES = "bridges"
_LARGEST = 1 << 18  # bytes; sixteen bridges have a tenth of that


@dataclass(frozen=True)
class NetworkChoice:
    """``mode`` is None until a person has chosen; ``bridges`` holds one line each, in its normal form."""

    mode: NetworkMode | None = None
    bridges: tuple[str, ...] = ()


class NetworkSettings:
    """Reads and keeps the choice; blocking, on the metadata store's worker."""

    def __init__(self, store: MetadataStore) -> None:
        self._store = store

    def mode(self) -> NetworkMode | None:
        """Read the mode, None where nobody has chosen; raises StoreCorrupt where it is none that could be chosen."""
        mode = self._value(_MODE)
        try:
            return None if mode is None else NetworkMode(mode)
        except ValueError as error:
            raise StoreCorrupt(reason=f"setting {_MODE} is {mode!r}") from error

    def bridges(self) -> tuple[str, ...]:
        """Read the bridges' lines; raises StoreCorrupt where there is something else."""
        bridges = self._value(_BRIDGES)
        if bridges is None:
            return ()
        if not isinstance(bridges, list) or not all(isinstance(each, str) for each in bridges):
            raise StoreCorrupt(reason=f"setting {_BRIDGES} is no list of lines")
        return tuple(bridges)

    def save_mode(self, mode: NetworkMode) -> None:
        """Keep the mode."""
        self._store.save_setting(_MODE, json.dumps(mode.value))

    def save_bridges(self, lines: tuple[str, ...]) -> None:
        """Keep the bridges; none at all is a choice too."""
        self._store.save_setting(_BRIDGES, json.dumps(list(lines)))

    def _value(self, name: str) -> object:
        stored = self._store.setting(name)
        if stored is None:
            return None
        try:
            return load_json(stored.encode("utf-8"), _LARGEST)
        except JsonRefused as error:
            raise StoreCorrupt(reason=f"setting {name} is not JSON") from error
