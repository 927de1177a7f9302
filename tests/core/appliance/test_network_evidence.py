"""A session on a network's chain is verified through the node that the appliance uses, and the report says so."""

from __future__ import annotations

from pathlib import Path

from core.api import commands as c
from core.api.chain import ReadAccount
from core.api.snapshots import CheckOutcome, SessionState
from core.config.engine_options import ChainOptions
from tests.core.appliance.appliance_bench import appliance, create, record, unlock
from tests.core.chain.node_process import own_node


def test_a_session_on_a_networks_chain_rests_on_the_node(tmp_path: Path) -> None:
    """Before it is anchored nothing fails; then every anchor holds, on the chain of a network as a node tells it."""
    directory = tmp_path / "data"
    with appliance(directory) as front_end:
        create(front_end)
        account = front_end.do(ReadAccount())
    with own_node(tmp_path / "network", "--genesis-account", account) as node:
        chain = ChainOptions(str(node.socket))
        with appliance(directory, chain=chain) as front_end:
            unlock(front_end)
            session_id = record(front_end).session_id
            report = front_end.do(c.VerifySession(session_id))
            assert (report.holds, report.root_of_trust) == (True, "nothing_yet")
        with appliance(directory, chain=chain, is_anchoring=True) as front_end:
            unlock(front_end)
            assert front_end.do(c.WaitForAnchor(session_id)).state is SessionState.ANCHORED
            report = front_end.do(c.VerifySession(session_id))
    assert (report.holds, report.root_of_trust) == (True, "network_chain")
    outcomes = {check.name: check.outcome for check in report.checks}
    assert outcomes["sealed_anchor"] is outcomes["header_trust"] is CheckOutcome.HOLDS
