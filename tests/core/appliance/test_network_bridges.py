"""Bridges are understood, kept, used, and told of where they cannot be read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.api.network import (
    BridgeKind,
    Connect,
    ForgetBridges,
    NetworkMode,
    ReadBridges,
    ReadNetwork,
    TorPhase,
    UseBridges,
    WaitForTor,
)
from core.errors import BridgeMalformed, BridgesUnreadable, StorageFull, TorRefused
from tests.core.appliance.network_bench import READER, NetworkBench, run
from tests.fakes.tor import FakeTor

BRIDGE = "192.0.2.7:443 " + "A1" * 20
OTHER_BRIDGE = "192.0.2.8:9001"
UNREADABLE = (
    '["no bridge"]',
    f'["{BRIDGE}", "meek_lite 192.0.2.7:443"]',
    '"192.0.2.7:443"',
    "[7]",
    "[",
)


def test_bridge_lines_are_read_without_being_used(tmp_path: Path) -> None:
    """A person is shown what was understood, or which line was not, and the network stays as it was."""

    async def use(bench: NetworkBench) -> None:
        before = await bench.service.read(ReadNetwork())
        (bridge,) = await bench.service.read_bridges(ReadBridges(f"Bridge {BRIDGE}\n"))
        assert (bridge.kind, bridge.endpoint) == (BridgeKind.PLAIN, "192.0.2.7:443")
        for lines in ("", "not a bridge"):
            with pytest.raises(BridgeMalformed):
                await bench.service.read_bridges(ReadBridges(lines))
        assert await bench.service.read(ReadNetwork()) == before

    run(tmp_path, use)


def test_bridges_are_kept_and_used(tmp_path: Path) -> None:
    """Bridges can be given before the first connection, changed under a running tor, and forgotten."""

    async def give(bench: NetworkBench) -> None:
        network = await bench.service.use_bridges(UseBridges(f"Bridge {BRIDGE}\n"))
        assert [each.line for each in network.bridges] == [BRIDGE]
        assert bench.fake.log == []

    async def use(bench: NetworkBench) -> None:
        assert [each.kind for each in bench.service.shown().bridges] == [BridgeKind.PLAIN]
        await bench.service.connect(Connect())
        assert [each.line for each in bench.fake.bridges] == [BRIDGE]
        await bench.service.use_bridges(UseBridges(OTHER_BRIDGE))
        assert [each.line for each in bench.fake.bridges] == [OTHER_BRIDGE]
        await bench.service.forget_bridges(ForgetBridges())
        assert bench.fake.bridges == ()
        assert bench.service.shown().bridges == ()

    async def look(bench: NetworkBench) -> None:
        assert bench.service.shown().bridges == ()
        assert bench.fake.bridges == ()

    for each in (give, use, look):
        run(tmp_path, each)


def test_bridges_that_cannot_be_read_change_nothing(tmp_path: Path) -> None:
    """A line that is no bridge, and none at all, are refused."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.use_bridges(UseBridges(BRIDGE))
        for lines in ("obfs4 nowhere", "", "\n# none\n"):
            with pytest.raises(BridgeMalformed):
                await bench.service.use_bridges(UseBridges(lines))
        assert [each.line for each in bench.service.shown().bridges] == [BRIDGE]

    run(tmp_path, use)


def test_bridges_that_are_not_kept_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk does not take them, tor goes on as before; so it does after the next start."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        await bench.service.use_bridges(UseBridges(BRIDGE))

        def full(*_: object) -> None:
            raise StorageFull(path="lucid.db")

        with monkeypatch.context() as filling:
            filling.setattr("core.config.network_settings.NetworkSettings.save_bridges", full)
            with pytest.raises(StorageFull):
                await bench.service.use_bridges(UseBridges(OTHER_BRIDGE))
        assert [each.line for each in bench.fake.bridges] == [BRIDGE]
        assert [each.line for each in bench.service.shown().bridges] == [BRIDGE]

    async def look(bench: NetworkBench) -> None:
        assert [each.line for each in bench.fake.bridges] == [BRIDGE]

    run(tmp_path, use)
    run(tmp_path, look)


def test_bridges_that_tor_refuses_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those from before are used, also after the next start."""

    async def refuse(*_: object) -> None:
        raise TorRefused(reason="bridges are set elsewhere")

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        await bench.service.use_bridges(UseBridges(BRIDGE))
        with monkeypatch.context() as refusing:
            refusing.setattr(FakeTor, "use_bridges", refuse)
            with pytest.raises(TorRefused):
                await bench.service.use_bridges(UseBridges(OTHER_BRIDGE))
        assert [each.line for each in bench.service.shown().bridges] == [BRIDGE]

    async def look(bench: NetworkBench) -> None:
        assert [each.line for each in bench.fake.bridges] == [BRIDGE]

    run(tmp_path, use)
    run(tmp_path, look)


@pytest.mark.parametrize("value", UNREADABLE)
def test_kept_bridges_that_cannot_be_read_keep_tor_from_starting(
    tmp_path: Path, value: str
) -> None:
    """It would go without the bridges that a person wanted; that is told and shown, and all else works."""

    async def spoil(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        await bench.spoil("bridges", value)

    async def look(bench: NetworkBench) -> None:
        assert bench.incidents() == ["bridges_unreadable"]
        tor = bench.service.shown().tor
        assert tor.phase is TorPhase.MISSING
        assert tor.failure is not None
        assert tor.failure.code == "bridges_unreadable"
        bench.clients = (READER,)
        await bench.unlock()
        assert bench.service.address
        for ask in (
            lambda: bench.service.connect(Connect()),
            lambda: bench.service.wait(WaitForTor(1.0), lambda *_: None),
            bench.service.run.socks,
        ):
            with pytest.raises(BridgesUnreadable):
                await ask()
        assert bench.fake.log == []

    run(tmp_path, spoil)
    run(tmp_path, look)


@pytest.mark.parametrize("command", [ForgetBridges(), UseBridges(OTHER_BRIDGE)])
def test_other_bridges_or_none_start_tor_again(
    tmp_path: Path, command: ForgetBridges | UseBridges
) -> None:
    """Once a person has said how to go, tor is started like that, and what is to be published is."""

    async def spoil(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        await bench.spoil("bridges", UNREADABLE[0])

    async def mend(bench: NetworkBench) -> None:
        bench.clients = (READER,)
        await bench.unlock()
        if isinstance(command, UseBridges):
            network = await bench.service.use_bridges(command)
        else:
            network = await bench.service.forget_bridges(command)
        expected = [OTHER_BRIDGE] if isinstance(command, UseBridges) else []
        assert [each.line for each in bench.fake.bridges] == expected
        assert network.mode is NetworkMode.TOR
        assert network.tor.phase is TorPhase.STARTING
        await bench.settled()
        assert list(bench.fake.published) == [bench.service.address]

    async def look(bench: NetworkBench) -> None:
        assert bench.incidents() == []
        assert bench.fake.log == ["start"]

    for each in (spoil, mend, look):
        run(tmp_path, each)


def test_whoever_gives_up_finds_bridges_kept_and_used(tmp_path: Path) -> None:
    """Cut off in the middle, what is kept and what tor goes by are the same."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        asked = asyncio.ensure_future(bench.service.use_bridges(UseBridges(BRIDGE)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert [each.line for each in bench.fake.bridges] == [BRIDGE]
        assert [each.line for each in bench.service.shown().bridges] == [BRIDGE]

    async def look(bench: NetworkBench) -> None:
        assert [each.line for each in bench.fake.bridges] == [BRIDGE]

    run(tmp_path, use)
    run(tmp_path, look)
