"""One transport: nothing in core or the kiosk opens a connection, listens or looks a name up but core.transport."""

from __future__ import annotations

import pytest

from tests.architecture.network_uses import ROOT, in_python, in_qml, tracked

_POD = (
    "a program in a session's pod, which has a network of its own and nothing of the rest of core"
)
# What is found in a file, and why it may stand there. What is not found any more must go from here.
ALLOWED: dict[str, dict[str, str]] = {
    "core/remote/gate/gate.py": {
        "socket.socket": f"xrdp's display, a Unix socket: {_POD}",
        ".connect": f"xrdp's display, a Unix socket: {_POD}",
    },
    "core/remote/channels/channels.py": {
        "socket.socket": f"the session's channels, a Unix socket: {_POD}",
        ".connect": f"the session's channels, a Unix socket: {_POD}",
    },
    "core/remote/lines/wire.py": {
        "socket.socket": f"listens for xrdp at a Unix socket: {_POD}",
        ".bind": f"listens for xrdp at a Unix socket: {_POD}",
    },
    "core/remote/observer/observer.py": {
        "socket.socket": f"listens for xrdp at a Unix socket: {_POD}",
        ".bind": f"listens for xrdp at a Unix socket: {_POD}",
    },
    "core/remote/watcher/x_wire.py": {
        "socket.socket": f"the session's X display, a Unix socket: {_POD}",
        ".connect": f"the session's X display, a Unix socket: {_POD}",
    },
    "lucid_gui/shell/signals.py": {
        ".connect": "a signal of Qt's, whose notifier reads a pair of sockets",
    },
    "core/chain/connection.py": {
        "import web3.HTTPProvider": "it is given a session that reaches this machine only",
    },
}


def name_of(path: object) -> str:
    """Name a file the way a person would."""
    return str(path).removeprefix(f"{ROOT}/")


PYTHON = [
    path for path in tracked("core/*.py", "lucid_gui/*.py") if "core/transport/" not in str(path)
]


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_only_the_transport_touches_the_network(path: object) -> None:
    """A module uses no network of its own but what it is allowed, and each allowance is still needed."""
    found = in_python(open_text(path))
    assert found == set(ALLOWED.get(name_of(path), {}))


@pytest.mark.parametrize("path", tracked("lucid_gui/*.qml"), ids=name_of)
def test_the_kiosks_screens_load_nothing(path: object) -> None:
    """No screen imports a network, asks a server or names a picture on one."""
    assert in_qml(open_text(path)) == set()


def test_every_allowance_is_for_a_file() -> None:
    """A file that is gone, or is not looked at, is allowed nothing."""
    assert set(ALLOWED) <= {name_of(path) for path in PYTHON}
    assert all(reason for allowed in ALLOWED.values() for reason in allowed.values())


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("import requests", "import requests"),
        ("import http.client", "import http.client"),
        ("from http import client", "import http.client"),
        ("from http.client import HTTPConnection", "import http.client"),
        ("import urllib.request", "import urllib.request"),
        ("from urllib import request, parse", "import urllib.request"),
        ("import httpx as x", "import httpx"),
        ("import aiohttp", "import aiohttp"),
        ("from aiohttp import ClientSession", "import aiohttp"),
        ("from aiohttp.client import ClientSession", "import aiohttp"),
        ("import websockets.client", "import websockets"),
        ("import ftplib, smtplib", "import smtplib"),
        ("import dns.resolver", "import dns"),
        ("import socketserver", "import socketserver"),
        ("import telnetlib", "import telnetlib"),
        ("import urllib3", "import urllib3"),
        ("import xmlrpc.client", "import xmlrpc"),
        ("from PySide6 import QtNetwork", "import PySide6.QtNetwork"),
        ("from PySide6.QtWebSockets import QWebSocket", "import PySide6.QtWebSockets"),
        ("import PySide6.QtWebEngineCore", "import PySide6.QtWebEngineCore"),
        ("from web3 import HTTPProvider", "import web3.HTTPProvider"),
        ("from web3 import AsyncHTTPProvider", "import web3.AsyncHTTPProvider"),
        ("from web3.providers import IPCProvider", "import web3.IPCProvider"),
        ("import importlib; importlib.import_module('requests')", "import requests"),
        ("__import__('http.client')", "import http.client"),
        ("import socket; socket.create_connection(a)", "socket.create_connection"),
        ("import socket as s; s.create_server(a)", "socket.create_server"),
        ("from socket import create_connection as c; c(a)", "socket.create_connection"),
        ("from socket import *", "from socket import *"),
        ("import socket; socket.getaddrinfo(h, 80)", "socket.getaddrinfo"),
        ("import socket; look = socket.getaddrinfo", "socket.getaddrinfo"),
        ("import socket; socket.gethostbyname(h)", "socket.gethostbyname"),
        ("import socket; socket.gethostbyname_ex(h)", "socket.gethostbyname_ex"),
        ("import socket; socket.gethostbyaddr(h)", "socket.gethostbyaddr"),
        ("import socket; socket.getfqdn()", "socket.getfqdn"),
        ("import socket; socket.socket()", "socket.socket"),
        ("import socket; socket.socket(socket.AF_INET)", "socket.socket"),
        ("import socket; socket.socket(socket.AF_UNIX)", "socket.socket"),
        ("import socket; make = socket.socket; make()", "socket.socket"),
        ("from socket import socket; socket()", "socket.socket"),
        ("from _socket import socket; socket()", "import _socket"),
        ("import socket; stream.connect(address)", ".connect"),
        ("import socket; stream.connect_ex(address)", ".connect_ex"),
        ("import socket; stream.sendto(b'', address)", ".sendto"),
        ("import socket; stream.bind(address)", ".bind"),
        ("import asyncio; asyncio.open_connection(h, 80)", "asyncio.open_connection"),
        ("from asyncio import open_connection as o; o(h, 80)", "asyncio.open_connection"),
        ("import asyncio; asyncio.open_connection(sock=None)", "asyncio.open_connection"),
        ("import asyncio; asyncio.open_unix_connection(p)", "asyncio.open_unix_connection"),
        ("import asyncio; asyncio.start_server(f, h, 80)", "asyncio.start_server"),
        ("import asyncio; asyncio.start_unix_server(f, p)", "asyncio.start_unix_server"),
        ("loop.create_server(f, h, 80)", ".create_server"),
        ("loop.create_unix_server(f, p)", ".create_unix_server"),
        ("loop.create_connection(f, h, 80)", ".create_connection"),
        ("loop.create_unix_connection(f, p)", ".create_unix_connection"),
        ("loop.create_datagram_endpoint(f, local_addr=a)", ".create_datagram_endpoint"),
        ("loop.sock_connect(stream, a)", ".sock_connect"),
        ("loop.sock_sendto(stream, b'', a)", ".sock_sendto"),
        ("loop.getaddrinfo(h, 80)", ".getaddrinfo"),
        ("loop.getnameinfo(a)", ".getnameinfo"),
        ("from stem.control import Controller; Controller.from_port()", ".from_port"),
        (
            "from stem.control import Controller; Controller.from_socket_file(p)",
            ".from_socket_file",
        ),
        ("import stem.socket; stem.socket.ControlPort()", "stem.socket.ControlPort"),
        ("import stem.socket as s; s.ControlSocketFile(p)", "stem.socket.ControlSocketFile"),
    ],
)
def test_each_way_out_is_recognised(source: str, finding: str) -> None:
    """Each way to a network is found, under whichever name it was imported."""
    assert finding in in_python(source)


@pytest.mark.parametrize(
    "source",
    [
        "from aiohttp import web",
        "from urllib.parse import urlsplit",
        "import http; http.HTTPStatus.OK",
        "import socket; socket.socketpair(); socket.gethostname()",
        "import socket; socket.socket(fileno=3)",
        "import socket\ndef f(stream: socket.socket) -> socket.socket | None: ...",
        "import socket; isinstance(x, socket.socket)",
        "import socket; socket.recv_fds(stream, 1, 1); stream.recv(1)",
        "import asyncio; asyncio.open_connection(sock=stream, limit=9)",
        "import asyncio; asyncio.start_unix_server(f, sock=listener)",
        "loop.sock_accept(listener); loop.sock_recv(stream, 1); loop.sock_sendall(stream, b'')",
        "import sqlite3; sqlite3.connect(path)",
        "signal.connect(self.changed)",
        "import socket; self.connect()",
        "requests = []; self.requests.append(1)",
        "from web3 import Web3",
        "from PySide6 import QtCore",
    ],
)
def test_what_is_no_network_is_left_alone(source: str) -> None:
    """Sockets that are there already, names of types, and words that only look alike are fine."""
    assert in_python(source) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import QtNetwork",
        "import QtWebSockets 1.0",
        "import QtWebEngine",
        "var r = new XMLHttpRequest()",
        'Image { source: "https://example.org/a.png" }',
        "WebSocket { }",
        "WebView { }",
    ],
)
def test_each_way_out_of_a_screen_is_recognised(source: str) -> None:
    """Each way by which QML could reach a server is found."""
    assert in_qml(source)
    assert in_qml("import QtQuick\nText { text: qsTr('HTTP') }") == set()


def open_text(path: object) -> str:
    """Read a file."""
    with open(str(path), encoding="utf-8") as stream:  # noqa: PTH123 - the parameter is shown by its name only
        return stream.read()
