"""Metrics, as Prometheus reads them. Every label has a bounded set of values, so that no reader can make series.

Source: Prometheus' text exposition format, version 0.0.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)

from core.api.access import CallOutcome
from core.api.network import Network, TorPhase
from core.api.snapshots import ChainSnapshot, SessionState, SpaceSnapshot
from core.monitoring.health import Health, Level

_LEVELS = {Level.OK: 0, Level.WARN: 1, Level.FAIL: 2}


@dataclass(frozen=True)
class Figures:
    """What is measured at one moment."""

    version: str
    sessions: Mapping[SessionState, int]
    is_recording: bool
    stored_bytes: int
    space: SpaceSnapshot
    chain: ChainSnapshot | None
    network: Network
    health: Health


class Metrics:
    """Counts calls and writes everything as text; belongs to one thread."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, CallOutcome]] = Counter()

    def count_call(self, route: str, outcome: CallOutcome) -> None:
        """Count a call; ``route`` is one of the table's, never what somebody sent."""
        self._calls[route, outcome] += 1

    def write(self, figures: Figures) -> bytes:
        """Write the figures and the counts."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Once([*_families(figures), self._counted()]))
        return generate_latest(registry)

    def _counted(self) -> Metric:
        family = CounterMetricFamily(
            "lucid_calls",
            "Calls of the admin API since the appliance started.",
            labels=("route", "outcome"),
        )
        for (route, outcome), count in sorted(self._calls.items(), key=str):
            family.add_metric((route, outcome.value), count)
        return family


class _Once:
    """A collector of families that are there already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _families(figures: Figures) -> Iterator[Metric]:
    yield InfoMetricFamily("lucid", "The software.", {"version": figures.version})
    yield _by("lucid_sessions", "Sessions by state.", "state", _sessions(figures.sessions))
    yield _gauge("lucid_session_recording", "1 while a session runs.", figures.is_recording)
    yield _gauge("lucid_stored_bytes", "Bytes of all sealed chunks.", figures.stored_bytes)
    yield _gauge("lucid_space_free_bytes", "Free space.", figures.space.free_bytes)
    yield _gauge("lucid_space_total_bytes", "All space.", figures.space.total_bytes)
    yield from _chain_families(figures.chain)
    tor = figures.network.tor
    yield _gauge("lucid_tor_ready", "1 while Tor is connected.", tor.phase is TorPhase.READY)
    restarts = CounterMetricFamily("lucid_tor_restarts", "How often Tor was started again.")
    restarts.add_metric((), tor.restarts)
    yield restarts
    levels = {check.name: _LEVELS[check.level] for check in figures.health.checks}
    yield _by("lucid_health", "Checks: 0 ok, 1 warn, 2 fail.", "check", levels)


def _sessions(counts: Mapping[SessionState, int]) -> dict[str, int]:
    return {state.value: counts.get(state, 0) for state in SessionState}


def _chain_families(chain: ChainSnapshot | None) -> Iterator[Metric]:
    is_reachable = chain is not None and chain.is_reachable
    yield _gauge("lucid_chain_reachable", "1 while the chain answers.", is_reachable)
    if chain is None:
        return
    yield _gauge("lucid_chain_block", "The newest block.", chain.block_number or 0)
    yield _gauge("lucid_anchors_waiting", "Anchors on their way.", chain.waiting_anchors)
    yield _gauge("lucid_anchors_confirmed", "Anchors on the chain.", chain.confirmed_anchors)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), float(value))
    return family
