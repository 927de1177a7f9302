"""Peers on the command line: what each command asks of the engine, and how what they say is shown."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.access import Scope
from core.api.commands import Command, UnlockVault, VerifyBundle
from core.api.network import Network, WaitForTor
from core.api.peers import (
    AddPeer,
    AskPeer,
    FetchProof,
    FollowPeer,
    ForgetPeer,
    ListPeers,
    Peer,
    PeerAnswer,
    PeerTopic,
)
from core.api.snapshots import ExportedFile, VerificationReport
from core.cli import peer
from core.cli.answer import Answer, Refused
from core.cli.main import run
from core.errors import PairingMalformed, UsageFailure
from core.vault.device import fingerprint
from tests.core.cli.conftest import SESSION_ID, Talk, invocation
from tests.core.onion.moves import DEVICE
from tests.fakes.engine_port import FakeEnginePort
from tests.fakes.peers_by_tor import host_of, link_to

BUREAU = Peer(
    peer_id="aa11223344556677",
    name="Büro",
    address=host_of(0),
    device=DEVICE,
    scopes=(Scope.HEALTH, Scope.PROOFS),
    added_utc_ms=1_763_820_000_000,
)
WORKSHOP = replace(BUREAU, peer_id="aa99223344556677", name="Werkstatt", scopes=())
LINE = link_to(host_of(0))
MOMENT = 1_763_820_000_000
HEALTH = {
    "level": "warn",
    "checks": [{"name": "space", "level": "warn", "sentence": "Half\x1b[2J full."}, "odd"],
}
REPORT = VerificationReport(
    "p", SESSION_ID, holds=False, checks=(), root_of_trust="nothing_yet", duration_s=0.1
)


def engine(**answers: object) -> FakeEnginePort:
    """Make an engine that knows two peers, and answers further commands by their names."""
    usual: dict[type[Command], object] = {
        UnlockVault: None,
        WaitForTor: Network(),
        ListPeers: (BUREAU, WORKSHOP),
        AddPeer: BUREAU,
        FollowPeer: BUREAU,
        ForgetPeer: None,
    }
    named = {each.__name__: each for each in (AskPeer, FetchProof, FollowPeer, ListPeers)}
    named["VerifyBundle"] = VerifyBundle
    return FakeEnginePort(
        answers={**usual, **{named[name]: value for name, value in answers.items()}}
    )


def said(document: object, topic: PeerTopic = PeerTopic.HEALTH) -> PeerAnswer:
    """Make what a peer said."""
    text = document if isinstance(document, str) else json.dumps(document)
    return PeerAnswer(BUREAU, topic, text, MOMENT)


def lines(answer: Answer) -> str:
    """Give the answer as a person reads it."""
    return "\n".join(answer.lines)


@pytest.fixture(autouse=True)
def _passphrase(given_passphrase: Path) -> None:
    """Have the vault opened without asking."""


def test_a_line_comes_from_a_file_a_descriptor_or_standard_input(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never stands among the words of the command, which every process can read."""
    file = tmp_path / "line"
    file.write_text(f"{LINE}\n", encoding="utf-8")
    reader, writer = os.pipe()
    os.write(writer, LINE.encode())
    os.close(writer)
    given = io.TextIOWrapper(io.BytesIO(f"{LINE}\nmore".encode()))
    monkeypatch.setattr(sys, "stdin", given)
    for words in (
        ["add", str(file), "--name", "Büro"],
        ["add", "--line-fd", str(reader)],
        ["add"],
    ):
        port = engine()
        with talk(port) as conversation:
            answer = peer.add(conversation, invocation("peer", *words))
        assert "lucid peer health aa11223344556677" in lines(answer)
        assert "health, proofs" in lines(answer)
        name = "Büro" if "--name" in words else ""
        assert [each for each in port.commands if isinstance(each, AddPeer | WaitForTor)] == [
            WaitForTor(),
            AddPeer(LINE, name),
        ]
    os.close(reader)


def test_a_line_that_is_none_waits_for_nothing(talk: Talk, tmp_path: Path) -> None:
    """What cannot be read is said at once, before Tor is waited for."""
    file = tmp_path / "line"
    for content, failure in ((b"hello", PairingMalformed), (b"\xff", UsageFailure)):
        file.write_bytes(content)
        port = engine()
        with talk(port) as conversation, pytest.raises(failure):
            peer.add(conversation, invocation("peer", "add", str(file)))
        assert not any(isinstance(each, WaitForTor) for each in port.commands)
    with talk(engine()) as conversation, pytest.raises(UsageFailure):
        peer.add(conversation, invocation("peer", "add", str(tmp_path / "nothing")))


def test_peers_are_listed(talk: Talk) -> None:
    """Each with what it may be asked, and when it answered last."""
    with talk(engine()) as conversation:
        answer = peer.list_peers(conversation, invocation("peer", "list"))
    assert "Büro" in lines(answer)
    assert "health, proofs" in lines(answer)
    assert "nothing" in lines(answer)
    assert len(answer.document["peers"]) == 2  # type: ignore[arg-type]
    with talk(engine(ListPeers=())) as conversation:
        answer = peer.list_peers(conversation, invocation("peer", "list"))
    assert lines(answer) == "No peers. Pair with one: lucid peer add"


@pytest.mark.parametrize("words", ["Büro", "aa11", "AA11", BUREAU.peer_id])
def test_a_peer_is_named_or_given_by_its_id(talk: Talk, words: str) -> None:
    """Its name, its ID or the ID's beginning finds it."""
    port = engine(AskPeer=said(HEALTH))
    with talk(port) as conversation:
        peer.health(conversation, invocation("peer", "health", words))
    assert AskPeer(BUREAU.peer_id, PeerTopic.HEALTH) in port.commands


@pytest.mark.parametrize(
    ("words", "code"), [("aa", "usage"), ("Keller", "peer_unknown"), ("", "peer_unknown")]
)
def test_a_peer_that_is_not_one_is_refused(talk: Talk, words: str, code: str) -> None:
    """Several that fit, or none, are said as that."""
    with talk(engine()) as conversation, pytest.raises(Refused) as refusal:
        peer.health(conversation, invocation("peer", "health", words))
    assert refusal.value.failure.code == code


@pytest.mark.parametrize(("level", "code"), [("ok", 0), ("warn", 0), ("fail", 1), (None, 0)])
def test_health_is_shown_and_ends_by_it(talk: Talk, level: str | None, code: int) -> None:
    """Checks are shown, without what could move a cursor, and the command fails where the peer does."""
    with talk(engine(AskPeer=said({**HEALTH, "level": level}))) as conversation:
        answer = peer.health(conversation, invocation("peer", "health", "Büro"))
    assert answer.exit_code == code
    assert "Half[2J full." in lines(answer)
    assert "\x1b" not in lines(answer)
    assert answer.document["utc_ms"] == MOMENT


def test_sessions_are_shown(talk: Talk) -> None:
    """Those that can be read, with a word where there are more."""
    document = {
        "sessions": [
            {"session_id": SESSION_ID, "state": "anchored", "started_utc_ms": MOMENT},
            {"session_id": 7, "state": "\x1b", "started_utc_ms": 10**15},
            "odd",
        ],
        "next": "x",
    }
    with talk(engine(AskPeer=said(document, PeerTopic.SESSIONS))) as conversation:
        answer = peer.sessions(conversation, invocation("peer", "sessions", "Büro"))
    assert f"{SESSION_ID}  anchored  2025-11-22" in lines(answer)
    assert "There are more than these 2 sessions." in lines(answer)
    assert "\x1b" not in lines(answer)
    with talk(engine(AskPeer=said({"sessions": 1}, PeerTopic.SESSIONS))) as conversation:
        answer = peer.sessions(conversation, invocation("peer", "sessions", "Büro"))
    assert lines(answer) == "No sessions."


def test_metrics_are_given_as_they_came(talk: Talk) -> None:
    """Line by line, fit for a terminal; whole for programs."""
    text = "# HELP up\n\x1bup 1\n"
    with talk(engine(AskPeer=said(text, PeerTopic.METRICS))) as conversation:
        answer = peer.metrics(conversation, invocation("peer", "metrics", "Büro"))
    assert lines(answer) == "# HELP up\nup 1"
    assert answer.document["metrics"] == text


def test_a_proof_is_fetched(talk: Talk, tmp_path: Path) -> None:
    """The file is named, with how to check it against this very peer."""
    place = tmp_path / "p"
    port = engine(FetchProof=ExportedFile(str(place), 1024, "bundle", 0, discloses_keys=False))
    with talk(port) as conversation:
        answer = peer.proof(
            conversation, invocation("peer", "proof", "Büro", SESSION_ID, str(place))
        )
    assert FetchProof(BUREAU.peer_id, SESSION_ID, str(place)) in port.commands
    device = fingerprint(bytes.fromhex(DEVICE))
    assert f"lucid proof verify {place} --device {device}" in lines(answer)


def test_a_proof_is_not_written_over_what_is_there(talk: Talk, tmp_path: Path) -> None:
    """A file of that name, or a link, is left as it is and no peer is asked; with --force it is written over."""
    fetched = ExportedFile("p", 1024, "bundle", 0, discloses_keys=False)
    (tmp_path / "file").write_text("before", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        words = ["peer", "proof", "Büro", SESSION_ID, str(tmp_path / name)]
        port = engine(FetchProof=fetched)
        with talk(port) as conversation:
            with pytest.raises(UsageFailure) as refused:
                peer.proof(conversation, invocation(*words))
            assert "add --force" in str(refused.value.facts["reason"])
            assert port.sent(FetchProof) == []
            peer.proof(conversation, invocation(*words, "--force"))
        assert len(port.sent(FetchProof)) == 1


def test_pairing_makes_no_vault(
    data_directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is none, how to make one is said before a line is read, and none is made."""
    words = ["peer", "add", str(tmp_path / "nothing"), "--data-dir", str(data_directory)]
    assert run(words) == 3
    said = capsys.readouterr().err
    assert str(data_directory / "vault.json") in said
    assert "lucid session record" in said
    assert not (data_directory / "vault.json").exists()


def test_a_proof_is_verified_at_once(talk: Talk, tmp_path: Path) -> None:
    """With --verify it must have been signed by the peer's device, and rests on a checkpoint where one is given."""
    place = tmp_path / "p"
    fetched = ExportedFile(str(place), 1024, "bundle", 0, discloses_keys=False)
    port = engine(FetchProof=fetched, VerifyBundle=REPORT)
    words = ["peer", "proof", "Büro", SESSION_ID, str(place), "--verify", "--checkpoint", "0xab"]
    with talk(port) as conversation:
        answer = peer.proof(conversation, invocation(*words))
    device = fingerprint(bytes.fromhex(DEVICE))
    assert VerifyBundle(place, checkpoint="0xab", device=device) in port.commands
    assert answer.exit_code == 1


def test_a_move_is_said(talk: Talk) -> None:
    """Whether the peer is where it was, and where it is now."""
    with talk(engine()) as conversation:
        answer = peer.follow(conversation, invocation("peer", "follow", "Büro"))
    assert lines(answer).endswith("It is where it was.")
    moved = replace(BUREAU, address=host_of(1), moves=1)
    with talk(engine(FollowPeer=moved)) as conversation:
        answer = peer.follow(conversation, invocation("peer", "follow", "Büro"))
    assert lines(answer).endswith("It has moved.")
    assert host_of(1) in lines(answer)


def test_a_peer_is_forgotten(talk: Talk) -> None:
    """Without Tor, since nobody has to be asked."""
    port = engine()
    with talk(port) as conversation:
        peer.forget(conversation, invocation("peer", "forget", "Werkstatt"))
    assert ForgetPeer(WORKSHOP.peer_id) in port.commands
    assert not any(isinstance(each, WaitForTor) for each in port.commands)


def test_offline_no_peer_is_asked(
    data_directory: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A real engine that was told to stay offline says so, lists its peers, and asks nobody."""
    monkeypatch.setenv("LUCID_NETWORK", "offline")
    file = tmp_path / "line"
    file.write_text(LINE, encoding="utf-8")
    at = ["--data-dir", str(data_directory), "--json"]
    assert run(["access", "grant", "x", "--scope", "health", *at]) == 0  # which makes the vault
    capsys.readouterr()
    assert run(["peer", "add", str(file), *at]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "network_offline"
    assert run(["peer", "list", *at]) == 0
    assert json.loads(capsys.readouterr().out) == {"peers": []}
    assert run(["peer", "health", "Büro", *at]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "peer_unknown"
