"""The command as a whole: streams, exit codes and documents."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.main import run

ROOT = Path(__file__).parents[3]


def test_help_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """--help prints the commands and the exit codes."""
    with pytest.raises(SystemExit) as ended:
        run(["--help"])
    assert ended.value.code == 0
    assert "exit codes:" in capsys.readouterr().out


def test_without_a_command_the_help_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Asking for nothing is a usage failure, and stdout stays empty."""
    assert run([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "commands:" in captured.err


def test_a_failure_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """A failure is said on stderr with the next step, and stdout stays empty."""
    assert run(["session", "dance"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("lucid: This cannot be done as asked")


def test_a_failure_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json a failure is an object with code, message, next step and facts."""
    assert run(["session", "dance", "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.err == ""
    error = json.loads(captured.out)["error"]
    assert error["code"] == "usage"
    assert set(error) == {"code", "message", "next_step", "facts"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("session list", 0),
        ("session show 0192f8a0", 1),
        ("chain status", 3),
        ("access list", 3),
        ("peer list", 3),
        ("onion status", 2),
        ("access grant x --scope health", 2),
        ("session host", 2),
    ],
)
def test_a_wrong_network_stops_only_what_uses_it(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: int
) -> None:
    """Where LUCID_TOR_NETWORK names no file, what needs no network comes to what it comes to without it."""
    monkeypatch.setenv("LUCID_TOR_NETWORK", str(data_directory / "nowhere"))
    assert run([*words.split(), "--data-dir", str(data_directory)]) == code


def test_the_version_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    """--version is an object too."""
    assert run(["--version", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"version"}


def test_the_self_test_names_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    """The self-test lists vectors, programs and libraries with a verdict."""
    code = run(["selftest", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == (0 if document["holds"] else 3)
    names = {finding["name"] for finding in document["findings"]}
    assert {"vectors_sealing", "program_ffmpeg", "encoder", "library_zstandard"} <= names


def test_a_reader_that_goes_away_is_no_failure() -> None:
    """`lucid … | head` ends without a complaint."""
    command = f"{sys.executable} -m core.cli selftest | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, check=False
    )
    assert done.stderr == b""
    assert done.returncode == 0
