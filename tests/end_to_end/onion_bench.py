"""Appliances that are reached by a private Tor network, and what tests of them wait for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from core.api.commands import CreateVault, Secret
from core.api.hosting import Hosting, HostSession, Invitation
from core.api.network import Connect, Network, ReadNetwork, ServicePhase, WaitForTor
from core.config.engine_options import NetworkOptions
from tests.end_to_end.hosting_bench import now
from tests.end_to_end.remote_desk import pod_processes, until
from tests.fakes.front_end import FrontEnd, running_engine
from tests.fakes.plain_tor import PlainTor
from tests.fakes.private_tor import PrivateTor

CONNECT_S = 60.0
PASSPHRASE = "a passphrase for onions"


@contextmanager
def onion_appliance(
    directory: Path,
    network: PrivateTor,
    **options: Any,  # noqa: ANN401
) -> Iterator[FrontEnd]:
    """Run an appliance with a seat that has chosen Tor and is connected."""
    tor = NetworkOptions(network_lines=network.network_lines)
    facts = {"is_anchoring": False, "has_seat": True, "network": tor, **options}
    with running_engine(directory, **facts) as owner:
        owner.do(CreateVault(Secret(PASSPHRASE)))
        owner.do(Connect())
        owner.do(WaitForTor(CONNECT_S), CONNECT_S + 10)
        yield owner


def network_of(owner: FrontEnd) -> Network:
    """Tell how the network stands."""
    return cast("Network", owner.do(ReadNetwork()))


def host_by_onion(owner: FrontEnd) -> Hosting:
    """Host a session and wait until its onion address can be found."""
    hosting = owner.do(HostSession())
    until(lambda: now(owner).reach is ServicePhase.REACHABLE, "the session's address", CONNECT_S)
    return cast("Hosting", hosting)


def invitation_of(hosting: Hosting) -> Invitation:
    """Give the session's invitation."""
    assert hosting.invitation is not None
    return hosting.invitation


def host_and_port(address: str) -> tuple[str, int]:
    """Take an address apart."""
    host, port = address.rsplit(":", 1)
    return host, int(port)


def let_in(client: PlainTor, invitation: Invitation) -> str:
    """Give a plain tor the key of an invitation; gives the option by which xfreerdp goes by that tor."""
    client.authorise(host_and_port(invitation.address)[0], invitation.client_key)
    return f"/proxy:socks5://127.0.0.1:{client.socks_port}"


def listening_ports(*others: int) -> set[int]:
    """List the TCP ports at which this process or a descendant listens, in whichever network it is.

    ``others`` are processes of the test whose ports do not count, nor those of their descendants.
    """
    not_ours = {str(each) for each in others}
    for other in others:
        not_ours |= {process.name for process in pod_processes(other)}
    found: set[int] = set()
    for process in (Path("/proc/self"), *pod_processes(os.getpid())):
        if process.name not in not_ours:
            with suppress(OSError):
                found |= set(_listening(process))
    return found


def _listening(process: Path) -> Iterator[int]:
    sockets = {str(each.readlink()) for each in (process / "fd").iterdir()}
    for table in ("tcp", "tcp6"):
        for line in (process / "net" / table).read_text("ascii").splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
                yield int(words[1].rsplit(":", 1)[1], 16)


def tor_pid(owner: FrontEnd) -> int:
    """Give the process of an appliance's tor."""
    for process in pod_processes(os.getpid()):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            is_tor = Path(os.fsdecode(words[0])).name == "tor"
            if is_tor and os.fsencode(owner.engine._data_directory) in b" ".join(words):
                return int(process.name)
    raise AssertionError("no tor runs")
