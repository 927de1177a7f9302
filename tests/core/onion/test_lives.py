"""One tor after the other: ended whole, started again where that may help, and counted."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from core.api.network import TorPhase
from core.errors import TorRefused
from core.onion.bridges import read_bridges
from tests.core.onion.test_bridges import OBFS4
from tests.core.onion.tor_here import Watched, with_tor


def test_a_tor_that_is_being_replaced_is_not_left_behind(tmp_path: Path) -> None:
    """Stopped while the tor before still ends, it is ended and reaped at once, and its pipes are closed."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        supervisor, pid = watched.onion._supervisor, watched.onion.pid
        assert supervisor is not None
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)  # it heeds no SIGTERM
        life = supervisor._life
        assert life is not None
        await watched.onion.use_bridges(read_bridges(OBFS4))
        await watched.until(lambda: life._tor is None)  # it is being ended
        descriptors = _open_descriptors()
        await watched.onion.stop()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert _open_descriptors() < descriptors

    with_tor(tmp_path, script)


def _open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_tor_that_does_not_say_how_it_stands_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken at its start is no reason to wait for a person: another start may answer."""
    monkeypatch.setattr("core.onion.life.HEARTBEAT_S", 0.2)

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        with monkeypatch.context() as refusing:
            refusing.setattr("core.onion.health.Health.look", _refuse_to_say)
            await watched.until_phase(TorPhase.RESTARTING)
        await watched.until_phase(TorPhase.CONNECTING)

    watched = with_tor(tmp_path, script)
    assert watched.codes == ["tor_lost"]


async def _refuse_to_say(*_: object) -> None:
    raise TorRefused(reason="internal error")


def test_starts_are_counted_over_an_end(tmp_path: Path) -> None:
    """How often tor was started again is told since the engine started, also where it was stopped between."""

    async def script(watched: Watched) -> None:
        await watched.until_phase(TorPhase.CONNECTING)
        assert watched.onion.pid is not None
        os.kill(watched.onion.pid, signal.SIGKILL)
        await watched.until_phase(TorPhase.RESTARTING)
        await watched.onion.stop()
        assert watched.onion.status.restarts == 1
        await watched.onion.start()
        await watched.until_phase(TorPhase.CONNECTING)
        assert watched.onion.status.restarts == 1

    with_tor(tmp_path, script)
