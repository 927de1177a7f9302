"""The users of a pod: which there are, who gets what, and how they come into a user namespace."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
from pathlib import Path

import pytest

from core.remote.programs import PYTHON
from core.remote.user_map import UserMap
from core.remote.users import Users, pod_users
from tests.engine_thread import on_engine_thread

FIRST = 61184
PARTS = ("xorg", "gate", "channels", "watcher", "desktop", "xrdp", "client", "observer")


def test_each_part_is_a_user_of_its_own() -> None:
    """No two parts share a number, with each other or with the pod's own root."""
    users = Users(FIRST)
    numbers = {users.number(each) for each in (*PARTS, "front", "cookie")}
    assert len(numbers) == len(PARTS) + 2
    assert numbers <= set(range(FIRST + 1, FIRST + 16))


def test_users_that_are_there_already_are_not_taken() -> None:
    """As root, sixteen numbers that nobody has; else there are none but this process's own."""
    chosen = pod_users().first
    if os.geteuid() != 0:
        assert chosen is None
        return
    assert chosen is not None
    command = [PYTHON, "-c", "import sys; sys.stdin.read()"]
    taken = subprocess.Popen(command, stdin=subprocess.PIPE, user=chosen + 5)
    try:
        assert all(pod_users().first != chosen for _ in range(300))
    finally:
        taken.communicate()


def test_a_program_has_its_user_and_no_capability() -> None:
    """Who enters the display's memory keeps what that takes; nobody else keeps anything."""
    users = Users(FIRST)
    command = users.program("xrdp", ["xrdp"], enters=False)
    assert command[command.index("--reuid") + 1] == str(users.number("xrdp"))
    assert command[command.index("--groups") + 1] == str(users.number("front"))
    assert {"--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"} < set(command)
    assert "--no-new-privs" in command
    assert "--ambient-caps=-all,+sys_admin" in users.program("gate", ["gate"], enters=True)
    assert "--reuid" not in Users(None).program("xrdp", ["xrdp"], enters=False)


def test_a_program_that_is_no_part_is_not_started() -> None:
    """There is no user that it could be."""
    for users in (Users(FIRST), Users(None)):
        with pytest.raises(KeyError):
            users.number("stranger")
    with pytest.raises(KeyError):
        Users(FIRST).program("stranger", ["xrdp"], enters=False)


def test_what_is_given_is_each_parts_own(tmp_path: Path) -> None:
    """Keys are the RDP server's alone, the cookie is for whom comes to the display, code is for all to read."""
    for each in ("rdp", "settings", "code"):
        (tmp_path / each).mkdir(parents=True)
    for each in ("rdp/key.pem", "settings/xauthority", "code/program.py"):
        (tmp_path / each).touch(mode=0o600)
    users = Users(FIRST if os.geteuid() == 0 else None)
    users.give(tmp_path, "xrdp")
    found = {
        each: ((tmp_path / each).stat().st_uid, stat.S_IMODE((tmp_path / each).stat().st_mode))
        for each in ("rdp", "rdp/key.pem", "settings/xauthority", "code/program.py")
    }
    if users.first is None:
        assert {owner for owner, _ in found.values()} == {os.getuid()}
        return
    assert found == {
        "rdp": (users.number("xrdp"), 0o700),
        "rdp/key.pem": (users.number("xrdp"), 0o600),
        "settings/xauthority": (FIRST, 0o640),
        "code/program.py": (FIRST, 0o644),
    }


def test_nothing_is_written_down_for_one_that_has_ended() -> None:
    """Bubblewrap that ends before it has told its process gets no users, and nobody waits for it."""

    async def scene() -> None:
        user_map = UserMap()
        user_map.close_theirs()
        await asyncio.wait_for(user_map.write(Users(FIRST)), 5)
        user_map.close()

    on_engine_thread(scene)


@pytest.mark.parametrize("told", [b"[]}\n", b"{}\n", b'{"child-pid": "x"}\n'])
def test_what_does_not_name_a_process_is_refused(told: bytes) -> None:
    """No other process is given users."""

    async def scene() -> None:
        user_map = UserMap()
        os.write(user_map.tells, told)
        with pytest.raises((ValueError, LookupError)):
            await asyncio.wait_for(user_map.write(Users(FIRST)), 5)
        user_map.close()

    on_engine_thread(scene)
