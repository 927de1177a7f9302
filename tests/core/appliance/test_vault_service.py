"""The vault is open once all that was asked for is done, and not before."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.api.commands import CreateVault, Secret, UnlockVault
from core.appliance.vault_service import VaultService
from core.errors import KeyStoreUnavailable, WrongPassphrase
from core.runtime.workers import Worker
from core.vault.passphrase import CHEAPEST_KDF
from tests.fakes.key_store import MemoryKeyStore

RIGHT = Secret("the right passphrase")


class BrokenKeyStore(MemoryKeyStore):
    """A key store that fails when something is to be kept."""

    def save(self, name: str, secret: bytes) -> None:
        """Fail."""
        del name, secret
        raise KeyStoreUnavailable(reason="broken")


def test_a_vault_that_could_not_be_remembered_stays_shut(tmp_path: Path) -> None:
    """After a failed unlocking no other passphrase opens the vault."""

    async def run() -> None:
        worker = Worker("vault")
        service = VaultService(tmp_path / "vault.json", worker, BrokenKeyStore(), CHEAPEST_KDF)
        for command in (CreateVault(RIGHT, remember=True), UnlockVault(RIGHT, remember=True)):
            work = service.create if isinstance(command, CreateVault) else service.unlock
            with pytest.raises(KeyStoreUnavailable):
                await work(command)  # type: ignore[arg-type]
            assert not service.is_open
            with pytest.raises(WrongPassphrase):
                await service.unlock(UnlockVault(Secret("another passphrase")))
        await service.unlock(UnlockVault(RIGHT))
        assert service.is_open
        service.lock()
        worker.close()

    asyncio.run(run())
