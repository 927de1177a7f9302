"""How fast sealing is, beside age, borg and restic on the same data, and what it needs of memory.

    python -m tests.performance.bench_sealing [--size MIB] [--rounds N] [--json FILE] [--work-directory DIR]

MB per CPU-second: input bytes over user and system time of every process involved. Of the rounds the
cheapest run of each program counts; ours and the others take turns. Start-up is left out for ours alone (the
engine seals inside a running process) and told in the JSON; it is 0.2 s.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.performance.sealing_child import run_child
from tests.performance.sealing_inputs import (
    MEBIBYTE,
    RECORDED_SECONDS,
    empty,
    work_directory,
    write_mixed,
    write_random,
    write_recorded,
)
from tests.performance.sealing_reading import measure_seeking, measure_verifying
from tests.performance.sealing_rivals import RIVALS, missing_programs

RESULTS = Path("bench-results")
TARGETS = {
    ("recorded", "age"): 1.0,
    ("mixed", "age"): 1.0,
    ("random", "age"): 1.5,
    ("random", "borg"): 3.0,
    ("random", "restic"): 5.0,
}
STAGES_TARGET = 0.8
MEMORY_TARGET_MIB = 200
VERIFY_TARGET = 0.8
SEEK_TARGET_S = 1.0


@dataclass
class DataResult:
    """One kind of data: MB per CPU-second of each program, and our own figures."""

    name: str
    input_bytes: int
    speeds: dict[str, float] = field(default_factory=dict)
    stored_ratio: dict[str, float] = field(default_factory=dict)
    wall_mb_s: float = 0.0
    peak_mib: float = 0.0
    start_up_cpu_s: float = 0.0
    chunks: int = 0
    compressed_chunks: int = 0
    frames: int = 0
    stages_s_per_mb: dict[str, float] = field(default_factory=dict)
    stages_share: float = 0.0

    def ratio(self, rival: str) -> float:
        """Tell how many times a rival's speed ours is."""
        return self.speeds["lucid"] / self.speeds[rival]


class SealingBench:
    """Runs everything in one directory."""

    def __init__(self, directory: Path, size: int, rounds: int) -> None:
        self._directory = directory
        self.size = size
        self._rounds = rounds
        self.recording_bytes = 0

    def measure(self, name: str) -> DataResult:
        """Seal one kind of data, in turns with the others."""
        source = self._directory / name
        self._write(name, source)
        result = DataResult(name, source.stat().st_size)
        for _ in range(self._rounds):
            self._ours(source, result)
            for rival in RIVALS:
                self._rival(rival, source, result)
        source.unlink()
        return result

    def _write(self, name: str, source: Path) -> None:
        if name == "recorded":
            self.recording_bytes = write_recorded(source, self.size)
        else:
            {"mixed": write_mixed, "random": write_random}[name](source, self.size)

    def _ours(self, source: Path, result: DataResult) -> None:
        target = empty(self._directory / "ours")
        costs = run_child("seal", source, target)
        shutil.rmtree(target)
        stages = run_child("stages", source, empty(self._directory / "ours"))
        speed = result.input_bytes / 1e6 / costs["cpu_s"]
        if speed > result.speeds.get("lucid", 0.0):
            result.speeds["lucid"] = speed
            result.wall_mb_s = result.input_bytes / 1e6 / costs["wall_s"]
        for stage, cost in stages.items():
            result.stages_s_per_mb[stage] = min(cost, result.stages_s_per_mb.get(stage, cost))
        result.stages_share = sum(result.stages_s_per_mb.values()) * result.speeds["lucid"]
        result.stored_ratio["lucid"] = costs["stored_bytes"] / result.input_bytes
        result.peak_mib = max(result.peak_mib, costs["peak_mib"])
        result.start_up_cpu_s = costs["start_up_cpu_s"]
        result.chunks, result.frames = costs["chunks"], costs["frames"]
        result.compressed_chunks = costs["compressed_chunks"]

    def _rival(self, rival: str, source: Path, result: DataResult) -> None:
        cost = RIVALS[rival](source, empty(self._directory / rival))
        speed = result.input_bytes / 1e6 / cost.cpu_s
        result.speeds[rival] = max(speed, result.speeds.get(rival, 0.0))
        result.stored_ratio[rival] = cost.stored_bytes / result.input_bytes
        shutil.rmtree(self._directory / rival)


def rows(
    data: list[DataResult], verify: dict[str, float], seek: dict[str, float]
) -> list[dict[str, Any]]:
    """List every target with what was measured beside it."""
    table: list[dict[str, Any]] = []
    for each in data:
        for rival in RIVALS:
            target = TARGETS.get((each.name, rival))
            table.append(_row(f"{each.name}: times {rival}", each.ratio(rival), target))
        table.append(_row(f"{each.name}: of own stages", each.stages_share, STAGES_TARGET))
        table.append(_row(f"{each.name}: peak MiB", each.peak_mib, MEMORY_TARGET_MIB, is_most=True))
    table.append(_row("verify: of b3sum", verify["ratio"], VERIFY_TARGET))
    table.append(_row("seek in 8 h: worst s", seek["worst_s"], SEEK_TARGET_S, is_most=True))
    return table


def _row(name: str, value: float, target: float | None, *, is_most: bool = False) -> dict[str, Any]:
    is_met = target is None or (value <= target if is_most else value >= target)
    return {"name": name, "value": value, "target": target, "is_most": is_most, "is_met": is_met}


def show(data: list[DataResult], table: list[dict[str, Any]]) -> None:
    """Print the speeds and the ratios."""
    names = ["lucid", *RIVALS]
    print(
        f"{'MB per CPU-second':20}" + "".join(f"{name:>9}" for name in names) + "    size of ours"
    )
    for each in data:
        speeds = "".join(f"{each.speeds[name]:9.0f}" for name in names)
        print(f"{each.name:20}{speeds}{each.stored_ratio['lucid']:12.3f}")
    print()
    for row in table:
        bound = (
            "" if row["target"] is None else f"{'<=' if row['is_most'] else '>='} {row['target']}"
        )
        print(
            f"{row['name']:28}{row['value']:9.2f}  {bound:10}{'' if row['is_met'] else 'NOT MET'}"
        )


def main(words: list[str] | None = None) -> int:
    """Measure, print, write JSON; the exit code does not judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--size", type=int, default=1024, metavar="MIB", help="of each kind of data"
    )
    parser.add_argument("--rounds", type=int, default=2, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--work-directory", type=Path, metavar="DIR")
    chosen = parser.parse_args(words)
    if missing := missing_programs():
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 3
    with work_directory(chosen.work_directory, RESULTS) as directory:
        bench = SealingBench(Path(directory), chosen.size * MEBIBYTE, chosen.rounds)
        data = [bench.measure(name) for name in ("recorded", "mixed", "random")]
        verify = measure_verifying(Path(directory), bench.size, chosen.rounds)
        seek = measure_seeking(Path(directory))
    table = rows(data, verify, seek)
    show(data, table)
    if chosen.json:
        document = {
            "size_mib": chosen.size,
            "rounds": chosen.rounds,
            "recording": {"seconds": RECORDED_SECONDS, "bytes": bench.recording_bytes},
            "data": [asdict(each) for each in data],
            "verify": verify,
            "seek": seek,
            "ratios": table,
        }
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(document, indent=1) + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
