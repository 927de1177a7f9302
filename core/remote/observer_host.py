"""The host of who may only watch: a pod of its own, with xrdp and a program that shows the recorded picture.

Nothing of it has a way to the session. Of the session it gets one descriptor, which can only be read.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from core.errors import RemoteHostFailed
from core.recording.child import find_program
from core.remote import namespaces as inside
from core.remote.certificate import tls_context, write_certificate
from core.remote.configuration import write_rdp_settings, write_settings, write_users
from core.remote.entrance import Entrance
from core.remote.gate_link import Facts, GateLink
from core.remote.pod_process import PodProcess, Program
from core.remote.programs import ENVIRONMENT, PYTHON
from core.remote.workplace import Workplace
from core.runtime.clock import Clock

_DISPLAY, _CHANNELS, _RDP = (f"{inside.FRONT}/{each}" for each in ("display", "closed", "rdp"))
_OBSERVER = (
    f"import sys; sys.path.insert(0, {inside.CODE!r}); "
    "from core.remote.observer.program import main; main(sys.argv[1:])"
)


class ObserverHost:
    """The programs for one observer after the other; lives on the engine's loop.

    ``picture`` is the descriptor of the gate's recorded picture, which stays the caller's. ``heard`` gets what the
    program tells, ``lost`` the name of a program without which nobody can watch.
    """

    def __init__(
        self,
        clock: Clock,
        picture: int,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
        may_enter: Callable[[str], bool],
    ) -> None:
        self._clock = clock
        self._picture = picture
        self._heard = heard
        self._lost = lost
        self._may_enter = may_enter
        self._place = Workplace()
        self._is_closed = False
        ours, self._theirs = socket.socketpair()
        self.gate = GateLink(
            ours, clock, self._hear, lambda: self._tell_lost("observer"), program="observer"
        )
        self._pod = PodProcess(lambda name, _: self._tell_lost(name))
        self.entrance: Entrance | None = None
        self.certificate_sha256 = ""

    async def start(self) -> None:
        """Start everything and wait for the program.

        Raises MissingProgram and RemoteHostFailed; nothing is left behind then.
        """
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise

    async def open(self, place: Path | None = None) -> None:
        """Let connections come, to a Unix socket or, without one, to a port of loopback. Raises RemoteHostFailed."""
        directory = self._place.directory
        tls = tls_context(directory / "rdp")
        self.entrance = Entrance(self._pod.front / "rdp", self._may_enter, tls)
        await self.entrance.open(place)

    async def close(self) -> None:
        """End everything; harmless when that has been done."""
        self._is_closed = True
        if self.entrance is not None:
            await self.entrance.close()
        await self.gate.close()
        self._theirs.close()
        await self._pod.close()
        await self._place.remove()

    async def _start(self) -> None:
        path = {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"}
        bwrap, _ = find_program("bwrap", "bubblewrap", path), find_program("xrdp", "xrdp", path)
        picture = _only_to_read(self._picture)
        try:
            await self._prepare()
            descriptors = [self._theirs.fileno(), picture]
            await self._pod.start(
                self._place.pod_command(bwrap),
                _programs(bwrap, *descriptors),
                inside.LOGS,
                descriptors,
                self._place.users,
            )
        finally:
            os.close(picture)
        self._theirs.close()
        await self.gate.wait_up()

    async def _prepare(self) -> None:
        place = self._place
        directory = await place.make(("rdp", "settings"), ("gate", "lines", "observer", "pod"))
        write_settings(directory / "settings", (640, 480))  # for a display that is never started
        write_rdp_settings(
            directory / "rdp",
            front=inside.FRONT,
            rdp=inside.RDP,
            has_channels=False,
        )
        write_users(directory / "settings", place.users.names(), inside.HOME)
        (directory / "settings/xauthority").touch()
        self.certificate_sha256 = write_certificate(directory / "rdp", self._clock.now())
        place.hand_over()

    def _hear(self, happened: str, facts: Facts) -> None:
        """Hand on what the program tells; what it told last, when all this ends, is nothing to the next one's door."""
        if not self._is_closed:
            self._heard(happened, facts)

    def _tell_lost(self, name: str) -> None:
        if not self._is_closed:
            self._lost(name)


def _programs(bwrap: str, line: int, picture: int) -> list[Program]:
    """List the programs of an observer's pod: there is no display in it, no desktop, and no channels."""
    observer = [PYTHON, "-I", "-S", "-c", _OBSERVER, str(line), str(picture), _DISPLAY, _CHANNELS]
    rdp = inside.rdp_cell(bwrap, ["xrdp", "--nodaemon", "--config", f"{inside.RDP}/xrdp.ini"])
    return [
        Program("observer", observer, ENVIRONMENT, _CHANNELS, (line, picture)),
        Program("xrdp", rdp, ENVIRONMENT, _RDP),
    ]


def _only_to_read(picture: int) -> int:
    """Open a picture once more, only to read; raises RemoteHostFailed."""
    try:
        return os.open(f"/proc/self/fd/{picture}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        reason = error.strerror or "the recorded picture is gone"
        raise RemoteHostFailed(program="observer", reason=reason) from error
