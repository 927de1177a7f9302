"""The answer of this device to whoever asks whether it is there: at the addresses that are served, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Collection

from core.api.access import READING_PORT
from core.errors import NothingThere
from core.onion.presence import Presence, sign_presence
from core.runtime.clock import Clock
from core.vault.open_vault import OpenVault

_NS_IN_MS = 1_000_000
_PORT = f":{READING_PORT}"


class OwnPresence:
    """Signs while the vault is open; ``hosts`` gives the addresses that are served just now."""

    def __init__(
        self,
        vault: Callable[[], OpenVault],
        hosts: Callable[[], Collection[str]],
        clock: Clock,
    ) -> None:
        self._vault = vault
        self._hosts = hosts
        self._clock = clock

    def answer(self, challenge: str, host: str) -> bytes:
        """Sign a challenge (64 hex digits) for the ``Host`` of a call; canonical JSON.

        Raises VaultLocked, and NothingThere for an address that is not served: whoever else has it, or an old one's
        key, gets no signature for it here.
        """
        host = host.removesuffix(_PORT)
        vault = self._vault()
        if host not in self._hosts():
            raise NothingThere(what="device that is served at that address")
        presence = Presence(
            challenge=challenge,
            host=host,
            device=vault.device_public_key.hex(),
            made_utc_ms=self._clock.now().utc_ns // _NS_IN_MS,
        )
        return sign_presence(presence, vault.sign).to_json()
