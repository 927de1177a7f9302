"""Reading from afar by Tor: with a tor that is not ours, and Python's own HTTP client."""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.api.access import AccessGranted, GrantAccess, ListCalls, RevokeAccess, Scope
from core.api.network import ServicePhase
from tests.end_to_end.onion_bench import CONNECT_S, network_of, onion_appliance
from tests.end_to_end.remote_desk import until
from tests.fakes.front_end import FrontEnd
from tests.fakes.plain_tor import PlainTor, SocksRefused, plain_tor
from tests.fakes.private_tor import PrivateTor

EVERYTHING = GrantAccess("auditor", tuple(Scope))
NO_CLIENT_KEY = {0xF4, 0xF5}  # Tor's SOCKS errors: the key is missing, or it is a wrong one


def test_an_auditor_reads_by_tor_until_the_owner_ends_it(
    tmp_path: Path, private_tor: PrivateTor
) -> None:
    """The address is there with the first access, opens with its key alone, and is gone with the last one."""
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    with (
        onion_appliance(tmp_path / "data", private_tor) as owner,
        plain_tor(tmp_path / "stranger", private_tor.network_lines) as stranger,
    ):
        assert network_of(owner).services == ()
        granted: AccessGranted = owner.do(EVERYTHING)
        (keys / "appliance.auth_private").write_text(granted.client_auth + "\n", "ascii")
        until(lambda: is_reachable(owner, 1), "the appliance's address", CONNECT_S)
        with pytest.raises(SocksRefused) as refused:
            stranger.connect(host_of(granted), 80)
        assert refused.value.args[0] in NO_CLIENT_KEY
        option = f"ClientOnionAuthDir {keys}"
        with plain_tor(tmp_path / "auditor", private_tor.network_lines, option) as auditor:
            read_and_be_cut(owner, auditor, granted)
        until(lambda: network_of(owner).services == (), "the address to be withdrawn", CONNECT_S)


def read_and_be_cut(owner: FrontEnd, auditor: PlainTor, granted: AccessGranted) -> None:
    """Read, and go on reading over the same connection until the access ends."""
    with closing(auditor.connect(host_of(granted), 80)) as stream:
        status, document = get(stream, "/v1/self", granted.token)
        assert (status, document["name"]) == (200, "auditor")
        assert get(stream, "/v1/sessions", granted.token) == (200, {"sessions": [], "next": None})
        assert get(stream, "/v1/sessions", "lucid_" + "A" * 43)[0] == 401
        owner.do(RevokeAccess(granted.access.access_id))
        stream.settimeout(CONNECT_S)
        assert stream.recv(1) == b""
    outcomes = [call.outcome.value for call in owner.do(ListCalls())]
    assert outcomes[::-1] == ["answered", "answered", "unknown"]


def is_reachable(owner: FrontEnd, clients: int) -> bool:
    """Tell whether the address that is read from can be found, by so many."""
    shown = [(each.purpose, each.phase, each.clients) for each in network_of(owner).services]
    return shown == [("reading", ServicePhase.REACHABLE, clients)]


def host_of(granted: AccessGranted) -> str:
    """Give the host of an access's address."""
    return granted.address.removesuffix(":80")


def get(stream: socket.socket, path: str, token: str) -> tuple[int, Any]:
    """Call over a connection that stays open."""
    client = http.client.HTTPConnection("appliance.onion")
    client.sock = stream
    client.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = client.getresponse()
    return answer.status, json.loads(answer.read())
