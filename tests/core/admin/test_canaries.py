"""Nothing that must not leave leaves: every answer is searched for what this appliance knows and may not tell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from core.admin.answers import Answer
from core.admin.handlers import Handler, read_health
from core.admin.readings import Readings
from core.admin.routes import ROUTES
from core.api.access import RevokeAccess
from core.api.hosting import AuditActor, AuditKind
from core.api.snapshots import FailureSnapshot
from core.errors import Cancelled, DataDirectoryUnwritable
from core.sessions.reading import session_key
from core.sessions.summaries import failure_to_json
from tests.core.admin.admin_bench import SESSION_ADDRESS, AdminBench

TITLE = "Canary Window Title"
FILE = "canary-file-name.pdf"
PATH = "canary/path"


def test_no_answer_holds_a_canary(data_directory: Path) -> None:
    """Neither keys, tokens, client keys, trail entries, failures' facts nor places on the disk are in any answer."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            session_id = await at.bench.host()
            await at.bench.sessions.trail_append(
                session_id, AuditKind.FOCUS, AuditActor.APPLIANCE, TITLE, reason=FILE
            )
            await at.bench.sessions.end(session_id, "owner")
            await keep_a_failure(at, str(session_id))
            granted, other = await at.grant(), await at.grant(name="other")
            secrets = await secrets_of(at, session_id)
            secrets |= {
                "title": TITLE,
                "file": FILE,
                "fact": PATH,
                "token": granted.token,
                "other token": other.token,
                "client key": granted.client_key,
                "public client key": at.access.clients()[0],
                "other reader": '"other"',
                "place": str(data_directory),
                "session's address": SESSION_ADDRESS,
            }
            for route in ROUTES:
                path = route.path.format(session_id=session_id, index=0, challenge="0" * 64)
                for token in (granted.token, ""):
                    got = await at.get(path, token)
                    told = got.body + json.dumps(dict(got.headers)).encode()
                    found = [name for name, secret in secrets.items() if holds(told, secret)]
                    assert found == [], path

    asyncio.run(run())


def holds(told: bytes, secret: str | bytes) -> bool:
    """Tell whether a secret is in there: as it is, or in hex."""
    if isinstance(secret, str):
        return secret.encode() in told
    return secret in told or secret.hex().encode() in told.lower()


async def secrets_of(at: AdminBench, session_id: UUID) -> dict[str, str | bytes]:
    """Collect the keys that this appliance has."""
    vault = at.bench.vault()
    key = await at.bench.on_store(session_key, at.bench.parts, session_id)
    recording = await asyncio.to_thread(read_chunk, at, session_id)
    return {
        "recording": recording[200:264],
        "session key": key,
        "master key": vault.master_key(),
        "chain key": vault.chain_private_key(),
        "device key": vault._reveal("device"),
        "recipient key": vault._reveal("recipient"),
    }


def read_chunk(at: AdminBench, session_id: UUID) -> bytes:
    """Read the first sealed chunk."""
    with at.bench.parts.chunks.open(session_id, 0) as stored:
        return bytes(stored.view)


async def keep_a_failure(at: AdminBench, session_id: str) -> None:
    """Have a session whose failure names a place on this machine."""
    store = at.bench.store
    row = (await at.bench.on_store(store.session, UUID(session_id))).row
    failure = FailureSnapshot("storage_full", {"path": PATH}, is_retryable=False, exit_code=3)
    await at.bench.on_store(store.save_session, replace(row, failure=failure_to_json(failure)))


@pytest.mark.expects_log_errors
@pytest.mark.parametrize(
    "error, code",
    [
        (RuntimeError(TITLE), "bug"),
        (DataDirectoryUnwritable(path=PATH, reason=TITLE), "data_directory_unwritable"),
        (Cancelled(), "cancelled"),
    ],
)
def test_a_fault_tells_nothing(data_directory: Path, error: Exception, code: str) -> None:
    """The reader hears that something failed, by its code, and that is all; the call is written down as failed."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token

            async def failing(*_: object) -> Answer:
                raise error

            with health_read_by(failing):
                got = await at.get("/v1/health", token)
            assert (got.status, got.json["code"]) == (503, "reading_failed")
            assert f"({code})" in got.json["detail"]
            assert TITLE.encode() not in got.body
            assert PATH.encode() not in got.body
            assert await at.outcomes() == [("GET /v1/health", "failed")]

    asyncio.run(run())


@contextmanager
def health_read_by(handler: Handler) -> Iterator[None]:
    """Have another handler read the health, for the length of a block."""
    route = next(each for each in ROUTES if each.name == "read_health")
    object.__setattr__(route, "handler", handler)
    try:
        yield
    finally:
        object.__setattr__(route, "handler", read_health)


def test_an_access_that_ends_while_it_reads_reads_nothing(data_directory: Path) -> None:
    """What was read for it is not sent: it is refused, and cut off where it still listens."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant()

            async def revoked_meanwhile(*_: object) -> Answer:
                await at.access.revoke(RevokeAccess(granted.access.access_id))
                return Answer(TITLE.encode())

            with health_read_by(revoked_meanwhile):
                got = await at.get("/v1/health", granted.token)
            assert (got.status, got.json["code"]) == (401, "access_ended")
            assert TITLE.encode() not in got.body
            assert await at.outcomes() == [("GET /v1/health", "revoked")]

    asyncio.run(run())


def test_what_takes_too_long_is_given_up(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading without an end ends, and the reader hears of it."""
    monkeypatch.setattr("core.admin.desk._AT_MOST_S", 0.05)

    async def endless(*_: object) -> Answer:
        await asyncio.Event().wait()
        return Answer()

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            with health_read_by(endless):
                got = await at.get("/v1/health", token)
            assert (got.status, got.json["code"]) == (503, "reading_failed")
            assert "(timeout)" in got.json["detail"]

    asyncio.run(run())


def test_readings_have_no_way_to_the_keys() -> None:
    """What the handlers read from offers no decryption: its methods are the documents that are told."""
    public = {name for name in vars(Readings) if not name.startswith("_")}
    methods = {name for name in public if callable(getattr(Readings, name))}
    assert methods == {"session", "manifest", "policy", "chunk_proof"}
