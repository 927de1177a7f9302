"""The index of the chain on the command line: how far it is, who anchored what, and what is not in it."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import replace

import pytest

from core.api.chain_index import (
    AnchoredPage,
    AnchoredPhase,
    AnchoredShown,
    FollowChain,
    IndexShown,
    ListAnchored,
    StepShown,
)
from core.cli import chain_index
from core.cli.answer import Interrupted, Refused
from core.cli.argument_values import utc_moment
from core.errors import UsageFailure
from tests.core.cli.conftest import SESSION_ID, Talk, invocation
from tests.fakes.engine_port import PENDING, FakeEnginePort, failure

OWNER = "0x" + "b7" * 20
INDEX = IndexShown(7332, "0x" + "a1" * 20, None, False, 40, 3, 2, 0, head=40, events=5)
SESSION = AnchoredShown(
    9,
    SESSION_ID,
    OWNER,
    AnchoredPhase.OPEN,
    False,
    1_763_820_000_000,
    12,
    "0x01",
    "0x02",
    "0x03",
)
SEALED = replace(
    SESSION,
    phase=AnchoredPhase.SEALED,
    sealed_utc_ms=1_763_820_060_000,
    sealed_block=13,
    sealed_transaction="0x04",
    manifest_hash="0x05",
    merkle_root="0x06",
    chunk_count=4,
)


def test_following_tells_how_far_the_index_is(talk: Talk) -> None:
    """Both forms say up to which block, how it was checked, and what there is."""
    port = FakeEnginePort(answers={FollowChain: replace(INDEX, rolled_back=1, head=41)})
    with talk(port) as conversation:
        answer = chain_index.follow(conversation, invocation("chain", "index", "--verified"))
    text = "\n".join(answer.lines)
    for part in ("40 of 41", "not deployed yet", "3, 2 of them sealed", "1 block", "--verified"):
        assert part in text
    assert (answer.exit_code, answer.document["block"]) == (0, 40)
    assert FollowChain(is_verified=True) in port.commands


def test_a_chain_that_was_rewritten_ends_with_1(
    talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The index is told all the same, and what happened with it."""
    wrong = failure("chain_rewritten", exit_code=1, block=7, checkpoint=0)
    port = FakeEnginePort(answers={FollowChain: replace(INDEX, rewritten=wrong, is_verified=True)})
    with talk(port) as conversation:
        answer = chain_index.follow(conversation, invocation("chain", "index"))
    assert answer.exit_code == 1
    assert "every event against its block's header" in "\n".join(answer.lines)
    assert "as far back as block 7" in capsys.readouterr().err


def test_ctrl_c_says_that_it_goes_on(talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    """The command is cancelled, and the next one's start is told."""
    port = FakeEnginePort()
    with talk(port) as conversation:

        def press(_command: object) -> object:
            conversation.interrupt(2)
            return PENDING

        port.answers[FollowChain] = press
        with pytest.raises(Interrupted):
            chain_index.follow(conversation, invocation("chain", "index"))
    assert "goes on from there" in capsys.readouterr().err


def test_sessions_are_listed_with_where_the_list_goes_on(talk: Talk) -> None:
    """A row a session, and below them up to which block, what is in batches, and the next page."""
    void = replace(SESSION, is_void=True)
    page = AnchoredPage(replace(INDEX, batches=2), (SEALED, void), next_row=9)
    port = FakeEnginePort(answers={ListAnchored: page})
    words = (
        *("--owner", OWNER, "--state", "sealed", "--since", "2025-11-22"),
        *("--until", "2025-11-23T10:00", "--limit", "2", "--before", "50"),
    )
    with talk(port) as conversation:
        answer = chain_index.list_sessions(conversation, invocation("chain", "sessions", *words))
    text = "\n".join(answer.lines)
    for part in (SESSION_ID, OWNER, "2025-11-22 14:00:00", "void", "batches (2)", "--before 9"):
        assert part in text
    since, until = 1_763_769_600_000, 1_763_892_000_000
    asked = ListAnchored("", OWNER, AnchoredPhase.SEALED, since, until, 50, 2)
    assert asked in port.commands


def test_an_empty_list_says_up_to_where(talk: Talk) -> None:
    """Without a session that fits there is an empty list for programs and a sentence for people."""
    port = FakeEnginePort(answers={ListAnchored: AnchoredPage(INDEX, ())})
    with talk(port) as conversation:
        answer = chain_index.list_sessions(conversation, invocation("chain", "sessions"))
    assert answer.document["sessions"] == []
    assert list(answer.lines) == ["No such session up to block 40."]


def test_one_session_is_shown_whole(talk: Talk) -> None:
    """By its ID a session is shown with both transactions, its hashes and what was anchored on its way."""
    steps = (
        StepShown("progress", 3, "0x07", 1_763_820_030_000, 12, "0x08"),
        StepShown("chunk", 2, "0x09", 1_763_820_031_000, 12, "0x0a"),
    )
    port = FakeEnginePort(answers={ListAnchored: AnchoredPage(INDEX, (SEALED,), steps)})
    with talk(port) as conversation:
        answer = chain_index.list_sessions(conversation, invocation("chain", "sessions", "3f2a"))
    text = "\n".join(answer.lines)
    for part in (SESSION_ID, "block 12", "block 13", "0x05", "0x06", "after 3 chunks: 0x07"):
        assert part in text
    assert "chunk 2: 0x09" in text
    port = FakeEnginePort(answers={ListAnchored: AnchoredPage(INDEX, (SESSION,))})
    with talk(port) as conversation:
        answer = chain_index.list_sessions(conversation, invocation("chain", "sessions", "3f2a"))
    assert "manifest hash" not in "\n".join(answer.lines)


def test_a_missing_index_is_refused_with_what_makes_it(talk: Talk) -> None:
    """The engine's refusal comes through as it is."""
    port = FakeEnginePort(answers={ListAnchored: failure("index_missing", path="index.db")})
    with talk(port) as conversation, pytest.raises(Refused) as told:
        chain_index.list_sessions(conversation, invocation("chain", "sessions"))
    assert told.value.failure.code == "index_missing"


def test_moments_are_utc() -> None:
    """A day, a moment, and a moment with its own offset are read; anything else is refused."""
    assert utc_moment("1970-01-02") == 86_400_000
    assert utc_moment("1970-01-01T01:00") == 3_600_000
    assert utc_moment("1970-01-01T01:00+01:00") == 0
    with pytest.raises(ArgumentTypeError):
        utc_moment("yesterday")
    with pytest.raises(UsageFailure):
        invocation("chain", "sessions", "--limit", "0")
