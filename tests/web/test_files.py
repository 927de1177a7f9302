"""The page's sources: small, strict, without anything inline or from elsewhere, and in the kiosk's colours."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from core.admin.page import WEB
from tests.web.in_node import NODE

SCRIPTS = sorted((WEB / "assets").glob("*.js"))
INDEX = (WEB / "index.html").read_text(encoding="utf-8")
TOKENS = Path(__file__).parents[2] / "lucid_gui" / "style" / "tokens.json"
LARGEST = 300
# What would let text become markup or code, keep something, or reach somebody else.
FORBIDDEN = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(|localStorage|sessionStorage|indexedDB"
    r"|document\.cookie|XMLHttpRequest|WebSocket|EventSource|sendBeacon|crypto\.subtle|Math\.random)\b"
)


def _name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_scripts_are_small_and_strict(path: Path) -> None:
    """Every script says first what it is, is strict, stays small, and has nothing that is forbidden."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0].startswith("/* ")
    assert '"use strict";' in lines[:8]
    assert len(lines) <= LARGEST
    assert max(map(len, lines)) <= 120
    assert FORBIDDEN.findall(text) == []
    assert "http:" not in text
    assert "https:" not in text


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_scripts_can_be_read(path: Path) -> None:
    """Node finds no mistake in the script's grammar."""
    subprocess.run([NODE, "--check", path], check=True, timeout=60)


def test_page_and_worker_load_the_same_verifier() -> None:
    """The worker's scripts are the first of the page's, in the same order."""
    loaded = re.findall(r'src="assets/(\w+\.js)"', INDEX)
    worker = re.findall(r'"(\w+\.js)"', (WEB / "assets" / "worker.js").read_text(encoding="utf-8"))
    assert loaded[: len(worker)] == worker
    assert sorted([*loaded, "worker.js"]) == [path.name for path in SCRIPTS]


def test_nothing_is_inline_or_from_elsewhere() -> None:
    """The index holds no script, no style and no handler of its own, and names only files beside it."""
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", INDEX) == []
    assert all(each.startswith("assets/") for each in re.findall(r'(?:src|href)="([^"]+)"', INDEX))
    css = (WEB / "assets" / "page.css").read_text(encoding="utf-8")
    assert re.findall(r"@import|url\(", css) == []


def test_the_colours_are_those_of_the_kiosk() -> None:
    """Each colour of the style sheet is the token of that name, in the dark and in the light theme."""
    css = (WEB / "assets" / "page.css").read_text(encoding="utf-8")
    tokens = json.loads(TOKENS.read_text(encoding="utf-8"))["colors"]
    themes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", each)) for each in css.split("@media")[:2]
    ]
    for number, colors in enumerate(themes):
        assert colors
        for name, value in colors.items():
            token = re.sub(r"-(\w)", lambda found: found[1].upper(), name)
            assert tokens[token]["values"][number] == value
