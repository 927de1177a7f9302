"""Documents that are kept sealed: the metadata store's records, opened by the vault."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.errors import Bug, RecordAltered
from core.runtime.workers import Worker
from core.storage.records import RecordStore
from core.vault.open_vault import OpenVault

Document = Mapping[str, Json]

LARGEST_RECORD_BYTES = 1 << 20


class SealedRecords:
    """Keeps documents by kind and key. Lives on the engine's loop, as the vault does; the store on its worker.

    Everything but ``forget`` raises VaultLocked while the vault is. Each method is one transaction of the store.
    """

    def __init__(self, store: RecordStore, worker: Worker, vault: Callable[[], OpenVault]) -> None:
        self._store = store
        self._worker = worker
        self._vault = vault

    async def save(self, kind: str, key: str, document: Document) -> None:
        """Keep a document, in place of the one of that kind and key; durable when it returns."""
        plain = canonical_json(document)
        if len(plain) > LARGEST_RECORD_BYTES:
            raise Bug(f"a record of {len(plain)} bytes could not be read again")
        sealed = self._vault().seal_record(kind, key, plain)
        await self._worker.run(self._store.save_record, kind, key, sealed)

    async def read(self, kind: str, key: str) -> Document | None:
        """Read a document; None where there is none. Raises RecordAltered."""
        self._vault()
        sealed = await self._worker.run(self._store.record, kind, key)
        return None if sealed is None else self._opened(kind, key, sealed)

    async def all(self, kind: str) -> dict[str, Document]:
        """Read every document of a kind, by its key, in the keys' order. Raises RecordAltered."""
        self._vault()
        found = await self._worker.run(self._store.records, kind)
        return {key: self._opened(kind, key, sealed) for key, sealed in found}

    async def forget(self, kind: str, key: str) -> None:
        """Remove a document; one that is not there is no error."""
        await self._worker.run(self._store.forget_record, kind, key)

    def _opened(self, kind: str, key: str, sealed: bytes) -> Document:
        plain = self._vault().open_record(kind, key, sealed)
        try:
            document = load_canonical_json(plain, LARGEST_RECORD_BYTES)
        except JsonRefused as error:
            raise RecordAltered(kind=kind) from error
        if not isinstance(document, Mapping):
            raise RecordAltered(kind=kind)
        return document
