"""A file that a peer sends: it lies under another name until it is whole and is what it should be."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from core.api.snapshots import ExportedFile
from core.errors import (
    BundleAltered,
    BundleMalformed,
    BundleMissing,
    BundleVersionUnsupported,
    DestinationUnwritable,
)
from core.evidence.bundle_format import CHUNK_KEYS
from core.evidence.bundle_reader import BundleReader
from core.peers.http_line import Sink
from core.runtime.finishing import to_its_end


class FetchedFile:
    """Takes the place of ``destination`` at the end of ``kept``; whatever goes wrong before leaves nothing behind."""

    def __init__(self, destination: Path) -> None:
        self._destination = destination
        self._part = destination.with_name(f"{destination.name}.{secrets.token_hex(4)}.part")

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[Sink]:
        """Give what writes a piece; raises DestinationUnwritable."""
        handle = self._open()
        try:

            async def write(data: bytes) -> None:
                # The descriptor is closed next: a thread that still writes would write into another file.
                await to_its_end(asyncio.to_thread(self._write, handle, data))

            yield write
            await to_its_end(asyncio.to_thread(self._finish, handle))
        except BaseException:
            self._part.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)

    async def read_bundle(self) -> ExportedFile | None:
        """Look at what was written so far as a bundle; None where it is none. Its proofs are not checked here."""
        return await asyncio.to_thread(self._read_bundle)

    def _open(self) -> int:
        with self._in_our_words():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            return os.open(self._part, flags, 0o600)

    def _write(self, handle: int, data: bytes) -> None:
        left = memoryview(data)
        with self._in_our_words():
            while left:
                left = left[os.write(handle, left) :]

    def _finish(self, handle: int) -> None:
        with self._in_our_words():
            os.fsync(handle)
            self._part.replace(self._destination)
            directory = os.open(self._destination.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)

    def _read_bundle(self) -> ExportedFile | None:
        try:
            with BundleReader(self._part) as reader:
                reader.load()
                return ExportedFile(
                    path=str(self._destination),
                    size_bytes=reader.file_bytes,
                    kind="bundle",
                    chunks=len(reader.chunk_indexes()),
                    discloses_keys=reader.has(CHUNK_KEYS),
                )
        except (BundleAltered, BundleMalformed, BundleMissing, BundleVersionUnsupported):
            return None

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DestinationUnwritable(path=str(self._destination), reason=reason) from error
