"""The program that takes pictures of the screens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from lucid_gui.screenshots import Look, slim

CHECKOUT = Path(__file__).resolve().parents[2]


def _take(folder: Path, tour: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lucid_gui.screenshots", str(folder), "--tour", tour]
    return subprocess.run(
        [*command, "--shape", "landscape", "--theme", "light"],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize("size", [(1, 1), (17, 5)])
def test_a_slim_picture_keeps_what_is_frequent(size: tuple[int, int]) -> None:
    """The colours of the most frequent pixels stay exactly as they are."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(13, 17, 23))
    thin = slim(image)
    assert thin.size() == image.size()
    assert thin.pixelColor(0, 0) == QColor(13, 17, 23)


def test_a_slim_picture_keeps_the_colours_of_the_kiosk() -> None:
    """A few red pixels stay red, however many shades of grey there are."""
    image = QImage(240, 240, QImage.Format.Format_RGB32)
    for column in range(240):
        for row in range(240):
            image.setPixelColor(column, row, QColor(column, column, column))
    image.setPixelColor(3, 3, QColor("#ff6b5e"))
    thin = slim(image)
    assert thin.pixelColor(3, 3) == QColor("#ff6b5e")
    assert thin.colorCount() <= 64


def test_a_picture_is_named_for_its_screen_shape_and_theme(tmp_path: Path) -> None:
    """Pictures of one screen lie beside each other."""
    assert Look("portrait", "dark").path(tmp_path, "live").name == "live-portrait-dark.png"


def test_the_same_tour_gives_the_same_pictures(tmp_path: Path) -> None:
    """Two runs differ in no byte, have the right size, and say nothing."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        done = _take(folder, "tests.fakes.short_tour")
        assert (done.returncode, done.stderr) == (0, "")
    names = sorted(each.name for each in first.iterdir())
    assert names == ["sessions-landscape-light.png", "start-landscape-light.png"]
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()
        assert QImage(str(first / name)).size().toTuple() == (800, 480)


def test_a_walk_that_fails_fails_the_program(tmp_path: Path) -> None:
    """No half-taken set of pictures passes for a whole one."""
    done = _take(tmp_path, "tests.fakes.broken_tour")
    assert done.returncode != 0
    assert "LookupError" in done.stderr
