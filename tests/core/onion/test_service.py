"""Tests of core.onion.service with the real tor, which has no network here."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
from pathlib import Path

import pytest

from core.api.network import BridgeKind, ServicePhase, TorPhase
from core.config.engine_options import NetworkOptions
from core.errors import (
    Bug,
    ClientKeyNeeded,
    NetworkOffline,
    PublishFailed,
    TorNotReady,
    TorRefused,
)
from core.onion.bridges import read_bridges
from core.onion.keys import ClientKey, ServiceKey
from core.onion.service import Onion, OnionService
from core.runtime.clock import SystemClock
from tests.core.onion.test_bridges import OBFS4
from tests.core.onion.tor_here import NO_NETWORK, Watched, running_tor, with_tor
from tests.fakes.clocks import ManualClock, settle


def _service(target: Path, *clients: str) -> OnionService:
    return OnionService(ServiceKey.make(), 3389, target, "session", clients)


async def _published(watched: Watched) -> list[str]:
    """Ask tor itself what it publishes, by a connection of its own."""
    life = watched.onion._supervisor._life  # type: ignore[union-attr]
    assert life is not None
    said = await life._control.read("onions/current")
    return [f"{line}.onion" for line in said.split()]


def test_it_starts_and_stops(tmp_path: Path) -> None:
    """Tor comes up, tells its version and how far it is, and is gone after the end with its sockets."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        status = watched.onion.status
        assert status.version.startswith("0.4.")
        assert (status.percent, status.tag, status.summary) == (0, "starting", "Starting")
        assert status.deadline_utc_ms > status.since_utc_ms > 0
        run = tmp_path / "run"
        assert stat.S_IMODE(run.stat().st_mode) == 0o700
        for name in ("control", "cookie", "torrc"):  # SOCKS opens with the network
            assert stat.S_IMODE((run / name).stat().st_mode) == 0o600
        assert watched.onion.pid is not None
        await watched.onion.start()  # what runs is left as it is
        with pytest.raises(TorNotReady):
            await watched.onion.socks()
        with pytest.raises(TorNotReady):
            await watched.onion.wait_ready(0.05)

    watched = with_tor(tmp_path, script)
    assert watched.phases == [TorPhase.STARTING, TorPhase.CONNECTING, TorPhase.OFF]
    assert watched.reports == []
    assert watched.onion.pid is None
    assert not (tmp_path / "run" / "control").exists()


def test_it_works_in_a_deep_directory_with_spaces(tmp_path: Path) -> None:
    """A runtime directory whose path is longer than a socket's address may be is no hindrance."""
    deep = tmp_path / ("a deep directory " * 10)

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        service = _service(deep / "work place" / "entrance")
        await watched.onion.publish(service)
        assert await _published(watched) == [service.host]

    with_tor(deep, script)


def test_offline_nothing_can_be_asked_of_it(tmp_path: Path) -> None:
    """Before the start and after the end, whoever wants something is told that this appliance is offline."""

    async def script() -> None:
        watched = Watched(NetworkOptions(network_lines=NO_NETWORK), tmp_path)
        onion = watched.onion
        assert onion.status.phase is TorPhase.OFF
        for asked in (onion.socks(), onion.retry(), onion.use_bridges(()), onion.wait_ready(1)):
            with pytest.raises(NetworkOffline):
                await asked
        with pytest.raises(NetworkOffline):
            await onion.authorise(ServiceKey.make().address, ClientKey.make().private_text)
        await onion.stop()

    asyncio.run(script())


def test_a_service_comes_and_goes(tmp_path: Path) -> None:
    """Tor has a service once it is published, shows it as waiting for the network, and has it no more afterwards."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        client = ClientKey.make()
        service = _service(tmp_path / "entrance", client.public_text)
        await watched.onion.publish(service)
        assert await _published(watched) == [service.host]
        (shown,) = watched.onion.services
        assert (shown.purpose, shown.address) == ("session", f"{service.host}:3389")
        assert (shown.phase, shown.clients) == (ServicePhase.WAITING, 1)
        with pytest.raises(PublishFailed):
            await watched.onion.wait_reachable(service.host, 0.05)
        await watched.onion.publish(service)  # once more: it is replaced
        await watched.onion.change_clients(service.host, ())
        assert watched.onion.services[0].clients == 0
        assert await _published(watched) == [service.host]
        await watched.onion.withdraw(f"{service.host}:3389")
        assert watched.onion.services == ()
        assert await _published(watched) == []
        await watched.onion.withdraw(service.host)
        with pytest.raises(PublishFailed):
            await watched.onion.wait_reachable(service.host, 0.05)
        assert not list((tmp_path / "run").glob("to-*"))

    with_tor(tmp_path, script)


def test_two_services_may_lead_to_one_directory(tmp_path: Path) -> None:
    """When one of two services that lead to one directory is withdrawn, the other's way stays."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        first, second = _service(tmp_path / "a"), _service(tmp_path / "b")
        await watched.onion.publish(first)
        await watched.onion.publish(second)
        await watched.onion.withdraw(first.host)
        (link,) = (tmp_path / "run").glob("to-*")
        assert link.readlink() == tmp_path
        assert await _published(watched) == [second.host]

    with_tor(tmp_path, script)


def test_what_is_published_without_tor_is_published_later(tmp_path: Path) -> None:
    """A service that is wanted before tor is up, or while it is stopped, is there as soon as tor is."""

    async def script() -> None:
        watched = Watched(NetworkOptions(network_lines=NO_NETWORK), tmp_path)
        service = _service(tmp_path / "entrance")
        await watched.onion.publish(service)
        assert watched.onion.services[0].phase is ServicePhase.WAITING
        for _ in range(2):
            await watched.onion.start()
            await watched.until_phase(TorPhase.CONNECTING)
            await watched.until(lambda: watched.onion._publisher._wanted[service.host].is_taken)
            assert await _published(watched) == [service.host]
            await watched.onion.stop()

    asyncio.run(script())


def test_a_service_that_cannot_be_said_is_a_bug(tmp_path: Path) -> None:
    """Ports, sockets and keys that would break a command's form never get as far as tor."""
    key = ServiceKey.make()
    target = tmp_path / "entrance"

    async def script(watched: Watched) -> None:
        for service in (
            OnionService(key, 0, target, "x"),
            OnionService(key, 70_000, target, "x"),
            OnionService(key, 80, Path("entrance"), "x"),
            OnionService(key, 80, tmp_path / "two words", "x"),
            OnionService(key, 80, target, "x", ("A Port=22",)),
            OnionService(key, 80, target, "x", most_streams=0),
        ):
            with pytest.raises(Bug):
                await watched.onion.publish(service)
        with pytest.raises(Bug):
            await watched.onion.authorise("abc x.onion", ClientKey.make().private_text)
        with pytest.raises(ClientKeyNeeded):
            await watched.onion.authorise(key.address, "no key")
        assert watched.onion.services == ()

    with_tor(tmp_path, script)


def test_killed_it_comes_back_with_its_services(tmp_path: Path) -> None:
    """After kill -9 tor is started again, with the same services and client keys; the person is told."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        service, other = _service(tmp_path / "entrance"), ServiceKey.make().address
        await watched.onion.publish(service)
        await watched.onion.authorise(other, ClientKey.make().private_text)
        first = watched.onion.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await watched.until_phase(TorPhase.RESTARTING)
        failure, retry = watched.onion.status.failure, watched.onion.status.retry_utc_ms
        assert failure is not None
        assert failure.facts["reason"] == "it was ended by signal 9"
        assert retry is not None
        await watched.until_phase(TorPhase.CONNECTING)
        await watched.until(lambda: watched.onion._publisher._wanted[service.host].is_taken)
        assert watched.onion.pid not in {None, first}
        assert await _published(watched) == [service.host]
        life = watched.onion._supervisor._life  # type: ignore[union-attr]
        assert life is not None
        known = await life._control.ask("ONION_CLIENT_AUTH_VIEW")
        assert any(other.removesuffix(".onion") in line for line in known)
        await watched.onion.forget(other)
        known = await life._control.ask("ONION_CLIENT_AUTH_VIEW")
        assert not any(other.removesuffix(".onion") in line for line in known)
        assert (watched.onion.status.restarts, watched.onion.status.failure) == (1, None)

    watched = with_tor(tmp_path, script)
    assert watched.codes == ["tor_lost"]


def test_a_lost_control_connection_is_noticed(tmp_path: Path) -> None:
    """When the control connection breaks, tor is started again, since it has forgotten our services with it."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        life = watched.onion._supervisor._life  # type: ignore[union-attr]
        assert life is not None
        assert life._control._connection is not None
        life._control._connection.abandon()
        await watched.until_phase(TorPhase.RESTARTING)
        await watched.until_phase(TorPhase.CONNECTING)

    watched = with_tor(tmp_path, script)
    assert [failure.facts["reason"] for failure in watched.reports] == [
        "its control connection ended"
    ]


def test_a_hung_tor_is_ended_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tor that is alive and answers no more is killed and replaced."""
    monkeypatch.setattr("core.onion.life.HEARTBEAT_S", 0.2)
    monkeypatch.setattr("core.onion.control.ANSWER_S", 0.5)

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        hung = watched.onion.pid
        assert hung is not None
        os.kill(hung, signal.SIGSTOP)
        await watched.until_phase(TorPhase.RESTARTING)
        await watched.until_phase(TorPhase.CONNECTING)
        assert watched.onion.pid != hung

    watched = with_tor(tmp_path, script)
    assert watched.reports[0].facts["reason"] == "it did not answer within 0.5 s"


def test_a_tor_that_heeds_no_signal_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopping a suspended tor takes as long as its patience, and leaves none behind."""
    monkeypatch.setattr("core.onion.life.STOP_S", 0.2)

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        assert watched.onion.pid is not None
        os.kill(watched.onion.pid, signal.SIGSTOP)

    with_tor(tmp_path, script)


def test_without_a_program_it_waits_for_a_person(tmp_path: Path) -> None:
    """Where tor is not installed that is said, and tried again when the person asks for it."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.MISSING)
        failure = watched.onion.status.failure
        assert failure is not None
        assert failure.facts == {"program": "no-such-tor", "package": "tor"}
        with pytest.raises(type(watched.reports[0])):
            await watched.onion.wait_ready(1)
        await watched.onion.retry()
        await watched.until(lambda: len(watched.reports) == 2)

    watched = with_tor(tmp_path, script, program="no-such-tor")
    assert watched.codes == ["missing_program"] * 2


def test_a_configuration_that_tor_refuses_is_told(tmp_path: Path) -> None:
    """What tor says against its configuration is what the person reads."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.MISSING)

    lines = ("DirAuthority nothing that is one", "DisableNetwork 1")
    watched = with_tor(tmp_path, script, lines=lines)
    assert watched.codes == ["tor_refused"]
    assert "DirAuthority" in str(watched.reports[0].facts["reason"])


def test_a_configuration_that_we_refuse_never_starts_tor(tmp_path: Path) -> None:
    """A line that no private network needs keeps tor from being started at all."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.MISSING)

    watched = with_tor(tmp_path, script, lines=("SocksPort 9050",))
    assert watched.codes == ["tor_refused"]
    assert not (tmp_path / "run" / "torrc").exists()


def test_a_data_directory_in_use_is_told(tmp_path: Path) -> None:
    """While another tor works in the data directory, ours says so, and tries again later."""

    async def script() -> None:
        async with running_tor(tmp_path) as first:
            await first.until_phase(TorPhase.CONNECTING)
            options = NetworkOptions(network_lines=NO_NETWORK)
            second = Onion(
                options,
                run=tmp_path / "other",
                data=tmp_path / "data",
                clock=SystemClock(),
                changed=lambda: None,
                report=reports.append,
            )
            await second.start()
            await first.until(lambda: bool(reports))
            assert second.status.phase is TorPhase.RESTARTING
            await second.stop()

    reports: list[Exception] = []
    asyncio.run(script())
    assert "another tor works in its data directory" in str(reports[0])


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Where the data directory cannot be, that is said, and tried again."""
    (tmp_path / "data").write_text("a file")

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.RESTARTING)

    watched = with_tor(tmp_path, script)
    assert watched.codes == ["data_directory_unwritable"]


def test_pauses_between_starts_grow(tmp_path: Path) -> None:
    """A program that ends at once is started again after 1, 2, 4 … seconds, never more than a minute apart."""
    program = tmp_path / "tor"
    program.write_text("#!/bin/sh\necho 'Nov 24 23:00:00.000 [err] It is broken.' >&2\nexit 3\n")
    program.chmod(0o700)
    clock = ManualClock()
    pauses: list[int] = []

    async def script(watched: Watched) -> None:
        for count in range(1, 9):
            await watched.until(lambda count=count: len(watched.reports) == count)  # type: ignore[misc]
            await watched.until_phase(TorPhase.RESTARTING)
            retry = watched.onion.status.retry_utc_ms
            assert retry is not None
            pauses.append((retry - clock.utc_ns // 1_000_000) // 1000)
            await clock.advance(pauses[-1])
        await watched.onion.retry()  # at once, and the next pause is the shortest again
        await watched.until(lambda: len(watched.reports) >= 9)

    watched = with_tor(tmp_path, script, program=str(program), clock=clock)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert watched.reports[0].facts["reason"] == "it ended with status 3: It is broken."


@pytest.mark.parametrize(("line", "seconds"), [("", 120), (OBFS4, 150)])
def test_past_its_deadline_it_is_stuck(tmp_path: Path, line: str, seconds: int) -> None:
    """After 120 s, or 150 s with bridges, the person is told how far tor got; retry starts it afresh."""
    clock = ManualClock()

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        await settle()
        await clock.advance(seconds - 1)
        await watched.onion.retry()  # before it: with the whole time again
        assert watched.onion.status.deadline_utc_ms == clock.utc_ns // 1_000_000 + seconds * 1000
        for _ in range(seconds // 10):
            await _advance_when_asleep(watched, clock, 10)
        await watched.until_phase(TorPhase.STUCK)
        failure = watched.onion.status.failure
        assert failure is not None
        assert failure.facts == {"tag": "starting", "percent": 0, "reason": "nothing answers"}
        with pytest.raises(type(watched.reports[0])):
            await watched.onion.wait_ready(1)
        stuck = watched.onion.pid
        await watched.onion.retry()
        await watched.until(lambda: watched.onion.pid not in {None, stuck})
        await watched.until_phase(TorPhase.CONNECTING)

    bridges = read_bridges(line) if line else ()
    watched = with_tor(tmp_path, script, clock=clock, bridges=bridges)
    assert watched.codes == ["bridges_stuck" if bridges else "tor_stuck"]


async def _advance_when_asleep(watched: Watched, clock: ManualClock, seconds: float) -> None:
    """Let time pass as soon as somebody waits for it: between, tor itself is asked, in real time."""
    await watched.until(lambda: any(not waiting.done() for _, waiting in clock._sleepers))
    await clock.advance(seconds)


def test_other_bridges_start_it_afresh(tmp_path: Path) -> None:
    """Tor is started again with the bridges that it is to use, and left alone where they are the same."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        first = watched.onion.pid
        await watched.onion.use_bridges(())
        bridges = read_bridges(OBFS4)
        await watched.onion.use_bridges(bridges)
        await watched.until(lambda: watched.onion.pid not in {None, first})
        await watched.until_phase(TorPhase.CONNECTING)
        assert f"Bridge {OBFS4}\n" in (tmp_path / "run" / "torrc").read_text()
        second = watched.onion.pid
        await watched.onion.use_bridges(bridges)
        await settle()
        assert watched.onion.pid == second

    watched = with_tor(tmp_path, script)
    assert watched.reports == []


def test_a_transport_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the program of a bridge's transport, its package is named."""
    programs = {BridgeKind.OBFS4: ("no-such-proxy", "obfs4proxy")}
    monkeypatch.setattr("core.onion.child.TRANSPORT_PROGRAMS", programs)

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.MISSING)

    watched = with_tor(tmp_path, script, bridges=read_bridges(OBFS4))
    assert watched.reports[0].facts == {"program": "no-such-proxy", "package": "obfs4proxy"}


def test_no_secret_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a service's key, nor a client's, nor an address is found in any log, stem's own included."""
    caplog.set_level(1)
    logging.getLogger("stem").propagate = True
    service, client = _service(tmp_path / "entrance"), ClientKey.make()

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        await watched.onion.publish(service)
        await watched.onion.authorise(service.host, client.private_text)
        life = watched.onion._supervisor._life  # type: ignore[union-attr]
        assert life is not None
        with pytest.raises(TorRefused) as caught:
            await life._control.ask(
                f"ONION_CLIENT_AUTH_ADD {service.service_id}x {client.tor_key()}"
            )
        assert service.service_id not in str(caught.value)
        with pytest.raises(TorRefused):
            await life._control.ask("GETINFO version\r\nSIGNAL HALT")

    with_tor(tmp_path, script)
    secrets = (
        service.key.tor_key()[11:],
        client.private_text,
        client.tor_key()[7:],
        service.service_id,
    )
    for secret in secrets:
        assert secret not in caplog.text


def test_left_over_links_go(tmp_path: Path) -> None:
    """Links that an engine left which was killed are removed at the next start; nothing else is."""
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    (run / "to-0123456789ab").symlink_to(tmp_path)
    (run / "to-else").write_text("kept")

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        assert [path.name for path in run.glob("to-*")] == ["to-else"]

    with_tor(tmp_path, script)
