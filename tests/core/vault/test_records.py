"""Records open under the vault, the kind and the key that they were sealed with, and under no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Bug, RecordAltered, VaultLocked
from core.vault.open_vault import OpenVault
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.records import RecordPlace, open_record, seal_record
from core.vault.vault import Vault
from tests.vectors.generate_evidence import CountedRandomness

PASSPHRASE = "correct horse battery"
KINDS = st.text(st.characters(codec="ascii"), max_size=255)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[OpenVault]:
    """A vault that was just made."""
    with Vault.create(tmp_path / "vault.json", PASSPHRASE, kdf=CHEAPEST_KDF) as created:
        yield created


def place(kind: str, key: str) -> RecordPlace:
    """Name a record of a vault that is always the same."""
    return RecordPlace(bytes(range(32)), bytes(range(16)), kind, key)


@given(KINDS, st.text(max_size=64), st.binary(max_size=512))
def test_what_is_sealed_opens(kind: str, key: str, document: bytes) -> None:
    """Any document under any kind and key comes back."""
    sealed = seal_record(place(kind, key), document, CountedRandomness())
    assert open_record(place(kind, key), sealed) == document


@given(KINDS, st.text(max_size=16), KINDS, st.text(max_size=16))
def test_a_record_cannot_be_moved(kind: str, key: str, other: str, other_key: str) -> None:
    """Under another kind or key it does not open, however the two are split."""
    sealed = seal_record(place(kind, key), b"document", CountedRandomness())
    if (kind, key) == (other, other_key):
        return
    with pytest.raises(RecordAltered):
        open_record(place(other, other_key), sealed)


def test_a_split_between_kind_and_key_is_noticed() -> None:
    """Two places whose letters are the same together are two places."""
    sealed = seal_record(place("peer", "s1"), b"document", CountedRandomness())
    with pytest.raises(RecordAltered):
        open_record(place("peers", "1"), sealed)


def test_every_byte_of_a_record_counts() -> None:
    """A record with one byte changed or cut off does not open."""
    sealed = seal_record(place("onion", "own"), b"document", CountedRandomness())
    changed = [
        sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))
    ]
    for damaged in (*changed, *(sealed[:length] for length in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(RecordAltered) as caught:
            open_record(place("onion", "own"), damaged)
        assert caught.value.facts == {"kind": "onion"}


def test_a_kind_that_is_too_long_is_a_bug() -> None:
    """The length before the kind is one byte."""
    with pytest.raises(Bug):
        seal_record(place("x" * 256, ""), b"", CountedRandomness())


def test_another_vault_does_not_open_it(tmp_path: Path, vault: OpenVault) -> None:
    """Each vault has a key of its own for records."""
    sealed = vault.seal_record("onion", "own", b"document")
    assert vault.open_record("onion", "own", sealed) == b"document"
    with (
        Vault.create(tmp_path / "other.json", PASSPHRASE, kdf=CHEAPEST_KDF) as other,
        pytest.raises(RecordAltered),
    ):
        other.open_record("onion", "own", sealed)


def test_the_same_document_is_sealed_anew(vault: OpenVault) -> None:
    """Two sealings of one document tell nothing of each other."""
    assert vault.seal_record("a", "b", b"c") != vault.seal_record("a", "b", b"c")


def test_a_closed_vault_opens_no_record(vault: OpenVault) -> None:
    """After it is closed, records stay shut."""
    sealed = vault.seal_record("a", "b", b"c")
    vault.close()
    with pytest.raises(VaultLocked):
        vault.open_record("a", "b", sealed)


def test_a_place_hides_the_key() -> None:
    """Nothing that is logged shows the master key."""
    assert bytes(range(32)).hex() not in repr(place("a", "b"))
    assert "master_key" not in repr(place("a", "b"))
