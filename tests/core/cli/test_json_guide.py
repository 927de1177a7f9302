"""The guide's table of JSON objects is that of the commands: each has a row, and a row names each member."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import fields
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
from core.api.commands import Command, UnlockVault, VerifyBundle
from core.api.network import (
    Bridge,
    BridgeKind,
    Connect,
    FinishRotation,
    Network,
    ReadNetwork,
    RotateOnion,
    Rotation,
    ServicePhase,
    ServiceShown,
    WaitForTor,
    WorkOffline,
)
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
from core.api.snapshots import ExportedFile, SessionSummary
from core.cli.answer import plain
from core.cli.arguments import build_parser
from core.cli.main import _action
from tests.core.cli.conftest import SESSION_ID, Talk, invocation
from tests.core.onion.moves import DEVICE
from tests.fakes.engine_port import FakeEnginePort
from tests.fakes.peers_by_tor import host_of, link_to

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "command-line.md"
# Commands whose answer is no object of their own.
WITHOUT = {"kiosk"}
# Values that a row names beside members.
VALUES = {"tor", "offline", "holds", "fails", "not_checked"}
GIVEN_AS_IT_CAME = {"health", "sessions", "metrics"}  # a peer's own documents

AN_ACCESS = Access("ab" * 8, "Auditor", (Scope.PROOFS,), 1, 2)
A_PEER = Peer("aa11223344556677", "Office", host_of(0), DEVICE, (Scope.HEALTH,), 1)
NETWORK = Network(
    bridges=(Bridge(BridgeKind.PLAIN, "192.0.2.7:443", "line"),),
    address="new.onion",
    rotation=Rotation("old.onion", "new.onion", 1),
    services=(ServiceShown("reading", "new.onion:80", ServicePhase.REACHABLE),),
)
PHRASES = {
    "a session": {each.name for each in fields(SessionSummary)},
    "an access": {each.name for each in fields(Access)},
    "a peer": {each.name for each in fields(Peer)},
}


def rows() -> dict[str, str]:
    """Read the table: what is said of each command."""
    _, _, table = GUIDE.read_text(encoding="utf-8").partition("\n## JSON\n")
    found: dict[str, str] = {}
    for line in table.splitlines():
        if line.startswith("| `"):
            _, commands, said, _ = re.split(r"(?<!\\)\|", line)
            found |= dict.fromkeys(re.findall("`([^`]+)`", commands), said)
    return found


def named(said: str) -> set[str]:
    """Give the members that a row names, itself or by what it says they are together."""
    own = set(re.findall(r"`([a-z][a-z0-9_]*)`", said)) | set(re.findall(r'"([a-z0-9_]+)"', said))
    return own.union(*(members for phrase, members in PHRASES.items() if phrase in said))


def members(document: object) -> Iterator[str]:
    """Give the names of all members, whatever they are in."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield name
            yield from () if name in GIVEN_AS_IT_CAME else members(value)
    elif isinstance(document, list):
        for each in document:
            yield from members(each)


def commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[str]:
    """Give every command that there is."""
    groups = [each.choices for each in parser._actions if isinstance(each.choices, dict)]
    for group in groups:
        for name, inner in group.items():
            yield from commands(inner, (*words, name))
    if not groups:
        yield " ".join(words)


def answer_topic(asked: AskPeer) -> PeerAnswer:
    """Say what a peer says of a topic."""
    document = {"level": "ok", "checks": [], "sessions": [], "next": None}
    text = "up 1\n" if asked.topic is PeerTopic.METRICS else json.dumps(document)
    return PeerAnswer(A_PEER, asked.topic, text, 1)


def engine() -> FakeEnginePort:
    """Make an engine that has something of everything."""
    fetched = ExportedFile("p", 1024, "bundle", 0, discloses_keys=False)
    network: list[type[Command]] = [ReadNetwork, Connect, WaitForTor, WorkOffline, RotateOnion]
    return FakeEnginePort(
        answers={
            **dict.fromkeys([*network, FinishRotation], NETWORK),
            **dict.fromkeys([AddPeer, FollowPeer], A_PEER),
            UnlockVault: None,
            GrantAccess: AccessGranted(AN_ACCESS, "T", "K", f"{host_of(0)}:80", "link"),
            ListAccess: (AN_ACCESS,),
            RevokeAccess: AN_ACCESS,
            ListCalls: (Call(1, 2, "", "", "GET /v1/self", "", CallOutcome.ANSWERED),),
            VerifyCalls: 3,
            ListPeers: (A_PEER,),
            AskPeer: answer_topic,
            FetchProof: fetched,
            ForgetPeer: None,
            VerifyBundle: None,
        }
    )


def test_every_command_has_a_row() -> None:
    """Whatever answers with an object is in the table, and nothing else is."""
    assert set(rows()) == set(commands(build_parser())) - WITHOUT


def test_a_session_is_what_the_guide_says() -> None:
    """The row that says what a session is names its members, in their order."""
    said = rows()["session record"]
    assert re.findall("`([a-z_]+)`", said) == [each.name for each in fields(SessionSummary)]


@pytest.mark.usefixtures("given_passphrase")
@pytest.mark.parametrize(
    "words",
    [
        "access grant Auditor --scope proofs",
        "access list",
        "access revoke Auditor",
        "access calls",
        "access verify",
        "peer add LINE",
        "peer list",
        "peer health Office",
        "peer sessions Office",
        "peer metrics Office",
        f"peer proof Office {SESSION_ID} FILE",
        "peer follow Office",
        "peer forget Office",
        "onion status",
        "onion connect",
        "onion offline",
        "onion bridges",
        "onion rotate",
        "onion finish --yes",
    ],
)
def test_a_row_names_the_members_of_what_comes(talk: Talk, tmp_path: Path, words: str) -> None:
    """Each member of a command's object stands in its row, and each that stands there comes."""
    (tmp_path / "line").write_text(link_to(host_of(0)), encoding="utf-8")
    places = {"LINE": str(tmp_path / "line"), "FILE": str(tmp_path / "proof")}
    given = [places.get(word, word) for word in words.split()]
    command = " ".join(given[:2])
    with talk(engine()) as conversation:
        answer = _action(command)(conversation, invocation(*given))
    said = rows()[command].partition("with `--verify`")[0]
    came = set(members(plain(answer.document)))
    assert came == named(said) - (VALUES - came)
