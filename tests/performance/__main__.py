"""All benchmarks, one after the other: ``python -m tests.performance [NAME…]``.

Each prints its table and writes its numbers to ``bench-results/NAME.json``. A benchmark that fails does not
keep the others from running.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "bench-results"


def main(wanted: list[str]) -> int:
    """Run the benchmarks whose names were given, or all; 1 when one of them failed."""
    names = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if unknown := set(wanted) - set(names):
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
        return 2
    RESULTS.mkdir(exist_ok=True)
    failed = [name for name in wanted or names if not _run(name)]
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    print(f"\nThe numbers are in {RESULTS.name}/.")
    return 1 if failed else 0


def _run(name: str) -> bool:
    print(f"\n=== {name}", flush=True)
    command = [sys.executable, "-m", f"tests.performance.bench_{name}"]
    return (
        subprocess.run([*command, "--json", str(RESULTS / f"{name}.json")], check=False).returncode
        == 0
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
