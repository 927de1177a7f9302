"""A passphrase comes from a descriptor, a file or a person, and from nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.api.commands import Secret
from core.cli.passphrase import PassphraseSource
from core.errors import UsageFailure
from tests.conftest import PASSPHRASE


def revealed(secret: Secret | None) -> str:
    """Read what a test gave."""
    assert secret is not None
    return secret.reveal()


def pipe_with(content: bytes) -> int:
    """Give the reading end of a pipe that holds ``content``."""
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    return reader


def test_a_descriptor_is_read_once_and_used_twice() -> None:
    """A pipe holds the passphrase once; making a vault and opening it both get it."""
    reader = pipe_with("zwölf Boxkämpfer\n".encode())
    source = PassphraseSource(reader)
    assert revealed(source.chosen()) == revealed(source.existing()) == "zwölf Boxkämpfer"
    os.close(reader)


def test_the_file_of_the_environment(given_passphrase: Path) -> None:
    """LUCID_PASSPHRASE_FILE names a file whose first line is the passphrase."""
    assert not PassphraseSource(None).is_interactive
    assert revealed(PassphraseSource(None).existing()) == PASSPHRASE


def test_a_file_that_others_can_read_is_mentioned(
    given_passphrase: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A passphrase file with open permissions works, and the person is told."""
    given_passphrase.chmod(0o644)
    assert revealed(PassphraseSource(None).existing()) == PASSPHRASE
    assert "chmod 600" in capsys.readouterr().err


def test_blanks_are_part_of_a_passphrase() -> None:
    """Only the line's end is taken off."""
    reader = pipe_with(b"  blanks \r\nsecond line\n")
    assert revealed(PassphraseSource(reader).existing()) == "  blanks "
    os.close(reader)


@pytest.mark.parametrize("descriptor", [-1, 9999])
def test_a_closed_descriptor_is_a_usage_failure(descriptor: int) -> None:
    """A descriptor that cannot be read is named."""
    with pytest.raises(UsageFailure, match=str(descriptor)):
        PassphraseSource(descriptor).existing()


def test_a_missing_file_is_a_usage_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase file that is not there is named."""
    monkeypatch.setenv("LUCID_PASSPHRASE_FILE", "/nowhere/passphrase")
    with pytest.raises(UsageFailure, match="/nowhere/passphrase"):
        PassphraseSource(None).existing()


def test_bytes_that_are_no_text_are_refused() -> None:
    """A passphrase is UTF-8."""
    reader = pipe_with(b"\xff\xfe\n")
    with pytest.raises(UsageFailure, match="UTF-8"):
        PassphraseSource(reader).existing()
    os.close(reader)


@pytest.mark.usefixtures("no_terminal")
def test_without_a_terminal_nobody_is_asked() -> None:
    """Where there is nobody to ask, there is no passphrase, and nothing waits."""
    source = PassphraseSource(None)
    assert source.existing() is None
    assert source.chosen() is None
