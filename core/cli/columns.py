"""Columns: tables and lists of facts, aligned for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_BETWEEN = "  "


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Align rows under a header; a heading that begins with > sets its column to the right."""
    titles = [title.removeprefix(">") for title in header]
    kept = [titles, *([*row] for row in rows)]
    widths = [max(len(row[place]) for row in kept) for place in range(len(titles))]
    for row in kept:
        cells = [
            cell.rjust(width) if title.startswith(">") else cell.ljust(width)
            for cell, width, title in zip(row, widths, header, strict=True)
        ]
        yield _BETWEEN.join(cells).rstrip()


def facts(pairs: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    """Align names and values; what has no value is left out."""
    kept = [(name, value) for name, value in pairs if value is not None]
    width = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        yield f"{name.ljust(width)}{_BETWEEN}{value}"
