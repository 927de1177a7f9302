"""Joining from the command line shows the terms, has them accepted, and watches; nothing can be sent from there."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from uuid import uuid4

import pytest

from core.api.commands import EndSession
from core.api.events import SessionChanged
from core.api.hosting import AuditActor, AuditEntry, AuditKind, AuditRecorded
from core.api.joining import (
    Joined,
    JoinedChanged,
    JoinedState,
    JoinRole,
    JoinSession,
    ReadTerms,
    Terms,
)
from core.api.permissions import Capability, Profile, Rule
from core.api.snapshots import SessionState
from core.cli.answer import Answer, Interrupted, Refused
from core.cli.join import join
from core.cli.main import run
from core.errors import UsageFailure
from tests.core.cli.conftest import SESSION_ID, Talk, invocation, summary
from tests.fakes.engine_port import FakeEnginePort, failure

LINK = f"lucid://127.0.0.1:3389?code=7KQM-4RTX&sha256={'ab' * 32}"
TERMS = Terms(
    terms_hash="cd" * 32,
    session_id=str(uuid4()),
    device="ef" * 32,
    certificate_sha256="ab" * 32,
    is_certificate_known=True,
    role=JoinRole.PEER,
    profile=Profile.STANDARD,
    rules=((Capability.VIEW, Rule.ALLOW), (Capability.KEYBOARD, Rule.ASK)),
    records_keys=False,
    longest_minutes=120,
    idle_minutes=15,
    width=1280,
    height=720,
    policy_hash="01" * 32,
    text="You see the desktop.\nIt is recorded.",
)
JOINED = Joined(
    session_id=SESSION_ID,
    terms=TERMS,
    address="127.0.0.1:3389",
    name="the hall",
    state=JoinedState.CONNECTING,
    width=1280,
    height=720,
    grants=(),
    consent_hash="23" * 32,
)
SEALED = summary(state=SessionState.ANCHORING, source="joined")


class Terminal(io.StringIO):
    """A person at a terminal, who types one line."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def engine(**answers: object) -> FakeEnginePort:
    """Make an engine that joins, and whose session ends at once."""
    port = FakeEnginePort(answers={ReadTerms: TERMS, EndSession: SEALED})

    def joined(_: object) -> object:
        for event in (
            JoinedChanged(replace(JOINED, state=JoinedState.WATCHING)),
            AuditRecorded(
                SESSION_ID,
                AuditEntry(3, 1.0, 0, AuditKind.SHIELDED, AuditActor.OWNER),
            ),
            SessionChanged(SEALED),
        ):
            port.emit(event)
        return JOINED

    port.answers[JoinSession] = joined
    named = {each.__name__: each for each in (ReadTerms, JoinSession)}
    port.answers.update({named[name]: value for name, value in answers.items()})
    return port


def joined(talk: Talk, port: FakeEnginePort, *options: str) -> Answer:
    """Join to the end."""
    with talk(port) as conversation:
        return join(conversation, invocation("session", "join", LINK, *options))


def piped(monkeypatch: pytest.MonkeyPatch, given: bytes, stdin: type[io.TextIOWrapper]) -> None:
    """Have standard input bring these bytes."""
    monkeypatch.setattr(sys, "stdin", stdin(io.BytesIO(given)))


class TerminalOfBytes(io.TextIOWrapper):
    """A person at a terminal, who pastes and types."""

    def isatty(self) -> bool:
        """It is one."""
        return True


ONION, KEY = f"{'a' * 56}.onion:3389", "A" * 52
GIVEN = {
    f"{LINK}\n": (LINK, "", ""),
    f"  {LINK}\r\nmore\n": (LINK, "", ""),
    "127.0.0.1:3389\n7KQM-4RTX\n": ("127.0.0.1:3389", "7KQM-4RTX", ""),
    f"{ONION}\n7KQM-4RTX\n{KEY}\n": (ONION, "7KQM-4RTX", KEY),
    f"{ONION}\n7KQM-4RTX": (ONION, "7KQM-4RTX", ""),
    "": ("", "", ""),
}


@pytest.mark.parametrize(("given", "read"), GIVEN.items(), ids=range(len(GIVEN)))
def test_an_invitation_comes_from_standard_input_or_a_descriptor(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: str,
    read: tuple[str, str, str],
) -> None:
    """So none of it stands among the words of the command, which everybody on the machine can read."""
    reader, writer = os.pipe()
    os.write(writer, given.encode())
    os.close(writer)
    for words in ((), ("-",), ("--line-fd", str(reader))):
        piped(monkeypatch, given.encode(), io.TextIOWrapper)
        port = engine()
        with talk(port) as conversation:
            join(conversation, invocation("session", "join", *words, "--accept-terms"))
        assert port.sent(ReadTerms) == [ReadTerms(*read)]
        (command,) = port.sent(JoinSession)
        assert (command.invitation, command.code, command.client_key) == read
        assert "list of processes" not in capsys.readouterr().err
    os.close(reader)


@pytest.mark.parametrize("words", [(LINK,), ("--code", "7KQM-4RTX"), ("--key", KEY)])
def test_what_others_can_see_is_said(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    """Among the words of the command it is taken, and the person told who can see it."""
    piped(monkeypatch, f"{ONION}\nC\n".encode(), io.TextIOWrapper)
    with talk(engine()) as conversation:
        join(conversation, invocation("session", "join", *words, "--accept-terms"))
    assert "list of processes" in capsys.readouterr().err


def test_who_pastes_at_a_terminal_is_asked(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For each thing, and for the terms on the same terminal."""
    piped(monkeypatch, f"{ONION}\n7KQM-4RTX\n{KEY}\ny\n".encode(), TerminalOfBytes)
    port = engine()
    with talk(port) as conversation:
        join(conversation, invocation("session", "join"))
    assert port.sent(ReadTerms) == [ReadTerms(ONION, "7KQM-4RTX", KEY)]
    assert len(port.sent(JoinSession)) == 1
    said = capsys.readouterr().err
    for each in ("Paste the invitation", "Its code:", "Its client key:"):
        assert each in said


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Have a terminal of its own be this process' terminal; gives the person's end of it."""
    person, ours = os.openpty()
    opened = os.open

    def open_it(path: str, flags: int, mode: int = 0o777) -> int:
        return os.dup(ours) if path == "/dev/tty" else opened(path, flags, mode)

    monkeypatch.setattr(os, "open", open_it)
    yield person
    os.close(person)
    os.close(ours)


@pytest.mark.parametrize(("typed", "joins"), [(b"y\n", 1), (b"n\n", 0)])
def test_terms_are_accepted_on_the_terminal_where_a_pipe_brought_the_line(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, terminal: int, typed: bytes, joins: int
) -> None:
    """What follows in the pipe is no answer: a person is asked."""
    piped(monkeypatch, f"{LINK}\ny\n".encode(), io.TextIOWrapper)
    os.write(terminal, typed)
    port = engine()
    with talk(port) as conversation, nullcontext() if joins else pytest.raises(Interrupted):
        join(conversation, invocation("session", "join", "-"))
    assert len(port.sent(JoinSession)) == joins


@pytest.mark.usefixtures("no_terminal")
def test_a_pipe_alone_accepts_nothing(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no terminal either, the option must say it."""
    piped(monkeypatch, f"{LINK}\ny\n".encode(), io.TextIOWrapper)
    port = engine()
    with talk(port) as conversation, pytest.raises(UsageFailure) as refused:
        join(conversation, invocation("session", "join"))
    assert "--accept-terms" in str(refused.value.facts["reason"])
    assert port.sent(JoinSession) == []


def test_a_line_that_cannot_be_read_asks_nobody(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that are no text, and a descriptor that is not open, are said before anything else."""
    piped(monkeypatch, b"\xff\n", io.TextIOWrapper)
    for words in ((), ("--line-fd", "987654")):
        port = engine()
        with talk(port) as conversation, pytest.raises(UsageFailure):
            join(conversation, invocation("session", "join", *words))
        assert port.sent(ReadTerms) == []
    with pytest.raises(UsageFailure):
        invocation("session", "join", LINK, "--line-fd", "3")


def test_the_terms_are_shown_and_accepted_by_their_hash(
    talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is accepted is what was shown: these terms, from an end with this certificate."""
    port = engine()
    answer = joined(talk, port, "--accept-terms", "--name", "the hall", "--recipient", "aa")
    (command,) = port.sent(JoinSession)
    assert command == JoinSession(LINK, "", "ab" * 32, "cd" * 32, "the hall", ("aa",))
    shown = capsys.readouterr()
    for each in (
        TERMS.session_id,
        TERMS.device_fingerprint,
        "ab" * 32,
        "keyboard",
        "It is recorded.",
    ):
        assert each in shown.out
    for each in ("Connected", "shielded", "Nothing can be typed"):
        assert each in shown.err
    assert answer.document["source"] == "joined"


def test_it_is_json_where_asked(talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    """Terms and session come as one object a line, before the answer."""
    joined(talk, engine(), "--accept-terms", "--json")
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first)["terms"]["terms_hash"] == "cd" * 32
    assert json.loads(second) == {
        "session_id": SESSION_ID,
        "address": "127.0.0.1:3389",
        "consent_hash": "23" * 32,
        "policy_hash": "",
    }


def test_each_object_is_a_line_to_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads line by line gets the session at the end, or what went wrong, as one of them."""
    words = ["session", "join", "127.0.0.1:1", "--code", "AAAA", "--accept-terms", "--json"]
    monkeypatch.setattr("core.engine.start_engine", lambda *_: engine())
    assert run(words) == 0
    *_, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert last["session_id"] == SESSION_ID
    refusing = failure("host_lost")
    monkeypatch.setattr("core.engine.start_engine", lambda *_: engine(JoinSession=refusing))
    assert run(words) == 3
    terms, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert "terms" in terms
    assert last["error"]["code"] == "host_lost"


def test_without_a_terminal_nothing_is_accepted_unasked(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can be asked, the option must say it."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    port = engine()
    with pytest.raises(UsageFailure) as refused:
        joined(talk, port)
    assert "--accept-terms" in str(refused.value.facts["reason"])
    assert port.sent(JoinSession) == []


@pytest.mark.parametrize("typed", ["", "\n", "n\n", "yes please\n"])
def test_anything_but_yes_is_no(talk: Talk, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """A bare Enter joins nothing."""
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    port = engine()
    with pytest.raises(Interrupted):
        joined(talk, port)
    assert port.sent(JoinSession) == []


class Impatient(Terminal):
    """A person who presses Ctrl-C instead of typing."""

    def readline(self, size: int | None = -1, /) -> str:
        """Have the system interrupt this process, as the terminal does."""
        signal.raise_signal(signal.SIGINT)
        return super().readline(size)


def test_ctrl_c_at_the_terms_ends_at_once(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is under way that could be ended gently, so one press is enough, and joins nothing."""
    monkeypatch.setattr(sys, "stdin", Impatient("y\n"))
    port = engine()
    with pytest.raises(Interrupted):
        joined(talk, port)
    assert port.sent(JoinSession) == []


@pytest.mark.parametrize("typed", ["y\n", "YES\n"])
def test_yes_joins(talk: Talk, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Typed at a terminal, after the terms."""
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    port = engine()
    joined(talk, port)
    assert len(port.sent(JoinSession)) == 1
    assert port.sent(JoinSession)[0].name


def test_a_certificate_that_no_link_named_is_to_be_compared(
    talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an address alone, the person is told to compare it."""
    port = engine(ReadTerms=replace(TERMS, is_certificate_known=False))
    with talk(port) as conversation:
        words = ("127.0.0.1:3389", "--code", "7KQM-4RTX", "--accept-terms")
        join(conversation, invocation("session", "join", *words))
    assert port.sent(ReadTerms) == [ReadTerms("127.0.0.1:3389", "7KQM-4RTX")]
    assert "compare it" in capsys.readouterr().err


def test_a_typed_onion_address_comes_with_its_key(talk: Talk) -> None:
    """It goes into both commands, as the code does."""
    port, address, key = engine(), f"{'a' * 56}.onion:3389", "A" * 52
    with talk(port) as conversation:
        words = (address, "--code", "7KQM-4RTX", "--key", key, "--accept-terms")
        join(conversation, invocation("session", "join", *words))
    assert port.sent(ReadTerms) == [ReadTerms(address, "7KQM-4RTX", key)]
    assert [each.client_key for each in port.sent(JoinSession)] == [key]


def test_a_wrong_code_is_refused(talk: Talk) -> None:
    """What the engine says is said; nothing is joined."""
    port = engine(ReadTerms=failure("code_wrong", 1))
    with pytest.raises(Refused):
        joined(talk, port, "--accept-terms")
    assert port.sent(JoinSession) == []


def test_ctrl_c_leaves_and_seals(talk: Talk) -> None:
    """Interrupted while it watches, the session is ended and shown."""
    port = engine()

    def interrupt(_: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return JOINED

    port.answers[JoinSession] = interrupt
    answer = joined(talk, port, "--accept-terms")
    assert port.sent(EndSession) == [EndSession(SESSION_ID)]
    assert answer.document["session_id"] == SESSION_ID


def test_it_leaves_when_its_time_is_over(talk: Talk) -> None:
    """After so many seconds it ends by itself."""
    port = engine(JoinSession=JOINED)
    joined(talk, port, "--accept-terms", "--seconds", "0.2")
    assert port.sent(EndSession) == [EndSession(SESSION_ID)]
