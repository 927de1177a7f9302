"""Tests of core.onion.keys."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_scalarmult_base, crypto_scalarmult_ed25519_base_noclamp
from nacl.signing import VerifyKey

from core.errors import Bug
from core.onion.keys import ClientKey, ServiceKey, is_client_public_text
from core.transport.addresses import onion_host

SEEDS = st.binary(min_size=32, max_size=32)

# Of Tor's specification, "Encoding onion addresses": the address that is given there as an example.
SPECIFIED = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"


def test_a_host_is_written_as_the_specification_writes_it() -> None:
    """The public key in the specification's example gives the specification's address."""
    public_key = base64.b32decode(SPECIFIED.removesuffix(".onion").upper())[:32]
    assert onion_host(public_key) == SPECIFIED


@given(SEEDS)
def test_tors_form_of_a_key_stands_behind_the_same_address(seed: bytes) -> None:
    """The expanded secret that tor is given makes the public key that the address names."""
    key = ServiceKey(seed)
    kind, _, text = key.tor_key().partition(":")
    expanded = base64.b64decode(text, validate=True)
    assert kind == "ED25519-V3"
    assert expanded[32:] == hashlib.sha512(seed).digest()[32:]
    # Reduced, since libsodium takes a scalar as it is: a clamped one is above the group's order.
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = (int.from_bytes(expanded[:32], "little") % order).to_bytes(32, "little")
    assert crypto_scalarmult_ed25519_base_noclamp(scalar) == key.public_key
    assert onion_host(key.public_key) == key.address


@given(SEEDS, st.binary(max_size=200))
def test_a_service_key_signs(seed: bytes, message: bytes) -> None:
    """What a service key signs is checked with the public key in its address."""
    key = ServiceKey(seed)
    VerifyKey(key.public_key).verify(message, key.sign(message))


@given(SEEDS)
def test_a_client_key_is_written_and_read(secret: bytes) -> None:
    """The text of a client key reads back as the same key, also in small letters; its public text is X25519's."""
    key = ClientKey(secret)
    assert ClientKey.read(key.private_text).private_text == key.private_text
    assert ClientKey.read(key.private_text.lower()).public_text == key.public_text
    public = base64.b32decode(key.public_text + "====")
    assert public == crypto_scalarmult_base(secret)
    assert is_client_public_text(key.public_text)
    assert base64.b64decode(key.tor_key().removeprefix("x25519:")) == secret


@given(st.text(max_size=60))
def test_no_text_but_a_client_key_is_read(text: str) -> None:
    """Whatever is given is a client key in its only form, or a ValueError."""
    try:
        key = ClientKey.read(text)
    except ValueError:
        return
    assert key.private_text == text.upper()


@pytest.mark.parametrize("text", ["A" * 51, "A" * 53, "A" * 51 + "B", "1" * 52, "a b" + "A" * 49])
def test_what_is_nearly_a_client_key_is_refused(text: str) -> None:
    """A key that is too short, too long, not base32 or ends in stray bits is refused."""
    with pytest.raises(ValueError, match="a client key"):
        ClientKey.read(text)
    assert not is_client_public_text(text)


def test_keys_do_not_show_themselves() -> None:
    """What Python prints of a key holds nothing of it."""
    service, client = ServiceKey.make(), ClientKey.make()
    assert repr(service) == "ServiceKey(…)"
    assert repr(client) == "ClientKey(…)"
    assert ServiceKey.make().address != service.address
    assert ClientKey.make().public_text != client.public_text


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_another_length_is_a_bug(length: int) -> None:
    """Keys have 32 bytes; anything else is a fault of the program."""
    with pytest.raises(Bug):
        ServiceKey(b"\0" * length)
    with pytest.raises(Bug):
        ClientKey(b"\0" * length)
