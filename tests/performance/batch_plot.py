"""Draws the cost of a session against the size of its batch, as SVG, on scales of powers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_WIDTH, _HEIGHT = 720, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 24, 48, 64


def curve(points: Sequence[tuple[int, float]], alone: float) -> str:
    """Draw the points (batch size, gas a session) beside the cost of a session by itself."""
    largest = points[-1][0]
    most = math.ceil(math.log10(max(alone, *(gas for _, gas in points))))
    least = math.floor(math.log10(min(gas for _, gas in points)))

    def across(size: float) -> float:
        share = math.log2(size) / math.log2(largest) if largest > 1 else 0.0
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def down(gas: float) -> float:
        share = (most - math.log10(gas)) / (most - least)
        return _TOP + share * (_HEIGHT - _TOP - _BOTTOM)

    base = _HEIGHT - _BOTTOM
    lines: list[str] = []
    for power in range(least, most + 1):
        y = down(10**power)
        lines.append(_line(_LEFT, y, _WIDTH - _RIGHT, y, "grid"))
        lines.append(_text(_LEFT - 8, y + 4, f"{10**power:,}", "end"))
    for size, _ in points:
        lines.append(_line(across(size), base, across(size), base + 5, "axis"))
        lines.append(_text(across(size), base + 20, f"{size:,}", "middle"))
    lines.append(_line(_LEFT, down(alone), _WIDTH - _RIGHT, down(alone), "alone"))
    words = f"by itself: {alone:,.0f} gas"
    lines.append(_text(_WIDTH - _RIGHT, down(alone) + 18, words, "end"))
    lines.append(_path([(across(size), down(gas)) for size, gas in points]))
    lines += [_dot(across(size), down(gas), f"{size:,}: {gas:,.1f} gas") for size, gas in points]
    lines.append(_text(_LEFT, 24, "Gas for both anchors of a session", "start", "title"))
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    lines.append(_text(middle, _HEIGHT - 16, "sessions in a batch", "middle"))
    return _document(lines)


def _document(lines: Iterable[str]) -> str:
    style = (
        "text{font:13px sans-serif;fill:#222}.title{font-size:16px;font-weight:bold}"
        ".grid{stroke:#ddd}.axis{stroke:#888}.alone{stroke:#b3261e;stroke-dasharray:6 4}"
        ".curve{fill:none;stroke:#1a5fb4;stroke-width:2}circle{fill:#1a5fb4}"
    )
    body = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">\n'
        f"<title>Gas a session against the size of its batch</title>\n<style>{style}</style>\n"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _line(x: float, y: float, to_x: float, to_y: float, kind: str) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" class="{kind}"/>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{words}</text>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{steps}" class="curve"/>'


def _dot(x: float, y: float, said: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{said}</title></circle>'
