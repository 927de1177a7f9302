"""Documents are kept sealed in the metadata store and come back while the vault is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from core.canonical.documents import canonical_json
from core.errors import Bug, RecordAltered, VaultLocked
from core.runtime.workers import Worker
from core.storage.sqlite_metadata import SqliteMetadataStore
from core.vault.open_vault import OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.sealed_records import LARGEST_RECORD_BYTES, SealedRecords
from core.vault.vault import Vault

T = TypeVar("T")
Use = Callable[[SealedRecords, SqliteMetadataStore, OpenVault, Worker], Awaitable[T]]


def run_with(path: Path, use: Use[T]) -> T:
    """Run ``use`` with records in a fresh store under a fresh vault."""

    async def run() -> T:
        worker = Worker("store")
        store = await worker.run(SqliteMetadataStore, path / "lucid.db")
        vault = Vault.create(path / "vault.json", "correct horse battery", kdf=CHEAPEST_KDF)
        try:
            records = SealedRecords(store, worker, lambda: vault)
            return await use(records, store, vault, worker)
        finally:
            vault.close()
            await worker.run(store.close)
            worker.close()

    return asyncio.run(run())


def test_documents_come_back(tmp_path: Path) -> None:
    """A document is read by kind and key, listed by kind, and gone once forgotten."""

    async def use(records: SealedRecords, *_: object) -> None:
        assert await records.read("peer", "a") is None
        await records.save("peer", "b", {"name": "Büro", "count": 2})
        await records.save("peer", "a", {"name": None})
        assert await records.read("peer", "b") == {"name": "Büro", "count": 2}
        assert list((await records.all("peer")).items()) == [
            ("a", {"name": None}),
            ("b", {"name": "Büro", "count": 2}),
        ]
        await records.forget("peer", "b")
        assert list(await records.all("peer")) == ["a"]

    run_with(tmp_path, use)


def test_nothing_is_readable_on_the_disk(tmp_path: Path) -> None:
    """No byte of a document is in the store's files."""

    async def use(records: SealedRecords, *_: object) -> None:
        await records.save("onion", "own", {"seed": "5ec2e7" * 10})
        for path in files:
            assert b"5ec2e7" not in path.read_bytes()

    files = [tmp_path / "lucid.db", tmp_path / "lucid.db-wal"]
    run_with(tmp_path, use)


def test_a_record_of_another_place_is_refused(tmp_path: Path) -> None:
    """A record that was put in another's place is told, by reading it and by listing its kind."""

    async def use(
        records: SealedRecords, store: SqliteMetadataStore, _: OpenVault, worker: Worker
    ) -> None:
        await records.save("peer", "a", {})
        sealed = await worker.run(store.record, "peer", "a")
        assert sealed is not None
        await worker.run(store.save_record, "peer", "b", sealed)
        with pytest.raises(RecordAltered):
            await records.read("peer", "b")
        with pytest.raises(RecordAltered):
            await records.all("peer")

    run_with(tmp_path, use)


@pytest.mark.parametrize("plain", [b"", b"[1]", b'{"a": 1}', b'{"a":1}\n', b"\xff"])
def test_what_is_no_document_is_refused(tmp_path: Path, plain: bytes) -> None:
    """A record that opens to anything but a canonical document is told."""

    async def use(
        records: SealedRecords, store: SqliteMetadataStore, vault: OpenVault, worker: Worker
    ) -> None:
        sealed = vault.seal_record("peer", "a", plain)
        await worker.run(store.save_record, "peer", "a", sealed)
        with pytest.raises(RecordAltered):
            await records.read("peer", "a")

    assert plain != canonical_json({})
    run_with(tmp_path, use)


def test_a_document_that_could_not_be_read_again_is_not_kept(tmp_path: Path) -> None:
    """A document over the limit is a bug of its writer, and what was kept before stays."""

    async def use(records: SealedRecords, *_: object) -> None:
        await records.save("peer", "a", {"name": "x"})
        with pytest.raises(Bug):
            await records.save("peer", "a", {"name": "x" * LARGEST_RECORD_BYTES})
        assert await records.read("peer", "a") == {"name": "x"}

    run_with(tmp_path, use)


def test_a_locked_vault_keeps_its_records_shut(tmp_path: Path) -> None:
    """Nothing is kept or read while the vault is locked."""

    async def run() -> None:
        def locked() -> OpenVault:
            raise VaultLocked

        worker = Worker("store")
        store = await worker.run(SqliteMetadataStore, tmp_path / "lucid.db")
        records = SealedRecords(store, worker, locked)
        try:
            for work in (
                records.save("a", "b", {}),
                records.read("a", "b"),
                records.all("a"),
            ):
                with pytest.raises(VaultLocked):
                    await work
        finally:
            await worker.run(store.close)
            worker.close()

    asyncio.run(run())
