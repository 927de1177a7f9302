"""Joining from the command line shows the terms, has them accepted, and watches; nothing can be sent from there."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
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


def test_the_terms_are_shown_and_accepted_by_their_hash(
    talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is accepted is what was shown: these terms, from an end with this certificate."""
    port = engine()
    answer = joined(talk, port, "--accept-terms", "--name", "the hall", "--recipient", "aa")
    (command,) = port.sent(JoinSession)
    assert command == JoinSession(LINK, "", "ab" * 32, "cd" * 32, "the hall", ("aa",))
    shown = capsys.readouterr()
    for each in (TERMS.session_id, TERMS.device, "ab" * 32, "keyboard", "It is recorded."):
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
