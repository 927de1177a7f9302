"""Tests of core.transport.guard, each in a process of its own: a guard is never taken away again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

_TRY = """
import asyncio, json, socket, sys
from core.errors import AddressRefused
from core.transport.guard import forbid_clearnet

forbid_clearnet()
forbid_clearnet()  # once more changes nothing

def tried(work):
    try:
        exec(work, {"socket": socket, "asyncio": asyncio})
    except AddressRefused as refusal:
        return ["refused", refusal.facts["address"]]
    except OSError as error:
        return [type(error).__name__, ""]
    return ["passed", ""]

outcomes = [tried(work) for work in json.loads(sys.argv[1])]
"""
# What left, or would have left if there had been a way: the kernel's own figures (proc(5), RFC 1213).
_COUNT = """
counted = {"OutRequests", "OutNoRoutes", "ActiveOpens", "OutDatagrams"}
figures = 0
lines = open("/proc/net/snmp").read().splitlines()
for names, values in zip(lines[::2], lines[1::2]):
    found = dict(zip(names.split(), values.split()))
    figures += sum(int(found[each]) for each in counted & found.keys())
for line in open("/proc/net/snmp6"):
    name, value = line.split()
    figures += int(value) if name in {"Ip6OutRequests", "Ip6OutNoRoutes"} else 0
outcomes.append([str(figures), ""])
"""
_TELL = "print(json.dumps(outcomes))"

_STREAM = "socket.socket(socket.AF_INET)"
_PACKETS = "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
# Each says of itself that it is this machine, or nothing at all, or no socket of a network.
_LYING = """
class Host(str):
    __hash__ = lambda self: hash("")
    __eq__ = lambda self, other: other == ""
    __str__ = lambda self: "127.0.0.1"
class Bytes(bytes):
    __hash__ = lambda self: hash(b"")
    __eq__ = lambda self, other: other == b""
    decode = lambda self, *_: "127.0.0.1"
class Pair(tuple):
    __getitem__ = lambda self, _: "127.0.0.1"
class Stream(socket.socket):
    family = socket.AF_UNIX
    getsockname = lambda self: ("127.0.0.1", 1)
"""
REFUSED = {
    f"{_STREAM}.connect(('192.0.2.1', 80))": "192.0.2.1",
    f"{_STREAM}.connect_ex(('192.0.2.1', 80))": "192.0.2.1",
    "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))": "2001:db8::1",
    "socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', 80))": "::ffff:127.0.0.1",
    f"{_STREAM}.connect(('localhost', 80))": "localhost",
    f"{_PACKETS}.sendto(b'x', ('192.0.2.1', 53))": "192.0.2.1",
    f"{_PACKETS}.sendto(b'x', 0, ('192.0.2.1', 53))": "192.0.2.1",
    f"{_PACKETS}.sendmsg([b'x'], [], 0, ('192.0.2.1', 53))": "192.0.2.1",
    f"{_PACKETS}.connect(('192.0.2.1', 53))": "192.0.2.1",
    f"{_STREAM}.bind(('', 0))": "",
    f"{_STREAM}.bind(('0.0.0.0', 0))": "0.0.0.0",  # noqa: S104 - it is refused
    "socket.create_server(('', 0))": "",
    "socket.create_connection(('192.0.2.1', 80), 1)": "192.0.2.1",
    "socket.getaddrinfo('example.org', 80)": "example.org",
    "socket.getaddrinfo(b'example.org', 80)": "example.org",
    "socket.getaddrinfo('localhost', 80)": "localhost",
    "socket.gethostbyname('example.org')": "example.org",
    "socket.gethostbyname_ex('example.org')": "example.org",
    "socket.gethostbyaddr('192.0.2.1')": "192.0.2.1",
    "socket.getnameinfo(('192.0.2.1', 80), 0)": "192.0.2.1",
    "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)": "family 17",
    f"{_STREAM}.listen()": "0.0.0.0",  # noqa: S104 - it is refused
    f"{_STREAM}.listen(5)": "0.0.0.0",  # noqa: S104 - it is refused
    "socket.socket(socket.AF_INET6).listen()": "::",
    "socket.socket(socket.AF_INET, socket.SOCK_RAW, 17)": "kind 3, protocol 17",
    "socket.socket(socket.AF_INET6, socket.SOCK_RAW, 255)": "kind 3, protocol 255",
    "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)": "kind 1, protocol 132",
    f"{_LYING}{_STREAM}.connect((Host('192.0.2.1'), 80))": "192.0.2.1",
    f"{_LYING}{_STREAM}.connect(Pair(('192.0.2.1', 80)))": "192.0.2.1",
    f"{_LYING}{_STREAM}.bind((Bytes(b'192.0.2.1'), 0))": "192.0.2.1",
    f"{_LYING}Stream(socket.AF_INET).connect(('192.0.2.1', 80))": "192.0.2.1",
    f"{_LYING}Stream(socket.AF_INET).listen()": "0.0.0.0",  # noqa: S104 - it is refused
    f"{_LYING}socket.getaddrinfo(Host('example.org'), 80)": "example.org",
    f"{_LYING}socket.getaddrinfo(Bytes(b'example.org'), 80)": "example.org",
    f"{_STREAM}.connect((bytearray(b'192.0.2.1'), 80))": "192.0.2.1",
    "asyncio.run(asyncio.open_connection('example.org', 80))": "example.org",
    "asyncio.run(asyncio.open_connection('192.0.2.1', 80))": "192.0.2.1",
    "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')": "192.0.2.1",
    "import requests; requests.get('https://example.org/')": "example.org",
}
# The system's own call looks a name up before Python tells of it: then there is nobody to ask.
UNKNOWN = [
    f"{_STREAM}.connect(('example.org', 80))",
    f"{_PACKETS}.sendto(b'x', ('example.org', 53))",
    f"{_STREAM}.bind(('example.org', 0))",
]
PASSED = [
    """
listener = socket.create_server(('127.0.0.1', 0))
stream = socket.create_connection(listener.getsockname())
stream.sendall(b'x'); stream.sendmsg([b'x'])
socket.socket(fileno=stream.detach()).close()
""",
    """
listener = socket.create_server(('::1', 0), family=socket.AF_INET6)
socket.create_connection(listener.getsockname()[:2]).close()
""",
    """
listener = socket.socket(socket.AF_INET); listener.bind(('127.0.0.1', 0)); listener.listen(1)
socket.create_connection(listener.getsockname()).close()
""",
    """
packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
packets.bind(('127.0.0.1', 0)); packets.sendto(b'x', packets.getsockname())
""",
    """
import os, tempfile
with tempfile.TemporaryDirectory() as directory:
    listener = socket.socket(socket.AF_UNIX); listener.bind(directory + '/s'); listener.listen()
    socket.socket(socket.AF_UNIX).connect(directory + '/s')
""",
    "one, other = socket.socketpair(); socket.send_fds(one, [b'x'], [0])",
    "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).bind((0, 0))",
    "socket.getaddrinfo('127.0.0.1', 80); socket.getaddrinfo(None, 80)",
]


def attempt(*works: str, before: tuple[str, ...] = (), code: str = _TRY) -> list[list[str]]:
    """Try each in one child process that is guarded; tells what became of each, and of which address."""
    done = subprocess.run(
        [*before, sys.executable, "-W", "ignore", "-c", code + _TELL, json.dumps(works)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes: list[list[str]] = json.loads(done.stdout)
    return outcomes


def test_what_leads_away_is_refused() -> None:
    """A connection, a packet, a listener or a look-up beyond this machine is refused, and its address named."""
    outcomes = dict(zip(REFUSED, attempt(*REFUSED), strict=True))
    assert outcomes == {work: ["refused", address] for work, address in REFUSED.items()}


def test_no_name_is_asked_for() -> None:
    """A name that is given to a socket is unknown, without anybody being asked about it."""
    assert attempt(*UNKNOWN) == [["gaierror", ""]] * len(UNKNOWN)


def test_this_machine_is_open() -> None:
    """Loopback, Unix sockets, descriptors on their way and the kernel are reached as ever."""
    assert attempt(*PASSED) == [["passed", ""]] * len(PASSED)


def test_nothing_is_sent_before_it_is_refused() -> None:
    """In a network of its own, whose counters start at nothing, no packet is so much as tried.

    Names of this machine are left out: where it has several addresses, the C library looks which one has a way, and
    that is counted.
    """
    elsewhere = [each for each in (*REFUSED, *UNKNOWN) if "'localhost'" not in each]
    counted = _TRY + _COUNT
    alone = ("unshare", "--user", "--map-root-user", "--net")
    unguarded = counted.replace("\nforbid_clearnet()", "\n")
    connecting = f"{_STREAM}.connect(('192.0.2.1', 80))"
    assert int(attempt(connecting, before=alone, code=unguarded)[-1][0]) > 0
    assert attempt(*elsewhere, before=alone, code=counted)[-1] == ["0", ""]


@pytest.mark.parametrize(
    "start",
    [
        "import core.cli.main; core.cli.main.run()",
        "import core.chain.node.program; core.chain.node.program.run(['--help'])",
    ],
)
def test_our_programs_are_guarded(start: str) -> None:
    """The ``lucid`` command and the chain's node stand under the guard from their start."""
    code = (
        "import socket, sys\n"
        "sys.argv = ['lucid', '--version']\n"
        f"try:\n    {start}\nexcept SystemExit:\n    pass\n"
        "socket.socket(socket.AF_INET).connect(('192.0.2.1', 80))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "AddressRefused" in done.stderr
