"""Sessions by Tor when things break: tor is killed or hangs, the engine is killed, the appliance's address changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from core.api.access import AccessGranted, GrantAccess, Scope
from core.api.commands import EndSession
from core.api.hosting import AuditKind, Invitation, Invite, PeerState, ReadTrail
from core.api.network import FinishRotation, RotateOnion, ServicePhase, TorPhase
from core.api.permissions import Capability
from tests.end_to_end.hosting_bench import TERMINAL, WHITE, agree, allow, now
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
    tor_pid,
)
from tests.end_to_end.remote_desk import (
    RemoteDesk,
    pod_processes,
    remote_desk,
    session_home,
    until,
)
from tests.fakes.front_end import FrontEnd
from tests.fakes.plain_tor import PlainTor, SocksRefused, plain_tor
from tests.fakes.private_tor import PrivateTor

GIVE_UP_S = 10.0  # Tor itself looks for a service that is gone for two minutes

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


@pytest.fixture(scope="module")
def client(private_tor: PrivateTor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainTor]:
    """Give a tor with nothing of ours, which a peer goes by."""
    home = tmp_path_factory.mktemp("client") / "tor"
    with plain_tor(home, private_tor.network_lines) as each:
        yield each


def come_in(owner: FrontEnd, desk: RemoteDesk, client: PlainTor, invitation: Invitation) -> None:
    """Connect by a tor that is not ours, agree, and wait for the desktop."""
    way = let_in(client, invitation)

    def is_at_the_door() -> bool:
        # Where Tor still looks at the places of before, the client gives up by itself, and comes again.
        if not desk.is_connected:
            desk.disconnect()
            desk.connect(invitation, None, way)
        return now(owner).peer.name != ""

    until(is_at_the_door, "the client at the door", CONNECT_S)
    agree(owner, desk)
    until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")


def is_found(owner: FrontEnd) -> bool:
    """Tell whether the session's address can be found."""
    return now(owner).reach is ServicePhase.REACHABLE


@pytest.mark.expects_log_errors
def test_a_killed_tor_comes_back_under_a_session(
    data_directory: Path, private_tor: PrivateTor, client: PlainTor, desk: RemoteDesk
) -> None:
    """The session goes on at the same address, whose client comes again; the trail says when it was not to be found."""
    with onion_appliance(data_directory, private_tor) as owner:
        hosting = host_by_onion(owner)
        come_in(owner, desk, client, invitation_of(hosting))
        killed = tor_pid(owner)
        os.kill(killed, signal.SIGKILL)
        until(lambda: not is_found(owner), "that it is not found any more")
        assert listening_ports(private_tor.pid, client.pid) == set()
        until(lambda: is_found(owner), "that it is found again", CONNECT_S)
        assert tor_pid(owner) != killed
        assert network_of(owner).tor.restarts == 1
        until(lambda: not desk.is_connected, "the client's end")
        until(lambda: now(owner).peer.state is PeerState.ABSENT, "the peer to be gone")
        again = owner.do(Invite(hosting.session_id))
        assert again.address == invitation_of(hosting).address
        come_in(owner, desk, client, again)
        owner.do(EndSession(hosting.session_id))
        trail = owner.do(ReadTrail(hosting.session_id))
        told = [each.reason for each in trail if each.resource == "tor"]
        assert told == ["it no longer leads to this session", "it leads to this session again"]
        found = checks(owner, hosting.session_id)
        assert "fails" not in found.values()
        assert {found[each] for each in ("chunk_contents", "trail", "policy")} == {"holds"}


def test_a_network_that_stalls_is_waited_for(
    data_directory: Path, private_tor: PrivateTor, client: PlainTor, desk: RemoteDesk
) -> None:
    """While no relay moves, nothing arrives and nobody is turned out; what was typed meanwhile arrives afterwards."""
    with onion_appliance(data_directory, private_tor) as owner:
        hosting = host_by_onion(owner)
        come_in(owner, desk, client, invitation_of(hosting))
        desk.press("a")
        allow(owner, Capability.KEYBOARD)
        desk.press("BackSpace")
        with private_tor.cut():
            desk.type("touch ~/typed")
            assert not (session_home() / "typed").exists()
            assert now(owner).peer.state is PeerState.ADMITTED
        until((session_home() / "typed").exists, "what was typed")
        owner.do(EndSession(hosting.session_id))
        assert "fails" not in checks(owner, hosting.session_id).values()


@pytest.mark.expects_log_errors
def test_a_tor_that_hangs_is_replaced_under_a_session(
    data_directory: Path, private_tor: PrivateTor, client: PlainTor
) -> None:
    """A tor that is there and answers no more is ended within its patience, and the session is found again."""
    with onion_appliance(data_directory, private_tor) as owner:
        hosting = host_by_onion(owner)
        hung = tor_pid(owner)
        os.kill(hung, signal.SIGSTOP)
        until(lambda: not is_found(owner), "that it is not found any more", CONNECT_S)
        until(lambda: is_found(owner), "that it is found again", CONNECT_S)
        assert not Path(f"/proc/{hung}").exists()
        invitation = invitation_of(hosting)
        let_in(client, invitation)
        client.connect(*host_and_port(invitation.address)).close()
        owner.do(EndSession(hosting.session_id))


def test_tor_dies_with_the_engine(data_directory: Path, private_tor: PrivateTor) -> None:
    """An engine that is killed leaves no tor behind that would lead to nothing."""
    arguments = [str(data_directory), str(private_tor.lines_file)]
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.onion_victim", *arguments],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert victim.stdout is not None
    with victim.stdout as said:
        assert b".onion:" in said.readline()
        family = list(pod_processes(victim.pid))
        names = [(each / "comm").read_text("ascii").strip() for each in family]
        assert "tor" in names
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    until(lambda: not any(each.exists() for each in family), "the end of tor and of the session")


def test_an_address_changes_under_a_session(
    data_directory: Path, private_tor: PrivateTor, client: PlainTor, desk: RemoteDesk
) -> None:
    """While the appliance's address changes, its session goes on; both addresses answer until the old one is let go."""
    with onion_appliance(data_directory, private_tor) as owner:
        granted = cast("AccessGranted", owner.do(GrantAccess("auditor", (Scope.HEALTH,))))
        hosting = host_by_onion(owner)
        come_in(owner, desk, client, invitation_of(hosting))
        desk.press("a")
        allow(owner, Capability.KEYBOARD)
        desk.press("BackSpace")
        old = network_of(owner).address
        rotated = owner.do(RotateOnion(1.0))
        assert rotated.rotation.old_address == old
        for address in (old, rotated.address):
            client.authorise(address, granted.client_key)
            until(lambda at=address: answers(client, at, granted.token), address, CONNECT_S)
        owner.do(FinishRotation())
        assert not answers(client, old, granted.token)
        assert answers(client, rotated.address, granted.token)
        desk.type("touch ~/typed")
        until((session_home() / "typed").exists, "what was typed")
        assert desk.is_connected
        assert network_of(owner).tor.phase is TorPhase.READY
        owner.do(EndSession(hosting.session_id))
        assert checks(owner, hosting.session_id)["trail"] == "holds"
        trail = owner.do(ReadTrail(hosting.session_id))
        assert AuditKind.INCIDENT not in [each.kind for each in trail]


def answers(client: PlainTor, host: str, token: str) -> bool:
    """Tell whether an appliance's address answers whoever has a token."""
    try:
        connection = client.connect(host, 80, GIVE_UP_S)
    except (SocksRefused, TimeoutError):
        return False
    request = f"GET /v1/self HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    with connection, connection.makefile("rb") as answer:
        connection.sendall(request.encode("ascii"))
        return answer.readline().startswith(b"HTTP/1.1 200")
