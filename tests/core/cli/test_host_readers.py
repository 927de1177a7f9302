"""While a session is hosted from the command line, its lines tell how Tor is and who may read, and end an access."""

from __future__ import annotations

import json

import pytest

from core.api.access import Access, ListAccess, RevokeAccess, Scope
from core.api.commands import EndSession
from core.api.network import Network, NetworkMode, ReadNetwork, TorPhase, TorStatus
from tests.core.cli.conftest import SESSION_ID, Talk, Typist
from tests.core.cli.hosted_talk import engine, hosted
from tests.fakes.engine_port import FakeEnginePort, failure

OFFICE = Access("ab" * 8, "Audit office", (Scope.PROOFS,), 1_763_820_000_000, 1_771_596_000_000)
FLEET = Access("ac" * 8, "Fleet", (Scope.HEALTH,), 0, 1)
BY_TOR = Network(NetworkMode.TOR, is_chosen=True, tor=TorStatus(TorPhase.CONNECTING, 45, "x", "y"))


def read_by(port: FakeEnginePort) -> FakeEnginePort:
    """Let two read from an engine that goes by Tor."""
    port.answers |= {ReadNetwork: BY_TOR, ListAccess: (OFFICE, FLEET), RevokeAccess: OFFICE}
    return port


def test_network_and_accesses_are_told(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines of their own say how far Tor is, and who may read; the session goes on."""
    typist.type("network", "access", "end")
    port = read_by(engine())
    hosted(talk, port)
    said = capsys.readouterr().out
    for told in ("connecting", "45 %", f"{OFFICE.access_id}  Audit office", "Fleet"):
        assert told in said
    assert port.commands[-1] == EndSession(SESSION_ID)


@pytest.mark.parametrize("named", ["ab", "Audit office"])
def test_an_access_is_ended(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    """The beginning of an ID, or a name with a space in it, ends that access while the session runs."""
    typist.type(f"access revoke {named}", "end")
    port = read_by(engine())
    hosted(talk, port)
    assert port.sent(RevokeAccess) == [RevokeAccess(OFFICE.access_id)]
    assert "may read no more" in capsys.readouterr().out


def test_programs_get_an_object_for_each(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each answer is one line with the object that the command of that name gives; so is a refusal."""
    typist.type("network", "access", "access revoke Fleet", "access revoke zz", "end")
    hosted(talk, read_by(engine()), "--json")
    _, network, access, ended, refused = map(json.loads, capsys.readouterr().out.splitlines())
    assert network["tor"]["percent"] == 45
    assert [each["name"] for each in access["access"]] == ["Audit office", "Fleet"]
    assert ended["access_id"] == OFFICE.access_id
    assert refused["error"]["code"] == "access_unknown"


@pytest.mark.parametrize("line", ["access revoke", "access grant x", "network off", "help"])
def test_what_means_nothing_ends_nothing(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """A line that says too little, or asks for what is not done from here, is answered with what can be typed."""
    typist.type(line, "end")
    port = read_by(engine())
    hosted(talk, port)
    assert port.sent(RevokeAccess) == []
    assert capsys.readouterr().err.count("network · access · access revoke ID") == 2


def test_a_refusal_does_not_end_the_session(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the engine cannot tell, that is said, and the next line is taken."""
    typist.type("access", "network", "end")
    port = read_by(engine())
    port.answers[ListAccess] = failure("record_altered", kind="access")
    hosted(talk, port)
    said, aside = capsys.readouterr()
    assert "does not open" in aside
    assert "45 %" in said
