"""The vault as the appliance holds it: missing, locked or open."""

from __future__ import annotations

from pathlib import Path

from core.api.commands import CreateVault, UnlockVault
from core.errors import Failure, KeyStoreUnavailable, VaultLocked, VaultMissing
from core.runtime.workers import Worker
from core.vault.key_store import KeyStore
from core.vault.open_vault import OpenVault
from core.vault.passphrase import APPLIANCE_KDF, KdfParameters
from core.vault.vault import PublicIdentity, Vault


class VaultService:
    """Opens and closes the vault on a worker of its own, since Argon2id takes its time."""

    def __init__(
        self,
        path: Path,
        worker: Worker,
        key_store: KeyStore | None,
        kdf: KdfParameters = APPLIANCE_KDF,
    ) -> None:
        self._path = path
        self._worker = worker
        self._key_store = key_store
        self._kdf = kdf
        self._open: OpenVault | None = None

    @property
    def exists(self) -> bool:
        """Tell whether there is a vault."""
        return Vault.exists(self._path)

    @property
    def is_open(self) -> bool:
        """Tell whether the keys are at hand."""
        return self._open is not None

    @property
    def has_key_store(self) -> bool:
        """Tell whether the system could remember the vault."""
        return self._key_store is not None

    @property
    def is_remembered(self) -> bool:
        """Tell whether the system's key store may open the vault."""
        identity = None if self._key_store is None else self._identity()
        return identity is not None and identity.is_remembered

    def require(self) -> OpenVault:
        """Give the open vault; raises VaultMissing or VaultLocked."""
        if self._open is None:
            raise VaultLocked if self.exists else VaultMissing(path=str(self._path))
        return self._open

    def fingerprint(self) -> str | None:
        """Tell the device's fingerprint; None while there is no vault, or one that cannot be read."""
        if self._open is not None:
            return self._open.device_fingerprint
        identity = self._identity()
        return None if identity is None else identity.device_fingerprint

    async def create(self, command: CreateVault) -> None:
        """Make the vault and open it; raises VaultExists, PassphraseTooShort, KeyStoreUnavailable."""
        passphrase = command.passphrase.reveal()
        opened = await self._worker.run(Vault.create, self._path, passphrase, kdf=self._kdf)
        await self._keep(opened, is_remembered=command.remember)

    async def unlock(self, command: UnlockVault) -> None:
        """Open the vault; raises VaultMissing, WrongPassphrase, VaultCorrupt, KeyStoreUnavailable."""
        if self._open is not None:
            return
        if command.passphrase is None:
            store = self._require_key_store()
            self._open = await self._worker.run(Vault.open_with_key_store, self._path, store)
            return
        opened = await self._worker.run(Vault.open, self._path, command.passphrase.reveal())
        await self._keep(opened, is_remembered=command.remember)

    def lock(self) -> None:
        """Forget the keys."""
        opened, self._open = self._open, None
        if opened is not None:
            opened.close()

    def _identity(self) -> PublicIdentity | None:
        """Read what the locked vault says; what is wrong with a damaged one is told when it is unlocked."""
        if not self.exists:
            return None
        try:
            return Vault.identity(self._path)
        except Failure:
            return None

    async def _keep(self, opened: OpenVault, *, is_remembered: bool) -> None:
        """Hold the vault open once all that was asked for is done; else it is closed again."""
        try:
            if is_remembered:
                await self._worker.run(Vault.remember, opened, self._require_key_store())
        except BaseException:
            opened.close()
            raise
        self._open = opened

    def _require_key_store(self) -> KeyStore:
        if self._key_store is None:
            raise KeyStoreUnavailable(reason="this system has none that is fit for keys")
        return self._key_store
