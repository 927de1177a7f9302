"""From a full open chunk to a checked file: compress, encrypt, store, read back."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.errors import ChunkAltered
from core.sealing.aead import NONCE_BYTES, TAG_BYTES, encrypt_into
from core.sealing.chunk import SealedChunk, sealed_chunk
from core.sealing.chunk_header import HEADER_BYTES, LARGEST_PLAIN, ChunkHeader
from core.sealing.compression import ChunkCompressor
from core.sealing.filling_chunk import FillingChunk, TimeRange
from core.sealing.keys import chunk_key
from core.sealing.merkle import leaf_hash, leaf_hasher
from core.storage.chunk_store import ChunkStore
from core.storage.page_buffer import PageBuffer

_NO_TIMES = TimeRange(0, 0, 0, 0)


@dataclass(frozen=True)
class EncryptedChunk:
    """A chunk as it will be stored; ``stored`` is valid until the next chunk is encrypted."""

    stored: memoryview
    sealed: SealedChunk


class ChunkSealer:
    """Seals the chunks of one session, one after the other, in one reused buffer; for one thread at a time.

    ``random_bytes`` gives the nonces.
    """

    def __init__(
        self,
        *,
        session_id: UUID,
        session_key: bytes,
        chunks: ChunkStore,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._session_id = session_id
        self._session_key = session_key
        self._chunks = chunks
        self._random_bytes = random_bytes
        self._compressor = ChunkCompressor()
        self._memory = PageBuffer(HEADER_BYTES + LARGEST_PLAIN + TAG_BYTES)

    def encrypt(self, chunk: FillingChunk) -> EncryptedChunk:
        """Compress where it helps and encrypt under a random nonce; afterwards the open chunk's buffer is free."""
        plain = chunk.plain()
        compressed = self._compressor.compress(plain)
        payload = plain if compressed is None else memoryview(compressed)
        times = chunk.times or _NO_TIMES
        header = ChunkHeader(
            session_id=self._session_id,
            index=chunk.index,
            is_compressed=compressed is not None,
            payload_bytes=len(payload),
            video_bytes=chunk.video_bytes,
            frames=chunk.frames,
            first_at_ns=times.first_at_ns,
            last_at_ns=times.last_at_ns,
            first_utc_ns=times.first_utc_ns,
            last_utc_ns=times.last_utc_ns,
            nonce=self._random_bytes(NONCE_BYTES),
        )
        return self._encrypt_payload(header, payload)

    def store(self, encrypted: EncryptedChunk) -> None:
        """Put the chunk into the store and check what the medium gives back; writes it again once if that is wrong.

        A chunk of this index in the store is one of ours whose storing did not come to its end: it goes. Raises
        StorageFull, DataDirectoryUnwritable, ChunkUnreadable, or ChunkAltered when the medium twice gave back
        something else.
        """
        index = encrypted.sealed.index
        for _ in range(2):
            self._chunks.delete(self._session_id, index)
            self._chunks.put(self._session_id, index, [encrypted.stored])
            if self._leaf_on_medium(index) == encrypted.sealed.leaf:
                return
        raise ChunkAltered(index=index)

    def close(self) -> None:
        """Give the buffer back."""
        self._memory.close()

    def _encrypt_payload(self, header: ChunkHeader, payload: memoryview) -> EncryptedChunk:
        packed = header.pack()
        stored = self._memory.view[: header.stored_bytes]
        stored[:HEADER_BYTES] = packed
        key = chunk_key(self._session_key, self._session_id, header.index)
        encrypt_into(key, header.nonce, payload, packed, stored[HEADER_BYTES:])
        return EncryptedChunk(stored, sealed_chunk(header, leaf_hash(stored)))

    def _leaf_on_medium(self, index: int) -> bytes:
        hasher = leaf_hasher()
        for piece in self._chunks.read_back(self._session_id, index):
            hasher.update(piece)
        return hasher.digest()
