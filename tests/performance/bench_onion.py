"""What going by Tor costs, and what of it is Lucid's: round trips, throughput, and how soon a session can be reached.

    python -m tests.performance.bench_onion [--rounds N] [--pings N] [--megabytes N] [--starts N] [--json FILE]

A private Tor network of three authorities and four relays runs on loopback, so that the figures say what programs cost
and nothing of the real network's distances. Which relays Tor takes moves a round trip by 8 ms or more, and the speed by
half. So a bare onion service and Lucid's share each round's circuit: the same service of our tor, dialled by our
transport, leads straight to the server, or by the entrance of a hosted session, in turn, and a difference is taken on
one circuit. A bare TCP proxy and two tors with nothing of ours stand beside them. Starts are of a whole engine with a
fresh data directory: from Connect to Tor's being ready, and from HostSession to an address that can be found.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.api.commands import CreateVault, EndSession, Secret
from core.api.network import Connect, WaitForTor
from core.config.engine_options import NetworkOptions
from tests.end_to_end.onion_bench import CONNECT_S, host_by_onion
from tests.fakes.front_end import running_engine
from tests.fakes.private_tor import PrivateTor, running_private_tor
from tests.performance.onion_ways import Ways, ping, stream_in, ways_of

_MOST_ADDED_MS = 5.0
_LEAST_SHARE = 0.95


@dataclass
class Rounds:
    """What was measured of each way, one value a round: median round trips in ms, and megabytes a second."""

    trips_ms: dict[str, list[float]] = field(default_factory=dict)
    speeds_mb_s: dict[str, list[float]] = field(default_factory=dict)
    lucid_cpu_s_per_mb: list[float] = field(default_factory=list)

    def added_ms(self) -> float:
        """Tell what Lucid adds to a bare onion service's round trip."""
        pairs = zip(self.trips_ms["lucid"], self.trips_ms["bare"], strict=True)
        return statistics.median(ours - bare for ours, bare in pairs)

    def share(self) -> float:
        """Tell which share of a bare onion service's throughput is left."""
        pairs = zip(self.speeds_mb_s["lucid"], self.speeds_mb_s["bare"], strict=True)
        return statistics.median(ours / bare for ours, bare in pairs)


async def measure(directory: Path, network: PrivateTor, options: argparse.Namespace) -> Rounds:
    """Measure all ways in turn."""
    found = Rounds()
    async with ways_of(directory, network) as ways:
        for number in range(options.rounds + 1):
            await _round(ways, number, options, Rounds() if number == 0 else found)
            print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    return found


async def _round(ways: Ways, number: int, options: argparse.Namespace, found: Rounds) -> None:
    """Measure each way twice, there and back again, so that what a circuit learns helps none of them."""
    trips: dict[str, list[float]] = {}
    speeds: dict[str, list[float]] = {}
    names = list(ways.dials)
    if number % 2:
        names.reverse()
    turns = [*names, *reversed(names)]
    for name in turns:
        with await ways.dials[name](number) as stream:
            trips.setdefault(name, []).extend(await asyncio.to_thread(ping, stream, options.pings))
    for name in turns:
        size = options.megabytes * 1_000_000
        with await ways.dials[name](number) as stream:
            before_s = ways.used_s()
            speeds.setdefault(name, []).append(await asyncio.to_thread(stream_in, stream, size))
        if name == "lucid":
            found.lucid_cpu_s_per_mb.append((ways.used_s() - before_s) / options.megabytes)
    for name in names:
        found.trips_ms.setdefault(name, []).append(statistics.median(trips[name]))
        found.speeds_mb_s.setdefault(name, []).append(statistics.harmonic_mean(speeds[name]))


def measure_starts(directory: Path, network: PrivateTor, count: int) -> dict[str, list[float]]:
    """Measure how soon a fresh appliance is connected, and how soon a session of it can be reached; in seconds."""
    found: dict[str, list[float]] = {"connect_s": [], "reachable_s": []}
    tor = NetworkOptions(network_lines=network.network_lines)
    for number in range(count):
        facts = {"is_anchoring": False, "has_seat": True, "network": tor}
        with running_engine(directory / f"start{number}", **facts) as owner:
            owner.do(CreateVault(Secret("a passphrase for measuring")))

            began = time.perf_counter()
            owner.do(Connect())
            owner.do(WaitForTor(CONNECT_S), CONNECT_S + 10)
            found["connect_s"].append(time.perf_counter() - began)
            for _ in range(2):
                began = time.perf_counter()
                hosting = host_by_onion(owner)
                found["reachable_s"].append(time.perf_counter() - began)
                owner.do(EndSession(hosting.session_id))
    return found


def table(rounds: Rounds, starts: dict[str, list[float]]) -> list[str]:
    """Write the figures as rows."""
    names = {
        "tcp": "bare TCP proxy",
        "plain": "two tors that are not ours",
        "bare": "bare onion service",
        "lucid": "Lucid's, on the same circuit",
    }
    rows = [f"  {'':46}{'median':>10}{'worst':>10}"]
    for name, text in names.items():
        trips = rounds.trips_ms[name]
        rows.append(_row(f"round trip, {text}", statistics.median(trips), max(trips), "ms"))
    for name, text in names.items():
        speeds = rounds.speeds_mb_s[name]
        rows.append(_row(f"to the client, {text}", statistics.median(speeds), min(speeds), "MB/s"))
    rows += [
        _row(
            "round trip, what Lucid adds to the bare onion",
            rounds.added_ms(),
            None,
            "ms (at most 5)",
        ),
        _row("throughput, of the bare onion's", 100 * rounds.share(), None, "% (at least 95)"),
        _row(
            "the entrance's processor time",
            1e3 * statistics.median(rounds.lucid_cpu_s_per_mb),
            None,
            "ms/MB",
        ),
    ]
    for name, text in (
        ("connect_s", "Connect to ready"),
        ("reachable_s", "HostSession to reachable"),
    ):
        values = starts[name]
        rows.append(_row(text, statistics.median(values), max(values), "s"))
    return rows


def _row(text: str, median: float, worst: float | None, unit: str) -> str:
    shown = "" if worst is None else f"{worst:10.2f}"
    return f"  {text:46}{median:10.2f}{shown:>10} {unit}"


def main() -> int:
    """Measure, print a table, write JSON; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--pings", type=int, default=30, help="each time, twice a round")
    parser.add_argument("--megabytes", type=int, default=4, help="each time, twice a round")
    parser.add_argument(
        "--starts", type=int, default=3, help="of fresh appliances, two sessions each"
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        with running_private_tor(directory / "network") as network:
            (directory / "ways").mkdir()
            rounds = asyncio.run(measure(directory / "ways", network, options))
            starts = measure_starts(directory, network, options.starts)
    print("\n".join(table(rounds, starts)))
    is_met = rounds.added_ms() <= _MOST_ADDED_MS and rounds.share() >= _LEAST_SHARE
    if options.json:
        summed = {"added_ms": rounds.added_ms(), "throughput_share": rounds.share()}
        written = {**asdict(rounds), **starts, **summed, "is_met": is_met}
        options.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
