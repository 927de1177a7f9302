"""The system's key store is used only where it keeps keys, and its errors are said in our terms."""

from __future__ import annotations

import sys
from typing import ClassVar

import keyring.backends.fail
import keyring.backends.null
import pytest

from core.errors import KeyStoreUnavailable
from core.vault.key_store import SystemKeyStore


class _Backend:
    """Keeps passwords in memory, as a keyring back end does."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class _SecretService(_Backend):
    __module__ = "keyring.backends.SecretService"


class _PlainText(_Backend):
    __module__ = "keyrings.alt.file"


class _Broken(_Backend):
    __module__ = "keyring.backends.kwallet"

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(f"no bus for {service} {username}")


class _Chain:
    __module__ = "keyring.backends.chainer"
    backends: ClassVar[list[object]] = []


def test_a_fit_backend_keeps_and_forgets() -> None:
    """A secret comes back until it is forgotten; forgetting twice is fine."""
    store = SystemKeyStore(_SecretService)
    store.save("vault", bytes(range(32)))
    assert store.load("vault") == bytes(range(32))
    store.forget("vault")
    store.forget("vault")
    assert store.load("vault") is None


@pytest.mark.parametrize(
    "find",
    [keyring.backends.fail.Keyring, keyring.backends.null.Keyring, _PlainText, _Chain, object],
)
def test_unfit_backends_are_refused(find: type[object]) -> None:
    """None, null, plain-text and empty chains of back ends are KeyStoreUnavailable."""
    with pytest.raises(KeyStoreUnavailable):
        SystemKeyStore(find)


def test_a_fit_backend_is_chosen_from_a_chain() -> None:
    """A chain is never written to as a whole, since it would fall through to plain text."""
    fit, unfit = _SecretService(), _PlainText()
    chain = _Chain()
    chain.backends = [unfit, fit]  # type: ignore[misc]
    SystemKeyStore(lambda: chain).save("vault", b"1")
    assert fit.kept
    assert not unfit.kept


def test_a_broken_backend_is_said() -> None:
    """Whatever a back end raises becomes KeyStoreUnavailable with the reason."""
    with pytest.raises(KeyStoreUnavailable) as caught:
        SystemKeyStore(_Broken).load("vault")
    assert "no bus" in str(caught.value.facts["reason"])


def test_a_backend_that_cannot_be_found_is_said() -> None:
    """An error while looking for a back end is KeyStoreUnavailable too."""

    def find() -> object:
        raise RuntimeError("nothing here")

    with pytest.raises(KeyStoreUnavailable):
        SystemKeyStore(find)


def test_what_others_wrote_is_refused() -> None:
    """A password that is not hex was not written by Lucid."""
    backend = _SecretService()
    backend.set_password("lucid vault", "vault", "hunter2")
    with pytest.raises(KeyStoreUnavailable):
        SystemKeyStore(lambda: backend).load("vault")


def test_the_library_is_loaded_late() -> None:
    """Importing the vault does not load the keyring library."""
    assert "keyring" not in sys.modules["core.vault.key_store"].__dict__
