"""Every command that the help names is one that something carries out."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from core.cli.arguments import build_parser
from core.cli.main import _action

WITHOUT_ENGINE = {"proof"}


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Give the commands below a parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def names() -> Iterator[str]:
    """Name each command that needs an engine, as it is typed."""
    for group, parser in commands(build_parser()).items():
        if group not in WITHOUT_ENGINE:
            yield from (f"{group} {action}" for action in commands(parser))


@pytest.mark.parametrize("name", list(names()))
def test_something_carries_it_out(name: str) -> None:
    """The table of actions has it."""
    assert callable(_action(name))
