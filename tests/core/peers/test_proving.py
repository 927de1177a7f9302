"""A peer is its device: whoever has its address, its public key or its name, and not its key, gets and says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from core.api.peers import AddPeer, AskPeer, FollowPeer, ListPeers, PeerTopic
from core.errors import PeerElsewhere, PeerRefused, PeerUnproven
from core.onion.presence import Presence, sign_presence
from tests.core.onion.moves import DEVICE, MADE_UTC_MS, move, sign_device
from tests.core.peers.peer_bench import PeerBench, run
from tests.fakes.peers_by_tor import (
    CLIENT_KEY,
    TOKEN,
    MadeUpPeer,
    device_answer,
    example_peer,
    host_of,
    link_to,
    reply,
)

OTHER = SigningKey(bytes(32))
OLD_CHALLENGE = "00" * 32
MOVES = [move(number).to_json().decode() for number in (1, 2)]
Proves = Callable[[str, str], bytes]


def _by_another(challenge: str, host: str) -> bytes:
    said = Presence(challenge, host, DEVICE, MADE_UTC_MS)
    return sign_presence(said, lambda message: sign_device(message, OTHER)).to_json()


def _as_itself(challenge: str, host: str) -> bytes:
    said = Presence(challenge, host, bytes(OTHER.verify_key).hex(), MADE_UTC_MS)
    return sign_presence(said, lambda message: sign_device(message, OTHER)).to_json()


THIEVES: dict[str, Proves] = {
    "signed by another key": _by_another,
    "another device": _as_itself,
    "an answer of before": lambda _, host: device_answer(OLD_CHALLENGE, host),
    "an answer for another address": lambda challenge, _: device_answer(challenge, host_of(3)),
    "nothing": lambda _challenge, _host: b"{}",
}


@pytest.mark.parametrize("proves", THIEVES.values(), ids=THIEVES)
def test_whoever_has_only_the_address_is_shown_no_token(tmp_path: Path, proves: Proves) -> None:
    """With an address's key and the device's public key alone nobody gets a token, or is believed."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.tor.peers[host_of(0)] = thief = example_peer(proves=proves)
        for ask in (
            bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH)),
            bench.service.follow(FollowPeer(peer.peer_id)),
            bench.service.add(AddPeer(link_to(host_of(0)))),
        ):
            with pytest.raises(PeerUnproven) as caught:
                await ask
            assert caught.value.facts == {"name": "Büro"}
        assert all(shown == "" for _, shown in thief.asked)
        assert thief.asked_of_it == []
        assert await bench.service.list_peers(ListPeers()) == (peer,)

    run(tmp_path, work)


def test_a_peer_that_proves_nothing_is_shown_no_token(tmp_path: Path) -> None:
    """One that has no such place at all says only that."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        thief = MadeUpPeer().says("/v1/move", {"statements": []})
        bench.tor.peers[host_of(0)] = thief.says("/v1/health", {"level": "ok", "checks": []})
        with pytest.raises(PeerRefused):
            await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert [shown for _, shown in thief.asked] == [""]

    run(tmp_path, work)


def test_each_connection_is_proved_anew(tmp_path: Path) -> None:
    """Where a peer ends the connection, what answers the next one proves to be the device again, by a new challenge."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        closing = reply({"statements": []}, Connection="close")
        bench.at(0).answers["/v1/move"] = closing
        bench.at(0).ends_after = "/v1/move"
        bench.at(0).asked.clear()
        await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        paths = [path for path, _ in bench.at(0).asked]
        assert [path.rsplit("/", 1)[0] for path in paths] == [
            "/v1/presence",
            "/v1",
            "/v1/presence",
            "/v1",
        ]
        assert paths[0] != paths[2]

    run(tmp_path, work)


def test_a_peer_that_hangs_up_after_its_proof_is_refused(tmp_path: Path) -> None:
    """A proof is worth nothing on another connection than its own."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).closes_after_proof = True
        with pytest.raises(PeerRefused) as caught:
            await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert "ends the connection" in str(caught.value.facts["reason"])

    run(tmp_path, work)


def test_a_line_that_names_a_known_device_takes_nothing_over(tmp_path: Path) -> None:
    """A device's public key is no secret: a line with it, and an address of somebody else's, replaces no peer."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.tor.peers[host_of(9)] = example_peer(proves=_by_another)
        with pytest.raises(PeerUnproven):
            await bench.service.add(AddPeer(link_to(host_of(9), f"lucid_{'e' * 43}")))
        assert await bench.service.list_peers(ListPeers()) == (peer,)
        assert bench.tor.keys == {host_of(0): CLIENT_KEY}
        bench.at(0).asked.clear()
        await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert bench.at(0).asked_of_it[-1] == ("/v1/health", f"Bearer {TOKEN}")

    run(tmp_path, work)


def test_a_known_device_elsewhere_is_refused_without_a_statement(tmp_path: Path) -> None:
    """Also a line that is right moves a peer only where a statement leads there; whoever is asked is told so."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.tor.peers[host_of(2)] = example_peer(MOVES[1])  # not from where it is known to be
        token = f"lucid_{'n' * 43}"
        with pytest.raises(PeerElsewhere) as caught:
            await bench.service.add(AddPeer(link_to(host_of(2), token)))
        assert caught.value.facts == {"name": "Büro"}
        assert all(shown == "" for _, shown in bench.at(2).asked)
        assert await bench.service.list_peers(ListPeers()) == (peer,)
        assert bench.tor.keys == {host_of(0): CLIENT_KEY}

    run(tmp_path, work)


def test_a_new_line_follows_a_peer_whose_move_was_missed(tmp_path: Path) -> None:
    """At the address in the line the peer says how it came there, from where it is known to be."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        del bench.tor.peers[host_of(0)]
        bench.tor.peers[host_of(2)] = example_peer(*MOVES)
        token = f"lucid_{'n' * 43}"
        again = await bench.service.add(AddPeer(link_to(host_of(2), token)))
        assert again == replace(peer, address=host_of(2), moves=1)
        assert bench.at(2).asked_of_it == [("/v1/move", ""), ("/v1/self", f"Bearer {token}")]
        assert bench.tor.keys == {host_of(2): CLIENT_KEY}

    run(tmp_path, work)


def test_a_peer_where_many_ask_for_moves_is_asked_all_the_same(tmp_path: Path) -> None:
    """That there is too much asked about moves, by whoever it is, does not shut out a reader with a token."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).answers["/v1/move"] = reply({}, "429 Too Many Requests")
        answer = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert answer.peer.address == host_of(0)

    run(tmp_path, work)
