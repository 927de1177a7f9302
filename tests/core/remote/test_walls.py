"""The walls between a session's programs, with the real bubblewrap: what each sees of the others."""

from __future__ import annotations

import asyncio
import ctypes
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

import core
from core.errors import RemoteHostFailed
from core.remote import namespaces as inside
from core.remote.configuration import write_settings, write_users
from core.remote.pod_process import PodProcess, Program
from core.remote.programs import PYTHON
from core.remote.users import pod_users
from tests.engine_thread import on_engine_thread

BWRAP = shutil.which("bwrap")
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
SEEN = f"{inside.DRIVES}/seen"
SECRET = f"{inside.FRONT}/secret"  # what the cells must not see
MOUNT = f"mount -t tmpfs drive {inside.DRIVES} && touch {SEEN}"
DONE = "/tmp/done"  # noqa: S108 - the pod's own
WAIT = f"until test -e {SEEN}; do sleep 0.05; done"


@pytest.fixture
def directory() -> Iterator[Path]:
    """Make a pod's directory where any user may come to it."""
    made = Path(mkdtemp(prefix="lucid-walls-", dir="/dev/shm"))
    for each in ("rdp", "settings", "code/core/remote"):
        (made / each).mkdir(parents=True)
    write_settings(made / "settings", (640, 480))
    write_users(made / "settings", {"guest": 1000}, inside.HOME)
    (made / "settings/xauthority").touch()
    shutil.copytree(Path(core.__file__).parent / "remote/pod", made / "code/core/remote/pod")
    yield made
    shutil.rmtree(made)


async def run(directory: Path, channels: str, desktop: str) -> None:
    """Run both in a pod until the desktop's has made DONE; raises RemoteHostFailed when one ends before."""
    shell = ["sh", "-ec"]
    cell = inside.desktop_cell(str(BWRAP), [*shell, channels], [*shell, desktop])
    front = Program("xrdp", [*shell, f"touch {SECRET}; sleep 60"], ENVIRONMENT, SECRET)
    await run_all(directory, [front, Program("desktop", cell, ENVIRONMENT, DONE)])


async def run_all(directory: Path, programs: list[Program], reads: str = "") -> str:
    """Run programs in a pod until each has made what is awaited; raises RemoteHostFailed when one ends before.

    Gives what a file of the front holds then.
    """
    users = pod_users()
    users.give(directory, "xrdp")
    first = [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"]
    command = inside.pod(str(BWRAP), directory, first)
    pod = PodProcess(lambda _name, _words: None)
    try:
        await pod.start(command, programs, inside.LOGS, [], users)
        return (pod.front / reads).read_text() if reads else ""
    finally:
        await pod.close()


def test_the_desktop_sees_what_the_channels_mount(directory: Path) -> None:
    """A drive that is mounted after the desktop was started is there for its programs."""
    desktop = f"{WAIT}; touch {DONE}; sleep 60"
    on_engine_thread(lambda: run(directory, f"sleep 0.3; {MOUNT}; sleep 60", desktop))


def test_nothing_is_put_where_drives_belong(directory: Path) -> None:
    """While no drive is mounted, the place is empty and stays so: a drive is not mounted over files."""
    desktop = f"if touch {SEEN}; then exit 1; fi; touch {DONE}; sleep 60"
    on_engine_thread(lambda: run(directory, "sleep 60", desktop))


def test_the_desktop_sees_neither_the_front_nor_the_sockets(directory: Path) -> None:
    """The desktop has an empty front and none of the sockets of Xorg and the channels, and cannot mount."""
    hidden = (
        f"{inside.FRONT} {inside.SOCKETS} {inside.RDP} {inside.SETTINGS} {inside.CHANNEL_SOCKETS}"
    )
    looks = f'for each in {hidden}; do test -z "$(ls -A $each)"; done'
    tries = f"if umount {inside.SOCKETS} || mount -t tmpfs x /mnt; then exit 1; fi"
    tries += "; test /dev/fuse -ef /dev/null"
    desktop = f"{WAIT}; {looks}; {tries}; touch {DONE}; sleep 60"
    channels = f"touch {inside.SOCKETS}/socket; {MOUNT}; sleep 60"
    on_engine_thread(lambda: run(directory, channels, desktop))


def test_the_channels_cannot_take_their_walls_down(directory: Path) -> None:
    """What may mount drives may not remove what hides the front from it."""
    tries = f'if umount {inside.FRONT}; then exit 1; fi; test -z "$(ls -A {inside.FRONT})"'
    desktop = f"{WAIT}; touch {DONE}; sleep 60"
    on_engine_thread(lambda: run(directory, f"{tries}; {MOUNT}; sleep 60", desktop))


def test_they_end_together(directory: Path) -> None:
    """When the channels end, so does the desktop: a session without its channels is not left running."""

    async def scenario() -> None:
        with pytest.raises(RemoteHostFailed):
            await asyncio.wait_for(run(directory, "exit 3", "sleep 60"), 10)

    on_engine_thread(scenario)


def test_xrdp_sees_nothing_of_the_session(directory: Path) -> None:
    """A taken-over xrdp has neither the display's cookie nor its sockets, by path or by name, nor the gate's code."""
    (directory / "settings/xauthority").write_text("a cookie")
    hidden = f"{inside.SOCKETS} {inside.CHANNEL_SOCKETS} {inside.HOME} {inside.SETTINGS} {inside.CODE} /tmp"
    looks = f'for each in {hidden}; do test -z "$(ls -A $each)"; done; test ! -s {inside.COOKIE}'
    script = f"{looks}; grep -c . /proc/net/unix > {inside.FRONT}/seen; touch {inside.FRONT}/done; sleep 60"
    cell = inside.rdp_cell(str(BWRAP), ["sh", "-ec", script])
    named = "import socket,time; s=socket.socket(socket.AF_UNIX); s.bind(chr(0)+'display'); s.listen(); time.sleep(60)"
    display = inside.display_cell(str(BWRAP), [PYTHON, "-c", named])
    programs = [
        Program("xorg", display, ENVIRONMENT),
        Program("xrdp", cell, ENVIRONMENT, f"{inside.FRONT}/done"),
    ]
    found: list[str] = []

    async def scene() -> None:
        found.append(await run_all(directory, programs, "seen"))

    on_engine_thread(scene)
    assert found[0].strip() == "1"  # the headline: no socket has a name here


def test_the_channels_see_their_two_sockets_alone(directory: Path) -> None:
    """Taken over, they have where xrdp meets them and the session's end; no display, and no other's shared memory."""
    (directory / "settings/xauthority").write_text("a cookie")
    hidden = f"{inside.SOCKETS} {inside.HOME} {inside.RDP} {inside.SETTINGS} /tmp /dev/shm"
    looks = (
        f'for each in {hidden}; do test -z "$(ls -A $each)"; done; '
        f'test "$(ls {inside.FRONT})" = channels; test ! -s {inside.COOKIE}; test -S {inside.CHANNEL_SOCKETS}/session; '
        "test $(grep -c . /proc/net/unix) = 1; test $(grep -c . /proc/sysvipc/shm) = 1; "
        "test /dev/fuse -ef /dev/null"
    )
    script = f"{looks}; touch {inside.FRONT_CHANNELS}/seen; sleep 60"
    cell = inside.channels_cell(str(BWRAP), ["sh", "-ec", script])
    listens = (
        "import ctypes, socket, sys, time; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); "
        "t = socket.socket(socket.AF_UNIX); t.bind(chr(0) + sys.argv[1]); t.listen(); "
        "ctypes.CDLL(None).shmget(7, 4096, 0o1600); time.sleep(60)"
    )
    session = f"{inside.CHANNEL_SOCKETS}/session"
    display = inside.display_cell(str(BWRAP), [PYTHON, "-c", listens, f"{inside.SOCKETS}/display"])
    desktop = inside.desktop_cell(
        str(BWRAP), [PYTHON, "-c", listens, f"{inside.SOCKETS}/session"], ["sleep", "60"]
    )
    programs = [
        Program("xorg", display, ENVIRONMENT, f"{inside.SOCKETS}/display"),
        Program("desktop", desktop, ENVIRONMENT, session),
        Program("channels", cell, ENVIRONMENT, f"{inside.FRONT_CHANNELS}/seen"),
    ]
    on_engine_thread(lambda: run_all(directory, programs))


def test_nobody_can_put_anything_where_another_looks(directory: Path) -> None:
    """The desktop can write in its home, its /dev/shm and in /tmp alone: no other cell loads or runs what it leaves."""
    tries = (
        "for each in / /etc /var /usr /run /run/logs /dev /run/xrdp; do "
        "if touch $each/x 2>/dev/null; then exit 1; fi; done; "
        "if ln -sfn /tmp /lib64 2>/dev/null; then exit 1; fi"
    )
    desktop = f"{WAIT}; {tries}; touch {DONE}; sleep 60"
    channels = f"{MOUNT}; sleep 60"
    on_engine_thread(lambda: run(directory, channels, desktop))


def test_a_pod_has_a_keyring_of_its_own(directory: Path) -> None:
    """What the engine's session keeps in the kernel's keyring is not there for the session's programs."""
    libc = ctypes.CDLL(None, use_errno=True)
    add, search, join = _KEY_CALLS[platform.machine()]
    libc.syscall(
        join, 1, None
    )  # a session keyring for this process, so that nobody else's is touched
    assert libc.syscall(add, b"user", b"lucid-test", b"secret", 6, -3) > 0
    seeks = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True); "
        f"raise SystemExit(libc.syscall({search}, b'user', b'lucid-test', None, -3) > 0)"
    )
    desktop = f'{WAIT}; {PYTHON} -c "{seeks}"; touch {DONE}; sleep 60'
    on_engine_thread(lambda: run(directory, f"{MOUNT}; sleep 60", desktop))


# The numbers of add_key, request_key and keyctl.
_KEY_CALLS = {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)}
