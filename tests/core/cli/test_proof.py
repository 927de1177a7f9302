"""``lucid proof page`` writes a page that is opened without Lucid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import run
from core.errors import ExitCode


def test_the_page_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page lies in a new directory, and the answer says what is to be opened."""
    assert run(["proof", "page", str(tmp_path / "page"), "--json"]) == ExitCode.FINE
    index = Path(json.loads(capsys.readouterr().out)["path"])
    assert index.is_file()
    assert (index.parent / "assets" / "verification.js").is_file()


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A directory that is there already is left as it is, and that is said."""
    (tmp_path / "assets").mkdir()
    assert run(["proof", "page", str(tmp_path)]) != ExitCode.FINE
    assert "exists" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "assets"]
