"""A private Tor network on loopback: three authorities and four relays; a program of its own.

Its one argument is a directory for the network's files. Once the network is usable, it prints a line of JSON with what
a client's torrc needs; if that fails, one with the reason. Each line on its standard input is a command ("kill 3",
"revive 3", "freeze", "thaw"), answered by a line once it is done. The end of its input ends the network.

The options are those of Tor's manual (tor(1), "TESTING NETWORK OPTIONS"); how an authority is made is described in
tor-gencert(1).
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes.private_tor_node import Node, making_keys

AUTHORITIES, RELAYS = 3, 4
_ATTEMPTS = 5
# Before the first consensus; ten is the shortest that Tor takes.
_INTERVALS_S = (10, 15, 20, 30, 60)
_PATIENCE = 1.8  # relays have so much longer to start than their keys took to make
_AFTER_VOTES_S = 4  # from the votes to the consensus: two delays of two seconds, the shortest
_VOTES_AT_SHARE = 0.9  # of what the interval leaves for relays to start and send their descriptors
_USABLE_S, _CONNECTED_S = 40.0, 12.0
_PORTS = range(10_000, 30_000)  # below what the system gives to outgoing connections
_POLL_S, _AGAIN_S = 0.1, 2.0
_TAKEN = "Address already in use"

_NODE = """\
Nickname {name}
ContactInfo nobody
DataDirectory {home}
Log notice file {home}/notices.log
SafeLogging 0
ProtocolWarnings 1
ShutdownWaitLength 0
__OwningControllerProcess {owner}
SocksPort 0
Address 127.0.0.1
ORPort 127.0.0.1:{or_port}
AssumeReachable 1
ExitRelay 0
ExitPolicy reject *:*
NumCPUs 1
GeoIPFile {home}/no-countries
GeoIPv6File {home}/no-countries
MaxMemInQueues 256 MB
"""

_AUTHORITY = """\
DirPort 127.0.0.1:{dir_port}
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
TestingV3AuthInitialVotingInterval {interval}
TestingV3AuthVotingStartOffset {offset}
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 5 minutes
V3AuthVoteDelay 20
V3AuthDistDelay 20
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
TestingAuthDirTimeToLearnReachability 0
AuthDirVoteStableGuaranteeMinUptime 1 second
V3BandwidthsFile {home}/bandwidths
"""

# What relays say of themselves at the start may give one of them all of the bandwidth: it would be chosen for the first
# and the last hop of every circuit, and no circuit would come about. So authorities measure all relays as equally fast,
# and call all nodes stable, without which they carry nothing for onion services.
_BANDWIDTH_KB = 10_000


class NotUsable(Exception):
    """The network cannot be used; what the nodes wrote last says why. Final, when the next would not be either."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


class Network:
    """The nodes, and the files they live in."""

    def __init__(self, directory: Path) -> None:
        ports = _free_ports(2 * AUTHORITIES + RELAYS)
        self.authorities = [
            Node(f"auth{number}", directory / f"auth{number}", ports.pop(), ports.pop())
            for number in range(AUTHORITIES)
        ]
        relays = [
            Node(f"relay{number}", directory / f"relay{number}", ports.pop())
            for number in range(RELAYS)
        ]
        self.nodes = [*self.authorities, *relays]
        self._asked_s = 0.0  # when nodes were asked last to fetch the consensus

    @property
    def client_lines(self) -> tuple[str, ...]:
        """Give the torrc lines with which a tor is a client of this network and of no other."""
        return ("TestingTorNetwork 1", *(node.directory_line() for node in self.authorities))

    @property
    def ports(self) -> list[int]:
        """List the ports at which the nodes listen."""
        directories = [node.dir_port for node in self.authorities]
        return [*(node.or_port for node in self.nodes), *directories]

    def make_keys(self) -> float:
        """Make all nodes' keys; gives how many seconds that took, which tells how busy the machine is."""
        began = time.monotonic()
        for finish in [making_keys(node) for node in self.nodes]:
            finish()
        return time.monotonic() - began

    def start(self, interval_s: int) -> None:
        """Start the nodes, and wait until the network is usable.

        Authorities vote at fixed times, which are laid so that relays have just enough time before the first.
        """
        consensus = int(time.time() + _until_votes_s(interval_s) + _AFTER_VOTES_S) + 1
        for node in self.authorities:
            (node.home / "bandwidths").write_text(self._bandwidths(), "ascii")
        for node in self.nodes:
            _write_torrc(node, self.client_lines, interval_s, consensus % interval_s)
            node.start()
        self._wait_until(self._has_consensus, consensus - time.time() + _USABLE_S)
        if any(_complete_in(node) < len(self.nodes) for node in self.authorities):
            raise NotUsable(self._last_words())
        self._wait_until(self._are_informed, _USABLE_S)
        # Now and then, a network of so few nodes comes up in which circuits fail, for everybody and for good.
        self._wait_until(lambda: all(node.is_connected() for node in self.nodes), _CONNECTED_S)

    def _bandwidths(self) -> str:
        """Write what authorities measure of relays (bandwidth-file-spec, version 1.0.0)."""
        relays = self.nodes[len(self.authorities) :]
        lines = [f"node_id=${node.fingerprint} bw={_BANDWIDTH_KB}" for node in relays]
        return "\n".join([str(int(time.time())), *lines]) + "\n"

    def _are_informed(self) -> bool:
        """Tell whether all nodes know the network; whoever does not is asked to fetch it now."""
        ignorant = [node for node in self.nodes if not node.is_informed()]
        if ignorant and time.monotonic() - self._asked_s > _AGAIN_S:
            self._asked_s = time.monotonic()
            for node in ignorant:
                node.send(signal.SIGHUP)
        return not ignorant

    def _wait_until(self, is_so: Callable[[], bool], patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        while not is_so():
            if any(not node.is_running() for node in self.nodes):
                words = self._last_words()
                raise NotUsable(words, is_final=_TAKEN not in words)
            if time.monotonic() > deadline:
                raise NotUsable(self._last_words())
            time.sleep(_POLL_S)

    def _last_words(self) -> str:
        ended = [node for node in self.nodes if not node.is_running()]
        return "\n".join(node.last_words() for node in ended or self.nodes)

    def stop(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            node.send(signal.SIGCONT)
            node.send(signal.SIGTERM)
        for node in self.nodes:
            node.end(signal.SIGTERM)

    def obey(self, command: str) -> None:
        """Do what a line of the input says."""
        match command.split():
            case ["kill", number]:
                self.nodes[int(number)].end(signal.SIGKILL)
            case ["revive", number]:
                self._revive(self.nodes[int(number)])
            case ["freeze"]:
                for node in self.nodes:
                    node.send(signal.SIGSTOP)
            case ["thaw"]:
                for node in self.nodes:
                    node.send(signal.SIGCONT)
            case _:
                raise ValueError(command)

    def _revive(self, node: Node) -> None:
        (node.home / "notices.log").unlink(missing_ok=True)
        node.start()
        deadline = time.monotonic() + _USABLE_S
        while not node.is_informed():
            if time.monotonic() > deadline:
                raise NotUsable(node.last_words())
            time.sleep(_POLL_S)

    def _has_consensus(self) -> bool:
        return all(node.is_informed() and _complete_in(node) for node in self.authorities)


def _complete_in(authority: Node) -> int:
    """Count the nodes that an authority's consensus calls fit for everything; 0 while it has none."""
    try:
        consensus = (authority.home / "cached-microdesc-consensus").read_text("utf-8", "replace")
    except OSError:
        return 0
    flags = re.findall(r"^s (.*)$", consensus, re.MULTILINE)
    return sum({"Running", "HSDir", "Guard"} <= set(each.split()) for each in flags)


def _until_votes_s(interval_s: int) -> float:
    return (interval_s - _AFTER_VOTES_S) * _VOTES_AT_SHARE


def _write_torrc(node: Node, client_lines: tuple[str, ...], interval_s: int, offset_s: int) -> None:
    (node.home / "no-countries").touch()  # parsing Debian's list takes each node a second
    text = "\n".join(client_lines) + "\n"
    text += _NODE.format(name=node.name, home=node.home, or_port=node.or_port, owner=os.getpid())
    if node.dir_port:
        text += _AUTHORITY.format(
            home=node.home, dir_port=node.dir_port, interval=interval_s, offset=offset_s
        )
    node.torrc.write_text(text, "utf-8")


def _free_ports(count: int) -> list[int]:
    """Find ports that nothing listens on just now."""
    held: list[socket.socket] = []
    chosen = random.SystemRandom()
    try:
        while len(held) < count:
            one = socket.socket()
            held.append(one)
            try:
                one.bind(("127.0.0.1", chosen.choice(_PORTS)))
            except OSError:
                held.pop().close()
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def _started(directory: Path) -> Network:
    """Start a network; where the machine was too busy, or a port was taken, once more and slower."""
    for attempt in range(_ATTEMPTS):
        network = Network(directory / f"attempt{attempt}")
        least_s = _PATIENCE * network.make_keys()
        roomy = [each for each in _INTERVALS_S if _until_votes_s(each) >= least_s]
        try:
            network.start((roomy or _INTERVALS_S[-1:])[: attempt + 1][-1])
        except NotUsable as failure:
            network.stop()
            if attempt == _ATTEMPTS - 1 or failure.is_final:
                raise
        except BaseException:
            network.stop()
            raise
        else:
            return network
    raise AssertionError


def main() -> None:
    """Start the network, obey, and end it with the input."""
    try:
        network = _started(Path(sys.argv[1]))
    except NotUsable as failure:
        _say({"failure": str(failure)})
        return
    try:
        names = [node.name for node in network.nodes]
        _say({"lines": network.client_lines, "nodes": names, "ports": network.ports})
        for line in sys.stdin:
            network.obey(line)
            _say({})
    finally:
        network.stop()


def _say(document: dict[str, object]) -> None:
    print(json.dumps(document), flush=True)


if __name__ == "__main__":
    main()
