"""The image's firewall, loaded as it is into a network of its own: only what tor's user sends comes out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Tried = Callable[[str], dict[str, Any]]

ROOT = Path(__file__).parents[2]
RULES = ROOT / "image-build/pi/overlays/network/etc/nftables.conf"
EVERYTHING_OUT = {
    *("tcp4 443", "tcp4 9001", "tcp6 9001"),
    *("udp4 123", "udp4 4433", "udp4 53", "udp4 5353", "udp4 67 hops 1", "udp4 67 hops 64"),
    *("udp6 123", "udp6 53", "udp6 5353", "udp6 547"),
    *("icmp4 8", "icmp6 128", "icmp6 136/77", "ip4 132", "ip4 47"),
}
EVERYTHING_IN = {
    *("tcp4 9002", "tcp6 9002", "taken by TCP", "taken by UDP"),
    *(
        "tcp4 9005",
        "tcp6 9005",
        "icmp4 3/3",
        "icmp6 1/4",
    ),  # refused by the kernel, and that is heard
    *("icmp4 0", "icmp6 129"),
}
OTHERS = ("root", "debian-tor", "systemd-timesync", "lucid")


def through_the_firewall(directory: Path, user: str, rules: str = str(RULES)) -> dict[str, Any]:
    """Try everything as a user, from a machine whose list of users says that it is that one."""
    users = directory / "users"
    numbers = {name: 900 + at for at, name in enumerate(OTHERS)} | {user: 0}
    lines = [f"{name}:x:{number}:{number}::/:/bin/false\n" for name, number in numbers.items()]
    users.write_text("".join(lines), "ascii")
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    program = [sys.executable, "-m", "tests.fakes.firewalled_network", rules, str(users)]
    run = ["unshare", *own, "--net", "--mount", "--", *program]
    said = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, timeout=60)
    found = json.loads(said.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def through_it(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """Give what tries everything as a user, once for each."""
    directory = tmp_path_factory.mktemp("firewall")
    return cache(lambda user: through_the_firewall(directory, user))


def test_without_rules_everything_gets_through(tmp_path: Path) -> None:
    """What the other tests look for is seen where nothing holds it: so they can fail."""
    found = through_the_firewall(tmp_path, "lucid", "-")
    assert set(found["out"]) == EVERYTHING_OUT
    assert set(found["in"]) == EVERYTHING_IN
    assert found["through"] == ["udp4 9004"]


@pytest.mark.parametrize(
    ("user", "passes"),
    [
        ("lucid", set()),
        ("root", {"udp4 67 hops 1", "udp6 547"}),
        ("systemd-timesync", {"udp4 123", "udp6 123"}),
    ],
)
def test_nobody_but_tor_leaves(through_it: Tried, user: str, passes: set[str]) -> None:
    """The engine's user and root reach nobody: no TCP, no UDP, no name server; DHCP and time stay in their bounds."""
    found = through_it(user)
    assert set(found["out"]) == passes
    assert found["answered"] == []
    assert found["counters"]["refused_out"] >= len(EVERYTHING_OUT - passes)


def test_tor_leaves_and_hears_the_answer(through_it: Tried) -> None:
    """Tor's user connects by IPv4 and IPv6, finds its neighbours, and is answered; it sends nothing but TCP and UDP."""
    found = through_it("debian-tor")
    assert found["answered"] == ["10.84.0.2", "fd84::2"]
    assert set(found["out"]) == {each for each in EVERYTHING_OUT if each.startswith(("tcp", "udp"))}


@pytest.mark.parametrize("user", OTHERS)
def test_nothing_enters(through_it: Tried, user: str) -> None:
    """Nothing that somebody begins from outside is taken, answered or refused aloud, whoever listens."""
    found = through_it(user)
    assert found["in"] == []
    assert found["through"] == []
    assert found["counters"]["refused_in"] >= 10
    assert found["counters"]["refused_through"] == 1


def test_loopback_is_open(through_it: Tried) -> None:
    """The appliance's own programs reach each other on it."""
    found = through_it("lucid")
    assert found["loopback"] == ["127.0.0.1", "::1"]


def test_the_rules_name_users_of_the_image() -> None:
    """Only tor, the clock and DHCP are named; each exception to "nothing" is one of theirs."""
    named = re.findall(r'^define \w+ = "([^"]+)"', RULES.read_text("utf-8"), re.MULTILINE)
    assert named == ["debian-tor", "systemd-timesync", "root"]


def test_nothing_asks_for_the_time_by_name() -> None:
    """Timesyncd is left no server with a name, which it could not look up."""
    settings = RULES.parent / "systemd/timesyncd.conf.d/lucid.conf"
    lines = settings.read_text("ascii").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "[Time]",
        "NTP=",
        "FallbackNTP=",
    ]
