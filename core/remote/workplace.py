"""A pod's directory on the machine, and the users that its programs run as."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import core
from core.remote import namespaces as inside
from core.remote.programs import PYTHON
from core.remote.users import pod_users

_PREFIX = "lucid-host-"
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a tmpfs: the certificate's key never reaches a disk


class Workplace:
    """What a pod finds of the machine beside its programs."""

    def __init__(self) -> None:
        self.users = pod_users()
        self.directory = Path()

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

    def hand_over(self, rdp: str = "xrdp") -> None:
        """Give the directory and what is in it to the pod's users; ``rdp`` is the part that gets the folder "rdp"."""
        self.users.give(self.directory, rdp)

    def pod_command(self, bwrap: str) -> list[str]:
        """Write the command of the pod; what its first process is to do comes as a descriptor behind it."""
        first = [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"]
        return inside.pod(bwrap, self.directory, first)

    def remove(self) -> None:
        """Remove the directory; harmless when that has been done."""
        if self.directory != Path():
            shutil.rmtree(self.directory, ignore_errors=True)


def _sweep(base: Path) -> None:
    """Remove what engines left behind that were killed: the names hold their process IDs."""
    for each in base.glob(f"{_PREFIX}*-*"):
        owner = each.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(each, ignore_errors=True)
