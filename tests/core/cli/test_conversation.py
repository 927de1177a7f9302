"""A conversation carries commands to an engine and comes back with what became of them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from core.api.commands import (
    AnswerQuestion,
    CancelRequest,
    CreateVault,
    ExportVideo,
    ListSessions,
    UnlockVault,
    VerifySession,
)
from core.api.events import QuestionAsked
from core.api.questions import DisclosureQuestion
from core.api.snapshots import EnginePhase, EngineSnapshot
from core.cli.answer import Interrupted, Refused
from tests.conftest import PASSPHRASE
from tests.core.cli.conftest import SESSION_ID, Talk
from tests.fakes.engine_port import PENDING, FakeEnginePort, failure

LOCKED = EngineSnapshot(EnginePhase.LOCKED, "0.1.0")
NO_VAULT = EngineSnapshot(EnginePhase.NO_VAULT, "0.1.0")


def refusal(refused: pytest.ExceptionInfo[Refused]) -> str:
    """Read the code of a refusal."""
    return refused.value.failure.code


def test_a_result_comes_back(talk: Talk) -> None:
    """What the engine answers is what was asked for."""
    with talk(FakeEnginePort(answers={ListSessions: ("one",)})) as conversation:
        assert conversation.ask(ListSessions()) == ("one",)


def test_a_failure_is_raised(talk: Talk) -> None:
    """What the engine refuses is raised with its facts."""
    port = FakeEnginePort(answers={ListSessions: failure("store_corrupt", reason="page 7")})
    with talk(port) as conversation, pytest.raises(Refused) as refused:
        conversation.ask(ListSessions())
    assert refused.value.failure.facts == {"reason": "page 7"}


@pytest.mark.usefixtures("given_passphrase")
def test_the_vault_is_unlocked_when_it_turns_out_to_be_needed(talk: Talk) -> None:
    """A command that fails on a locked vault is done again once the vault is open."""
    answers = iter([failure("vault_locked"), "report"])
    port = FakeEnginePort(LOCKED, answers={VerifySession: lambda _: next(answers)})
    with talk(port) as conversation:
        assert conversation.ask(VerifySession(SESSION_ID)) == "report"
    assert [unlock.passphrase.reveal() for unlock in port.sent(UnlockVault)] == [PASSPHRASE]


@pytest.mark.usefixtures("given_passphrase")
def test_a_given_passphrase_is_used_where_it_only_helps(talk: Talk) -> None:
    """Checking a session opens the vault when the passphrase is given."""
    port = FakeEnginePort(LOCKED)
    with talk(port) as conversation:
        conversation.open_vault_if_given()
    assert len(port.sent(UnlockVault)) == 1


def test_nobody_is_asked_where_a_passphrase_only_helps(talk: Talk) -> None:
    """Checking a session asks nobody for a passphrase."""
    port = FakeEnginePort(LOCKED)
    with talk(port) as conversation:
        conversation.open_vault_if_given()
    assert port.sent(UnlockVault) == []


@pytest.mark.usefixtures("given_passphrase")
def test_the_first_use_makes_the_vault(talk: Talk) -> None:
    """Where there is no vault, one is made with the passphrase that was given."""
    port = FakeEnginePort(NO_VAULT)
    with talk(port) as conversation:
        conversation.open_vault()
    assert [made.passphrase.reveal() for made in port.sent(CreateVault)] == [PASSPHRASE]


@pytest.mark.usefixtures("given_passphrase")
def test_a_given_passphrase_is_tried_once(talk: Talk) -> None:
    """A wrong passphrase from a file is refused at once, because asking again changes nothing."""
    port = FakeEnginePort(LOCKED, answers={UnlockVault: failure("wrong_passphrase")})
    with talk(port) as conversation, pytest.raises(Refused) as refused:
        conversation.open_vault()
    assert refusal(refused) == "wrong_passphrase"
    assert len(port.sent(UnlockVault)) == 1


@pytest.mark.usefixtures("no_terminal")
@pytest.mark.parametrize(
    ("engine", "code"), [(LOCKED, "vault_locked"), (NO_VAULT, "vault_missing")]
)
def test_without_a_passphrase_the_vault_stays_closed(
    talk: Talk, engine: EngineSnapshot, code: str
) -> None:
    """Where nobody can be asked, the failure says so instead of waiting."""
    with talk(FakeEnginePort(engine)) as conversation, pytest.raises(Refused) as refused:
        conversation.open_vault()
    assert refusal(refused) == code


def test_an_engine_that_cannot_start_says_why(talk: Talk) -> None:
    """The engine's own failure is what the person is told."""
    busy = failure("data_directory_busy", path="/d", pid=7)
    port = FakeEnginePort(EngineSnapshot(EnginePhase.FAILED, "0.1.0", failure=busy))
    with talk(port) as conversation, pytest.raises(Refused) as refused:
        conversation.wait_ready()
    assert refusal(refused) == "data_directory_busy"


def test_an_engine_that_ends_by_itself_is_noticed(talk: Talk) -> None:
    """A command is not waited for when nobody is left to carry it out."""
    port = FakeEnginePort(answers={ListSessions: PENDING})
    with talk(port) as conversation:
        port.stop()
        with pytest.raises(Refused) as refused:
            conversation.ask(ListSessions())
    assert refusal(refused) == "bug"


def test_an_interruption_cancels_what_runs(talk: Talk) -> None:
    """The first Ctrl-C cancels the request, and the conversation ends as interrupted."""

    def press_ctrl_c(_: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return PENDING

    port = FakeEnginePort(answers={VerifySession: press_ctrl_c})
    with talk(port) as conversation, pytest.raises(Interrupted):
        conversation.ask(VerifySession(SESSION_ID))
    assert len(port.sent(CancelRequest)) == 1


def test_signals_are_given_back(talk: Talk) -> None:
    """After a conversation Ctrl-C means what it meant before."""
    before = signal.getsignal(signal.SIGINT)
    with talk(FakeEnginePort()):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_the_command_line_is_the_owners_word(talk: Talk, tmp_path: Path) -> None:
    """Who asked for a video on the command line is not asked again whether it may leave."""
    port = FakeEnginePort(answers={ExportVideo: PENDING})

    def answered(_: object) -> None:
        port.finish(ExportVideo, "exported")

    port.answers[AnswerQuestion] = answered
    with talk(port) as conversation:
        port.emit(QuestionAsked(DisclosureQuestion(5, 0, 60.0, session_id=SESSION_ID)))
        assert conversation.ask(ExportVideo(SESSION_ID, tmp_path / "v")) == "exported"
    assert [(said.question_id, said.is_yes) for said in port.sent(AnswerQuestion)] == [(5, True)]


def test_the_engine_is_stopped_at_the_end(talk: Talk) -> None:
    """Whatever happened, the engine goes its one shutdown path."""
    port = FakeEnginePort()
    with pytest.raises(RuntimeError), talk(port):
        raise RuntimeError
    assert port.wait_stopped(0)
