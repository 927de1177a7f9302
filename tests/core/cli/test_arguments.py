"""The command line is read as the documents say."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli.arguments import default_data_directory, read_arguments
from core.errors import UsageFailure


@pytest.mark.parametrize(
    "line",
    [
        "--data-dir /d --json session list",
        "session --data-dir /d --json list",
        "session list --json --data-dir /d",
        "--json session list --data-dir /d",
    ],
)
def test_global_options_stand_anywhere(line: str) -> None:
    """--data-dir and --json are understood before, between and after the commands."""
    invocation = read_arguments(line.split())
    assert invocation.data_dir == Path("/d")
    assert invocation.json


@pytest.mark.parametrize(
    "line",
    [
        "session",
        "session record",
        "session record --sandbox --display :1",
        "session record --sandbox --seconds 0",
        "session record --sandbox --seconds soon",
        "session record --sandbox --sec 5",
        "session export abc",
        "session export abc f --video --disclose",
        "session play abc",
        "session list --passphrase hunter2",
        "proof verify",
        "kiosk --size big",
        "dance",
    ],
)
def test_nonsense_is_a_usage_failure(line: str) -> None:
    """What cannot be understood is refused with where to look, and no passphrase is ever taken."""
    with pytest.raises(UsageFailure, match="--help"):
        read_arguments(line.split())


def test_a_range_is_in_seconds() -> None:
    """--from and --until take seconds with fractions."""
    invocation = read_arguments(
        ["session", "export", "abc", "f", "--disclose", "--from", "1.5", "--until", "70"]
    )
    assert (invocation.from_s, invocation.until_s) == (1.5, 70.0)


def test_the_data_directory_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """LUCID_DATA_DIR is the environment's --data-dir; without it, data lies with the user's."""
    monkeypatch.setenv("LUCID_DATA_DIR", "/somewhere")
    assert default_data_directory() == Path("/somewhere")
    monkeypatch.delenv("LUCID_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", "/x")
    assert default_data_directory() == Path("/x/lucid")


def test_the_kiosk_has_defaults() -> None:
    """The kiosk opens full-screen with the colours of the last run unless told otherwise."""
    invocation = read_arguments(["kiosk"])
    assert (invocation.size, invocation.windowed) == ((800, 480), False)
    assert (invocation.theme, invocation.rotation) == (None, None)
    assert read_arguments(["kiosk", "--size", "720x1280"]).size == (720, 1280)
