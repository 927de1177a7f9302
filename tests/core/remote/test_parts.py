"""The parts of a pod against each other: their users, the display's memory apart, and what a broken wall leaves."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest

import core
from core.recording.x_authority import write_x_authority
from core.remote import namespaces as inside
from core.remote.configuration import write_settings, write_users
from core.remote.host import RemoteHost
from core.remote.pod_process import DisplayMemory, PodProcess, Program
from core.remote.programs import PYTHON
from core.remote.users import pod_users
from core.runtime.clock import SystemClock
from tests.engine_thread import on_engine_thread

BWRAP = str(shutil.which("bwrap"))
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
IS_ROOT = os.geteuid() == 0
NO_CAPABILITIES = {"CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapAmb": 0}
SECRET = "what is hidden"
STAY = "import time; time.sleep(60)"
SAY = """
import os
def say(path, words):
    # The file is looked for, and must be whole as soon as it is there.
    with open(path + '.new', 'w') as file: file.write(' '.join(sorted(words)))
    os.rename(path + '.new', path)
"""
MEMORY = f"""
import ctypes, sys; sys.path.insert(0, {inside.CODE!r})
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
def make(mode):
    identifier = libc.shmget(0, ctypes.c_size_t(4096), 0o1000 | mode)
    return identifier, libc.shmat(identifier, None, 0)
def found():
    # Every segment that there is has an index, and whoever can attach one reads it.
    texts = set()
    for index in range(4096):
        identifier = libc.shmctl(index, 13, (ctypes.c_uint8 * 256)())
        for each in {{identifier, index}} - {{-1}}:
            address = libc.shmat(each, None, 0o10000)
            if address not in (None, ctypes.c_void_p(-1).value):
                texts.add(ctypes.string_at(address).decode())
                libc.shmdt(ctypes.c_void_p(address))
    return texts - {{""}}
"""
BREAKS_OUT = """
import os, pathlib, socket, sys
def can(try_it, *names):
    try: try_it(*names)
    except OSError: return False
    return True
def knock(path):
    with socket.socket(socket.AF_UNIX) as stream: stream.connect(path)
others = [int(each) for each in os.listdir('/proc') if each.isdigit() and int(each) not in (1, os.getpid())]
assert len(others) >= 3, others
reached = {'signal' for each in others if can(os.kill, each, 0)}
reached |= {'memory' for each in others if can(open, f'/proc/{each}/mem', 'r+b')}
reached |= {path for path in sys.argv[2:] if can(knock if pathlib.Path(path).suffix == '.socket' else open, path)}
say(sys.argv[1], reached)
"""
LISTEN = """
import socket, sys, time
stream = socket.socket(socket.AF_UNIX); stream.bind(sys.argv[1]); stream.listen(); time.sleep(60)
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    """Make a pod's directory with the gate's code."""
    made = Path(mkdtemp(prefix="lucid-parts-", dir="/dev/shm"))
    for each in ("rdp", "settings", "code/core/remote"):
        (made / each).mkdir(parents=True)
    write_settings(made / "settings", (640, 480))
    write_x_authority(made / "settings/xauthority")
    (made / "rdp/key.pem").write_text("a key")
    for each in ("pod", "gate", "lines"):
        source = Path(core.__file__).parent / "remote" / each
        shutil.copytree(source, made / "code/core/remote" / each)
    yield made
    shutil.rmtree(made)


async def run(directory: Path, programs: list[Program], reads: str) -> str:
    """Run programs in a pod until each has made what is awaited; raises RemoteHostFailed when one ends before.

    Gives what a file of the front holds then.
    """
    users = pod_users()
    write_users(directory / "settings", users.names(), inside.HOME)
    users.give(directory, "xrdp")
    first = [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"]
    pod = PodProcess(lambda _name, _words: None)
    try:
        command = inside.pod(BWRAP, directory, first)
        await pod.start(command, programs, inside.LOGS, [], users)
        return (pod.front / reads).read_text()
    finally:
        await pod.close()


def python(name: str, script: str, *arguments: str, awaits: str) -> Program:
    """Plan a script that has no cell, as if it had broken out of it."""
    return Program(name, [PYTHON, "-c", script, *arguments], ENVIRONMENT, awaits)


def test_neither_xrdp_nor_the_display_attaches_the_others_memory(directory: Path) -> None:
    """The gate has its own segment, where xrdp reads it, and the display's, where xrdp has no way to it.

    The display's segment is for all to read and write, as Xorg's is.
    """
    checked, its = f"{inside.X_SOCKETS}/checked", f"{inside.FRONT}/seen"
    display = MEMORY + (
        f"ctypes.memmove(make(0o777)[1], {SECRET.encode()!r}, {len(SECRET)})\n"
        f"assert found() == {{{SECRET!r}}}, found()\n"
        f"open('{inside.SOCKETS}/there', 'w')\nimport os, time\n"
        f"while not os.path.exists('{inside.X_SOCKETS}/go'): time.sleep(0.02)\n"
        f"assert found() == {{{SECRET!r}}}, found()\nopen('{inside.X_SOCKETS}/checked', 'w')\n{STAY}"
    )
    gate = MEMORY + (
        "from core.remote.gate.memory import Segment, enter\n"
        "shown = Segment.make(4096)\n"
        "shown.pixels[:5] = b'shown'\n"
        "assert found() == {'shown'}, found()\n"
        "enter(int(sys.argv[1]))\n"
        f"assert found() == {{{SECRET!r}}}, found()\n"
        "assert libc.setns(3, 0) < 0 and libc.unshare(0x08000000) < 0\n"
        f"shown.pixels[:5] = b'moved'\nopen('{inside.X_SOCKETS}/go', 'w')\n{STAY}"
    )
    xrdp = MEMORY + SAY + f"say({its!r}, found())\n{STAY}"
    programs = [
        Program(
            "xorg",
            inside.display_cell(BWRAP, [PYTHON, "-c", display]),
            ENVIRONMENT,
            f"{inside.SOCKETS}/there",
            memory=DisplayMemory.ALL,
        ),
        Program("gate", [PYTHON, "-c", gate], ENVIRONMENT, checked, memory=DisplayMemory.ENTERS),
        Program("xrdp", inside.rdp_cell(BWRAP, [PYTHON, "-c", xrdp]), ENVIRONMENT, its),
    ]
    found: list[str] = []

    async def scene() -> None:
        found.append(await run(directory, programs, "seen"))

    on_engine_thread(scene)
    assert found == ["moved"]


def reached(directory: Path, name: str, *paths: str) -> set[str]:
    """Let a part that has broken out of its cell try everything; gives what it reached of the others."""
    sockets = {
        "xorg": f"{inside.SOCKETS}/display.socket",
        "gate": f"{inside.FRONT}/gate.socket",
        "channels": f"{inside.FRONT}/channels/channels.socket",
        "desktop": f"{inside.CHANNEL_SOCKETS}/session.socket",
    }
    told = f"{inside.HOME if name == 'desktop' else '/tmp'}/{name}"  # noqa: S108 - the pod's own
    result = f"{inside.FRONT}/{name}" if name == "xrdp" else told
    victims = [
        python(each, LISTEN, path, awaits=path) for each, path in sockets.items() if each != name
    ]
    tries = [*(path for each, path in sockets.items() if each != name), *paths]
    script = f"{SAY}{BREAKS_OUT}\n{STAY}"
    attacker = python(name, script, result, *tries, awaits=result)
    seen: list[str] = []

    async def scene() -> None:
        users = pod_users()
        write_users(directory / "settings", users.names(), inside.HOME)
        users.give(directory, "xrdp")
        first = [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"]
        pod = PodProcess(lambda _name, _words: None)
        try:
            command = inside.pod(BWRAP, directory, first)
            await pod.start(command, [*victims, attacker], inside.LOGS, [], users)
            assert pod._child is not None
            root = _first_process(pod._child.pid)
            seen.append((root / result.lstrip("/")).read_text())
        finally:
            await pod.close()

    on_engine_thread(scene)
    return set(seen[0].split()) - (set() if IS_ROOT else {"memory"})


def _first_process(bubblewrap: int) -> Path:
    children = Path(f"/proc/{bubblewrap}/task/{bubblewrap}/children").read_text().split()
    return Path("/proc", children[0], "root")


def test_xrdp_out_of_its_cell_reaches_the_gate_alone(directory: Path) -> None:
    """As root it is nobody to all others; else users are no wall, as the security model says."""
    cookie = inside.COOKIE
    met = {f"{inside.FRONT}/gate.socket", f"{inside.FRONT}/channels/channels.socket"}
    more = {
        "signal",
        cookie,
        f"{inside.SOCKETS}/display.socket",
        f"{inside.CHANNEL_SOCKETS}/session.socket",
    }
    assert reached(directory, "xrdp", cookie) == (met if IS_ROOT else met | more)


def test_the_desktop_out_of_its_cell_reaches_nobody(directory: Path) -> None:
    """Neither the gate nor the display's other side, nor the certificate's key."""
    key = f"{inside.RDP}/key.pem"
    more = {
        "signal",
        key,
        f"{inside.FRONT}/gate.socket",
        f"{inside.FRONT}/channels/channels.socket",
        f"{inside.SOCKETS}/display.socket",
    }
    assert reached(directory, "desktop", key) == (set() if IS_ROOT else more)


def test_the_programs_of_a_session_are_users_of_their_own() -> None:
    """With the real ones: as root a user each, none with capabilities; Xorg and gate share memory, xrdp has another."""
    parts = ("Xorg", "gate", "channels", "watcher", "xrdp", "openbox")

    async def scene() -> None:
        host = RemoteHost(
            SystemClock(),
            heard=lambda *_: None,
            lost=lambda _: None,
            may_enter=lambda _: False,
        )
        await host.start()
        try:
            assert host._pod._child is not None
            check(await all_of_them(host._pod._child.pid))
        finally:
            await host.close()

    async def all_of_them(bubblewrap: int) -> dict[str, dict[str, str]]:
        # The desktop's programs are started beside the channels' end: what is awaited is there before they are.
        async with asyncio.timeout(30):
            while {*parts, "xrdp-chansrv"} - (found := processes(bubblewrap)).keys():  # noqa: ASYNC110 - /proc cannot be waited for
                await asyncio.sleep(0.05)
        return found

    def check(found: dict[str, dict[str, str]]) -> None:
        assert len({found[each]["user"] for each in parts}) == (len(parts) if IS_ROOT else 1)
        assert found["xrdp-chansrv"]["user"] == found["openbox"]["user"]
        for each in (*parts, "first"):
            assert {name: int(found[each][name], 16) for name in NO_CAPABILITIES} == NO_CAPABILITIES
            assert found[each]["NoNewPrivs"] == "1"
        memory = {each: found[each]["memory"] for each in parts}
        assert memory["Xorg"] == memory["gate"]
        apart = ("Xorg", "channels", "watcher", "xrdp", "openbox")
        assert len({memory[each] for each in apart}) == len(apart)

    on_engine_thread(scene)


def processes(bubblewrap: int) -> dict[str, dict[str, str]]:
    """Describe the processes of a pod by name: what /proc says of each, its user and its shared memory."""
    found: dict[str, dict[str, str]] = {}
    waiting = [bubblewrap]
    while waiting:
        process = waiting.pop()
        at = Path("/proc", str(process))
        with suppress(OSError):  # it has ended meanwhile
            waiting += [*map(int, (at / f"task/{process}/children").read_text().split())]
            name = _name_of((at / "cmdline").read_text().split("\0"))
            if name:
                found[name] = _described(at)
    return found


def _described(process: Path) -> dict[str, str]:
    lines = (process / "status").read_text().splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    memory = str((process / "ns/ipc").readlink())
    return status | {"user": status["Uid"].split()[0], "memory": memory}


def _name_of(command: list[str]) -> str:
    if command[0] == PYTHON and command[3].endswith("/pod/program.py"):
        return "first"
    if command[0] == PYTHON:
        return command[4].split("core.remote.", 1)[1].split(".", 1)[0]
    name = Path(command[0]).name
    return name if name in {"Xorg", "xrdp", "xrdp-chansrv", "openbox"} else ""
