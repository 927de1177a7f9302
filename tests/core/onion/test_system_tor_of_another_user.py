"""A system's tor that runs as another user: who comes to our sockets then, and whose tor is not used at all."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.api.network import TorPhase
from core.config.engine_options import NetworkOptions
from core.errors import TorRefused
from core.onion.keys import ServiceKey
from core.onion.onion_service import OnionService
from core.onion.system_tor import group_of_tor, open_to
from core.remote.programs import PYTHON
from core.remote.users import THROW_AWAY_USERS
from core.remote.workplace import private_directory
from core.transport.sockets import listen_local
from core.transport.transport import Purpose, Transport
from tests.core.onion.tor_here import NO_NETWORK, Watched
from tests.fakes.private_tor import PrivateTor

TOR = THROW_AWAY_USERS.stop - 2  # no pod's users: those come in whole sixteens
STRANGER = TOR + 1
_CONNECT = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


@contextmanager
def _tor_of_another_user(lines: Sequence[str]) -> Iterator[NetworkOptions]:
    """Run a tor as a system does: as a user of its own, whose group may use its control socket."""
    home = private_directory()
    run, data = home / "run", home / "data"
    settings = [
        f"DataDirectory {data}",
        f"ControlSocket {run}/control GroupWritable RelaxDirModeCheck",
        f"SocksPort unix:{run}/socks WorldWritable RelaxDirModeCheck",
        "CookieAuthentication 1",
        "CookieAuthFileGroupReadable 1",
        f"CookieAuthFile {run}/control.authcookie",
        f"__OwningControllerProcess {os.getpid()}",
        *lines,
    ]
    (home / "torrc").write_text("\n".join(settings) + "\n", "utf-8")
    home.chmod(0o755)
    for each, mode in ((run, 0o2755), (data, 0o700)):
        each.mkdir()
        os.chown(each, TOR, TOR)
        each.chmod(mode)
    command = ["tor", "--defaults-torrc", os.devnull, "-f", str(home / "torrc"), "--quiet"]
    environment = {"PATH": f"{os.environ['PATH']}:/usr/sbin", "HOME": str(data)}
    with subprocess.Popen(
        command, env=environment, user=TOR, group=TOR, extra_groups=[]
    ) as process:
        try:
            yield NetworkOptions(system_control=run / "control", system_socks=run / "socks")
        finally:
            process.terminate()
    subprocess.run(["rm", "-rf", "--", str(home)], check=True)


def _can_connect(path: Path, user: int, group: int) -> bool:
    """Tell whether a user in a group can connect to a socket."""
    done = subprocess.run(
        [PYTHON, "-I", "-S", "-c", _CONNECT, str(path)],
        user=user,
        group=group,
        extra_groups=[],
        capture_output=True,
        check=False,
        cwd="/",
    )
    return done.returncode == 0


def _is_root() -> bool:
    return os.geteuid() == 0


async def _connected(watched: Watched, options: NetworkOptions) -> None:
    """Have the system's tor used, once it is there."""
    control = options.system_control
    assert control is not None
    await watched.until(control.is_socket)
    await watched.until((control.parent / "control.authcookie").exists)
    await watched.onion.start()


@pytest.mark.parametrize("is_early", [True, False], ids=["listens-before", "listens-after"])
def test_only_the_group_of_tor_comes_to_a_service(tmp_path: Path, *, is_early: bool) -> None:
    """Its user can connect, whether we listen before tor is told or after; nobody else's user can, nor look in."""
    if not _is_root():  # a user who is no root has no second user to try with
        return
    place = private_directory() / "entrance"

    async def script() -> None:
        with _tor_of_another_user(NO_NETWORK) as options:
            watched = Watched(options, tmp_path)
            listener = listen_local(place, 0o660) if is_early else None
            await _connected(watched, options)
            await watched.until_phase(TorPhase.CONNECTING)
            await watched.onion.publish(OnionService(ServiceKey.make(), 80, place, "session"))
            with listener or listen_local(place, 0o660):
                assert _can_connect(place, TOR, TOR)
                assert not _can_connect(place, STRANGER, STRANGER)
                shown = place.parent.stat()
                assert (shown.st_uid, shown.st_gid) == (os.geteuid(), TOR)
                assert stat.S_IMODE(shown.st_mode) == 0o2710
                assert place.stat().st_gid == TOR
            await watched.onion.stop()

    try:
        asyncio.run(script())
    finally:
        place.unlink(missing_ok=True)
        place.parent.rmdir()


def test_a_service_is_reached_by_another_users_tor(tmp_path: Path, private_tor: PrivateTor) -> None:
    """Whoever dials the address, by that tor's own SOCKS port, speaks to who listens at our socket."""
    if not _is_root():
        return
    place = private_directory() / "entrance"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readexactly(5)).upper())
        await writer.drain()
        writer.close()

    async def script() -> None:
        with _tor_of_another_user(private_tor.network_lines) as options:
            watched = Watched(options, tmp_path)
            await _connected(watched, options)
            await watched.onion.wait_ready(120)
            key = ServiceKey.make()
            await watched.onion.publish(OnionService(key, 80, place, "session"))
            server = await asyncio.start_unix_server(answer, sock=listen_local(place, 0o660))
            await watched.onion.wait_reachable(key.address, 120)
            stream = await Transport(watched.onion).dial(f"{key.address}:80", Purpose.SESSION)
            reader, writer = await asyncio.open_connection(sock=stream)
            writer.write(b"hello")
            assert await reader.readexactly(5) == b"HELLO"
            writer.close()
            server.close()
            await watched.onion.stop()

    try:
        asyncio.run(script())
    finally:
        place.unlink(missing_ok=True)
        place.parent.rmdir()


def test_who_is_not_in_its_group_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure names the group and how to get into it; whoever is in it, or is that user, goes on."""
    control = tmp_path / "control"
    owner = control.parent.stat()
    assert group_of_tor(control) is None  # it does not run just now
    with listen_local(control):
        assert group_of_tor(control) is None
        monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
        monkeypatch.setattr(os, "getegid", lambda: owner.st_gid)
        assert group_of_tor(control) == owner.st_gid
        monkeypatch.setattr(os, "getegid", lambda: STRANGER)
        monkeypatch.setattr(os, "getgroups", lambda: [owner.st_gid])
        assert group_of_tor(control) == owner.st_gid
        monkeypatch.setattr(os, "getgroups", list)
        options = NetworkOptions(system_control=control, system_socks=tmp_path / "socks")

        async def script() -> None:
            watched = Watched(options, tmp_path)
            await watched.onion.start()
            await watched.until_phase(TorPhase.MISSING)
            with pytest.raises(TorRefused, match="adduser USER"):
                await watched.onion.wait_ready(5)
            await watched.onion.stop()
            assert watched.codes == ["tor_refused"]

        asyncio.run(script())


def test_a_directory_that_cannot_be_looked_into_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for a tor that does not run."""

    def refuse(path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(TorRefused, match="may not look into"):
        group_of_tor(tmp_path / "control")


def test_what_cannot_be_opened_to_the_group_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without groups, such as: the service is refused, and is not published in vain."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(TorRefused, match="Operation not permitted"):
        open_to(STRANGER, tmp_path / "entrance")
