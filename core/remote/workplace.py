"""A pod's directory on the machine, and the users that its programs run as."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import core
from core.remote import namespaces as inside
from core.remote.programs import PYTHON
from core.remote.users import THROW_AWAY_USERS, pod_users

_PREFIX = "lucid-host-"
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a tmpfs: the certificate's key never reaches a disk
_REMOVAL_S = 30.0  # for all that is removed at once; what is left then is for the next sweep
_log = logging.getLogger(__name__)


class Workplace:
    """What a pod finds of the machine beside its programs: a directory that none of them can write to."""

    def __init__(self) -> None:
        self.users = pod_users()
        self.directory = Path()
        self._sweeping: asyncio.Future[None] | None = None

    async def make(self, folders: Iterable[str], code: Iterable[str]) -> Path:
        """Make the directory with these folders, and with the code of these packages of ``core.remote``.

        What killed engines have left behind is removed meanwhile; nobody waits for that but ``remove``.
        """
        self._sweeping = asyncio.ensure_future(asyncio.to_thread(_sweep, _base()))
        self.directory = private_directory()
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

    async def remove(self) -> None:
        """Remove the directory, and wait for the sweep; harmless when that has been done.

        Where that fails it is logged, and the next sweep tries again.
        """
        sweeping, self._sweeping = self._sweeping, None
        if self.directory != Path():
            await asyncio.to_thread(_remove, self.directory, time.monotonic() + _REMOVAL_S)
        if sweeping is not None:
            await sweeping


def private_directory() -> Path:
    """Make a directory that only this user sees into; the next pod's sweep removes what a killed engine left."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_base()))


def _base() -> Path:
    return _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else Path(tempfile.gettempdir())


def _sweep(base: Path) -> None:
    """Remove what engines left behind that were killed: the names hold their process IDs."""
    deadline = time.monotonic() + _REMOVAL_S
    for each in base.glob(f"{_PREFIX}*-*"):
        owner = each.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists() and _may_be_ours(each):
            _remove(each, deadline)


def _may_be_ours(leftover: Path) -> bool:
    """Tell whether an engine of this user's can have made it: another user may give anything such a name."""
    try:
        found = leftover.lstat()
    except OSError:
        return False  # another engine has removed it meanwhile
    has_user = found.st_uid == os.geteuid()
    has_pod_user = os.geteuid() == 0 and found.st_uid in THROW_AWAY_USERS
    return stat.S_ISDIR(found.st_mode) and (has_user or has_pod_user)


def _remove(directory: Path, deadline: float) -> None:
    """Remove a directory, however deep or full it is; a failure is logged. Blocks, until a monotonic time at most.

    rm follows no link, and needs neither stack nor descriptors for depth, as shutil.rmtree does.
    """
    command = ["rm", "-rf", "--one-file-system", "--", str(directory)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            timeout=max(0.0, deadline - time.monotonic()),
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        _log.warning("what a pod left is not removed yet: %s", failure)
        return
    if done.returncode != 0:
        reason = done.stderr[-500:].decode("utf-8", "replace").strip()
        _log.warning("what a pod left is not removed: %s", reason)
