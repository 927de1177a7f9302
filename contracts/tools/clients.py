"""Writes the typed clients of the published contracts from their ABI: ``python contracts/tools/clients.py [--check]``.

A module a contract in core/chain/clients (functions and structs), one each in its packages events and errors, the
errors that several contracts share in one of their own, and the reference in docs/reference/chain-clients.md.
With --check nothing is written, and the exit code is 1 when a file differs from what would be written.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from client_modules import client_files  # noqa: E402 - found by the line above
from client_reference import reference_file  # noqa: E402

CLIENTS = "core/chain/clients"


def wanted_files() -> dict[str, str]:
    """Give every generated file by its path below the root."""
    return {**client_files(ROOT), **reference_file(ROOT)}


def stale_files() -> dict[str, str]:
    """Give what is not as it should be: the text by path, and an empty one for a file that is to go."""
    wanted = wanted_files()
    there = {str(each.relative_to(ROOT)) for each in (ROOT / CLIENTS).rglob("*.py")}
    stale = dict.fromkeys(there - set(wanted), "")
    for path, text in wanted.items():
        file = ROOT / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale[path] = text
    return stale


def main(given: list[str]) -> int:
    """Write what is stale, or only tell of it."""
    is_check = given == ["--check"]
    if given and not is_check:
        sys.stderr.write("usage: contracts/tools/clients.py [--check]\n")
        return 2
    stale = stale_files()
    for path, text in sorted(stale.items()):
        told = "is stale: run contracts/tools/clients.py" if is_check else "written"
        sys.stderr.write(f"{path} {told}\n")
        if is_check:
            continue
        file = ROOT / path
        if text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        else:
            file.unlink()
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
