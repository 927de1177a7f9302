"""The chain's status on the command line, of a chain that does not answer too."""

from __future__ import annotations

import pytest

from core.api.commands import ReadChain
from core.api.snapshots import ChainSnapshot, failure_snapshot
from core.cli import chain
from core.errors import ChainUnreachable, ExitCode
from tests.core.cli.conftest import Talk, invocation
from tests.fakes.engine_port import FakeEnginePort


def test_a_chain_that_does_not_answer_is_told_with_what_waits(
    talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Why it does not answer, what to do, and what waits for it; nothing is said of contracts there."""
    failure = failure_snapshot(ChainUnreachable(reason="no node listens at http://127.0.0.1:1"))
    away = ChainSnapshot(is_reachable=False, waiting_anchors=3, failure=failure)
    with talk(FakeEnginePort(answers={ReadChain: away})) as conversation:
        answer = chain.chain_status(conversation, invocation("chain", "status"))
    assert answer.exit_code is ExitCode.MISSING
    told, lines = capsys.readouterr().err, list(answer.lines)
    assert "no node listens at http://127.0.0.1:1" in told
    assert "ON_SYSTEM_CHAIN_RPC_URL" in told
    assert any(line.startswith("anchors waiting") and line.endswith("3") for line in lines)
    assert not any("not deployed yet" in line for line in lines)
