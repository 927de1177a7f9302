"""Tests of core.onion.torrc."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.network import Bridge, BridgeKind
from core.errors import BridgeMalformed, TorRefused
from core.onion.bridges import read_bridges
from core.onion.torrc import TorPlaces, read_network_lines, write_torrc
from core.recording.child import child_environment
from tests.core.onion.test_bridges import OBFS4, PLAIN, SNOWFLAKE

OPTIONS = {
    "ClientOnly",
    "ORPort",
    "ExitRelay",
    "PublishServerDescriptor",
    "DNSPort",
    "TransPort",
    "NATDPort",
    "HTTPTunnelPort",
    "SocksPort",
    "ControlSocket",
    "CookieAuthentication",
    "CookieAuthFile",
    "DataDirectory",
    "__OwningControllerProcess",
    "SafeLogging",
    "Log",
    "AvoidDiskWrites",
    "DisableDebuggerAttachment",
    "VanguardsLiteEnabled",
    "DormantTimeoutEnabled",
}
AUTHORITY = (
    "DirAuthority auth0 orport=5000 no-v2 v3ident=" + "A1" * 20 + " 127.0.0.1:7000 " + "B2" * 20
)
TRANSPORTS = {
    BridgeKind.OBFS4: "/usr/bin/obfs4proxy",
    BridgeKind.SNOWFLAKE: "/usr/bin/snowflake-client",
}


def _written(
    places: TorPlaces, *, bridges: tuple[Bridge, ...] = (), lines: tuple[str, ...] = ()
) -> str:
    return write_torrc(
        places,
        run_descriptor=7,
        owner=os.getpid(),
        bridges=bridges,
        transports=TRANSPORTS,
        network_lines=lines,
    )


def test_tor_takes_it(tmp_path: Path) -> None:
    """The real tor finds the whole configuration valid, in a deep directory with spaces and quotes in its name."""
    deep = tmp_path / ("a deep directory, " * 8) / 'with "quotes" and \\ in it'
    deep.mkdir(parents=True, mode=0o700)
    places = TorPlaces(deep, deep / "data")
    descriptor = os.open(deep, os.O_RDONLY)
    try:
        text = write_torrc(
            places,
            run_descriptor=descriptor,
            owner=os.getpid(),
            bridges=read_bridges(f"{OBFS4}\n{SNOWFLAKE}\n{PLAIN}"),
            transports=TRANSPORTS,
            network_lines=("TestingTorNetwork 1", AUTHORITY, "DisableNetwork 1"),
        )
        places.torrc.write_text(text)
        checked = subprocess.run(
            ["tor", "--defaults-torrc", os.devnull, "-f", str(places.torrc), "--verify-config"],
            capture_output=True,
            text=True,
            pass_fds=(descriptor,),
            check=False,
            env=child_environment() | {"PATH": f"{os.environ['PATH']}:/usr/sbin"},
            timeout=30,
        )
    finally:
        os.close(descriptor)
    assert "Configuration was valid" in checked.stdout, checked.stdout
    assert checked.returncode == 0


def test_it_is_an_onion_only_client(tmp_path: Path) -> None:
    """Nothing but the SOCKS port and the control socket is opened, both Unix sockets, and no relay is configured."""
    lines = _written(TorPlaces(tmp_path, tmp_path / "data")).splitlines()
    options = dict(line.split(" ", 1) for line in lines)
    assert set(options) == OPTIONS
    assert len(lines) == len(OPTIONS)
    assert options["SocksPort"] == (
        'unix:"/proc/self/fd/7/./socks" OnionTrafficOnly IsolateSOCKSAuth ExtendedErrors'
    )
    assert options["ControlSocket"] == '"/proc/self/fd/7/./control"'
    closed = ("ORPort", "DNSPort", "TransPort", "NATDPort", "HTTPTunnelPort", "ExitRelay")
    assert [options[name] for name in closed] == ["0"] * len(closed)
    on = ("ClientOnly", "CookieAuthentication", "SafeLogging", "VanguardsLiteEnabled")
    assert [options[name] for name in on] == ["1"] * len(on)


def test_bridges_and_their_programs_are_configured(tmp_path: Path) -> None:
    """Each bridge has a line, and each transport that is used its program; without bridges there are neither."""
    text = _written(TorPlaces(tmp_path, tmp_path), bridges=read_bridges(f"{OBFS4}\n{PLAIN}"))
    assert "UseBridges 1\nClientTransportPlugin obfs4 exec /usr/bin/obfs4proxy\n" in text
    assert f"Bridge {OBFS4}\nBridge {PLAIN}\n" in text
    assert "snowflake" not in text
    assert "Bridge" not in _written(TorPlaces(tmp_path, tmp_path))


@pytest.mark.parametrize(
    "lines",
    [
        ("SocksPort 9050", "DisableNetwork 1"),
        ("TestingTorNetwork 1",),
        ("DisableNetwork 0",),
        ("DisableNetwork 1\nSocksPort 9050",),
        ("DisableNetwork 1 # so it is",),
        ("DisableNetwork 1 \\",),
        ("DisableNetwork",),
        ("%include other", "DisableNetwork 1"),
        ("+DirAuthority x", "DisableNetwork 1"),
        ('DirAuthority "x"',),
        ("ControlPort 9051", AUTHORITY),
        ("ClientTransportPlugin obfs4 exec program", AUTHORITY),
    ],
)
def test_a_private_network_says_nothing_else(lines: tuple[str, ...]) -> None:
    """Lines of a private network name no port, program or file, and never leave Tor's own network in place."""
    with pytest.raises(TorRefused):
        read_network_lines(lines)


def test_a_private_network_is_read() -> None:
    """Its lines are taken in the spelling of tor's manual; comments and empty lines are left out."""
    lines = ("# made today", "", "testingtornetwork 1", f"  {AUTHORITY}  ")
    assert read_network_lines(lines) == ["TestingTorNetwork 1", AUTHORITY]


def test_what_torrc_cannot_say_is_refused(tmp_path: Path) -> None:
    """A directory with a line break in its name, a relative one, a program with a space: refused, not escaped."""
    with pytest.raises(TorRefused):
        _written(TorPlaces(tmp_path, tmp_path / "a\nSocksPort 9050"))
    with pytest.raises(TorRefused):
        _written(TorPlaces(tmp_path, Path("data")))
    bridge = read_bridges(OBFS4)
    with pytest.raises(TorRefused):
        write_torrc(
            TorPlaces(tmp_path, tmp_path),
            run_descriptor=7,
            owner=1,
            bridges=bridge,
            transports={BridgeKind.OBFS4: "/opt/two words"},
        )
    forged = Bridge(BridgeKind.PLAIN, "192.0.2.1:443", "192.0.2.1:443\nSocksPort 9050\n#")
    with pytest.raises(BridgeMalformed):
        _written(TorPlaces(tmp_path, tmp_path), bridges=(forged,))


ANYTHING = st.text(
    st.one_of(st.characters(), st.sampled_from('"\\\n\r\t #%')), min_size=1, max_size=40
).filter(lambda text: "\0" not in text and "/" not in text)


@given(ANYTHING, st.lists(ANYTHING, max_size=3), ANYTHING)
def test_no_value_brings_an_option_along(name: str, lines: list[str], bridge: str) -> None:
    """Whatever a path, a network line or a bridge is, it is refused or says its own option only."""
    places = TorPlaces(Path("/run"), Path("/data") / name)
    given = ("DisableNetwork 1", *lines)
    try:
        text = _written(places, bridges=(Bridge(BridgeKind.PLAIN, "", bridge),), lines=given)
    except (TorRefused, BridgeMalformed):
        return
    for line in text.splitlines():
        assert line.split(" ")[0] in OPTIONS | {
            "UseBridges",
            "Bridge",
            "ClientTransportPlugin",
            "DisableNetwork",
        } | {entry.split()[0] for entry in read_network_lines(given)}


@given(ANYTHING)
def test_a_path_is_quoted_as_it_is(name: str) -> None:
    """The quoted path reads back as the path, or it is refused."""
    places = TorPlaces(Path("/run"), Path("/data") / name)
    try:
        text = _written(places)
    except TorRefused:
        return
    (line,) = [each for each in text.split("\n") if each.startswith("DataDirectory ")]
    assert shlex.split(line.removeprefix("DataDirectory "), posix=True) == [str(places.data)]
