"""What the client of a joined session is told, and which walls are around it."""

from __future__ import annotations

import pytest

from core.remote import namespaces as inside
from core.remote.joined_programs import (
    CLIENT,
    LINE,
    Target,
    client_name,
    client_options,
    joined_programs,
)
from core.remote.programs import Lines

TARGET = Target("127.0.0.1:3389", "ab" * 32, "anna")


def test_the_certificate_is_the_pinned_one() -> None:
    """Any other certificate is denied, and none is ever ignored or taken on trust."""
    (option,) = [each for each in client_options(TARGET, (1280, 720)) if each.startswith("/cert")]
    kinds, *pins = option.removeprefix("/cert:").split(",")
    assert kinds == "deny"
    assert pins == [
        f"fingerprint:sha256:{':'.join(['ab'] * 32)}",
        f"fingerprint:sha256:{'ab' * 32}",
    ]


def test_nothing_but_a_desktop_is_asked_for() -> None:
    """No clipboard, drive, printer, sound or further channel is opened, and nobody is connected again."""
    options = client_options(TARGET, (1280, 720))
    assert {"-clipboard", "-auto-reconnect"} <= set(options)
    opened = ("/drive", "/sound", "/microphone", "/printer", "/smartcard", "/usb", "/vc", "/dvc")
    assert not [each for each in options if each.startswith((*opened, "+"))]


def test_no_secret_and_no_address_is_on_a_command_line() -> None:
    """The client finds a socket, and reads its password."""
    programs = joined_programs(
        "bwrap",
        "xfreerdp",
        Lines(3, 4, 5),
        size=(1280, 720),
        version=20210723,
        target=TARGET,
        secret=12,
    )
    assert [each.name for each in programs] == ["xorg", "gate", CLIENT]
    client = programs[-1]
    words = " ".join(client.command)
    assert "/from-stdin:force" in words
    assert f"/v:{LINE}" in words
    assert TARGET.address not in words
    assert "/p:" not in words
    assert client.inherits == (12,)


def test_the_client_has_no_network_and_sees_no_front() -> None:
    """Its cell has a network of its own; of the front, the settings and the code it sees nothing."""
    client = joined_programs(
        "bwrap",
        "xfreerdp",
        Lines(3, 4, 5),
        size=(1280, 720),
        version=20210723,
        target=TARGET,
        secret=12,
    )[-1]
    words = list(client.command)
    assert {"--unshare-net", "--unshare-ipc", "--unshare-pid"} <= set(words)
    covered = {words[at + 1] for at, word in enumerate(words) if word == "--tmpfs"}
    assert {inside.FRONT, inside.SETTINGS, inside.CODE, inside.SOCKETS} <= covered


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("anna", "anna"),
        ("the kiosk in the hall", "the kiosk in th"),
        ("a\nb", "ab"),
        ("domain\\anna@host", "domainannahost"),
        ("", "peer"),
        ("\u202e", "peer"),
        ("😀" * 9, "😀" * 7),
    ],
)
def test_a_name_fits_the_protocol(name: str, cut: str) -> None:
    """A client's name has at most 15 UTF-16 units, all of which can be shown."""
    assert client_name(name) == cut
