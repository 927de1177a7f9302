"""Finds what uses a network in the text of a module or of a screen."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

_MODULES = (
    "_socket",
    "aiodns",
    "aiohttp",
    "dns",
    "ftplib",
    "grpc",
    "http.client",
    "http.server",
    "httpx",
    "imaplib",
    "nntplib",
    "paramiko",
    "poplib",
    "pycares",
    "PySide6.QtNetwork",
    "PySide6.QtNetworkAuth",
    "PySide6.QtWebEngineCore",
    "PySide6.QtWebEngineQuick",
    "PySide6.QtWebSockets",
    "PySide6.QtWebView",
    "requests",
    "smtplib",
    "socks",
    "socketserver",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websocket",
    "websockets",
    "xmlrpc",
)
# A module, and names of it that are fine: the admin API serves with it and asks nobody.
_FINE = {"aiohttp": {"web"}}
_PROVIDERS = re.compile(r"\w*(?:HTTP|IPC|WebSocket|Websocket|AutoLoad)\w*Provider\w*")
_SOCKET_CALLS = {
    "create_connection",
    "create_server",
    "getaddrinfo",
    "getfqdn",
    "gethostbyaddr",
    "gethostbyname",
    "gethostbyname_ex",
    "getnameinfo",
}
# Fine with a socket that is there already, and with nothing else.
_WITH_SOCKET = {
    "open_connection",
    "open_unix_connection",
    "start_server",
    "start_unix_server",
    "create_connection",
    "create_datagram_endpoint",
    "create_server",
    "create_unix_connection",
    "create_unix_server",
}
_LOOP_CALLS = {"sock_connect", "sock_sendto", "getaddrinfo", "getnameinfo"}
_SOCKET_METHODS = {"bind", "connect", "connect_ex", "sendto"}
_STEM = {"stem.socket.ControlPort", "stem.socket.ControlSocketFile", "stem.connection.connect"}
_STEM_METHODS = {"from_port", "from_socket_file"}
_IN_QML = re.compile(
    r"^\s*import\s+Qt(?:Network|WebSockets|WebEngine|WebView|WebChannel)\w*"
    r"|XMLHttpRequest|\bWeb(?:Socket|View|EngineView)\b|\b(?:https?|ftp|wss?)://",
    re.MULTILINE,
)


def tracked(*patterns: str) -> list[Path]:
    """List the files that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True
    )
    names = listed.stdout.decode().split("\0")
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())


def in_python(source: str) -> set[str]:
    """Find every use of a network in a module: what is imported, made, called or handed on."""
    return set(_Finder(ast.parse(source)).findings())


def in_qml(source: str) -> set[str]:
    """Find every use of a network in a screen."""
    return {found.group().strip() for found in _IN_QML.finditer(source)}


class _Finder:
    """Walks one module. A name is followed to what it was imported from, and by one assignment."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._names: dict[str, str] = {}  # as the module calls it → what it is
        self._passed_over: set[ast.AST] = set()
        for node in ast.walk(tree):
            self._learn(node)
        self._has_sockets = "socket" in {name.partition(".")[0] for name in self._names.values()}

    def findings(self) -> Iterator[str]:
        for node in ast.walk(self._tree):
            match node:
                case ast.Import():
                    for alias in node.names:
                        yield from _forbidden(alias.name)
                case ast.ImportFrom(module=str(module), level=0):
                    yield from _from(module, [alias.name for alias in node.names])
                case ast.Call():
                    yield from self._in_call(node)
                case ast.Name() | ast.Attribute() if node not in self._passed_over:
                    yield from self._in_mention(node)

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.Import():
                for alias in node.names:
                    known = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._names[alias.asname or known] = known
            case ast.ImportFrom(module=str(module), level=0):
                for alias in node.names:
                    self._names[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Call(func=func) if [each.arg for each in node.keywords] == ["fileno"]:
                if not node.args:
                    self._passed_over.add(func)  # a socket that is there already
            case _:
                for part in _types_in(node):
                    self._passed_over.update(ast.walk(part))

    def _dotted(self, node: ast.AST) -> str:
        """Name what an expression is, as far as it comes from an import; "" for anything else."""
        match node:
            case ast.Name(id=name):
                return self._names.get(name, "")
            case ast.Attribute(value=value, attr=name):
                before = self._dotted(value)
                return f"{before}.{name}" if before else ""
        return ""

    def _in_mention(self, node: ast.Name | ast.Attribute) -> Iterator[str]:
        """Functions are forbidden also where they are only handed on."""
        dotted = self._dotted(node)
        module, _, name = dotted.rpartition(".")
        is_forbidden = module == "socket" and name in _SOCKET_CALLS | {"socket"}
        if is_forbidden or dotted in _STEM:
            yield dotted

    def _in_call(self, node: ast.Call) -> Iterator[str]:
        dotted = self._dotted(node.func)
        match node:
            case ast.Call(func=ast.Attribute(attr=method)):
                yield from self._in_method(node, method, dotted)
            case ast.Call(func=ast.Name()) if dotted.startswith("asyncio."):
                if dotted.removeprefix("asyncio.") in _WITH_SOCKET and not _has_socket(node):
                    yield dotted
        is_import = dotted == "importlib.import_module" or (
            isinstance(node.func, ast.Name) and node.func.id == "__import__"
        )
        if is_import and node.args and isinstance(node.args[0], ast.Constant):
            yield from _forbidden(str(node.args[0].value))

    def _in_method(self, node: ast.Call, method: str, dotted: str) -> Iterator[str]:
        is_of_socket = dotted.startswith("socket.")
        is_address = self._has_sockets and bool(node.args) and not dotted.startswith("sqlite3.")
        if method in _WITH_SOCKET and not is_of_socket and not _has_socket(node):
            yield dotted if dotted.startswith("asyncio.") else f".{method}"
        if (
            (method in _LOOP_CALLS and not is_of_socket)
            or method in _STEM_METHODS
            or (method in _SOCKET_METHODS and is_address)
        ):
            yield f".{method}"


def _types_in(node: ast.AST) -> Iterator[ast.AST]:
    """Give what names types only: there, a socket is no socket."""
    match node:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass" | "cast")):
            yield node
        case ast.arg(annotation=ast.AST() as named) | ast.AnnAssign(annotation=named):
            yield named
        case ast.Subscript(slice=named):
            yield named
        case ast.FunctionDef(returns=ast.AST() as named):
            yield named
        case ast.AsyncFunctionDef(returns=ast.AST() as named):
            yield named
        case ast.Assign(targets=[ast.Name()], value=ast.BinOp() as named):
            yield named


def _has_socket(node: ast.Call) -> bool:
    """Tell whether a call is given a socket that is there already."""
    given = [each.value for each in node.keywords if each.arg == "sock"]
    return bool(given) and not isinstance(given[0], ast.Constant)


def _from(module: str, names: list[str]) -> Iterator[str]:
    if module == "socket" and "*" in names:
        yield "from socket import *"
    for name in names:
        if name not in _FINE.get(module, set()):
            yield from _forbidden(f"{module}.{name}")
        if module.partition(".")[0] == "web3" and _PROVIDERS.fullmatch(name):
            yield f"import web3.{name}"


def _forbidden(name: str) -> Iterator[str]:
    for module in _MODULES:
        if name == module or name.startswith(f"{module}."):
            yield f"import {module}"
