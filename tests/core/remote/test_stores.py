"""What a pod's programs can store: in the pod's own memory alone, bounded in bytes and in files, and gone with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

import core
from core.remote import namespaces as inside
from core.remote.configuration import write_settings, write_users
from core.remote.pod_process import PodProcess, Program
from core.remote.programs import PYTHON
from core.remote.users import pod_users
from tests.engine_thread import on_engine_thread

BWRAP = str(shutil.which("bwrap"))
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
LARGEST_BYTES, MOST_FILES = 256 << 20, 65_536
# A mount that another one hides is not there under its path; a device is one file, and stores nothing.
LOOK = f"""
import os, stat, sys, time
stores, unbounded = [], []
with open('/proc/self/mountinfo') as file: lines = file.read().splitlines()
for line in lines:
    own, _, more = line.partition(' - ')
    _, _, device, _, path, options, *_ = own.split()
    kind = more.split()[0]
    try: found = os.stat(path)
    except OSError: continue
    is_hidden = device != f'{{os.major(found.st_dev)}}:{{os.minor(found.st_dev)}}'
    if is_hidden or 'ro' in options.split(',') or stat.S_ISCHR(found.st_mode): continue
    if os.statvfs(path).f_flag & os.ST_RDONLY: continue
    if kind in ('proc', 'devpts'): continue
    room = os.statvfs(path)
    is_bounded = 0 < room.f_blocks * room.f_frsize <= {LARGEST_BYTES} and 0 < room.f_files <= {MOST_FILES}
    if kind == 'tmpfs' and is_bounded: stores.append(path)
    else: unbounded.append(line)
if unbounded or sorted(set(stores)) != sorted(sys.argv[2].split()):
    raise SystemExit(f'unbounded {{unbounded}}, stores {{sorted(set(stores))}}')
open(sys.argv[1], 'w')
time.sleep(60)
"""
# Nests directories until there is no room, then fills a file; tells how many and how much that was.
FILL = f"""
import os, time
room = os.statvfs({inside.FRONT!r})
at, count, size = os.open({inside.FRONT!r}, os.O_RDONLY), 0, 0
with open('{inside.FRONT}/told', 'w') as told, open('{inside.FRONT}/large', 'wb', buffering=0) as large:
    try:
        while count < 30_000:
            os.mkdir('d', dir_fd=at)
            at, above, count = os.open('d', os.O_RDONLY, dir_fd=at), at, count + 1
            os.close(above)
    except OSError: pass
    told.write(f'{{count:8}}' + ' ' * 4088); told.flush(); told.seek(8)
    try:
        while size < 64 << 20: size += large.write(bytes(4096))
    except OSError: pass
    told.write(f'{{size:8}}')
os.rename('{inside.FRONT}/told', '{inside.FRONT}/done')
time.sleep(60)
"""
DONE = "/tmp/done"  # noqa: S108 - the pod's own
SHARED, HOME, TEMPORARY = inside.SHARED_MEMORY, inside.HOME, inside.TEMPORARY
ALL = [
    inside.DISPLAY_MEMORY,
    SHARED,
    HOME,
    inside.FRONT,
    inside.LOGS,
    inside.SOCKETS,
    inside.CHANNEL_SOCKETS,
    TEMPORARY,
]


@pytest.fixture
def directory() -> Iterator[Path]:
    """Make a pod's directory."""
    made = Path(mkdtemp(prefix="lucid-stores-", dir="/dev/shm"))
    for each in ("rdp", "settings", "code/core/remote"):
        (made / each).mkdir(parents=True)
    write_settings(made / "settings", (640, 480))
    write_users(made / "settings", {"guest": 1000}, inside.HOME)
    (made / "settings/xauthority").touch()
    shutil.copytree(Path(core.__file__).parent / "remote/pod", made / "code/core/remote/pod")
    yield made
    shutil.rmtree(made)


def run(directory: Path, program: Program, reads: str = "") -> str:
    """Run a program in a pod until it has made what is awaited; gives what a file of the front holds then."""
    found: list[str] = []

    async def scene() -> None:
        users = pod_users()
        users.give(directory, "xrdp")
        first = [PYTHON, "-I", "-S", f"{inside.CODE}/core/remote/pod/program.py"]
        pod = PodProcess(lambda _name, _words: None)
        try:
            command = inside.pod(BWRAP, directory, first)
            await pod.start(command, [program], inside.LOGS, [], users)
            found.append((pod.front / reads).read_text() if reads else "")
        finally:
            await pod.close()

    on_engine_thread(scene)
    return found[0]


def looks(awaits: str, *stores: str) -> list[str]:
    """Write the command that fails where something else than these can be written to, or one has no bound."""
    return [PYTHON, "-c", LOOK, awaits, " ".join(stores)]


CELLS = {
    "xrdp": (
        f"{inside.FRONT}/done",
        inside.rdp_cell(BWRAP, looks(f"{inside.FRONT}/done", inside.FRONT)),
    ),
    "xorg": (
        DONE,
        inside.display_cell(BWRAP, looks(DONE, TEMPORARY, HOME, inside.SOCKETS, SHARED)),
    ),
    "channels": (
        f"{inside.FRONT_CHANNELS}/done",
        inside.channels_cell(
            BWRAP,
            looks(f"{inside.FRONT_CHANNELS}/done", inside.FRONT_CHANNELS, inside.CHANNEL_SOCKETS),
        ),
    ),
    "watcher": (DONE, inside.watcher_cell(BWRAP, looks(DONE, TEMPORARY))),
    "client": (DONE, inside.client_cell(BWRAP, looks(DONE, TEMPORARY, HOME, SHARED))),
    "gate": (DONE, looks(DONE, *ALL)),
}


@pytest.mark.parametrize("part", CELLS)
def test_a_cell_can_write_to_bounded_stores_of_the_pod_alone(directory: Path, part: str) -> None:
    """Nothing of the machine's can be written to, and what can be is bounded in bytes and files."""
    awaits, command = CELLS[part]
    run(directory, Program(part, command, ENVIRONMENT, awaits))


@pytest.mark.parametrize("is_mounter", [True, False])
def test_the_desktops_cells_can_write_to_bounded_stores_alone(
    directory: Path, *, is_mounter: bool
) -> None:
    """Neither the session's end of the channels nor the desktop has more; the desktop has no sockets."""
    stores = [TEMPORARY, HOME, SHARED, *([inside.SOCKETS] if is_mounter else [])]
    both = [["sleep", "60"], looks(DONE, *stores)]
    channels, desktop = reversed(both) if is_mounter else both
    cell = inside.desktop_cell(BWRAP, channels, desktop)
    run(directory, Program("desktop", cell, ENVIRONMENT, DONE))


def test_a_taken_over_xrdp_fills_nothing_but_its_front(directory: Path) -> None:
    """It can neither nest directories by the thousand nor write megabytes, and the machine has nothing of it after."""
    before = sorted(directory.rglob("*"))
    cell = inside.rdp_cell(BWRAP, [PYTHON, "-c", FILL])
    told = run(directory, Program("xrdp", cell, ENVIRONMENT, f"{inside.FRONT}/done"), "done")
    count, size = int(told[:8]), int(told[8:16])
    assert 0 < count < 256
    assert 0 < size < 1 << 20
    assert sorted(directory.rglob("*")) == before
