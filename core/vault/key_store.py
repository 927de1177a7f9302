"""The system's key store, where it has one that is fit for keys.

It never gets the passphrase: it keeps 32 random bytes that wrap the master key a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from core.errors import KeyStoreUnavailable

T = TypeVar("T")

UNLOCK_SECRET_BYTES = 32
_SERVICE = "lucid vault"

# Only these keep secrets encrypted under the system's login. Plain files, null and fail are not here.
_FIT = (
    "keyring.backends.SecretService.",
    "keyring.backends.libsecret.",
    "keyring.backends.kwallet.",
    "keyring.backends.macOS.",
    "keyring.backends.Windows.",
)


class KeyStore(Protocol):
    """Keeps small secrets by name. Blocking; every method raises KeyStoreUnavailable."""

    def save(self, name: str, secret: bytes) -> None:
        """Keep ``secret``, in place of what the name held."""

    def load(self, name: str) -> bytes | None:
        """Give what the name holds, if anything."""

    def forget(self, name: str) -> None:
        """Keep nothing under the name any more; nothing there is fine."""


class KeyringBackend(Protocol):
    """What the keyring library's back ends do."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give a password, if there is one."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""

    def delete_password(self, service: str, username: str) -> None:
        """Remove a password."""


def find_keyring() -> object:
    """Ask the keyring library for its back end; imported here because it loads every plug-in."""
    import keyring

    return keyring.get_keyring()


class SystemKeyStore:
    """The key store of the system, by the keyring library; refuses back ends that keep plain text."""

    def __init__(self, find: Callable[[], object] = find_keyring) -> None:
        """Choose the back end; KeyStoreUnavailable when there is none that is fit."""
        self._backend = _fit_backend(_guarded(find))

    def save(self, name: str, secret: bytes) -> None:
        """Keep ``secret`` in hex."""
        _guarded(lambda: self._backend.set_password(_SERVICE, name, secret.hex()))

    def load(self, name: str) -> bytes | None:
        """Give what the name holds, if anything."""
        text = _guarded(lambda: self._backend.get_password(_SERVICE, name))
        try:
            return None if text is None else bytes.fromhex(text)
        except ValueError as error:
            raise KeyStoreUnavailable(reason="what it holds was not written by Lucid") from error

    def forget(self, name: str) -> None:
        """Keep nothing under the name any more."""
        if self.load(name) is not None:
            _guarded(lambda: self._backend.delete_password(_SERVICE, name))


def _guarded(work: Callable[[], T]) -> T:
    """Say in our own terms whatever a back end raises: each raises its own library's errors."""
    try:
        return work()
    except Exception as error:
        raise KeyStoreUnavailable(reason=f"{type(error).__name__}: {error}") from error


def _fit_backend(found: object) -> KeyringBackend:
    # A chain of back ends falls through to the next on a write, so one is chosen from it for good.
    candidates = getattr(found, "backends", None) or [found]
    for candidate in candidates:
        if _path_of(candidate).startswith(_FIT):
            return cast("KeyringBackend", candidate)
    raise KeyStoreUnavailable(reason=f"{_path_of(found)} does not keep keys")


def _path_of(backend: object) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
