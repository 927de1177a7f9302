"""Tests of core.transport.sockets and core.transport.unix_address."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from core.errors import AddressRefused, DataDirectoryBusy
from core.transport.addresses import LocalAddress, read_address
from core.transport.sockets import (
    connect_local,
    listen_local,
    listen_loopback,
    open_local,
    open_loopback,
)


@pytest.fixture(params=[1, 40], ids=["short", "long"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Give a path for a socket; the long one has no room in an address."""
    directory = tmp_path / "/".join(["deep"] * request.param)
    directory.mkdir(parents=True)
    return directory / "socket"


def test_a_listener_is_this_users_alone(path: Path) -> None:
    """Nobody else may connect, unless that is asked for."""
    with listen_local(path) as listener:
        assert not listener.getblocking()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        connect_local(path, 5).close()
    with listen_local(path, 0o660):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_the_umask_changes_nothing_and_stays(path: Path, umask: int) -> None:
    """Whatever the process's umask is, the mode is the one that was asked for."""
    before = os.umask(umask)
    try:
        with listen_local(path, 0o660):
            assert stat.S_IMODE(path.stat().st_mode) == 0o660
    finally:
        found = os.umask(before)
    assert found == umask


def test_others_make_their_files_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The umask is the whole process's: it is not touched, since a thread beside may be making a directory."""

    def refuse(_: int) -> int:
        raise AssertionError("the umask was changed")

    monkeypatch.setattr(os, "umask", refuse)
    listen_local(tmp_path / "socket").close()


def test_a_socket_is_opened_without_blocking(path: Path) -> None:
    """The loop's own way to a Unix socket gives what the listener takes."""

    async def work() -> None:
        with listen_local(path) as listener, await open_local(path) as stream:
            assert not stream.getblocking()
            accepted, _ = await asyncio.get_running_loop().sock_accept(listener)
            accepted.close()

    asyncio.run(work())


def test_what_was_left_over_goes(path: Path) -> None:
    """A socket that nobody listens at is replaced, and one where somebody does is not."""
    listen_local(path).close()
    assert path.is_socket()
    with listen_local(path), pytest.raises(DataDirectoryBusy):
        listen_local(path)


def test_a_missing_socket_is_an_error_of_the_system(path: Path) -> None:
    """Where nothing listens, the system's own word is given."""
    with pytest.raises(FileNotFoundError):
        connect_local(path, 1)
    with pytest.raises(FileNotFoundError):
        asyncio.run(open_local(path))
    listen_local(path).close()
    with pytest.raises(ConnectionRefusedError):
        connect_local(path, 1)
    path.unlink()
    path.touch()
    with pytest.raises(OSError, match="in use"):
        listen_local(path)  # a file of somebody else stays


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1"])
def test_loopback_is_listened_at(host: str) -> None:
    """Each number of the loopback can be listened at and reached."""

    async def work() -> None:
        with listen_loopback(host) as listener:
            written = f"[{host}]" if ":" in host else host
            address = read_address(f"{written}:{listener.getsockname()[1]}")
            assert isinstance(address, LocalAddress)
            (await open_loopback(address)).close()

    asyncio.run(work())


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.0.2.1", "localhost", "example.org"])  # noqa: S104 - refused
def test_nothing_else_is_listened_at(host: str) -> None:
    """No other address is listened at, and no name."""
    with pytest.raises(AddressRefused):
        listen_loopback(host)
