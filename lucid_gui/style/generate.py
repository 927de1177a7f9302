"""Generates ``Tokens.qml`` from ``tokens.json``: ``python -m lucid_gui.style.generate``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TABLE = HERE / "tokens.json"
TARGET = HERE / "Tokens.qml"

_HEAD = """// Every colour, size and duration of the kiosk; generated from tokens.json, do not edit.
pragma Singleton
import QtQuick

QtObject {
    id: tokens

    // The theme that is shown: %s.
    property string theme: "%s"
    readonly property int column: Math.max(0, [%s].indexOf(theme))
"""


def render(table: dict[str, Any]) -> str:
    """Write the table as a QML singleton; a colour or border has one value for each theme."""
    themes = [str(theme) for theme in table["themes"]]
    names = ", ".join(f'"{theme}"' for theme in themes)
    lines = [_HEAD % (", ".join(themes), themes[0], names)]
    lines += _themed("color", table["colors"])
    lines += _themed("int", table["borders"])
    lines += _plain("int", table["sizes"])
    lines += _plain("int", table["durations"])
    lines += _plain("string", table["words"])
    return "\n".join([*lines, "}", ""])


def _themed(kind: str, tokens: dict[str, Any]) -> Iterator[str]:
    for name, token in tokens.items():
        values = ", ".join(json.dumps(value) for value in token["values"])
        yield f"    // {token['of']}\n    readonly property {kind} {name}: [{values}][tokens.column]"


def _plain(kind: str, tokens: dict[str, Any]) -> Iterator[str]:
    for name, token in tokens.items():
        yield f"    // {token['of']}\n    readonly property {kind} {name}: {json.dumps(token['value'])}"


def main() -> None:
    """Write the generated file."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    TARGET.write_text(render(table), encoding="utf-8")


if __name__ == "__main__":
    main()
