"""Hosting by Tor from the command line: how to connect is said once somebody can, with the key that it takes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import zxingcpp

from core.api.events import RequestFinished
from core.api.hosting import Hosting, HostingChanged, HostSession, Invitation, Observing
from core.api.network import ServicePhase
from core.cli.host import host
from core.cli.invitation_text import connect_line
from core.errors import UsageFailure
from tests.core.cli.conftest import SESSION_ID, Talk, Typist, invocation
from tests.core.cli.hosted_talk import HOSTED, engine, hosted, when

ADDRESS, KEY = "a" * 56, "A" * 52
ONION = Invitation(
    f"{ADDRESS}.onion:3389",
    "7KQM-4RTX",
    "ab" * 32,
    0,
    f"lucid://{ADDRESS}.onion:3389?code=7KQM-4RTX&sha256={'ab' * 32}&key={KEY}",
    KEY,
)


def by_tor(reach: ServicePhase, **changes: object) -> Hosting:
    """Make a hosted session that is reached by Tor."""
    return replace(HOSTED, invitation=ONION, reach=reach, **changes)  # type: ignore[arg-type]


def test_by_tor_it_says_how_to_connect_once_somebody_can(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is on stdout before; then address, key and a command through Tor are."""
    port = engine(HostSession=by_tor(ServicePhase.PUBLISHING))
    before: list[str] = []

    def reached() -> None:
        if not before:  # the session is there, and not the answer to its end
            before.append(capsys.readouterr().out)
        port.emit(HostingChanged(by_tor(ServicePhase.REACHABLE)))

    with talk(port) as conversation:
        when(port, RequestFinished, reached)
        when(port, HostingChanged, lambda: typist.type("end"))
        host(conversation, invocation("session", "host"))
    assert before[0] == ""
    assert capsys.readouterr().out.splitlines()[:7] == [
        f"session       {SESSION_ID}",
        f"address       {ONION.address}",
        f"code          {ONION.code}",
        f"certificate   SHA-256 {ONION.certificate_sha256}",
        f"link          {ONION.link}",
        f"for any tor   {ADDRESS}:descriptor:x25519:{KEY}",
        f"connect with  {connect_line(ONION, 1280, 720)}",
    ]
    assert "/proxy:socks5://127.0.0.1:9050 /u:NAME" in connect_line(ONION, 1280, 720)


def test_a_way_that_is_lost_and_found_is_said(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also that somebody who may watch can come, and that nobody can because of wrong codes."""
    watching = Observing(reach=ServicePhase.PUBLISHING)
    changes = [
        by_tor(ServicePhase.WAITING),
        by_tor(ServicePhase.PUBLISHING),
        by_tor(ServicePhase.REACHABLE, observing=watching),
        by_tor(ServicePhase.REACHABLE, observing=replace(watching, reach=ServicePhase.REACHABLE)),
        by_tor(ServicePhase.REACHABLE, locked_until_utc_ms=1_763_820_000_000),
    ]

    def shield(_: object) -> None:
        for each in changes:  # while a line is carried out: nothing of it is missed
            port.emit(HostingChanged(each))

    port = engine(HostSession=by_tor(ServicePhase.REACHABLE), Shield=shield)
    typist.type("shield on")
    hosted(talk, port, "--seconds", "0.5")
    said = [each for each in capsys.readouterr().err.splitlines() if "Type:" not in each]
    assert said == [
        "Tor no longer leads to this session; it goes on, and its address stays.",
        "Tor leads to this session again.",
        "The observer's address can be reached now.",
        "The door is locked until 2025-11-22 14:00:00 UTC: too many codes were wrong. A new code opens it.",
    ]


def test_an_onion_invitation_is_an_object_with_its_key(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Programs get the line for tor too."""
    typist.type("end")
    hosted(talk, engine(HostSession=by_tor(ServicePhase.REACHABLE)), "--json")
    (line,) = capsys.readouterr().out.splitlines()
    members = json.loads(line)
    assert members["client_key"] == KEY
    assert members["client_auth"] == f"{ADDRESS}:descriptor:x25519:{KEY}"


BLOCKS = {
    " ": (0, 0),
    "\u2580": (1, 0),
    "\u2584": (0, 1),
    "\u2588": (1, 1),
}  # which halves are light


def test_the_link_is_drawn_where_asked(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a QR code that a camera reads, in 80 columns and in colours of its own; to a program nothing is drawn."""
    typist.type("end")
    port = engine(HostSession=by_tor(ServicePhase.REACHABLE))
    hosted(talk, port, "--qr")
    coloured = re.compile("\x1b\\[97;40m([^\x1b]*)\x1b\\[0m")
    lines = [
        each[1] for each in map(coloured.fullmatch, capsys.readouterr().out.splitlines()) if each
    ]
    assert {len(each) for each in lines} == {len(lines[0])}
    assert len(lines[0]) <= 80
    rows = [[BLOCKS[each][half] for each in line] for line in lines for half in (0, 1)]
    large = [bytes(255 * each for each in row for _ in range(4)) for row in rows for _ in range(4)]
    picture = memoryview(b"".join(large)).cast("B", (len(large), len(large[0])))
    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [ONION.link]
    with pytest.raises(UsageFailure):
        hosted(talk, port, "--qr", "--json")


def test_a_session_can_be_kept_on_this_machine(talk: Talk, typist: Typist) -> None:
    """That is asked for by --local."""
    typist.type("end")
    port = engine()
    hosted(talk, port, "--local")
    assert [each.is_local for each in port.sent(HostSession)] == [True]
