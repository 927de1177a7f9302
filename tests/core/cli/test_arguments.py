"""The command line is read as the documents say."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.admin.access_service import LONGEST_DAYS, MOST_LISTED
from core.appliance.network_service import LONGEST_OVERLAP_HOURS, LONGEST_WAIT_S
from core.cli import arguments
from core.cli.argument_values import Range
from core.cli.arguments import default_data_directory, read_arguments
from core.errors import UsageFailure
from core.evidence import policy


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
    ("line", "inside", "outside", "said"),
    [
        ("onion rotate --overlap", "0 0.5 168", "168.5 -1 week", "0 to 168 hours"),
        ("onion connect --wait", "0 3600", "3601", "0 to 3600 seconds"),
        ("onion status --wait", "1 3600", "0 3601", "1 to 3600 seconds"),
        ("access grant x --scope health --days", "1 366", "0 367", "1 to 366 days"),
        ("access calls --limit", "1 1000", "0 1001", "1 to 1000 calls"),
        ("session host --longest", "1 1440", "0 1441", "1 to 1440 minutes"),
        ("session host --idle", "1 1440", "0 1441", "1 to 1440 minutes"),
        ("session host --largest-file", "0 4096", "4097", "0 to 4096 MiB"),
        ("session host --largest-clipboard", "0 16384", "16385", "0 to 16384 KiB"),
    ],
)
def test_a_limit_out_of_range_says_the_range(
    line: str, inside: str, outside: str, said: str
) -> None:
    """Both ends are taken; whoever asks for more, less, or no number at all is told from where to where it goes."""
    for each in inside.split():
        read_arguments([*line.split(), each])
    for each in outside.split():
        with pytest.raises(UsageFailure) as refused:
            read_arguments([*line.split(), each])
        assert said in str(refused.value.facts["reason"])


def test_the_ranges_are_those_of_the_engine() -> None:
    """What is refused before an engine starts is what it would refuse."""
    assert ends(arguments._DAYS) == (1, LONGEST_DAYS)
    assert ends(arguments._CALLS) == (1, MOST_LISTED)
    assert ends(arguments._OVERLAP) == (0, LONGEST_OVERLAP_HOURS)
    assert ends(arguments._WAIT) == (0, LONGEST_WAIT_S)
    for name, range_ in (
        ("longest_minutes", arguments._MINUTES),
        ("idle_minutes", arguments._MINUTES),
        ("file_mib", arguments._FILE),
        ("clipboard_kib", arguments._CLIPBOARD),
    ):
        assert ends(range_) == policy._BOUNDS[name]


def ends(range_: Range) -> tuple[int, int]:
    """Give the least and the most."""
    return range_.least, range_.most


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
