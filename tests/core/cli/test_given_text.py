"""Lines that a person hands over are read from where they are, and a wait for them ends at the first Ctrl-C."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path

import pytest

from core.cli import onion, peer
from core.cli.answer import Interrupted
from core.cli.given_text import read_given_text
from core.errors import UsageFailure
from tests.core.cli.conftest import Talk, invocation
from tests.fakes.engine_port import FakeEnginePort


class Leaving:
    """A terminal at which a person presses Ctrl-C instead of typing."""

    def __init__(self) -> None:
        self.buffer = self

    def isatty(self) -> bool:
        """Be one."""
        return True

    def read(self, _most: int) -> bytes:
        """Press Ctrl-C; what nobody ends is waited for no longer, so that a test ends."""
        signal.raise_signal(signal.SIGINT)
        return b""

    readline = read


def read(descriptor: int | None, name: Path | None, *, is_one_line: bool = False) -> str:
    """Read at most ten bytes of what is called the list."""
    return read_given_text(
        descriptor, name, noun="the list", question="?", most=10, is_one_line=is_one_line
    )


def test_one_ctrl_c_ends_the_wait_for_lines(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is asked to paste something and will not is let go at once, and nothing is asked of the engine."""
    monkeypatch.setattr(sys, "stdin", Leaving())
    for action, words in ((peer.add, ["peer", "add"]), (onion.bridges, ["onion", "bridges", "-"])):
        port = FakeEnginePort()
        with talk(port) as conversation, pytest.raises(Interrupted):
            action(conversation, invocation(*words))
        assert not port.commands
    said = capsys.readouterr().err
    assert "Paste the line" in said
    assert "Ctrl-D" in said


def test_what_is_read_is_bounded_and_of_one_line_where_that_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a file nor a pipe fills the memory."""
    (tmp_path / "long").write_text("x" * 100)
    assert read(None, tmp_path / "long") == "x" * 10
    reader, writer = os.pipe()
    os.write(writer, b"y" * 100)
    os.close(writer)
    assert read(reader, None) == "y" * 10
    os.close(reader)
    for is_one_line, expected in ((True, "one\n"), (False, "one\ntwo\n")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo\n")))
        assert read(None, None, is_one_line=is_one_line) == expected


def test_what_cannot_be_read_is_said_with_its_place(tmp_path: Path) -> None:
    """A file that is not there is named as a person would, not as a number of the system's."""
    (tmp_path / "odd").write_bytes(b"\xff")
    closed = os.open(tmp_path / "odd", os.O_RDONLY)
    os.close(closed)
    said = []
    for descriptor, name in (
        (None, tmp_path / "nowhere"),
        (None, tmp_path / "odd"),
        (closed, None),
    ):
        with pytest.raises(UsageFailure) as refused:
            read(descriptor, name)
        said.append(str(refused.value.facts["reason"]))
    place = f"the file {tmp_path / 'nowhere'}"
    assert said[0] == f"the list cannot be read: {place} does not open (No such file or directory)"
    assert said[1].endswith("odd holds no text")
    assert f"file descriptor {closed} does not open" in said[2]
