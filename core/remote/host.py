"""The host: everything that a hosted session runs on, started together and ended together."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from core.errors import MissingProgram
from core.recording.child import find_program
from core.recording.x_authority import write_x_authority
from core.remote import namespaces as inside
from core.remote.certificate import tls_context, write_certificate
from core.remote.configuration import write_rdp_settings, write_settings, write_users
from core.remote.entrance import Entrance
from core.remote.gate_link import Facts
from core.remote.monitors import Monitors
from core.remote.pod_process import PodProcess
from core.remote.programs import NO_RULES, PYTHON, Lines, WindowRules, session_programs
from core.remote.versions import display_protocol
from core.remote.workplace import Workplace
from core.runtime.clock import Clock

SIZE = (1280, 720)
_NEEDED = (
    ("bwrap", "bubblewrap"),
    ("xrdp", "xrdp"),
    ("xrdp-chansrv", "xrdp"),
    ("Xorg", "xserver-xorg-core"),
    ("openbox", "openbox"),
    ("xterm", "xterm"),
)
_DRIVER = Path("/usr/lib/xorg/modules/libxorgxrdp.so")


class RemoteHost:
    """One hosted session's programs; lives on the engine's loop.

    ``heard`` gets what gate and channels tell, ``lost`` the name of a program without which there is no session.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[str], bool],
        size: tuple[int, int] = SIZE,
        rules: WindowRules = NO_RULES,
    ) -> None:
        self._clock = clock
        self._lost = lost
        self._size = size
        self._place = Workplace()
        self._is_closed = False
        (gate, *theirs), (channels, *more) = socket.socketpair(), socket.socketpair()
        # for the gate, for what lies between gate and watcher, and for the channels
        self._theirs = [*theirs, *socket.socketpair(), *more]
        self._rules = rules
        self.gate = Monitors(gate, channels, clock, heard=heard, lost=self._tell_lost)
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
            await self._prepare()
            *lines, channels = inherited = [each.fileno() for each in self._theirs]
            await self._pod.start(
                self._place.pod_command(bwrap),
                session_programs(
                    bwrap,
                    Lines(*lines),
                    channels,
                    size=self._size,
                    version=version,
                    rules=self._rules,
                ),
                inside.LOGS,
                inherited,
                self._place.users,
            )
            self._close_theirs()
            self.picture, self.changes = await self.gate.wait_ready()
        except BaseException:
            await self.close()
            raise

    async def open(self, place: Path | None = None) -> None:
        """Let connections come, to a Unix socket or, without one, to a port of loopback. Raises RemoteHostFailed."""
        directory = self._place.directory
        tls = tls_context(directory / "rdp")
        self.entrance = Entrance(self._pod.front / "rdp", self._may_enter, tls)
        await self.entrance.open(place)

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
        await self._place.remove()

    def _close_theirs(self) -> None:
        for each in self._theirs:
            each.close()

    def _tell_lost(self, name: str) -> None:
        if not self._is_closed:
            self._lost(name)

    async def _prepare(self) -> None:
        place = self._place
        code = ("channels", "gate", "lines", "pod", "watcher")
        directory = await place.make(("rdp", "settings"), code)
        write_settings(directory / "settings", self._size)
        write_rdp_settings(directory / "rdp", front=inside.FRONT, rdp=inside.RDP)
        write_users(directory / "settings", place.users.names(), inside.HOME)
        write_x_authority(directory / "settings/xauthority")
        self.certificate_sha256 = write_certificate(directory / "rdp", self._clock.now())
        place.hand_over()


def _require_programs() -> tuple[str, str]:
    """Check that everything is installed; gives bubblewrap and xrdp. Raises MissingProgram."""
    path = {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"}
    found = [find_program(program, package, path) for program, package in _NEEDED]
    if not _DRIVER.exists():
        raise MissingProgram(program=str(_DRIVER), package="xorgxrdp")
    if not Path(PYTHON).exists():
        raise MissingProgram(program=PYTHON, package="python3")
    return found[0], found[1]
