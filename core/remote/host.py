"""The host: everything that a hosted session runs on, started together and ended together."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import core
from core.errors import MissingProgram
from core.recording.child import find_program
from core.recording.x_authority import write_x_authority
from core.remote import namespaces as inside
from core.remote.certificate import write_certificate
from core.remote.configuration import write_rdp_settings, write_settings, write_users
from core.remote.entrance import Entrance
from core.remote.gate_link import Facts, GateLink
from core.remote.pod_process import PodProcess
from core.remote.programs import NO_RULES, PYTHON, Lines, WindowRules, session_programs
from core.remote.versions import display_protocol
from core.runtime.clock import Clock

SIZE = (1280, 720)
_THROW_AWAY_USERS = range(61184, 65520)  # those that systemd sets aside for passing users
_NEEDED = (
    ("bwrap", "bubblewrap"),
    ("xrdp", "xrdp"),
    ("xrdp-chansrv", "xrdp"),
    ("Xorg", "xserver-xorg-core"),
    ("openbox", "openbox"),
    ("xterm", "xterm"),
)
_DRIVER = Path("/usr/lib/xorg/modules/libxorgxrdp.so")
_PREFIX = "lucid-host-"
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a tmpfs: the certificate's key never reaches a disk


class RemoteHost:
    """One hosted session's programs; lives on the engine's loop.

    ``heard`` gets what the gate tells, ``lost`` the name of a program without which there is no session.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[], bool],
        size: tuple[int, int] = SIZE,
        rules: WindowRules = NO_RULES,
    ) -> None:
        self._clock = clock
        self._lost = lost
        self._size = size
        self._directory = Path()
        self._is_closed = False
        ours, theirs = socket.socketpair()
        self._theirs = theirs
        self._watch = socket.socketpair()  # between gate and watcher
        self._rules = rules
        self.gate = GateLink(ours, clock, heard, lambda: self._tell_lost("gate"))
        self._pod = PodProcess(lambda name, _: self._tell_lost(name))
        self._may_enter = may_enter
        self.entrance: Entrance | None = None
        self.certificate_sha256 = ""
        self.picture = self.changes = -1

    async def start(self) -> None:
        """Start everything and wait for the gate; the entrance is opened by ``open``.

        Raises MissingProgram, RemoteHostUnsupported, RemoteHostFailed; nothing is left behind then.
        """
        try:
            bwrap, xrdp = _require_programs()
            version = await display_protocol(xrdp)
            user = _throw_away_user()
            self._prepare(user)
            command = inside.pod(
                bwrap,
                self._directory,
                os.getuid() if user is None else user,
                [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"],
            )
            if user is not None:
                command = [*_become(user), *command]
            await self._pod.start(
                command,
                session_programs(
                    bwrap,
                    Lines(*(each.fileno() for each in (self._theirs, *self._watch))),
                    size=self._size,
                    version=version,
                    rules=self._rules,
                ),
                inside.LOGS,
                [each.fileno() for each in (self._theirs, *self._watch)],
            )
            self._close_theirs()
            self.picture, self.changes = await self.gate.wait_ready()
        except BaseException:
            await self.close()
            raise

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Let connections come; gives the address. Raises RemoteHostFailed."""
        self.entrance = Entrance(self._directory / "front/rdp", self._may_enter)
        await self.entrance.open(host, port)
        return self.entrance.address

    def give_picture(self) -> tuple[int, int]:
        """Hand over the descriptors of the gate's picture and its changes: whoever takes them closes them."""
        given = (self.picture, self.changes)
        self.picture = self.changes = -1
        return given

    async def close(self) -> None:
        """End everything; nothing of the session's files stays."""
        self._is_closed = True
        if self.entrance is not None:
            await self.entrance.close()
        await self.gate.close()
        self._close_theirs()
        await self._pod.close()
        for descriptor in (self.picture, self.changes):
            if descriptor >= 0:
                os.close(descriptor)
        self.picture = self.changes = -1
        if self._directory != Path():
            await asyncio.to_thread(shutil.rmtree, self._directory, ignore_errors=True)

    def _close_theirs(self) -> None:
        for each in (self._theirs, *self._watch):
            each.close()

    def _tell_lost(self, name: str) -> None:
        if not self._is_closed:
            self._lost(name)

    def _prepare(self, user: int | None) -> None:
        base = _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else None
        _sweep(Path(base or tempfile.gettempdir()))
        self._directory = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
        for each in ("front", "rdp", "settings", "code/core/remote"):
            (self._directory / each).mkdir(parents=True, mode=0o700)
        write_settings(self._directory / "settings", self._size)
        write_rdp_settings(
            self._directory / "rdp", front=inside.FRONT, rdp=inside.RDP, logs=inside.LOGS
        )
        write_users(
            self._directory / "settings", os.getuid() if user is None else user, inside.HOME
        )
        write_x_authority(self._directory / "settings/xauthority")
        self.certificate_sha256 = write_certificate(self._directory / "rdp", self._clock.now())
        source = Path(core.__file__).parent / "remote"
        for each in ("gate", "pod", "watcher"):
            target = self._directory / "code/core/remote" / each
            shutil.copytree(source / each, target, ignore=shutil.ignore_patterns("__pycache__"))
        if user is not None:
            _give_to(self._directory, user)


def _require_programs() -> tuple[str, str]:
    """Check that everything is installed; gives bubblewrap and xrdp. Raises MissingProgram."""
    path = {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"}
    found = [find_program(program, package, path) for program, package in _NEEDED]
    if not _DRIVER.exists():
        raise MissingProgram(program=str(_DRIVER), package="xorgxrdp")
    if not Path(PYTHON).exists():
        raise MissingProgram(program=PYTHON, package="python3")
    return found[0], found[1]


def _throw_away_user() -> int | None:
    """Choose a user that owns nothing, where this process may become another; else None."""
    if os.geteuid() != 0:
        return None
    taken = {_owner(each) for each in Path("/proc").iterdir() if each.name.isdigit()}
    return secrets.choice([user for user in _THROW_AWAY_USERS if user not in taken])


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


def _become(user: int) -> list[str]:
    return [
        "/usr/bin/setpriv",
        "--reuid",
        str(user),
        "--regid",
        str(user),
        "--clear-groups",
        "--no-new-privs",
    ]


def _give_to(directory: Path, user: int) -> None:
    for root, directories, files in os.walk(directory):
        for each in (*directories, *files):
            os.chown(Path(root) / each, user, user)
    os.chown(directory, user, user)
