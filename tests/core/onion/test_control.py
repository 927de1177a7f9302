"""Tests of core.onion.control and core.onion.control_connection, with the real tor and with what is none."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.api.network import TorPhase
from core.errors import TorLost, TorRefused
from core.onion.control import TorControl
from core.onion.control_connection import ControlEvent
from core.runtime.workers import Worker
from tests.core.onion.tor_here import running_tor

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _control(heard: list[ControlEvent] | None = None) -> AsyncIterator[TorControl]:
    worker = Worker("tor-control")
    control = TorControl(worker, (heard if heard is not None else []).append)
    try:
        yield control
    finally:
        await control.close()
        worker.close()


def test_it_asks_and_hears(tmp_path: Path) -> None:
    """Answers come to whoever asked, and events to whoever listens, one connection beside another."""
    heard: list[ControlEvent] = []

    async def script() -> None:
        async with running_tor(tmp_path) as watched, _control(heard) as control:
            await watched.until_phase(TorPhase.CONNECTING)
            await control.open(tmp_path / "run" / "control", tmp_path / "run" / "cookie")
            version, phase = await asyncio.gather(
                control.read("version"), control.read("status/bootstrap-phase")
            )
            assert version.startswith("0.4.")
            assert "PROGRESS=0" in phase
            assert "250" not in await control.read("circuit-status")
            with pytest.raises(TorRefused) as caught:
                await control.ask("SIGNAL NOTHING")
            assert "NOTHING" in str(caught.value.facts["reason"])
            await control.ask("SETEVENTS SIGNAL")
            await control.ask("SIGNAL HEARTBEAT")
            await watched.until(lambda: bool(heard))
            assert (heard[0].kind, heard[0].words) == ("SIGNAL", ("HEARTBEAT",))
            pid = watched.onion.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await asyncio.wait_for(control.lost.wait(), 10)
            with pytest.raises(TorLost):
                await control.ask("GETINFO version")

    asyncio.run(script())


def test_a_wrong_cookie_does_not_open(tmp_path: Path) -> None:
    """Another cookie than tor's, or none at all, is refused, and tor's own is never sent."""
    wrong = tmp_path / "cookie"
    wrong.write_bytes(os.urandom(32))

    async def script() -> None:
        async with running_tor(tmp_path) as watched:
            await watched.until_phase(TorPhase.CONNECTING)
            for cookie in (wrong, tmp_path / "missing"):
                async with _control() as control:
                    with pytest.raises(TorRefused):
                        await control.open(tmp_path / "run" / "control", cookie)

    asyncio.run(script())


def test_without_a_socket_tor_is_lost(tmp_path: Path) -> None:
    """Where nothing listens, that is said at once."""

    async def script() -> None:
        async with _control() as control:
            with pytest.raises(TorLost):
                await control.open(tmp_path / "control", None)
            with pytest.raises(TorLost):
                await control.ask("GETINFO version")

    asyncio.run(script())


async def _says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def _hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.close()


async def _talks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readline():
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("speak", [_says_nothing, _hangs_up, _talks_nonsense])
@pytest.mark.parametrize("has_cookie", [True, False])
def test_what_is_no_tor_is_given_up(tmp_path: Path, speak: Speak, has_cookie: bool) -> None:
    """Something else at the socket, silent, rude or talkative, ends in a failure in time, and leaves no thread."""
    cookie = tmp_path / "cookie"
    cookie.write_bytes(os.urandom(32))

    async def script() -> None:
        served: list[asyncio.Task[None] | None] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            served.append(asyncio.current_task())
            await speak(reader, writer)

        async with await asyncio.start_unix_server(serve, tmp_path / "control"):
            async with _control() as control:
                with pytest.raises((TorLost, TorRefused)):
                    await control.open(tmp_path / "control", cookie if has_cookie else None, 0.5)
            await asyncio.gather(*filter(None, served))

    asyncio.run(script())


def test_whoever_is_cancelled_does_not_disturb_others(tmp_path: Path) -> None:
    """A question that nobody waits for any more is answered all the same; the connection stays."""

    async def script() -> None:
        async with running_tor(tmp_path) as watched, _control() as control:
            await watched.until_phase(TorPhase.CONNECTING)
            await control.open(tmp_path / "run" / "control", tmp_path / "run" / "cookie")
            asking = asyncio.ensure_future(control.ask("GETINFO nothing"))
            await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            assert (await control.read("version")).startswith("0.4.")

    asyncio.run(script())


def test_cancelled_while_it_closes_it_leaves_no_thread(tmp_path: Path) -> None:
    """Who ends a connection and is cancelled before its turn on the worker ends it all the same, threads and all.

    A reader that outlived it would speak to a loop that is closed by then.
    """
    worker = Worker("tor-control")
    is_free = threading.Event()

    async def script() -> None:
        async with running_tor(tmp_path) as watched:
            await watched.until_phase(TorPhase.CONNECTING)
            before = set(threading.enumerate())
            control = TorControl(worker, lambda _event: None)
            await control.open(tmp_path / "run" / "control", tmp_path / "run" / "cookie")
            started = {t for t in threading.enumerate() if t not in before}
            readers = {t for t in started if t.name in {"tor-control-reader", "tor-control-events"}}
            assert len(readers) == 2
            busy = asyncio.ensure_future(worker.run(is_free.wait))
            closing = asyncio.ensure_future(control.close())
            await asyncio.sleep(0)
            for _ in range(3):
                closing.cancel()
                await asyncio.sleep(0)
            assert not closing.done()
            is_free.set()
            with pytest.raises(asyncio.CancelledError):
                await closing
            assert not any(thread.is_alive() for thread in readers)
            assert control.lost.is_set()
            await busy

    try:
        asyncio.run(script())
    finally:
        is_free.set()
        worker.close()
