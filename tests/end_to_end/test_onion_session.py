"""Sessions that are reached by onion addresses of their own, in a private Tor network, with a real xfreerdp."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.api.commands import AnswerQuestion, EndSession
from core.api.events import QuestionAsked
from core.api.hosting import AuditKind, InviteObserver, Observing
from core.api.network import ServicePhase
from core.api.permissions import Capability, GrantLength
from core.api.questions import PermissionQuestion
from tests.end_to_end.hosting_bench import TERMINAL, WHITE, agree, allow, kinds, now
from tests.end_to_end.joining_bench import checks
from tests.end_to_end.onion_bench import (
    CONNECT_S,
    host_and_port,
    host_by_onion,
    invitation_of,
    let_in,
    listening_ports,
    network_of,
    onion_appliance,
)
from tests.end_to_end.remote_desk import (
    RemoteDesk,
    agreeing,
    remote_desk,
    session_home,
    until,
)
from tests.fakes.front_end import FrontEnd
from tests.fakes.plain_tor import PlainTor, SocksRefused, plain_tor
from tests.fakes.private_tor import PrivateTor

GIVE_UP_S = 10.0  # Tor itself looks for a service that is gone for two minutes
NOT_THERE = (SocksRefused, TimeoutError)

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


@pytest.fixture
def watcher() -> Iterator[RemoteDesk]:
    """Give the display of somebody who may only watch."""
    with remote_desk() as each:
        yield each


@pytest.fixture(scope="module")
def client(private_tor: PrivateTor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainTor]:
    """Give a tor with nothing of ours, which a peer goes by."""
    home = tmp_path_factory.mktemp("client") / "tor"
    with plain_tor(home, private_tor.network_lines) as each:
        yield each


def test_a_session_is_reached_recorded_and_gone(
    data_directory: Path, private_tor: PrivateTor, client: PlainTor, desk: RemoteDesk
) -> None:
    """Only who has the key finds it; what is done there is recorded and verifies; with its end its address is gone."""
    with onion_appliance(data_directory, private_tor) as owner:
        hosting = host_by_onion(owner)
        invitation = invitation_of(hosting)
        host, port = host_and_port(invitation.address)
        assert listening_ports(private_tor.pid, client.pid) == set()
        with pytest.raises(SocksRefused):
            client.connect(host, port)
        way = let_in(client, invitation)
        desk.connect(invitation, None, way)
        agree(owner, desk)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        desk.press("a")
        allow(owner, Capability.KEYBOARD)
        desk.press("BackSpace")
        desk.type("touch ~/typed")
        until((session_home() / "typed").exists, "what was typed")
        owner.do(EndSession(hosting.session_id))
        until(lambda: not desk.is_connected, "the client's end")
        with pytest.raises(NOT_THERE):
            client.connect(host, port, GIVE_UP_S)
        assert network_of(owner).services == ()
        found = checks(owner, hosting.session_id)
        assert {found[each] for each in ("chunk_contents", "trail", "policy")} == {"holds"}
        assert AuditKind.JOINED in kinds(owner, hosting.session_id)


def test_somebody_watches_at_an_address_of_its_own(
    data_directory: Path,
    private_tor: PrivateTor,
    client: PlainTor,
    desk: RemoteDesk,
    watcher: RemoteDesk,
) -> None:
    """Peer and observer come by two addresses with two keys; both are gone with the session, and nobody hangs."""
    with onion_appliance(data_directory, private_tor) as owner:
        hosting = host_by_onion(owner)
        desk.connect(invitation_of(hosting), None, let_in(client, invitation_of(hosting)))
        agree(owner, desk)
        watching = owner.do(InviteObserver(hosting.session_id))
        until(lambda: observing(owner).reach is ServicePhase.REACHABLE, "its address", CONNECT_S)
        assert {each.purpose for each in network_of(owner).services} == {"session", "observer"}
        assert listening_ports(private_tor.pid, client.pid) == set()
        watcher.connect(watching, None, let_in(client, watching))
        until(lambda: bool(observing(owner).peer.name), "the observer at the door")
        question = ask_to_watch(owner, watcher)
        owner.do(AnswerQuestion(question, is_yes=True, length=GrantLength.UNTIL_END))
        until(lambda: watcher.pixel(*TERMINAL) == WHITE, "the desktop on the observer's screen")
        owner.do(EndSession(hosting.session_id))
        until(lambda: not (desk.is_connected or watcher.is_connected), "the clients' end", 10.0)
        for address in (invitation_of(hosting).address, watching.address):
            with pytest.raises(NOT_THERE):
                client.connect(*host_and_port(address), timeout_s=GIVE_UP_S)
        assert checks(owner, hosting.session_id)["trail"] == "holds"


def observing(owner: FrontEnd) -> Observing:
    """Show how it stands with who may only watch."""
    return now(owner).observing or Observing()


def ask_to_watch(owner: FrontEnd, watcher: RemoteDesk) -> int:
    """Agree at the observer's until the owner is asked; gives the question's number."""

    def asked() -> list[int]:
        questions = [each.question for each in owner.all_of(QuestionAsked)]
        found = [each for each in questions if isinstance(each, PermissionQuestion)]
        return [each.question_id for each in found if each.is_observer]

    until(agreeing(watcher, lambda: bool(asked())), "the question")
    return asked()[0]
