"""Tests of core.onion.service with a tor that is not ours; it has no network here."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.api.network import TorPhase
from core.config.engine_options import NetworkOptions
from core.errors import TorRefused
from core.onion.bridges import read_bridges
from core.onion.control import TorControl
from core.onion.keys import ClientKey, ServiceKey
from core.onion.service import OnionService
from core.runtime.workers import Worker
from tests.core.onion.test_bridges import OBFS4
from tests.core.onion.tor_here import Watched


@contextmanager
def _system_tor(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a tor as a system does, without a network."""
    home.mkdir(mode=0o700, exist_ok=True)
    lines = [
        "DisableNetwork 1",
        "SocksPort 0",
        f"DataDirectory {home}/data",
        f"ControlSocket {home}/control",
        "CookieAuthentication 1",
        f"__OwningControllerProcess {os.getpid()}",
        f"PidFile {home}/pid",
    ]
    (home / "torrc").write_text("\n".join(lines) + "\n")
    arguments = ["tor", "--defaults-torrc", os.devnull, "-f", str(home / "torrc"), "--quiet"]
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    with subprocess.Popen(arguments, env=environment) as tor:
        try:
            yield tor
        finally:
            tor.terminate()


def test_the_systems_tor_is_used_as_it_is(tmp_path: Path) -> None:
    """Lucid publishes by it, sets no bridges in it, finds it again after it was gone, and leaves it running."""
    home = tmp_path / "system"
    options = NetworkOptions(system_control=home / "control", system_socks=home / "socks")

    async def script() -> None:
        watched = Watched(options, tmp_path / "ours")
        service = OnionService(ServiceKey.make(), 80, tmp_path / "entrance", "session")
        with pytest.raises(TorRefused):
            await watched.onion.start(read_bridges(OBFS4))
        with _system_tor(home):
            await watched.until((home / "data" / "control_auth_cookie").exists)
            await watched.onion.start()
            await watched.until_phase(TorPhase.CONNECTING)
            assert watched.onion.pid is None
            await watched.onion.publish(service)
            with pytest.raises(TorRefused):
                await watched.onion.use_bridges(read_bridges(OBFS4))
        await watched.until_phase(TorPhase.RESTARTING)
        with _system_tor(home) as tor:
            await watched.until_phase(TorPhase.CONNECTING)
            await watched.until(lambda: watched.onion._publisher._wanted[service.host].is_taken)
            await watched.onion.stop()
            assert tor.poll() is None
        assert watched.codes[0] == "tor_lost"

    asyncio.run(script())


def test_no_client_key_stays_in_the_systems_tor(tmp_path: Path) -> None:
    """When Lucid stops, that tor runs on without its keys; what a run left that broke off can be forgotten later."""
    home = tmp_path / "system"
    options = NetworkOptions(system_control=home / "control", system_socks=home / "socks")
    host, key = ServiceKey.make().address, ClientKey.make()

    async def script() -> None:
        watched = Watched(options, tmp_path / "ours")
        with _system_tor(home):
            await watched.until((home / "data" / "control_auth_cookie").exists)
            await watched.onion.start()
            await watched.until_phase(TorPhase.CONNECTING)
            worker = Worker("looking")
            control = TorControl(worker, lambda _event: None)
            await control.open(home / "control", None)
            await watched.onion.authorise(host, key.private_text)
            assert await _has_key(control, host)
            await watched.onion.stop()
            assert not await _has_key(control, host)
            service_id = host.removesuffix(".onion")
            await control.ask(f"ONION_CLIENT_AUTH_ADD {service_id} {key.tor_key()}")
            fresh = Watched(options, tmp_path / "fresh")
            await fresh.onion.start()
            await fresh.until_phase(TorPhase.CONNECTING)
            await fresh.onion.forget(host)
            assert not await _has_key(control, host)
            await fresh.onion.stop()
            await control.close()
            worker.close()

    asyncio.run(script())


async def _has_key(control: TorControl, host: str) -> bool:
    told = await control.ask("ONION_CLIENT_AUTH_VIEW")
    return any(host.removesuffix(".onion") in line for line in told)
