"""The text of the modules in core/chain/clients."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from client_abi import (
    Entry,
    Interface,
    argument_name,
    function_names,
    interfaces,
    selector,
    signature,
    snake,
    split_array,
    struct_of,
    topic,
)

CLIENTS = "core/chain/clients"
_PLAIN = {kind: f"abi.{kind.upper()}" for kind in ("address", "bool", "bytes", "string")}
_PYTHON = {"address": "bytes", "bool": "bool", "bytes": "bytes", "string": "str"}
_PACKAGE = '''"""Typed clients of the published contracts, generated from their ABI.

A module is a contract, a function in it a function of the contract; it gives a *call*, which ``core.chain.reading``
asks and a transaction carries. ``contracts/tools/clients.py`` writes them; a test proves that they are up to date.
"""
'''
_EVENTS_PACKAGE = '''"""The events of the published contracts, a module a contract; generated from their ABI."""
'''
_ROUTERS = {"PayoutRouterKYC", "PayoutRouterV0"}
_SHARED = {
    "payout_routers": "What both payout routers refuse, and nobody else",
    "shared": "What several contracts refuse in the same words",
}


def client_files(root: Path) -> dict[str, str]:
    """Give the text of every module by its path."""
    found = interfaces(root)
    shared = _shared_errors(found)
    files = {f"{CLIENTS}/__init__.py": _PACKAGE}
    for each in found:
        files[f"{CLIENTS}/{each.module}.py"] = _Functions(each, found).text()
        own = [entry for entry in each.of_type("error") if signature(entry) not in shared]
        if own:
            about = f"What {each.name} refuses, and nobody else"
            files[f"{CLIENTS}/errors/{each.module}.py"] = _records_module(
                about, "ContractError", own
            )
        if events := each.of_type("event"):
            about = f"What {each.name} logs"
            files[f"{CLIENTS}/events/{each.module}.py"] = _records_module(
                about, "ContractEvent", events
            )
    for module, about in _SHARED.items():
        files[f"{CLIENTS}/errors/{module}.py"] = _records_module(
            about, "ContractError", [entry for where, entry in shared.values() if where == module]
        )
    files[f"{CLIENTS}/events/__init__.py"] = _EVENTS_PACKAGE
    files[f"{CLIENTS}/errors/__init__.py"] = _errors_package(found, shared)
    return {path: _formatted(root, text) for path, text in files.items()}


def _formatted(root: Path, text: str) -> str:
    """Have ruff lay a module out as it lays out everything."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "client.py", "-"]
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=True, cwd=root)
    return done.stdout


def _shared_errors(found: Iterable[Interface]) -> dict[str, tuple[str, Entry]]:
    """Give the errors that are in more than one ABI by their signature, with the module that they go to."""
    owners: dict[str, set[str]] = {}
    entries: dict[str, Entry] = {}
    for each in found:
        for entry in each.of_type("error"):
            owners.setdefault(signature(entry), set()).add(each.name)
            entries[signature(entry)] = entry
    return {
        key: ("payout_routers" if owners[key] == _ROUTERS else "shared", entries[key])
        for key in sorted(owners)
        if len(owners[key]) > 1
    }


class _Kinds:
    """The types that a module uses, each a constant at its top; structs are spelled where they are used."""

    def __init__(self) -> None:
        self._constants: dict[str, str] = {}

    def text(self) -> str:
        """Define the constants; an array's element comes first."""
        return "\n".join(f"{name} = {made}" for name, made in self._constants.items())

    def of(self, entry: Entry, kind: str | None = None) -> str:
        """Give the expression of a type."""
        kind = kind or entry["type"]
        if kind.startswith("tuple"):
            return self._of_struct(entry, kind)
        if (split := split_array(kind)) is None:
            return self._named(kind.upper(), _word_of(kind))
        element = self.of(entry, split[0])
        length = f", {split[1]}" if split[1] else ""
        return self._named(
            f"{element}_{split[1]}" if split[1] else f"{element}S", f"abi.array({element}{length})"
        )

    def _of_struct(self, entry: Entry, kind: str) -> str:
        if (split := split_array(kind)) is None:
            return f"abi.record({_struct_name(entry)})"
        return f"abi.array({self._of_struct(entry, split[0])}{f', {split[1]}' if split[1] else ''})"

    def _named(self, name: str, made: str) -> str:
        self._constants.setdefault(name, made)
        return name


def _struct_name(entry: Entry) -> str:
    found = struct_of(entry)
    if found is None:
        raise ValueError(f"{entry['type']} is no struct")
    return found[1]


class _Functions:
    """A contract's module of functions, as it is put together."""

    def __init__(self, interface: Interface, others: Iterable[Interface]) -> None:
        self._interface = interface
        self._published = {each.name for each in others}
        self._kinds = _Kinds()
        self._imports: set[str] = set()
        self._structs: dict[str, str] = {}
        self._answers: list[str] = []

    def text(self) -> str:
        """Put it together; what it imports is known at the end."""
        names = function_names(self._interface)
        entries = self._interface.of_type("function")
        for entry in entries:
            for each in [*entry["inputs"], *entry["outputs"]]:
                self._find_struct(each)
        functions = [self._function(entry, names[signature(entry)]) for entry in entries]
        name = self._interface.name
        has_records = bool(self._structs or self._answers)
        parts = [
            f'"""{name}, typed; generated from its ABI by contracts/tools/clients.py."""',
            "from __future__ import annotations",
            "from dataclasses import dataclass" if has_records else "",
            "\n".join(["from core.chain import abi", *sorted(self._imports)]),
            f'NAME = "{name}"',
            self._kinds.text(),
            *self._structs.values(),
            *self._answers,
            *functions,
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _find_struct(self, entry: Entry) -> None:
        """Define a struct, or take it from the client of the contract that it belongs to."""
        found = struct_of(entry)
        if found is None:
            return
        owner, name = found
        if owner != self._interface.name and owner in self._published:
            self._imports.add(f"from core.chain.clients.{snake(owner)} import {name}")
            return
        for each in entry["components"]:
            self._find_struct(each)
        about = f"The struct ``{name}``."
        self._structs.setdefault(name, self._record(name, about, entry["components"]))

    def _record(self, name: str, about: str, inputs: list[Entry]) -> str:
        kinds = [self._kinds.of(each) for each in inputs]
        return _record_text("Record", name, about, kinds=kinds, fields=fields_of(inputs), lines=[])

    def _result(self, entry: Entry) -> tuple[str, str]:
        """Give the Python type of an answer, and its reader."""
        outputs = entry["outputs"]
        if not outputs:
            return "None", "abi.nothing"
        if len(outputs) == 1:
            return python_of(outputs[0]), f"abi.one({self._kinds.of(outputs[0])})"
        name = f"{entry['name'][0].upper()}{entry['name'][1:]}Answer"
        self._answers.append(self._record(name, f"What ``{_readable(entry)}`` answers.", outputs))
        return name, f"abi.several({name})"

    def _function(self, entry: Entry, name: str) -> str:
        python, reader = self._result(entry)
        inputs = entry["inputs"]
        given = [argument_name(each["name"], at) for at, each in enumerate(inputs)]
        code = f'NAME, "{entry["name"]}", "{selector(entry)}", {reader}'
        if inputs:
            code += f", {_tuple([self._kinds.of(each) for each in inputs])}, {_tuple(given)}"
        return (
            f"def {name}({', '.join(fields_of(inputs))}) -> abi.Call[{python}]:\n"
            f'    """``{_readable(entry)}``, {entry["stateMutability"]}."""\n'
            f"    return abi.call({code})"
        )


def _tuple(parts: list[str]) -> str:
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _readable(entry: Entry) -> str:
    """Give a signature with the names of structs in it."""
    kinds = [
        each["type"].replace("tuple", _struct_name(each)) if struct_of(each) else each["type"]
        for each in entry["inputs"]
    ]
    return f"{entry['name']}({','.join(kinds)})"


def fields_of(inputs: list[Entry]) -> list[str]:
    """Give each field with its Python type."""
    return [
        f"{argument_name(each['name'], at)}: {python_of(each)}" for at, each in enumerate(inputs)
    ]


def python_of(entry: Entry, kind: str | None = None) -> str:
    """Give the Python type of a value."""
    kind = kind or entry["type"]
    if (split := split_array(kind)) is not None:
        return f"tuple[{python_of(entry, split[0])}, ...]"
    if kind == "tuple":
        return _struct_name(entry)
    return _PYTHON.get(kind) or ("int" if kind.startswith("uint") else "bytes")


def _records_module(about: str, parent: str, entries: Iterable[Entry]) -> str:
    """Give a module of events or errors."""
    kinds = _Kinds()
    texts: list[str] = []
    for entry in entries:
        inputs = entry["inputs"]
        if parent == "ContractError":
            lines = [f'SELECTOR = bytes.fromhex("{selector(entry)}")']
        else:
            inputs = [_as_logged(each) for each in inputs]
            lines = [
                f'TOPIC = bytes.fromhex("{topic(entry)}")',
                f"INDEXED = {_tuple([str(each['indexed']) for each in inputs])}",
            ]
        expressions = [kinds.of(each) for each in inputs]
        about_it = f"``{_readable(entry)}``."
        made = _record_text(
            parent,
            entry["name"],
            about_it,
            kinds=expressions,
            fields=fields_of(inputs),
            lines=lines,
        )
        texts.append(made)
    parts = [
        f'"""{about}; generated from the ABI by contracts/tools/clients.py."""',
        "from __future__ import annotations",
        "from dataclasses import dataclass",
        "from core.chain import abi",
        kinds.text(),
        *texts,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _as_logged(entry: Entry) -> Entry:
    """An indexed value that is no word is in the log as its hash."""
    is_word = not entry["type"].startswith(("tuple", "string")) and "[" not in entry["type"]
    if not entry["indexed"] or (is_word and entry["type"] != "bytes"):
        return entry
    return {"name": entry["name"], "type": "bytes32", "indexed": True}


def _word_of(kind: str) -> str:
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind.startswith("uint"):
        return f"abi.uint({kind.removeprefix('uint')})"
    if kind.startswith("bytes"):
        return f"abi.fixed({kind.removeprefix('bytes')})"
    raise ValueError(f"the clients know no {kind}")


def _record_text(
    parent: str, name: str, about: str, *, kinds: list[str], fields: list[str], lines: list[str]
) -> str:
    head = f'@dataclass(frozen=True)\nclass {name}(abi.{parent}):\n    """{about}"""\n\n    NAME = "{name}"\n'
    body = [*lines, f"KINDS = {_tuple(kinds)}", "", *fields]
    return (head + "".join(f"    {each}\n" for each in body)).rstrip() + "\n"


def _errors_package(found: list[Interface], shared: dict[str, tuple[str, Entry]]) -> str:
    """Give the package that lists which errors each contract has."""
    modules = [
        each.module
        for each in found
        if any(signature(entry) not in shared for entry in each.of_type("error"))
    ]
    imported = ", ".join(sorted([*modules, *_SHARED]))
    lines = [
        '"""Every custom error of the published contracts, by contract; generated by contracts/tools/clients.py."""',
        "from __future__ import annotations",
        f"from core.chain.abi import ContractError\nfrom core.chain.clients.errors import {imported}",
        "ERRORS: dict[str, tuple[type[ContractError], ...]] = {",
    ]
    for each in found:
        places = [
            f"{shared.get(signature(entry), (each.module,))[0]}.{entry['name']}"
            for entry in each.of_type("error")
        ]
        lines[-1] += f'\n    "{each.name}": ({", ".join(places)},),'
    lines[-1] += "\n}"
    return "\n\n".join(lines) + "\n"
