"""A pod's directory on the machine, and the throw-away user that its programs run as."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import core
from core.remote import namespaces as inside
from core.remote.programs import PYTHON

_THROW_AWAY_USERS = range(61184, 65520)  # those that systemd sets aside for passing users
_PREFIX = "lucid-host-"
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a tmpfs: the certificate's key never reaches a disk


class Workplace:
    """What a pod finds of the machine beside its programs. ``user`` is None where this process cannot change it."""

    def __init__(self) -> None:
        self.user = throw_away_user()
        self.directory = Path()

    @property
    def runs_as(self) -> int:
        """Tell the user that the pod's programs run as."""
        return os.getuid() if self.user is None else self.user

    def make(self, folders: Iterable[str], code: Iterable[str]) -> Path:
        """Make the directory with these folders, and with the code of these packages of ``core.remote``."""
        base = _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else None
        _sweep(Path(base or tempfile.gettempdir()))
        self.directory = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
        for each in (*folders, "code/core/remote"):
            (self.directory / each).mkdir(parents=True, mode=0o700)
        source = Path(core.__file__).parent / "remote"
        for each in code:
            target = self.directory / "code/core/remote" / each
            shutil.copytree(source / each, target, ignore=shutil.ignore_patterns("__pycache__"))
        return self.directory

    def hand_over(self) -> None:
        """Give the directory and what is in it to the pod's user."""
        if self.user is not None:
            give_to(self.directory, self.user)

    def pod_command(self, bwrap: str) -> list[str]:
        """Write the command of the pod; what its first process is to do comes as a descriptor behind it."""
        first = [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"]
        command = inside.pod(bwrap, self.directory, self.runs_as, first)
        return command if self.user is None else [*become(self.user), *command]

    def remove(self) -> None:
        """Remove the directory; harmless when that has been done."""
        if self.directory != Path():
            shutil.rmtree(self.directory, ignore_errors=True)


def throw_away_user() -> int | None:
    """Choose a user that owns nothing, where this process may become another; else None."""
    if os.geteuid() != 0:
        return None
    taken = {_owner(each) for each in Path("/proc").iterdir() if each.name.isdigit()}
    return secrets.choice([user for user in _THROW_AWAY_USERS if user not in taken])


def become(user: int) -> list[str]:
    """Write what runs a command as that user, for good."""
    return [
        "/usr/bin/setpriv",
        "--reuid",
        str(user),
        "--regid",
        str(user),
        "--clear-groups",
        "--no-new-privs",
    ]


def give_to(directory: Path, user: int) -> None:
    """Make a user the owner of a directory and of all that is in it."""
    for root, directories, files in os.walk(directory):
        for each in (*directories, *files):
            os.chown(Path(root) / each, user, user)
    os.chown(directory, user, user)


def _owner(process: Path) -> int:
    with suppress(OSError):
        return process.stat().st_uid
    return 0  # it has ended meanwhile


def _sweep(base: Path) -> None:
    """Remove what engines left behind that were killed: the names hold their process IDs."""
    for each in base.glob(f"{_PREFIX}*-*"):
        owner = each.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(each, ignore_errors=True)
