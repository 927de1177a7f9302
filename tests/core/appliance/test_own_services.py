"""What is published follows who may read, also after a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api.network import Connect
from tests.core.appliance.network_bench import OTHER_READER, READER, NetworkBench, run


@pytest.mark.expects_log_errors
def test_a_fault_of_our_own_keeps_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged and told, and a minute later whoever was revoked is out; so is who is revoked after that."""

    async def use(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        await bench.unlock()
        await bench.let_in(READER, OTHER_READER)
        await bench.ready()

        async def break_down(*_: object) -> None:
            raise AttributeError

        with monkeypatch.context() as broken:
            broken.setattr(bench.fake, "change_clients", break_down)
            await bench.let_in(READER)
        assert bench.incidents() == ["tor_lost"]
        assert "publishing the own address failed" in caplog.text
        await bench.clock.advance(61)
        await bench.settled()
        (published,) = bench.fake.published.values()
        assert published.clients == (READER,)
        await bench.let_in()
        assert bench.fake.published == {}

    run(tmp_path, use)
