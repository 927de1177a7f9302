"""Passphrase: where the command line gets it from; never from the command line itself."""

from __future__ import annotations

import getpass
import os
import stat
from pathlib import Path

from core.api.commands import Secret
from core.cli.answer import say
from core.errors import UsageFailure

_LONGEST = 4096


class PassphraseSource:
    """A file descriptor, the file that LUCID_PASSPHRASE_FILE names, or the terminal, in this order."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._given: Secret | None = None

    @property
    def is_interactive(self) -> bool:
        """Tell whether a person is asked, so that asking again makes sense."""
        return self._descriptor is None and "LUCID_PASSPHRASE_FILE" not in os.environ

    def existing(self) -> Secret | None:
        """Get the passphrase of a vault that is there; None when there is nobody to ask."""
        if not self.is_interactive:
            return self._read_given()
        return Secret(getpass.getpass("Passphrase: ")) if _has_terminal() else None

    def chosen(self) -> Secret | None:
        """Get a passphrase for a vault that is to be made; a person types it twice."""
        if not self.is_interactive:
            return self._read_given()
        if not _has_terminal():
            return None
        say("There is no vault here yet. Choose the passphrase that will protect all recordings.")
        say("Nobody can reset it: without it, they cannot be opened.")
        while True:
            first = getpass.getpass("New passphrase: ")
            if getpass.getpass("Once more: ") == first:
                return Secret(first)
            say("They differ; please try again.")

    def _read_given(self) -> Secret:
        """Read the file or the descriptor, once: a pipe holds it only once."""
        if self._given is None:
            self._given = Secret(_first_line(self._read_bytes()))
        return self._given

    def _read_bytes(self) -> bytes:
        if self._descriptor is not None:
            try:
                with os.fdopen(self._descriptor, "rb", closefd=False) as stream:
                    return stream.read(_LONGEST)
            except (OSError, ValueError) as error:
                reason = f"file descriptor {self._descriptor} cannot be read"
                raise UsageFailure(reason=reason) from error
        path = Path(os.environ["LUCID_PASSPHRASE_FILE"])
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                say(f"lucid: others can read {path}; chmod 600 keeps the passphrase yours")
            with path.open("rb") as stream:
                return stream.read(_LONGEST)
        except OSError as error:
            reason = f"the passphrase file {path} cannot be read ({error.strerror})"
            raise UsageFailure(reason=reason) from error


def _first_line(content: bytes) -> str:
    try:
        return content.decode("utf-8").split("\n", 1)[0].removesuffix("\r")
    except UnicodeDecodeError as error:
        raise UsageFailure(reason="the passphrase is not UTF-8 text") from error


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
