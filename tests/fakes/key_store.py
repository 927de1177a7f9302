"""A key store in memory, which can be made to fail."""

from __future__ import annotations

from core.errors import KeyStoreUnavailable


class MemoryKeyStore:
    """Keeps secrets by name until it is told to be out of order."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.is_out_of_order = False

    def save(self, name: str, secret: bytes) -> None:
        """Keep ``secret``, in place of what the name held."""
        self._check()
        self.kept[name] = secret

    def load(self, name: str) -> bytes | None:
        """Give what the name holds, if anything."""
        self._check()
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        """Keep nothing under the name any more."""
        self._check()
        self.kept.pop(name, None)

    def _check(self) -> None:
        if self.is_out_of_order:
            raise KeyStoreUnavailable(reason="out of order")
