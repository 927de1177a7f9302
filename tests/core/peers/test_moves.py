"""A peer that moved is followed, by statements that hold and to where it answers; nobody else moves it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.peers import (
    AskPeer,
    FetchProof,
    FollowPeer,
    ListPeers,
    PeerTopic,
)
from core.errors import (
    PeerRefused,
    PeerUnreachable,
    StatementMalformed,
    StatementWrong,
)
from tests.core.onion.moves import move
from tests.core.peers.peer_bench import PeerBench, run
from tests.fakes.peers_by_tor import CLIENT_KEY, example_peer, host_of

MOVES = [move(number).to_json().decode() for number in (1, 2)]


def test_a_peer_that_moved_is_followed(tmp_path: Path) -> None:
    """Its statements lead to where it is now, by way of addresses that are gone, and its old key is forgotten."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).says("/v1/move", {"statements": MOVES})
        bench.tor.peers[host_of(2)] = example_peer(*MOVES)
        moved = await bench.service.follow(FollowPeer(peer.peer_id))
        assert (moved.address, moved.moves) == (host_of(2), 1)
        assert bench.told == (moved,)
        assert bench.tor.keys == {host_of(2): CLIENT_KEY}
        del bench.tor.peers[host_of(0)]
        answer = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert answer.peer.address == host_of(2)

    run(tmp_path, work)


def test_a_question_follows_a_move_too(tmp_path: Path) -> None:
    """Whoever asks a peer during the overlap gets the answer, and knows the new address afterwards."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).says("/v1/move", {"statements": MOVES[:1]})
        bench.tor.peers[host_of(1)] = example_peer(*MOVES[:1])
        answer = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert answer.peer.address == host_of(1)

    run(tmp_path, work)


def test_a_fetch_follows_a_move_too(tmp_path: Path) -> None:
    """Also where there is no such session, the new address is known afterwards."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).says("/v1/move", {"statements": MOVES[:1]})
        bench.tor.peers[host_of(1)] = example_peer(*MOVES[:1])
        session_id = "0192f8a0-0000-7000-8000-000000000001"
        with pytest.raises(PeerRefused):
            await bench.service.fetch(FetchProof(peer.peer_id, session_id, str(tmp_path / "p")))
        assert bench.told[0].address == host_of(1)

    run(tmp_path, work)


def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.transport.transport._LAST_ASKED_S", 0)


def test_a_new_address_that_does_not_answer_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer is kept where it answers, and asked there, until it answers at its new address; who looks is told."""
    _hurry(monkeypatch)

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).says("/v1/move", {"statements": MOVES[:1]})
        for _ in range(2):
            with pytest.raises(PeerUnreachable) as caught:
                await bench.service.follow(FollowPeer(peer.peer_id))
            assert caught.value.facts["name"] == peer.name
            assert str(caught.value.facts["reason"]).startswith("it has moved")
            answer = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
            assert answer.peer.address == host_of(0)
            bench.tor.peers[host_of(1)] = example_peer(key="another")
        assert bench.tor.keys == {host_of(0): CLIENT_KEY}
        bench.at(1).key = CLIENT_KEY
        assert (await bench.service.follow(FollowPeer(peer.peer_id))).address == host_of(1)

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("seconds", "reason"), [("_FOUND_S", "it does not"), ("_THERE_S", "it has")]
)
def test_a_move_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: str, reason: str
) -> None:
    """A peer that keeps silent at its new address is given up, where it is asked and where it is looked for."""

    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).says("/v1/move", {"statements": MOVES[:1]})
        bench.tor.raw[host_of(1)] = silent
        monkeypatch.setattr(f"core.peers.service.{seconds}", 0.5)
        with pytest.raises(PeerUnreachable) as caught:
            await bench.service.follow(FollowPeer(peer.peer_id))
        assert str(caught.value.facts["reason"]).startswith(reason)
        assert await bench.service.list_peers(ListPeers()) == (peer,)

    run(tmp_path, work)


def test_a_peer_that_is_away_keeps_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cannot be asked is not moved, and is still known."""
    _hurry(monkeypatch)

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        del bench.tor.peers[host_of(0)]
        with pytest.raises(PeerUnreachable):
            await bench.service.follow(FollowPeer(peer.peer_id))
        assert await bench.service.list_peers(ListPeers()) == (peer,)

    run(tmp_path, work)


def test_a_forged_move_is_not_followed(tmp_path: Path) -> None:
    """A statement whose signatures do not hold, or that is none, stops everything; the address stays."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        forged = replace(move(1), device_signature=bytes(64)).to_json().decode()
        bench.tor.peers[host_of(1)] = example_peer()
        for statements, failure in (
            ([forged], StatementWrong),
            (["{}"], StatementMalformed),
            ([7], StatementMalformed),
            (["\ud800"], StatementMalformed),
        ):
            bench.at(0).says("/v1/move", {"statements": statements})
            with pytest.raises((failure, PeerRefused)):
                await bench.service.follow(FollowPeer(peer.peer_id))
        assert bench.at(1).asked == []
        assert await bench.service.list_peers(ListPeers()) == (peer,)

    run(tmp_path, work)


def test_another_device_at_the_new_address_is_not_followed(tmp_path: Path) -> None:
    """A peer is itself only with its device, also where its statements lead."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).says("/v1/move", {"statements": MOVES[:1]})
        bench.tor.peers[host_of(1)] = example_peer(device="00" * 32)
        with pytest.raises(PeerRefused):
            await bench.service.follow(FollowPeer(peer.peer_id))
        assert bench.tor.keys == {host_of(0): CLIENT_KEY}

    run(tmp_path, work)


def test_a_peer_that_has_closed_its_address_is_told_of(tmp_path: Path) -> None:
    """Afterwards its key is the one that it gave, and no longer that of a line which somebody could take again."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.tor.peers[host_of(0)] = example_peer(key="another")
        with pytest.raises(PeerUnreachable) as caught:
            await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        reason = "its address does not open to the key that it gave this appliance"
        assert caught.value.facts == {"name": "Büro", "reason": reason}

    run(tmp_path, work)
