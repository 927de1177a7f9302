"""A hosted session with the real xrdp and xfreerdp: how soon a decision is in force, and what the gate costs.

    python -m tests.performance.bench_gate [--rounds N] [--keys N] [--seconds S] [--json FILE]

Display, client and engine are on this machine, at 1280×720. Times are from the moment at which the owner's command is
handed to the engine; those of the gate are its own, on the machine's monotonic clock. With few samples, the 99th
percentile is the largest. A key's pixels are looked for in the client's frame buffer; without a gate, xrdp is connected
straight to the same Xorg in the same kind of pod. Bytes are counted by a relay before the entrance, at the pace of
frames that the engine asks for, which is made for Tor. Processor time is that of the processes themselves; the
client's is not counted. A session at work prints ten lines a second while somebody types; full scrolling is as much
as the terminal takes. An hour at rest is made up of the stillness that was measured and of the pictures to decode from,
one every ten minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tests.end_to_end.hosting_bench import TERMINAL, WHITE
from tests.end_to_end.remote_desk import until
from tests.performance.gate_bare import bare_host
from tests.performance.gate_latencies import (
    Samples,
    measure_decisions,
    measure_keys,
    measure_shield,
    prompt_rows,
)
from tests.performance.gate_loads import Load, Meter
from tests.performance.gate_peer import QuickDesk, quick_desk
from tests.performance.gate_relay import relayed
from tests.performance.gate_session import Stage, staged

_TURNS = 5  # with the gate and without it, so that both meet the same noise
_CLIENT_STARTS_S, _CALM_S = 3.0, 1.0


@dataclass(frozen=True)
class Figure:
    """One thing that was measured, and what it should be at most; no target where there is none."""

    name: str
    unit: str
    median: float
    p99: float | None = None
    target: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether all that was measured of it is within the target."""
        worst = self.median if self.p99 is None else self.p99
        return self.target is None or worst <= self.target

    def line(self) -> str:
        """Write a row of the table."""
        p99 = "" if self.p99 is None else f"{self.p99:10.1f}"
        target = "" if self.target is None else f"{self.target:10.3g}"
        digits = 3 if self.unit == "core" else 1
        missed = "" if self.is_met else "  MISSED"
        return (
            f"  {self.name:52}{self.median:10.{digits}f}{p99:>10}{target:>10} {self.unit}{missed}"
        )


def times(name: str, samples: Samples, target: float | None = None) -> Figure:
    """Make a figure of milliseconds."""
    return Figure(name, "ms", samples.median, samples.at(0.99), target)


def decisions(stage: Stage, rounds: int) -> list[Figure]:
    """Measure grants, revokes and the shield."""
    found, dark = measure_decisions(stage, rounds), measure_shield(stage, rounds)
    return [
        times("grant, in force in the gate", found.grant, 300),
        times("grant, first key inside", found.grant_key, 300),
        times("revoke, in force in the gate", found.revoke_gate, 50),
        times("revoke, command finished", found.revoke, 50),
        Figure("keys pressed after a revoke that arrived", "keys", found.leaked_keys, target=0),
        times("shield, dark in the recorded picture", dark.recorded, 50),
        times("shield, dark at the client", dark.client),
    ]


def keys(stage: Stage, count: int) -> list[Figure]:
    """Measure from a key to its pixels, by turns with the gate and without it."""
    found, bare_found = Samples(), Samples()
    rows = prompt_rows(stage.desk)
    with bare_desk(stage) as desk:
        bare_rows = prompt_rows(desk)
        for _ in range(_TURNS):
            found.values += measure_keys(stage.desk, rows, count // _TURNS).values
            bare_found.values += measure_keys(desk, bare_rows, count // _TURNS).values
    difference = found.median - bare_found.median
    return [
        times("key to pixel, with the gate", found),
        times("key to pixel, without it", bare_found),
        Figure("key to pixel, what the gate adds", "ms", difference, target=5),
    ]


@contextmanager
def bare_desk(stage: Stage) -> Iterator[QuickDesk]:
    """Give a peer's desk at a desktop without a gate."""
    with bare_host() as (address, host), quick_desk() as desk:
        desk.connect(replace(stage.invitation, address=address))
        desk.focus()
        time.sleep(_CLIENT_STARTS_S)  # only then has the display the client's size
        host.show_desktop()
        until(lambda: desk.eyes.pixel(*TERMINAL) == WHITE, "the desktop without a gate")
        time.sleep(_CALM_S)
        yield desk


def loads(seconds: float) -> tuple[list[Figure], dict[str, Load]]:
    """Measure processor time and bytes at the engine's own pace of frames, then bytes without any."""
    with staged() as (stage, directory), relayed(stage.address) as relay:
        stage.join(relay.address)
        stage.allow_keys()
        meter = Meter(stage, directory, relay)
        idle, work, scroll = meter.idle(seconds), meter.work(seconds), meter.scroll(seconds)
    with staged(frame_ns=0) as (stage, directory), relayed(stage.address) as relay:
        stage.join(relay.address)
        stage.allow_keys()
        unpaced = Meter(stage, directory, relay).scroll(seconds / 2)
    found = {"idle": idle, "work": work, "scroll": scroll, "scroll_unpaced": unpaced}
    return _load_figures(idle, work, scroll, unpaced), found


def _load_figures(idle: Load, work: Load, scroll: Load, unpaced: Load) -> list[Figure]:
    return [
        Figure("gate, 10 lines/s and typing", "core", work.gate, target=0.1),
        Figure("gate, full scrolling", "core", scroll.gate, target=0.1),
        Figure("gate, recorder, sealing: 10 lines/s and typing", "core", work.recorded, target=0.4),
        Figure("gate, recorder, sealing: full scrolling", "core", scroll.recorded),
        Figure("all of an idle session", "core", idle.all, target=0.03),
        Figure("all of it: 10 lines/s and typing", "core", work.all),
        Figure("all of it: full scrolling", "core", scroll.all),
        Figure("idle, on the disk", "MB/h", idle.mb_hour, target=5),
        Figure("10 lines/s and typing, on the disk", "MB/h", work.mb_hour),
        Figure("to the client, idle", "kB/s", idle.kb_s),
        Figure("to the client, 10 lines/s and typing", "kB/s", work.kb_s, target=500),
        Figure("to the client, full scrolling", "kB/s", scroll.kb_s, target=500),
        Figure("to the client, full scrolling, not paced", "kB/s", unpaced.kb_s),
    ]


def main() -> int:
    """Measure, print a table, write JSON; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=60, help="of grant, revoke, shield")
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each load")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with staged() as (stage, _):
        stage.join()
        stage.allow_keys()
        figures = [*decisions(stage, options.rounds), *keys(stage, options.keys)]
    of_loads, found = loads(options.seconds)
    figures += of_loads
    print(f"  {'a hosted session of 1280x720':52}{'median':>10}{'99 %':>10}{'target':>10}")
    for each in figures:
        print(each.line())
    if options.json:
        options.json.write_text(_json(figures, found), encoding="utf-8")
    return 0 if all(each.is_met for each in figures) else 1


def _json(figures: list[Figure], found: dict[str, Load]) -> str:
    written: dict[str, Any] = {
        "figures": [asdict(each) | {"is_met": each.is_met} for each in figures],
        "loads": {name: asdict(each) for name, each in found.items()},
    }
    return json.dumps(written, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
