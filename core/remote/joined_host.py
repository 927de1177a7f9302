"""The host of a joined session: a pod with a display, the gate, and a client that shows the other end."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

from core.errors import CertificateDifferent, Failure, MissingProgram, RemoteHostFailed
from core.recording.child import find_program
from core.recording.x_authority import write_x_authority
from core.remote import namespaces as inside
from core.remote.configuration import write_settings, write_users
from core.remote.dial import Dial
from core.remote.gate_link import Facts, GateLink
from core.remote.joined_programs import CLIENT, Target, joined_programs
from core.remote.line import Line, LineEnd
from core.remote.pod_process import PodProcess
from core.remote.programs import PYTHON, Lines
from core.remote.versions import display_protocol
from core.remote.workplace import Workplace
from core.runtime.clock import Clock

_NEEDED = (("bwrap", "bubblewrap"), ("xrdp", "xrdp"), ("Xorg", "xserver-xorg-core"))
_CLIENTS = ("xfreerdp3", "xfreerdp")
_DRIVER = Path("/usr/lib/xorg/modules/libxorgxrdp.so")
_TLS_REFUSED = "status 143:"  # FreeRDP's own code for a connection that TLS ended
_FAREWELL_S = 5.0  # for the client to say why, when the other end has closed the connection


class JoinedHost:
    """One joined session's programs; lives on the engine's loop.

    ``heard`` gets what the gate tells. ``lost`` is called once when it is over: with the failure that ended it, or
    with None when the other end has closed the connection.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[Failure | None], None],
        dial: Dial,
        target: Target,
        size: tuple[int, int],
    ) -> None:
        self._lost = lost
        self._target = target
        self._size = size
        self._place = Workplace()
        self._is_closed = self._is_over = self._is_far_over = False
        self._late: asyncio.TimerHandle | None = None
        ours, self._theirs = socket.socketpair()
        self._watch = (
            socket.socketpair()
        )  # nobody looks for windows here: the gate finds its line closed
        self._secret, self._given = -1, -1
        self.gate = GateLink(ours, clock, heard, lambda: self._program_ended("gate", "it is gone"))
        self._pod = PodProcess(self._program_ended)
        self._line = Line(dial, target.address, self._line_ended)
        self.version = 0
        self.picture = self.changes = -1

    async def start(self) -> None:
        """Start everything and wait for the gate; the client waits for ``connect``.

        Raises MissingProgram, RemoteHostUnsupported, RemoteHostFailed; nothing is left behind then.
        """
        try:
            bwrap, xrdp, freerdp = _require_programs()
            self.version = await display_protocol(xrdp)
            await self._prepare()
            self._secret, self._given = os.pipe()
            theirs = [each.fileno() for each in (self._theirs, *self._watch)]
            await self._pod.start(
                self._place.pod_command(bwrap),
                joined_programs(
                    bwrap,
                    freerdp,
                    Lines(*theirs),
                    size=self._size,
                    version=self.version,
                    target=self._target,
                    secret=self._secret,
                ),
                inside.LOGS,
                [*theirs, self._secret],
                self._place.users,
            )
            self._close_theirs()
            self.picture, self.changes = await self.gate.wait_ready()
        except BaseException:
            await self.close()
            raise

    @property
    def seat(self) -> Path:
        """Tell where this seat's keys and pointer go in."""
        return self._pod.front / "display"

    @property
    def received_bytes(self) -> int:
        """Count what has come from the other end."""
        return self._line.received_bytes

    def connect(self, user: str, password: str) -> None:
        """Let the client connect, as whom and with a password that are good once. Raises RemoteHostFailed."""
        given, self._given = self._given, -1
        try:
            os.write(given, f"{user}\n{password}\n".encode())
        except OSError as error:
            raise RemoteHostFailed(program=CLIENT, reason=error.strerror or "gone") from error
        finally:
            if given >= 0:
                os.close(given)

    def give_picture(self) -> tuple[int, int]:
        """Hand over the descriptors of the gate's picture and its changes: whoever takes them closes them."""
        given = (self.picture, self.changes)
        self.picture = self.changes = -1
        return given

    async def close(self) -> None:
        """End everything; nothing of the session's files stays."""
        self._is_closed = True
        if self._late is not None:
            self._late.cancel()
        await self._line.close()
        await self.gate.close()
        self._close_theirs()
        await self._pod.close()
        for descriptor in (self.picture, self.changes, self._given):
            if descriptor >= 0:
                os.close(descriptor)
        self.picture = self.changes = self._given = -1
        await self._place.remove()

    def _close_theirs(self) -> None:
        for each in (self._theirs, *self._watch):
            each.close()
        secret, self._secret = self._secret, -1
        if secret >= 0:
            os.close(secret)

    async def _prepare(self) -> None:
        place = self._place
        directory = await place.make(("rdp", "settings"), ("gate", "lines", "pod"))
        write_settings(directory / "settings", self._size)
        write_users(directory / "settings", place.users.names(), inside.HOME)
        write_x_authority(directory / "settings/xauthority")
        await self._line.open(directory / "rdp/line")
        place.hand_over(CLIENT)

    def _program_ended(self, name: str, words: str) -> None:
        if name != CLIENT:
            self._be_over(RemoteHostFailed(program=name, reason="it ended"))
        elif words.startswith(_TLS_REFUSED):
            expected = self._target.certificate_sha256
            self._be_over(CertificateDifferent(found="another one", expected=expected))
        elif self._is_far_over:
            self._be_over(None)
        else:
            self._be_over(RemoteHostFailed(program=CLIENT, reason="it ended"))

    def _line_ended(self, end: LineEnd, failure: Failure | None) -> None:
        """Take note; the client's own end, which comes next, tells why.

        The other end closes the connection too when the client does not take its certificate.
        """
        if failure is not None:
            self._be_over(failure)
        elif end is LineEnd.FAR:
            self._is_far_over = True
            loop = asyncio.get_running_loop()
            self._late = loop.call_later(_FAREWELL_S, self._be_over, None)

    def _be_over(self, failure: Failure | None) -> None:
        if not (self._is_closed or self._is_over):
            self._is_over = True
            self._lost(failure)


def _require_programs() -> tuple[str, str, str]:
    """Check that everything is installed; gives bubblewrap, xrdp and the client. Raises MissingProgram."""
    path = {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"}
    bwrap, xrdp, _ = (find_program(program, package, path) for program, package in _NEEDED)
    for needed, package in ((_DRIVER, "xorgxrdp"), (Path(PYTHON), "python3")):
        if not needed.exists():
            raise MissingProgram(program=str(needed), package=package)
    return bwrap, xrdp, find_client(path)


def find_client(environment: dict[str, str]) -> str:
    """Find FreeRDP, the newer version first; raises MissingProgram."""
    for program in _CLIENTS[:-1]:
        try:
            return find_program(program, "freerdp3-x11", environment)
        except MissingProgram:
            continue
    return find_program(_CLIENTS[-1], "freerdp2-x11", environment)
