"""Tests of core.peers.pairing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.admin.pairing import pairing_line
from core.errors import PairingMalformed
from core.peers.pairing import Pairing, read_pairing
from tests.core.onion.moves import DEVICE
from tests.fakes.peers_by_tor import CLIENT_KEY, TOKEN, host_of, link_to

HOST = host_of(0)
LINE = link_to(HOST)


def test_what_an_appliance_shows_is_read() -> None:
    """The line that the admin API's side writes is read whole, with space around it and in capitals."""
    expected = Pairing(HOST, CLIENT_KEY, TOKEN, DEVICE)
    shown = pairing_line(HOST, CLIENT_KEY, TOKEN, DEVICE)
    assert read_pairing(f"  {shown}\n") == expected
    assert read_pairing(shown.replace(HOST, HOST.upper())) == expected
    assert read_pairing(shown.replace(CLIENT_KEY, CLIENT_KEY.lower())) == expected


def test_a_pairing_shows_no_secret() -> None:
    """Its repr, which a log could show, holds neither key nor token."""
    assert CLIENT_KEY not in repr(read_pairing(LINE))
    assert TOKEN not in repr(read_pairing(LINE))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "it does not begin with lucid-pair://"),
        ("hello", "it does not begin with lucid-pair://"),
        (LINE.partition("?")[0], "its key, token and device are missing"),
        (LINE.replace("lucid-pair", "lucid"), "it does not begin with lucid-pair://"),
        (LINE.replace("lucid-pair", "https"), "it does not begin with lucid-pair://"),
        (LINE[:-1], "its device is not whole"),
        (LINE[: LINE.index("&device=")], "its device is missing"),
        (LINE[: LINE.index("evice=")], "its device is missing"),
        (LINE[: LINE.index("&token=") + 4], "its token and device are missing"),
        (LINE[:30], "its key, token and device are missing"),
        (LINE.replace(":80", ""), "of its address, it has no port"),
        (LINE.replace(":80", ":81"), "its port is not 80"),
        (LINE.replace(":80", ":80/more"), "there is more in it than there should be"),
        (f"{LINE}#more", "there is more in it than there should be"),
        (LINE.replace(HOST, "127.0.0.1"), "of its address, it is no onion address"),
        (
            LINE.replace(HOST, f"a@{HOST}"),
            "of its address, it is no whole onion address",
        ),
        (LINE.replace(TOKEN, TOKEN[:-1]), "its token is not whole"),
        (LINE.replace(CLIENT_KEY, CLIENT_KEY[:-1]), "its key is not whole"),
        (LINE.replace("key=", "kex="), "its key is missing"),
        (f"{LINE}&key={CLIENT_KEY}", "key, token and device must each be there once"),
        (f"{LINE}&more=1", "key, token and device must each be there once"),
        (LINE + "&" * 600, "it is too long"),
        (f"lucid-pair://[::1?{LINE.partition('?')[2]}", "it is not whole"),
    ],
)
def test_everything_else_is_refused(line: str, reason: str) -> None:
    """A line that is not whole is refused, with what is wrong about it, and without its secrets."""
    with pytest.raises(PairingMalformed) as refusal:
        read_pairing(line)
    assert refusal.value.facts == {"reason": reason}


@given(st.text(max_size=600) | st.text(max_size=300).map("lucid-pair://".__add__))
def test_any_text_is_refused_with_a_sentence(line: str) -> None:
    """No text leads to anything but a pairing or its refusal."""
    with pytest.raises(PairingMalformed):
        read_pairing(line)


@given(st.data())
def test_a_changed_letter_never_pairs_with_another_address(data: st.DataObject) -> None:
    """A line in which one letter differs is refused, or names the same address all the same."""
    place = data.draw(st.integers(0, len(LINE) - 1))
    letter = data.draw(st.characters(codec="ascii"))
    try:
        pairing = read_pairing(LINE[:place] + letter + LINE[place + 1 :])
    except PairingMalformed:
        return
    assert pairing.host == HOST
