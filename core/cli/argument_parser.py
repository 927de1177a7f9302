"""The parser of the command line, and how a command and a group of commands are added to it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from core.errors import UsageFailure


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are failures like all others; options are not abbreviated."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        """Raise the complaint, with where to look."""
        raise UsageFailure(reason=f"{message} (see {self.prog} --help)")


# argparse keeps the name of what add_subparsers returns to itself.
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001


def common_options() -> Parser:
    """Options that stand before or after the command; without a default, so that neither wins by default."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="where sessions are kept (or LUCID_DATA_DIR)"
    )
    common.add_argument("--json", action="store_true", help="answer with one JSON object on stdout")
    common.add_argument(
        "--passphrase-fd", type=int, metavar="N", help="read the passphrase from a file descriptor"
    )
    return common


def add_command(commands: Commands, name: str, help_text: str) -> Parser:
    """Add a command that takes the common options, with a line of help."""
    description = help_text[0].upper() + help_text[1:] + "."
    return commands.add_parser(
        name, help=help_text, description=description, parents=[common_options()]
    )


def add_group(commands: Commands, name: str, help_text: str) -> Commands:
    """Add a command that has commands of its own."""
    parser = add_command(commands, name, help_text)
    return parser.add_subparsers(dest="action", metavar="COMMAND", title="commands", required=True)
