"""Secrets in memory that can be overwritten and never show."""

from __future__ import annotations

from core.errors import VaultLocked


class SecretBytes:
    """Bytes that are overwritten by ``wipe`` and hidden in a repr.

    ``reveal`` makes a copy that Python frees but does not overwrite; only what is kept here is
    certain to be gone. Not thread-safe.
    """

    __slots__ = ("_bytes", "_is_wiped")

    def __init__(self, secret: bytes | bytearray) -> None:
        self._bytes = bytearray(secret)
        self._is_wiped = False

    def reveal(self) -> bytes:
        """Copy the secret out; VaultLocked once it is wiped."""
        if self._is_wiped:
            raise VaultLocked
        return bytes(self._bytes)

    def wipe(self) -> None:
        """Overwrite the secret with zeros."""
        self._bytes[:] = bytes(len(self._bytes))
        self._is_wiped = True

    def __repr__(self) -> str:
        """Hide the secret."""
        return "SecretBytes(…)"

    def __reduce__(self) -> str:
        """Refuse to be pickled."""
        raise TypeError("a secret is not pickled")
