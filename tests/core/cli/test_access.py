"""Reading from afar on the command line: who may, what they read, and secrets that are shown once."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api.access import (
    Access,
    AccessGranted,
    Call,
    CallOutcome,
    GrantAccess,
    ListAccess,
    ListCalls,
    RevokeAccess,
    Scope,
    VerifyCalls,
)
from core.api.commands import UnlockVault
from core.api.network import Network, ReadNetwork
from core.cli import access
from core.cli.answer import Answer, Refused
from core.cli.main import run
from core.errors import ExitCode, UsageFailure
from tests.core.cli.conftest import Talk, invocation
from tests.fakes.engine_port import FakeEnginePort, failure

HOST = f"{'a' * 56}.onion"
ONE = Access("ab" * 8, "Auditor", (Scope.PROOFS,), 1_763_820_000_000, 1_771_596_000_000)
TWO = Access("ac" * 8, "Fleet", (Scope.HEALTH, Scope.METRICS), 0, 1, revoked_utc_ms=1, calls=7)
GRANTED = AccessGranted(ONE, "lucid_TOKEN", "CLIENTKEY", f"{HOST}:80", f"lucid-pair://{HOST}:80?x")
CALL = Call(
    3, 1_763_820_000_000, ONE.access_id, "Auditor", "GET /v1/self", "", CallOutcome.ANSWERED
)
UNKNOWN = Call(2, 0, "", "", "GET /v1/self", "", CallOutcome.UNKNOWN)


def engine(**answers: object) -> FakeEnginePort:
    """Make an engine that knows two accesses and two calls."""
    return FakeEnginePort(
        answers={
            UnlockVault: None,
            GrantAccess: answers.get("granted", GRANTED),
            ListAccess: answers.get("everyone", (ONE, TWO)),
            RevokeAccess: TWO,
            ListCalls: answers.get("calls", (CALL, UNKNOWN)),
            VerifyCalls: answers.get("verified", 3),
            ReadNetwork: Network(address=HOST),
        }
    )


def ask(talk: Talk, port: FakeEnginePort, *words: str) -> Answer:
    """Carry out a command of ``lucid access``."""
    actions = {
        "grant": access.grant,
        "list": access.list_access,
        "revoke": access.revoke,
        "calls": access.calls,
        "verify": access.verify,
    }
    with talk(port) as conversation:
        return actions[words[0]](conversation, invocation("access", *words))


def test_an_access_is_granted(
    talk: Talk, given_passphrase: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command names who, how far and for how long; the secrets are shown, and that it is this once."""
    port = engine()
    words = ("grant", "Auditor", "--scope", "proofs", "--scope", "health", "--days", "7")
    answer = ask(talk, port, *words)
    assert GrantAccess("Auditor", (Scope.PROOFS, Scope.HEALTH), 7) in port.commands
    text = "\n".join(answer.lines)
    for told in ("lucid_TOKEN", "CLIENTKEY", f"{'a' * 56}:descriptor:x25519:CLIENTKEY"):
        assert told in text
    assert answer.document["client_auth"] == f"{'a' * 56}:descriptor:x25519:CLIENTKEY"
    assert "this once" in capsys.readouterr().err


def test_an_access_without_an_address_says_so(
    talk: Talk, given_passphrase: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an onion address there is no line, and what to do is said."""
    port = engine(granted=AccessGranted(ONE, "lucid_TOKEN", "CLIENTKEY", "", ""))
    answer = ask(talk, port, "grant", "Auditor", "--scope", "proofs", "--qr")
    assert "client_auth" not in answer.document
    assert "link" not in "\n".join(answer.lines)
    assert "lucid onion connect" in capsys.readouterr().err


def test_a_line_is_drawn_for_people_only(talk: Talk, given_passphrase: object) -> None:
    """With --qr the line is drawn; with --json too that makes no sense."""
    words = ("grant", "Auditor", "--scope", "proofs", "--qr")
    assert any("▀" in line or "█" in line for line in ask(talk, engine(), *words).lines)
    with pytest.raises(UsageFailure):
        ask(talk, engine(), *words, "--json")


def test_everyone_is_listed(talk: Talk, given_passphrase: object) -> None:
    """Each with what they may read, until when, and how often they did."""
    answer = ask(talk, engine(), "list")
    lines = list(answer.lines)
    assert lines[1].startswith(f"{ONE.access_id}  Auditor")
    assert "health,metrics" in lines[2]
    assert lines[2].endswith("7")
    assert answer.document["address"] == HOST
    assert list(ask(talk, engine(everyone=()), "list").lines) == ["Nobody may read from afar."]


@pytest.mark.parametrize("words", ["ac", "ACAC", "Fleet"])
def test_an_access_is_ended_by_what_is_unique(
    talk: Talk, given_passphrase: object, words: str
) -> None:
    """The beginning of its ID, or its name."""
    port = engine()
    ask(talk, port, "revoke", words)
    assert RevokeAccess(TWO.access_id) in port.commands


@pytest.mark.parametrize(
    "words, code", [("a", "usage"), ("f", "access_unknown"), ("", "access_unknown")]
)
def test_what_is_not_unique_ends_nothing(
    talk: Talk, given_passphrase: object, words: str, code: str
) -> None:
    """Nothing is ended when several are meant, or none."""
    port = engine()
    with pytest.raises(Refused) as refused:
        ask(talk, port, "revoke", words)
    assert refused.value.failure.code == code
    assert not any(isinstance(each, RevokeAccess) for each in port.commands)


def test_calls_are_listed(talk: Talk, given_passphrase: object) -> None:
    """Newest first, of all or of one; a token that nobody has is said to be that."""
    port = engine()
    lines = list(
        ask(talk, port, "calls", "--access", "Auditor", "--limit", "5", "--before", "9").lines
    )
    assert ListCalls(ONE.access_id, 5, 9) in port.commands
    assert "Auditor" in lines[1]
    assert "(nobody's token)" in lines[2]
    assert list(ask(talk, engine(calls=()), "calls").lines) == ["Nothing was called."]


def test_the_log_is_checked(talk: Talk, given_passphrase: object) -> None:
    """It says how much holds; what does not is a failure with the entry."""
    answer = ask(talk, engine(), "verify")
    assert answer.document == {"holds": True, "calls": 3}
    port = engine(verified=failure("calls_altered", sequence=5))
    with pytest.raises(Refused) as refused:
        ask(talk, port, "verify")
    assert refused.value.failure.facts == {"sequence": 5}


@pytest.mark.parametrize(
    "words",
    [
        ("grant", "x"),
        ("grant", "x", "--scope", "keys"),
        ("grant", "x", "--scope", "health", "--days", "many"),
        ("revoke",),
    ],
)
def test_what_makes_no_sense_is_said(words: tuple[str, ...]) -> None:
    """A scope that there is not, no scope, no ID: all end with the exit code of wrong usage."""
    assert run(["access", *words]) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("access", "list"),
        ("access", "verify"),
        ("peer", "list"),
        ("onion", "rotate"),
        ("onion", "finish", "--yes"),
    ],
)
def test_no_vault_is_made_where_there_is_none(
    words: tuple[str, ...],
    data_directory: Path,
    passphrase_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A data directory that was mistyped is told as one without a vault, and is left without."""
    monkeypatch.setenv("LUCID_PASSPHRASE_FILE", str(passphrase_file))
    assert run([*words, "--data-dir", str(data_directory)]) == ExitCode.MISSING
    assert str(data_directory / "vault.json") in capsys.readouterr().err
    assert not (data_directory / "vault.json").exists()
