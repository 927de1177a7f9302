"""Invitations as they are typed, pasted or scanned: read whole and strictly, or refused before anybody is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical.documents import canonical_json
from core.errors import AddressRefused, ClientKeyNeeded, UsageFailure
from core.hosting.invitation import make_invitation
from core.joining.invited import Invited, read_invitation
from core.onion.keys import ClientKey, ServiceKey
from core.permissions.limits import Code
from core.runtime.clock import Instant

ONION = f"{ServiceKey(bytes(32)).address}:3389"
KEY = ClientKey(b"\x07" * 32).private_text
SHA256 = "a" * 64
LOCAL = "127.0.0.1:1"


def link(address: str = ONION, query: str = f"code=AAAA-AAAA&sha256={SHA256}&key={KEY}") -> str:
    """Write a link."""
    return f"lucid://{address}?{query}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lucid://127.0.0.1:1?code=AAAA-AAAA", ""),
        (f"lucid://127.0.0.1:1?sha256={SHA256}", ""),
        (f"lucid://127.0.0.1:1/x?code=A&sha256={SHA256}", ""),
        (f"lucid://127.0.0.1?code=A&sha256={SHA256}", ""),
        (f"lucid://127.0.0.1:70000?code=A&sha256={SHA256}", ""),
        (f"lucid://u@127.0.0.1:1?code=A&sha256={SHA256}", ""),
        (f"lucid://127.0.0.1:1?code=A&code=B&sha256={SHA256}", ""),
        (f"lucid://127.0.0.1:1?code=A&sha256={SHA256}&more=1", ""),
        (f"lucid://127.0.0.1:1?code=A&sha256={SHA256}#there", ""),
        (f"lucid://127.0.0.1:1\n?code=A&sha256={SHA256}", ""),
        ("lucid://127.0.0.1:1?code=A&sha256=" + "A" * 64, ""),
        (link("127.0.0.1:1"), ""),  # this machine has no key
        (link(query=f"code=A&sha256={SHA256}&key={KEY[:-1]}"), ""),
        (link(query=f"code=A&sha256={SHA256}&key={KEY[:-1]}B"), ""),  # its last bits must be zero
        (link(query=f"code=A&sha256={SHA256}&key={KEY}&key={KEY}"), ""),
        ("127.0.0.1:3389", ""),
        ("127.0.0.1", "AAAA-AAAA"),
        ("127.0.0.1:0", "AAAA-AAAA"),
        ("", ""),
        ("lucid://" + "a" * 2000, ""),
    ],
)
def test_what_is_no_invitation(text: str, code: str) -> None:
    """Half a link, one with more in it than it has, and an address without its code or port."""
    with pytest.raises(UsageFailure):
        read_invitation(text, code)


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (link()[:40], "its code and certificate (sha256) are missing"),
        (f"lucid://{ONION}", "its code, certificate (sha256) and client key (key) are missing"),
        (link(query="code=AAAA"), "its certificate (sha256) and client key (key) are missing"),
        (link(LOCAL, query="code=AAAA&sha"), "its certificate (sha256) is missing"),
        (link(query=f"code=A&sha256={SHA256[:9]}"), "the certificate in the invitation (sha256)"),
        (link()[:-1], "a client key has 52 letters"),
    ],
)
def test_a_link_that_was_cut_off_says_what_is_missing(cut: str, said: str) -> None:
    """Whoever pasted half of it learns which half."""
    with pytest.raises(UsageFailure) as refused:
        read_invitation(cut)
    assert said in str(refused.value.facts["reason"])


@pytest.mark.parametrize(
    "address",
    [
        "example.com:3389",
        "192.0.2.7:3389",
        "[2001:db8::1]:3389",
        f"{'a' * 16}.onion:3389",
        f"{'a' * 56}.onion:3389",
        f"www.{ONION}",
    ],
)
def test_who_is_neither_an_onion_service_nor_this_machine(address: str) -> None:
    """Nobody else is called, whichever way it is written."""
    for text in (link(address), address):
        with pytest.raises(AddressRefused):
            read_invitation(text, "AAAA-AAAA", KEY)


def test_an_onion_address_needs_its_key() -> None:
    """It is said as that: whoever typed the address has forgotten a part of the invitation."""
    with pytest.raises(ClientKeyNeeded):
        read_invitation(link(query=f"code=AAAA-AAAA&sha256={SHA256}"))
    with pytest.raises(ClientKeyNeeded):
        read_invitation(ONION, "AAAA-AAAA")


def test_a_typed_invitation_is_read_as_people_type() -> None:
    """Small letters, and gaps in the key; there is no certificate then."""
    groups = " ".join(KEY[at : at + 4] for at in range(0, len(KEY), 4)).lower()
    assert read_invitation(f" {ONION.upper()} ", "aaaa aaaa", groups) == Invited(
        ONION, "aaaa aaaa", "", KEY
    )
    found = read_invitation("localhost:3389", "AAAA")
    assert (found.address, found.is_by_tor) == ("127.0.0.1:3389", False)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_what_a_host_gives_out_is_read_as_it_is(seed: bytes, secret: bytes) -> None:
    """Address, key, code and certificate come through the link, whatever they are."""
    address, key = f"{ServiceKey(seed).address}:3389", ClientKey(secret).private_text
    made = make_invitation(address, Code("7KQM-4RTX", Instant(0, 0)), SHA256, key)
    assert read_invitation(made.link) == Invited(address, "7KQM-4RTX", SHA256, key)


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=60))
def test_any_text_is_an_invitation_or_none(text: str, code: str, key: str) -> None:
    """Whatever is typed or scanned."""
    for each in (text, f"lucid://{text}", link(text), link(query=text), f"{text}:3389"):
        try:
            found = read_invitation(each, code, key)
        except (UsageFailure, ClientKeyNeeded):
            continue
        assert found.address
        assert canonical_json(found.code)


@given(st.integers(0, len(link()) - 1), st.characters(codec="ascii"))
def test_a_letter_that_was_read_wrong_leads_nowhere_else(at: int, letter: str) -> None:
    """One wrong letter is refused, or is in the code, certificate or key; the address is never another one."""
    whole = link()
    try:
        found = read_invitation(whole[:at] + letter + whole[at + 1 :], "AAAA", KEY)
    except (UsageFailure, ClientKeyNeeded):
        return
    assert found.address == ONION
