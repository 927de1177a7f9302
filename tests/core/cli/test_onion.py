"""The network on the command line: how it stands, and what each command asks of the engine."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from core.api.commands import Command, UnlockVault
from core.api.network import (
    Bridge,
    BridgeKind,
    Connect,
    FinishRotation,
    ForgetBridges,
    Network,
    NetworkMode,
    ReadNetwork,
    RotateOnion,
    Rotation,
    ServicePhase,
    ServiceShown,
    TorPhase,
    TorStatus,
    UseBridges,
    WaitForTor,
    WorkOffline,
)
from core.cli import onion
from core.cli.answer import Answer, Interrupted, Refused
from core.cli.main import run
from core.errors import UsageFailure
from tests.core.cli.conftest import Talk, invocation
from tests.fakes.engine_port import FakeEnginePort, failure

LINE = "192.0.2.7:443 " + "A1" * 20
BRIDGE = Bridge(BridgeKind.PLAIN, "192.0.2.7:443", LINE)
READY = TorStatus(TorPhase.READY, 100, "done", "Done", version="0.4.9.11")
BY_TOR = Network(
    NetworkMode.TOR,
    is_chosen=True,
    tor=READY,
    address="new.onion",
    services=(ServiceShown("reading", "new.onion:80", ServicePhase.REACHABLE, 1),),
)
ROTATING = Network(
    NetworkMode.TOR,
    is_chosen=True,
    address="new.onion",
    rotated_utc_ms=1_763_820_000_000,
    rotation=Rotation("old.onion", "new.onion", 1_763_823_600_000),
)
ALL: tuple[type[Command], ...] = (
    ReadNetwork,
    Connect,
    WaitForTor,
    WorkOffline,
    UseBridges,
    ForgetBridges,
    RotateOnion,
    FinishRotation,
)
ACTIONS = {"rotate": onion.rotate, "finish": onion.finish}


def engine(network: Network) -> FakeEnginePort:
    """Make an engine whose network stands like that, whatever is asked."""
    return FakeEnginePort(answers={**dict.fromkeys(ALL, network), UnlockVault: None})


def asked(port: FakeEnginePort) -> list[Command]:
    """List what was asked about the network."""
    return [each for each in port.commands if isinstance(each, ALL)]


def lines(answer: Answer) -> str:
    """Give the answer as a person reads it."""
    return "\n".join(answer.lines)


def test_an_undecided_network_says_how_to_choose(talk: Talk) -> None:
    """Before anybody chose, nothing is connected, and both ways to choose are named."""
    port = engine(Network())
    with talk(port) as conversation:
        said = lines(onion.status(conversation, invocation("onion", "status")))
    assert "nothing is connected" in said
    assert "lucid onion connect" in said
    assert asked(port) == [ReadNetwork()]


def test_the_status_names_tor_and_services(talk: Talk) -> None:
    """A connected network tells Tor's version, the address, and whether its services can be reached."""
    with talk(engine(BY_TOR)) as conversation:
        answer = onion.status(conversation, invocation("onion", "status"))
    said = lines(answer)
    assert "by Tor" in said
    assert "0.4.9.11" in said
    assert "new.onion:80, reachable" in said
    assert answer.document["mode"] == "tor"


def test_what_is_in_the_way_is_said_with_the_next_step(talk: Talk) -> None:
    """A stuck Tor tells how far it is, what is stuck and what to do."""
    obstacle = failure("tor_stuck", tag="conn_or", percent=10, reason="timeout")
    stuck = TorStatus(
        TorPhase.STUCK,
        10,
        "conn_or",
        "Connecting to a relay",
        since_utc_ms=1,
        failure=obstacle,
        version="0.4.9.11",
        ends_utc_ms=1,
        restarts=2,
        retry_utc_ms=1_763_820_000_000,
    )
    with talk(engine(Network(NetworkMode.TOR, is_chosen=True, tor=stuck))) as conversation:
        said = lines(onion.status(conversation, invocation("onion", "status")))
    for words in (
        "10 %, Connecting to a relay",
        "Tor gets no further",
        "use a bridge",
        "unchanged for",
        "support ended on 1970-01-01",
        "restarts",
        "2025-11-22",
    ):
        assert words in said


def test_the_support_that_lasts_is_said(talk: Talk) -> None:
    """A version whose end is known and far is shown with that day."""
    status = TorStatus(TorPhase.READY, 100, version="0.4.9.11", ends_utc_ms=4_102_444_800_000)
    with talk(engine(Network(NetworkMode.TOR, is_chosen=True, tor=status))) as conversation:
        said = lines(onion.status(conversation, invocation("onion", "status")))
    assert "supported until 2100-01-01" in said


def test_a_tor_that_does_not_run_here_is_no_fault(talk: Talk) -> None:
    """Where Tor was chosen and nothing goes by it now, that is said, with what starts it."""
    with talk(engine(ROTATING)) as conversation:
        said = lines(onion.status(conversation, invocation("onion", "status")))
    assert "--wait" in said


def test_a_start_that_was_told_to_stay_offline_says_so(talk: Talk) -> None:
    """The environment's word is named."""
    with talk(engine(Network(is_mode_forced=True))) as conversation:
        said = lines(onion.status(conversation, invocation("onion", "status")))
    assert "LUCID_NETWORK" in said


def test_the_status_waits_when_asked(talk: Talk) -> None:
    """With --wait it waits for Tor that long, and a Tor that does not get ready is a failure."""
    port = engine(BY_TOR)
    with talk(port) as conversation:
        onion.status(conversation, invocation("onion", "status", "--wait", "7"))
    assert asked(port) == [WaitForTor(7.0)]
    refusing = FakeEnginePort(answers={WaitForTor: failure("tor_not_ready")})
    with talk(refusing) as conversation, pytest.raises(Refused):
        onion.status(conversation, invocation("onion", "status", "--wait", "7"))


def test_connecting_waits_unless_told_not_to(talk: Talk) -> None:
    """Connecting keeps the choice and sees whether it works; with --wait 0 it only keeps the choice."""
    port = engine(BY_TOR)
    with talk(port) as conversation:
        said = lines(onion.connect(conversation, invocation("onion", "connect")))
        onion.connect(conversation, invocation("onion", "connect", "--wait", "0"))
    assert asked(port) == [Connect(), WaitForTor(150.0), Connect()]
    assert "from now on" in said


def test_going_offline_is_said(talk: Talk) -> None:
    """Offline is a choice that is kept."""
    port = engine(Network(is_chosen=True))
    with talk(port) as conversation:
        said = lines(onion.offline(conversation, invocation("onion", "offline")))
    assert asked(port) == [WorkOffline()]
    assert "nobody reaches this" in said


def test_bridges_are_listed_and_forgotten(talk: Talk) -> None:
    """Without more words the bridges are listed; --forget goes without."""
    port = engine(Network(bridges=(BRIDGE,)))
    with talk(port) as conversation:
        answer = onion.bridges(conversation, invocation("onion", "bridges"))
        onion.bridges(conversation, invocation("onion", "bridges", "--forget"))
    assert list(answer.lines) == [LINE]
    assert answer.document == {
        "bridges": [{"kind": "plain", "endpoint": BRIDGE.endpoint, "line": LINE}]
    }
    assert asked(port) == [ReadNetwork(), ForgetBridges()]
    with talk(engine(Network())) as conversation:
        said = lines(onion.bridges(conversation, invocation("onion", "bridges")))
    assert said == "No bridges are used."


def test_bridge_lines_come_from_a_file_a_descriptor_or_stdin(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever they come from, the lines reach the engine as they are."""
    path = tmp_path / "bridges"
    path.write_text(LINE)
    reading, writing = os.pipe()
    os.write(writing, LINE.encode())
    os.close(writing)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINE.encode())))
    port = engine(Network(bridges=(BRIDGE,)))
    try:
        with talk(port) as conversation:
            for words in ([str(path)], ["--line-fd", str(reading)], ["-"]):
                onion.bridges(conversation, invocation("onion", "bridges", *words))
    finally:
        os.close(reading)
    assert asked(port) == [UseBridges(LINE)] * 3


def test_bridge_lines_that_cannot_be_read_are_told(talk: Talk, tmp_path: Path) -> None:
    """A file that is not there, or is no text, is asked for wrongly."""
    (tmp_path / "odd").write_bytes(b"\xff")
    for name in ("nowhere", "odd"):
        with talk(engine(Network())) as conversation, pytest.raises(UsageFailure):
            onion.bridges(conversation, invocation("onion", "bridges", str(tmp_path / name)))


def test_a_rotation_names_both_addresses(talk: Talk, given_passphrase: Path) -> None:
    """After a rotation both addresses and the end of the old one are shown."""
    port = engine(ROTATING)
    with talk(port) as conversation:
        said = lines(onion.rotate(conversation, invocation("onion", "rotate", "--overlap", "1.5")))
        onion.finish(conversation, invocation("onion", "finish", "--yes"))
    assert asked(port) == [RotateOnion(1.5), FinishRotation()]
    assert "new.onion" in said
    assert "old.onion, until 2025-11-22 15:00:00 UTC" in said


@pytest.mark.parametrize("words", [["rotate", "--overlap", "0"], ["finish"]])
@pytest.mark.parametrize("reply", ["y", " YES ", "n", "", "yes, but"])
def test_what_cuts_readers_off_is_asked_first(
    talk: Talk,
    given_passphrase: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    reply: str,
) -> None:
    """A person at the terminal says yes; with any other word nothing is asked of the engine."""
    person, ours = os.openpty()
    os.write(person, f"{reply}\n".encode())
    port = engine(ROTATING)
    with os.fdopen(ours, encoding="utf-8") as terminal, talk(port) as conversation:
        monkeypatch.setattr(sys, "stdin", terminal)
        if reply.strip().lower() in {"y", "yes"}:
            ACTIONS[words[0]](conversation, invocation("onion", *words))
        else:
            with pytest.raises(Interrupted):
                ACTIONS[words[0]](conversation, invocation("onion", *words))
    os.close(person)
    assert len(asked(port)) == (reply.strip().lower() in {"y", "yes"})


@pytest.mark.parametrize("words", [["rotate", "--overlap", "0"], ["finish"]])
def test_without_a_terminal_what_cuts_readers_off_needs_its_option(
    talk: Talk, given_passphrase: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """A script says --yes, or is told to; then nothing is done."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    port = engine(ROTATING)
    with talk(port) as conversation:
        with pytest.raises(UsageFailure) as refused:
            ACTIONS[words[0]](conversation, invocation("onion", *words))
        assert "add --yes" in str(refused.value.facts["reason"])
        assert asked(port) == []
        ACTIONS[words[0]](conversation, invocation("onion", *words, "--yes"))
    assert len(asked(port)) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["onion"],
        ["onion", "status", "--wait", "0"],
        ["onion", "connect", "--wait", "-1"],
        ["onion", "bridges", "file", "--forget"],
        ["onion", "bridges", "--built-in", "snowflake"],
        ["onion", "rotate", "--overlap", "nan"],
    ],
)
def test_what_cannot_be_asked_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong words are a usage failure before anything starts."""
    assert run(words) == 2
    assert capsys.readouterr().out == ""
