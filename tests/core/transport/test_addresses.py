"""Tests of core.transport.addresses."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AddressRefused
from core.transport.addresses import (
    LocalAddress,
    OnionAddress,
    is_local,
    onion_host,
    read_address,
    read_onion_address,
    read_onion_host,
)

# Two addresses of the Tor Project's own, as its pages name them: their keys are in nobody's hands here.
PUBLISHED = (
    "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion",
    "xao2lxsmia2edq2n5zxg6uahx6xox2t7bfjw6b5vdzsxi7ezmqob6qid.onion",
)


@pytest.mark.parametrize("host", PUBLISHED)
def test_published_addresses_are_read(host: str) -> None:
    """Addresses that are in use have a checksum that is right, in small and in large letters."""
    assert read_address(f"{host}:443") == OnionAddress(host, 443)
    assert read_address(f"{host.upper()}:443") == OnionAddress(host, 443)
    assert onion_host(OnionAddress(host, 443).public_key) == host


@given(st.binary(min_size=32, max_size=32), st.integers(1, 65535))
def test_any_key_has_an_address(key: bytes, port: int) -> None:
    """An address holds its key, and is read as it is written."""
    address = OnionAddress(onion_host(key), port)
    assert read_address(str(address)) == address
    assert address.public_key == key
    assert read_onion_host(address.host) == address.host


@given(
    st.binary(min_size=32, max_size=32), st.integers(0, 55), st.sampled_from("abcdefgh234567xyz")
)
def test_a_wrong_letter_is_found(key: bytes, place: int, letter: str) -> None:
    """An address with another letter is refused, wherever it stands."""
    host = onion_host(key)
    if host[place] == letter:
        return
    with pytest.raises(AddressRefused):
        read_address(f"{host[:place]}{letter}{host[place + 1 :]}:80")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("expyuzz4wqqyqhjn.onion:80", "onion addresses of version 2 are gone"),
        (f"{PUBLISHED[0][1:]}:80", "it is no whole onion address"),
        (f"www.{PUBLISHED[0]}:80", "it is no whole onion address"),
        (PUBLISHED[0], "it has no port"),
        (f"{PUBLISHED[0]}:0", "it has no port"),
        (f"{PUBLISHED[0]}:080", "it has no port"),
        (f"{PUBLISHED[0]}:65536", "it has no port"),
        (f"{PUBLISHED[0]}:٣", "it has no port"),
        (f"{PUBLISHED[0]}.:80", "it is neither an onion address nor this machine"),
        (f"x{PUBLISHED[0][1:]}:80", "a letter of it is wrong or missing"),
        (f"{PUBLISHED[0][:55]}z.onion:80", "it is no onion address of version 3"),
        ("192.0.2.1:80", "it is neither an onion address nor this machine"),
        ("example.org:80", "it is neither an onion address nor this machine"),
        ("0.0.0.0:80", "it is neither an onion address nor this machine"),
        ("127.1:80", "it is neither an onion address nor this machine"),
        ("[::ffff:127.0.0.1]:80", "it is neither an onion address nor this machine"),
        ("[::]:80", "it is neither an onion address nor this machine"),
        ("::1", "it is neither an onion address nor this machine"),
        ("", "it has no port"),
    ],
)
def test_everything_else_is_refused(text: str, reason: str) -> None:
    """What is neither an onion service of version 3 nor this machine is refused, each for its own reason."""
    with pytest.raises(AddressRefused) as refusal:
        read_address(text)
    assert refusal.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:3389", "127.0.0.1", 3389),
        ("127.8.9.10:1", "127.8.9.10", 1),
        ("localhost:3389", "127.0.0.1", 3389),
        ("[::1]:3389", "::1", 3389),
    ],
)
def test_this_machine_is_read(text: str, host: str, port: int) -> None:
    """Numbers of the loopback are this machine, and so is its name, which is not looked up."""
    found = read_address(text)
    assert found == LocalAddress(ipaddress.ip_address(host), port)
    assert read_address(str(found)) == found
    with pytest.raises(AddressRefused):
        read_onion_address(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text leads to anything but an address or its refusal, whose facts stay short."""
    shown = ""
    try:
        read_address(text)
    except AddressRefused as refusal:
        shown = str(refusal.facts["address"])
    assert len(shown) <= 101


@given(st.ip_addresses())
def test_only_loopback_is_local(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """A number is local exactly where it is of the loopback network."""
    is_loopback = (
        address in ipaddress.ip_network("127.0.0.0/8")
        if address.version == 4
        else int(address) == 1
    )
    assert is_local(str(address)) is is_loopback
