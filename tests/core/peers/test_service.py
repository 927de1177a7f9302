"""Tests of core.peers.service: pairing, asking and forgetting, over a made-up Tor."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.access import Scope
from core.api.peers import (
    AddPeer,
    AskPeer,
    FetchProof,
    FollowPeer,
    ForgetPeer,
    ListPeers,
    PeerTopic,
)
from core.canonical.documents import Json, load_json
from core.errors import (
    PairingMalformed,
    PeerRefused,
    PeerUnknown,
    PeerUnreachable,
    RecordAltered,
    UsageFailure,
    VaultLocked,
)
from core.peers.http_line import LARGEST_JSON
from core.peers.peer_records import read_peer, write_peer
from tests.core.onion.moves import DEVICE
from tests.core.peers.peer_bench import PeerBench, run
from tests.fakes.peers_by_tor import (
    CLIENT_KEY,
    TOKEN,
    example_peer,
    host_of,
    link_to,
    reply,
)

SESSION_ID = "0192f8a0-0000-7000-8000-000000000001"


def test_a_peer_is_paired_and_kept(tmp_path: Path) -> None:
    """It is asked who it is with the token, and then known by the name that it was given."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        assert (peer.name, peer.address, peer.device) == ("Büro", host_of(0), DEVICE)
        assert peer.scopes == (Scope.HEALTH, Scope.METRICS, Scope.SESSIONS)
        assert peer.seen_utc_ms == peer.added_utc_ms == bench.clock.now().utc_ns // 1_000_000
        assert bench.told == (peer,)
        assert await bench.service.list_peers(ListPeers()) == (peer,)
        assert bench.at(0).asked_of_it == [("/v1/self", f"Bearer {TOKEN}")]
        assert [shown for _, shown in bench.at(0).asked] == [
            "",
            f"Bearer {TOKEN}",
        ]  # it proves itself first
        assert bench.tor.keys == {host_of(0): CLIENT_KEY}

    run(tmp_path, work)


def test_a_peer_without_a_name_is_called_by_its_address(tmp_path: Path) -> None:
    """Its first letters stand for it, and what cannot be shown is left out of a name."""

    async def work(bench: PeerBench) -> None:
        assert (await bench.pair("")).name == host_of(0)[:8]
        assert (await bench.pair("a\u202eb\n")).name == "ab"

    run(tmp_path, work)


def test_a_peer_that_is_paired_again_stays_itself(tmp_path: Path) -> None:
    """A new line of the same device at its address replaces the secrets."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        token = f"lucid_{'n' * 43}"
        again = await bench.service.add(AddPeer(link_to(host_of(0), token)))
        assert again == peer
        assert bench.told == (again,)
        assert bench.at(0).asked_of_it[-1] == ("/v1/self", f"Bearer {token}")
        await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert bench.at(0).asked_of_it[-1] == ("/v1/health", f"Bearer {token}")

    run(tmp_path, work)


def test_what_cannot_be_paired_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is none, a peer that is away or another one, and one that refuses, leave nothing behind."""
    monkeypatch.setattr("core.transport.transport._LAST_ASKED_S", 0)

    async def work(bench: PeerBench) -> None:
        bench.tor.peers[host_of(1)] = example_peer(device="00" * 32)
        bench.tor.peers[host_of(2)] = example_peer(key="another")
        for link, failure in (
            ("lucid-pair://", PairingMalformed),
            (link_to(host_of(9)), PeerUnreachable),
            (link_to(host_of(1)), PeerRefused),
            (link_to(host_of(2)), PeerUnreachable),
        ):
            with pytest.raises(failure):
                await bench.service.add(AddPeer(link))
        assert await bench.service.list_peers(ListPeers()) == ()
        assert bench.tor.keys == {}
        assert bench.events == []

    run(tmp_path, work)


def test_who_is_not_reached_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that is away, or has closed its address to us, is told of by its name, and never by its address."""
    monkeypatch.setattr("core.transport.transport._LAST_ASKED_S", 0)

    async def work(bench: PeerBench) -> None:
        bench.tor.peers[host_of(2)] = example_peer(key="another")
        for host, reason in (
            (host_of(9), "it is not published: the other end is off, or the address is an old one"),
            (host_of(2), "its address does not open to the key in the pairing line"),
        ):
            with pytest.raises(PeerUnreachable) as caught:
                await bench.service.add(AddPeer(link_to(host), "Büro"))
            assert caught.value.facts == {"name": "Büro", "reason": reason}

    run(tmp_path, work)


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than there is room for is refused, and one that is there already is not."""
    monkeypatch.setattr("core.peers.service.MOST_PEERS", 1)

    async def work(bench: PeerBench) -> None:
        await bench.pair()
        await bench.pair()
        with pytest.raises(UsageFailure):
            await bench.service.add(AddPeer(link_to(host_of(1), device="00" * 32)))

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        (PeerTopic.HEALTH, '{"level": "ok", "checks": []}'),
        (PeerTopic.METRICS, "up 1\n"),
        (PeerTopic.SESSIONS, '{"sessions": [{"session_id": "a"}], "next": null}'),
    ],
)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_topic_is_answered(
    tmp_path: Path, topic: PeerTopic, expected: str, is_last: bool
) -> None:
    """Its document comes with the moment, on one connection where the peer keeps it open, else on another."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        if is_last:
            answer = bench.at(0).answers["/v1/move"]
            closing = answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
            bench.at(0).answers["/v1/move"] = closing
            bench.at(0).ends_after = "/v1/move"
        await bench.clock.advance(5)
        answer = await bench.service.ask(AskPeer(peer.peer_id, topic))
        assert answer.document == expected
        assert answer.utc_ms == bench.clock.now().utc_ns // 1_000_000
        assert answer.peer == replace(peer, seen_utc_ms=answer.utc_ms)
        assert bench.at(0).asked_of_it[1] == ("/v1/move", "")  # nobody needs a token for that
        assert len(bench.tor.marks) == 1

    run(tmp_path, work)


def test_a_long_list_is_read_page_by_page(tmp_path: Path) -> None:
    """Pages are put together, as long as the peer gives them on one connection."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        first = {"sessions": [{"session_id": "a"}], "next": "a"}
        second = {"sessions": [{"session_id": "b"}], "next": None}
        bench.at(0).says("/v1/sessions?limit=100", first)
        bench.at(0).says("/v1/sessions?limit=100&cursor=a", second)
        answer = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.SESSIONS))
        document = json.loads(answer.document)
        assert document == {
            "sessions": [{"session_id": "a"}, {"session_id": "b"}],
            "next": None,
        }

    run(tmp_path, work)


SESSIONS = "/v1/sessions?limit=100"


def test_a_list_without_an_end_is_not_read_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so much of it no more is asked for, and the document says that there is more."""
    monkeypatch.setattr("core.peers.asking._LONGEST_LIST", 1000)

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        sessions = [{"session_id": "x" * 300}] * 2
        path = SESSIONS
        for number in range(5):
            bench.at(0).says(path, {"sessions": sessions, "next": f"a{number}"})
            path = f"{SESSIONS}&cursor=a{number}"
        answer = await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.SESSIONS))
        document = json.loads(answer.document)
        assert document == {"sessions": sessions * 2, "next": "a1"}

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({"": {"sessions": [{}] * 101, "next": None}}, "more sessions than were asked for"),
        ({"": {"sessions": [], "next": "a"}, "a": {"sessions": [], "next": "a"}}, "in circles"),
        (
            {
                "": {"sessions": [], "next": "a"},
                "a": {"sessions": [], "next": "b"},
                "b": {"sessions": [], "next": "a"},
            },
            "in circles",
        ),
    ],
)
def test_a_list_that_is_none_is_refused(
    tmp_path: Path, pages: dict[str, object], reason: str
) -> None:
    """A page holds no more than was asked for, and no page comes twice."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        for cursor, page in pages.items():
            bench.at(0).says(SESSIONS + (f"&cursor={cursor}" if cursor else ""), page)
        with pytest.raises(PeerRefused) as caught:
            await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.SESSIONS))
        assert reason in str(caught.value.facts["reason"])

    run(tmp_path, work)


@pytest.mark.parametrize("topic", [PeerTopic.HEALTH, PeerTopic.SESSIONS])
def test_what_a_peer_says_is_read_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, topic: PeerTopic
) -> None:
    """However much it is: neither reading nor writing it holds up what else the engine does."""
    threads: set[threading.Thread] = set()

    def seen(data: bytes, largest: int) -> Json:
        threads.add(threading.current_thread())
        return load_json(data, largest)

    def written(given: Json) -> str:
        if given is not None:  # the end of a list
            threads.add(threading.current_thread())
        return json.dumps(given)

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        monkeypatch.setattr("core.peers.asking.load_json", seen)
        monkeypatch.setattr("core.peers.asking._written", written)
        await bench.service.ask(AskPeer(peer.peer_id, topic))
        assert threads
        assert threading.main_thread() not in threads

    run(tmp_path, work)


PROBLEM = {"title": "Forbidden", "detail": "Your token does not\u202e reach that.\n", "code": "x"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            reply(PROBLEM, "403 Forbidden", "application/problem+json"),
            "Your token does not reach that",
        ),
        (reply(PROBLEM, "403 Forbidden"), "it answers with status 403"),
        (
            reply(b"{", "403 Forbidden", "application/problem+json"),
            "it answers with status 403",
        ),
        (
            reply([], "500 Oh", "application/problem+json"),
            "it answers with status 500",
        ),
        (
            reply({}, "302 Found", Location="http://192.0.2.1/"),
            "it points elsewhere, which is not followed",
        ),
        (
            reply({}, Content_Encoding="gzip"),
            "its answer is packed, which was not asked for",
        ),
        (reply(b"nonsense"), "its answer is no JSON"),
        (reply([1]), "its answer is no JSON object"),
        (b"SSH-2.0-x\r\n\r\n", "its answer breaks off, or is no HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
            "its answer breaks off, or is no HTTP",
        ),
        (b"HTTP/1.1 103 Hints\r\n\r\n" * 9, "its answer has no beginning"),
        (b"", "its answer breaks off, or is no HTTP"),
        (
            b"HTTP/1.1 200 OK\r\n" + b"x" * 20_000,
            "its answer breaks off, or is no HTTP",
        ),
        (reply(b"x" * (LARGEST_JSON + 1)), "its answer is larger than 1 MiB"),
    ],
)
def test_what_is_no_answer_is_refused(tmp_path: Path, answer: bytes, reason: str) -> None:
    """A peer that answers otherwise than it should is refused, with why; its words are made fit to be shown."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).answers["/v1/health"] = answer
        bench.at(0).ends_after = "/v1/health"
        with pytest.raises(PeerRefused) as refusal:
            await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert refusal.value.facts == {"name": "Büro", "reason": reason}

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("path", "document", "topic"),
    [
        ("/v1/move", {"statements": "x"}, PeerTopic.HEALTH),
        ("/v1/move", {}, PeerTopic.HEALTH),
        ("/v1/sessions?limit=100", {"sessions": {}, "next": None}, PeerTopic.SESSIONS),
        ("/v1/sessions?limit=100", {"sessions": [], "next": 7}, PeerTopic.SESSIONS),
        ("/v1/sessions?limit=100", {"sessions": [], "next": "a b"}, PeerTopic.SESSIONS),
        ("/v1/sessions?limit=100", {"sessions": [], "next": "a" * 65}, PeerTopic.SESSIONS),
        ("/v1/metrics", {"up": 1}, PeerTopic.METRICS),
    ],
)
def test_a_document_that_is_none_is_refused(
    tmp_path: Path, path: str, document: object, topic: PeerTopic
) -> None:
    """What is needed of an answer must be right, whatever else is in it."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).says(path, document)
        with pytest.raises(PeerRefused):
            await bench.service.ask(AskPeer(peer.peer_id, topic))

    run(tmp_path, work)


@pytest.mark.parametrize(
    "document",
    [
        {"device": DEVICE, "scopes": [], "api_version": "2"},
        {"device": 7, "scopes": [], "api_version": "1"},
        {"device": DEVICE, "api_version": "1"},
    ],
)
def test_a_peer_must_say_who_it_is(tmp_path: Path, document: object) -> None:
    """A later version of the API, or an answer that names no device, is not paired with."""

    async def work(bench: PeerBench) -> None:
        bench.at(0).says("/v1/self", document)
        with pytest.raises(PeerRefused):
            await bench.pair()

    run(tmp_path, work)


def test_metrics_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are not handed on as text."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).answers["/v1/metrics"] = reply(b"\xff", kind="text/plain")
        with pytest.raises(PeerRefused):
            await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.METRICS))

    run(tmp_path, work)


def test_a_silent_peer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that takes the request and says nothing is unreachable once patience ends."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        monkeypatch.setattr("core.peers.http_line._JSON_S", 0.05)

        async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()

        bench.tor.raw[host_of(0)] = say_nothing
        with pytest.raises(PeerUnreachable) as caught:
            await bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH))
        assert caught.value.facts["reason"] == "its answer did not come in time"

    run(tmp_path, work)


def test_a_peer_is_forgotten(tmp_path: Path) -> None:
    """It is gone from the store and from Tor, and nothing knows it any more."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        await bench.service.forget(ForgetPeer(peer.peer_id))
        assert bench.told == ()
        assert bench.tor.keys == {}
        for command in (
            bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH)),
            bench.service.follow(FollowPeer(peer.peer_id)),
            bench.service.forget(ForgetPeer(peer.peer_id)),
            bench.service.fetch(FetchProof(peer.peer_id, SESSION_ID, str(tmp_path / "p"))),
        ):
            with pytest.raises(PeerUnknown):
                await command

    run(tmp_path, work)


def test_a_peer_that_is_forgotten_meanwhile_stays_forgotten(tmp_path: Path) -> None:
    """An answer that comes after a peer was forgotten does not bring it back."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        asked = asyncio.Event()
        on = asyncio.Event()
        example = bench.at(0)

        async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await on.wait()
            await example.serve(reader, writer)

        bench.tor.raw[host_of(0)] = wait
        asking = asyncio.ensure_future(bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH)))
        await asked.wait()
        await bench.service.forget(ForgetPeer(peer.peer_id))
        on.set()
        with pytest.raises(PeerUnknown):
            await asking
        assert await bench.service.list_peers(ListPeers()) == ()

    run(tmp_path, work)


def test_nothing_is_known_while_the_vault_is_locked(tmp_path: Path) -> None:
    """Neither who the peers are nor their secrets can be had without the vault."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.is_locked = True
        for command in (
            bench.service.list_peers(ListPeers()),
            bench.service.ask(AskPeer(peer.peer_id, PeerTopic.HEALTH)),
            bench.service.add(AddPeer(link_to(host_of(0)))),
            bench.service.forget(ForgetPeer(peer.peer_id)),
        ):
            with pytest.raises(VaultLocked):
                await command

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "lucid-access"),
        ("peer_id", "x"),
        ("address", "127.0.0.1"),
        ("scopes", ["everything"]),
        ("scopes", "health"),
        ("seen_utc_ms", -1),
        ("sequence", None),
        ("token", ""),
    ],
)
def test_an_altered_record_is_found(tmp_path: Path, member: str, value: object) -> None:
    """A record that is not what was written is refused as a whole."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        document = await bench.records.read("peer", peer.peer_id)
        assert document is not None
        assert write_peer(read_peer(document)) == document
        assert TOKEN not in repr(read_peer(document))
        with pytest.raises(RecordAltered):
            read_peer({**document, member: value})  # type: ignore[dict-item]

    run(tmp_path, work)
