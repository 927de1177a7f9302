"""What was typed, as a person reads it: characters joined, other keys by name in brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.api.hosting import KeyStroke

_ENDS_LINE = {"Return", "KP_Enter"}
# What they do shows in the character, or is shown once for as long as they are held.
_SILENT = {"Shift_L", "Shift_R", "Caps_Lock", "ISO_Level3_Shift"}
_HELD = {"Control_L", "Control_R", "Alt_L", "Alt_R", "Meta_L", "Meta_R", "Super_L", "Super_R"}
_BRACKET = "["


def typed_text(strokes: Sequence[KeyStroke]) -> str:
    """Join what was typed; a bracket that was typed stands as ``[[]``, so that no name can be typed."""
    return "".join(text for _, text in _texts(strokes))


def typed_lines(strokes: Sequence[KeyStroke]) -> Iterator[str]:
    """Give what was typed in lines, each with the second at which it begins."""
    line, since_s = "", 0.0
    for stroke, text in _texts(strokes):
        since_s = since_s if line else stroke.at_s
        line += text
        if stroke.key in _ENDS_LINE:
            yield _line(since_s, line)
            line = ""
    if line:
        yield _line(since_s, line)


def _line(since_s: float, text: str) -> str:
    return f"{since_s:9.1f} s  {text}"


def _texts(strokes: Sequence[KeyStroke]) -> Iterator[tuple[KeyStroke, str]]:
    """Give each press that is shown; a held modifier repeats itself and is shown once."""
    before = ""
    for stroke in strokes:
        is_repeated = stroke.key in _HELD and stroke.key == before
        before = stroke.key if stroke.is_pressed else ""
        if stroke.is_pressed and not is_repeated and stroke.key not in _SILENT:
            yield stroke, _text(stroke.key)


def _text(key: str) -> str:
    return f"[{key}]" if len(key) > 1 or key == _BRACKET else key
