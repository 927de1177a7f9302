"""Kiosk: hands over to the front end that draws, without knowing it."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from typing import TYPE_CHECKING, TypeAlias, cast

from core.cli.chain_options import chain_options
from core.cli.core_dumps import forbid_core_dumps
from core.cli.network_options import network_options
from core.errors import MissingProgram

if TYPE_CHECKING:
    from core.api.port import EnginePort

FRONT_ENDS = "lucid.front_ends"

# What starts an engine, and options by name; it returns the exit code.
_RunFrontEnd: TypeAlias = "Callable[[Callable[[], EnginePort], Mapping[str, object]], int]"


def open_kiosk(invocation: Namespace) -> int:
    """Run the kiosk until its window closes; raises MissingProgram where it is not installed."""
    started = time.monotonic()
    forbid_core_dumps()
    # First: what is wrong in them is said before a window opens.
    network, chain = network_options(), chain_options()

    def start() -> EnginePort:
        from core.engine import EngineOptions, start_engine

        return start_engine(
            invocation.data_dir, EngineOptions(has_seat=True, network=network, chain=chain)
        )

    options = {
        "size": invocation.size,
        "is_windowed": invocation.windowed,
        "theme": invocation.theme,
        "rotation": invocation.rotation,
        "appearance_file": invocation.data_dir / "appearance.json",
        "start_time": started,
    }
    return _load("kiosk")(start, options)


def _load(name: str) -> _RunFrontEnd:
    for entry in _entries():
        if entry.group == FRONT_ENDS and entry.name == name:
            try:
                return cast("_RunFrontEnd", entry.load())
            except ModuleNotFoundError as error:
                raise MissingProgram(program=name, package=error.name or name) from error
    raise MissingProgram(program=name, package="lucid with its kiosk")


def _entries() -> list[EntryPoint]:
    try:
        return list(distribution("lucid").entry_points)
    except PackageNotFoundError:
        return []
