"""Metrics come as Prometheus' own reader understands them, with a bounded number of series."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from core.api.access import CallOutcome
from core.api.network import Network, NetworkMode, TorPhase, TorStatus
from core.api.snapshots import ChainSnapshot, SessionState, SpaceLevel, SpaceSnapshot
from core.monitoring.health import Health, HealthCheck, Level
from core.monitoring.metrics import Figures, Metrics


def figures(chain: ChainSnapshot | None) -> Figures:
    """Give the figures of an appliance that has done something."""
    return Figures(
        version="1.0",
        sessions={SessionState.ANCHORED: 4},
        is_recording=True,
        stored_bytes=123,
        space=SpaceSnapshot(30, 100, SpaceLevel.FINE),
        chain=chain,
        network=Network(NetworkMode.TOR, tor=TorStatus(TorPhase.READY, restarts=2)),
        health=Health((HealthCheck("store", Level.OK, ""), HealthCheck("tor", Level.FAIL, ""))),
    )


def read(text: bytes) -> dict[tuple[str, tuple[str, ...]], float]:
    """Read what was written, by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_every_figure_is_there() -> None:
    """Each comes back with its value, also those that are nothing yet."""
    chain = ChainSnapshot(is_reachable=True, block_number=9, waiting_anchors=1, confirmed_anchors=7)
    found = read(Metrics().write(figures(chain)))
    assert found["lucid_info", ("1.0",)] == 1
    assert found["lucid_sessions", ("anchored",)] == 4
    assert found["lucid_sessions", ("failed",)] == 0
    assert found["lucid_session_recording", ()] == 1
    assert found["lucid_stored_bytes", ()] == 123
    assert found["lucid_space_free_bytes", ()] == 30
    assert found["lucid_space_total_bytes", ()] == 100
    assert found["lucid_chain_reachable", ()] == 1
    assert found["lucid_chain_block", ()] == 9
    assert found["lucid_anchors_waiting", ()] == 1
    assert found["lucid_anchors_confirmed", ()] == 7
    assert found["lucid_tor_ready", ()] == 1
    assert found["lucid_tor_restarts_total", ()] == 2
    assert found["lucid_health", ("store",)] == 0
    assert found["lucid_health", ("tor",)] == 2


def test_a_chain_that_was_not_needed_has_no_block() -> None:
    """What is not known is left out, and the chain is not said to be reachable."""
    found = read(Metrics().write(figures(None)))
    assert found["lucid_chain_reachable", ()] == 0
    assert ("lucid_chain_block", ()) not in found


def test_calls_are_counted_by_place_and_outcome() -> None:
    """The counts grow, and another registry of the process has none of it."""
    metrics = Metrics()
    for _ in range(3):
        metrics.count_call("/v1/self", CallOutcome.ANSWERED)
    metrics.count_call("/v1/self", CallOutcome.TOO_MANY)
    found = read(metrics.write(figures(None)))
    assert found["lucid_calls_total", ("/v1/self", "answered")] == 3
    assert found["lucid_calls_total", ("/v1/self", "too_many")] == 1
    assert ("lucid_calls_total", ("/v1/self", "answered")) not in read(
        Metrics().write(figures(None))
    )
