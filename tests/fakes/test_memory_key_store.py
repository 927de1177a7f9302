"""The key store in memory keeps, forgets and fails as it is told."""

from __future__ import annotations

import pytest

from core.errors import KeyStoreUnavailable
from core.vault.key_store import KeyStore
from tests.fakes.key_store import MemoryKeyStore


def test_it_keeps_what_was_saved_last() -> None:
    """A name holds the secret that was saved last, and nothing before."""
    store: KeyStore = MemoryKeyStore()
    assert store.load("a") is None
    store.save("a", b"1")
    store.save("a", b"2")
    assert store.load("a") == b"2"
    assert store.load("b") is None


def test_it_forgets() -> None:
    """A forgotten name holds nothing, and forgetting it again is fine."""
    store = MemoryKeyStore()
    store.save("a", b"1")
    store.forget("a")
    store.forget("a")
    assert store.load("a") is None


def test_it_fails_when_out_of_order() -> None:
    """Out of order, every method says so."""
    store = MemoryKeyStore()
    store.is_out_of_order = True
    for work in (lambda: store.save("a", b""), lambda: store.load("a"), lambda: store.forget("a")):
        with pytest.raises(KeyStoreUnavailable):
            work()
