"""A bundle that a peer sends is in its file whole, or not at all."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest

from core.api.peers import (
    FetchProof,
)
from core.errors import (
    DestinationUnwritable,
    PeerRefused,
    PeerSessionRunning,
    SessionUnknown,
)
from core.peers.fetched_file import FetchedFile
from tests.core.peers.peer_bench import PeerBench, run
from tests.fakes.busy_worker import cancel_often
from tests.fakes.peers_by_tor import reply

SESSION_ID = "0192f8a0-0000-7000-8000-000000000001"
PROOF = f"/v1/sessions/{SESSION_ID}/proof"
BUNDLE = "application/vnd.lucid.evidence"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(b"no bundle", kind=BUNDLE), "what came is no evidence bundle"),
        (reply({}), "it is of another kind than was asked for"),
        (reply(b"", "404 Not Found"), "it answers with status 404"),
        (
            reply(bytes(100), kind=BUNDLE)[:-97],
            "its answer breaks off, or is no HTTP",
        ),
    ],
)
def test_what_is_no_bundle_leaves_no_file(tmp_path: Path, answer: bytes, reason: str) -> None:
    """A file that is not whole, or is no bundle, is not there; what was there before stays."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).answers[PROOF] = answer
        bench.at(0).ends_after = PROOF
        place = tmp_path / "out"
        place.mkdir()
        (place / "proof").write_bytes(b"before")
        with pytest.raises(PeerRefused) as refusal:
            await bench.service.fetch(FetchProof(peer.peer_id, SESSION_ID, str(place / "proof")))
        assert refusal.value.facts["reason"] == reason
        assert [each.name for each in place.iterdir()] == ["proof"]
        assert (place / "proof").read_bytes() == b"before"

    run(tmp_path, work)


def test_a_session_that_still_runs_has_no_proof_yet(tmp_path: Path) -> None:
    """That is said as that, with the session and the peer: nothing is wrong with the access."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).answers[PROOF] = reply({}, "409 Conflict", "application/problem+json")
        place = tmp_path / "p"
        with pytest.raises(PeerSessionRunning) as refusal:
            await bench.service.fetch(FetchProof(peer.peer_id, SESSION_ID, str(place)))
        assert refusal.value.facts == {"name": "Büro", "session_id": SESSION_ID}
        assert not place.exists()

    run(tmp_path, work)


def test_a_bundle_that_does_not_end_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that sends more than a bundle may have is refused, and nothing of it is kept."""
    monkeypatch.setattr("core.peers.http_line.LARGEST_BUNDLE", 1 << 20)

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).answers[PROOF] = reply(bytes((1 << 20) + 1), kind=BUNDLE)
        with pytest.raises(PeerRefused) as refusal:
            await bench.service.fetch(FetchProof(peer.peer_id, SESSION_ID, str(tmp_path / "p")))
        assert refusal.value.facts["reason"] == "its answer is larger than 1 MiB"
        assert not (tmp_path / "p").exists()

    run(tmp_path, work)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A directory that is not there is the person's to make; a session that is none is not asked for."""

    async def work(bench: PeerBench) -> None:
        peer = await bench.pair()
        bench.at(0).asked.clear()
        with pytest.raises(DestinationUnwritable):
            await bench.service.fetch(
                FetchProof(peer.peer_id, SESSION_ID, str(tmp_path / "no" / "p"))
            )
        with pytest.raises(SessionUnknown):
            await bench.service.fetch(FetchProof(peer.peer_id, "../x", str(tmp_path / "p")))
        assert bench.at(0).asked == []

    run(tmp_path, work)


def test_a_fetch_that_is_cancelled_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is being written just then is written to its end, and then is gone with the rest."""
    begun, on = threading.Event(), threading.Event()
    write = os.write

    def slowly(handle: int, data: bytes) -> int:
        begun.set()
        on.wait()
        return write(handle, data)

    async def run_it() -> None:
        fetched = FetchedFile(tmp_path / "out" / "proof")
        monkeypatch.setattr("core.peers.fetched_file.os.write", slowly)

        async def fetch() -> None:
            async with fetched.kept() as keep:
                await keep(b"some of it")

        fetching = asyncio.ensure_future(fetch())
        await asyncio.to_thread(begun.wait)
        try:
            await cancel_often(fetching)
            assert not fetching.done()
        finally:
            on.set()
        with pytest.raises(asyncio.CancelledError):
            await fetching

    (tmp_path / "out").mkdir()
    asyncio.run(run_it())
    assert list((tmp_path / "out").iterdir()) == []


def test_a_disk_that_is_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says of the file is said of the file, and what was written goes."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def run_it() -> None:
        monkeypatch.setattr("core.peers.fetched_file.os.write", full)
        with pytest.raises(DestinationUnwritable) as caught:
            async with FetchedFile(tmp_path / "proof").kept() as keep:
                await keep(b"some of it")
        assert caught.value.facts["reason"] == "No space left on device"

    asyncio.run(run_it())
    assert list(tmp_path.iterdir()) == []
