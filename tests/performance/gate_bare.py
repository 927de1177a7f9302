"""The same desktop without a gate: xrdp straight at Xorg, in a pod with the same programs, to compare with."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import core
from core.recording.x_authority import write_x_authority
from core.remote import namespaces as inside
from core.remote.certificate import write_certificate
from core.remote.configuration import write_rdp_settings, write_settings, write_users
from core.remote.entrance import Entrance
from core.remote.pod_process import DisplayMemory, PodProcess, Program
from core.remote.programs import NO_RULES, PYTHON, Lines, session_programs
from core.remote.users import Users, become
from core.remote.versions import display_protocol
from core.runtime.clock import SystemClock
from tests.performance.gate_peer import SIZE

_USER = 61184
_PATIENCE_S = 30.0


@dataclass(frozen=True)
class _OneUser(Users):
    """One user for all of a pod; as root, another than this process's."""

    user: int

    def number(self, name: str) -> int:
        """Give that user, whatever the part."""
        return self.user

    def group(self, name: str) -> int:
        """Give that user's group."""
        return self.user

    @property
    def root(self) -> int:
        """Give that user for the first process too."""
        return self.user

    @property
    def root_group(self) -> int:
        """Give that user's group for the first process too."""
        return self.user

    def pod(self, bwrap: Sequence[str], tells: int, waits: int) -> list[str]:
        """Write the command, which becomes that user first."""
        other = become(self.user) if os.geteuid() == 0 else []
        return [*other, *super().pod(bwrap, tells, waits)]


class BareHost:
    """A pod without a gate; lives on a loop."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="lucid-bare-"))
        self._pod = PodProcess(lambda _name, _words: None)
        self._entrance: Entrance | None = None
        self._waits, self._go = os.pipe()

    async def start(self) -> str:
        """Start all but the desktop; gives the address."""
        bwrap, xrdp = shutil.which("bwrap"), shutil.which("xrdp", path="/usr/sbin:/usr/bin")
        assert bwrap
        assert xrdp
        user = _USER if os.geteuid() == 0 else os.getuid()
        self._prepare(user)
        command = [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"]
        version = await display_protocol(xrdp)
        planned = session_programs(
            bwrap, Lines(0, 0, 0), 0, size=SIZE, version=version, rules=NO_RULES
        )
        programs = _without_gate(planned, self._waits)
        await self._pod.start(
            inside.pod(bwrap, self._directory, command),
            programs,
            inside.LOGS,
            [self._waits],
            _OneUser(None, user),
        )
        self._entrance = Entrance(self._pod.front / "rdp", lambda _: True)
        await self._entrance.open()
        return self._entrance.address

    def show_desktop(self) -> None:
        """Start the desktop, now that a client has set the display's size."""
        os.write(self._go, b"\n")

    async def close(self) -> None:
        """End everything."""
        if self._entrance is not None:
            await self._entrance.close()
        await self._pod.close()
        for each in (self._waits, self._go):
            os.close(each)
        shutil.rmtree(self._directory, ignore_errors=True)

    def _prepare(self, user: int) -> None:
        for each in ("rdp", "settings", "code/core/remote"):
            (self._directory / each).mkdir(parents=True)
        settings, rdp = self._directory / "settings", self._directory / "rdp"
        write_settings(settings, SIZE)
        write_users(settings, {"guest": user}, inside.HOME)
        write_x_authority(settings / "xauthority")
        write_rdp_settings(rdp, front=inside.FRONT, rdp=inside.RDP)
        write_certificate(rdp, SystemClock().now())
        _point_at_display(rdp / "xrdp.ini")
        pod = Path(core.__file__).parent / "remote/pod"
        shutil.copytree(pod, self._directory / "code/core/remote/pod")
        if os.geteuid() == 0:
            for root, directories, files in os.walk(self._directory):
                for name in (".", *directories, *files):
                    os.chown(Path(root) / name, user, user)


def _point_at_display(xrdp_ini: Path) -> None:
    display = f"{inside.SOCKETS}/xrdp_display_{inside.DISPLAY_NUMBER}"
    lines = [
        f"port={display}" if line.startswith(f"port={inside.FRONT}") else line
        for line in xrdp_ini.read_text().splitlines()
        if not line.startswith("chansrvport=")
    ]
    xrdp_ini.write_text("\n".join(lines) + "\n")


def _without_gate(programs: list[Program], waits: int) -> list[Program]:
    """Take the gate out, let xrdp reach the display, and let the desktop wait for a line at a descriptor.

    All are one user and share their memory, since xrdp reads the display's picture itself.
    """
    by_name = {each.name: each for each in programs}
    words = [*by_name["desktop"].command]
    words[-1] = f"read -r go <&{waits}; {words[-1]}"
    rdp = ["xrdp", "--nodaemon", "--config", f"{inside.RDP}/xrdp.ini"]
    return [
        replace(by_name["xorg"], memory=DisplayMemory.NONE),
        replace(by_name["desktop"], command=words, awaits="", inherits=(waits,)),
        replace(by_name["xrdp"], command=rdp),
    ]


@contextmanager
def bare_host() -> Iterator[tuple[str, BareHost]]:
    """Run a pod without a gate on a loop of its own; gives its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="bare host")
    thread.start()

    async def make() -> BareHost:
        return BareHost()

    host = asyncio.run_coroutine_threadsafe(make(), loop).result()
    try:
        yield asyncio.run_coroutine_threadsafe(host.start(), loop).result(_PATIENCE_S), host
    finally:
        asyncio.run_coroutine_threadsafe(host.close(), loop).result(_PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
