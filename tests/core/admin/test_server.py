"""The admin API over the wire: what it gives, to whom, and what it refuses."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from core.admin.routes import ROUTES, Route
from core.api.access import RevokeAccess, Scope
from core.evidence.manifest import manifest_hash
from core.evidence.signatures import check_device_signature, read_signatures
from core.evidence.verify import verify_bundle
from core.sealing.merkle import verify_inclusion
from tests.core.admin.admin_bench import ANSWERING, MOVES, AdminBench

ASKED_HERE = {"Host": ANSWERING}


def path_of(route: Route, session_id: UUID) -> str:
    """Fill in a place's path."""
    return route.path.format(session_id=session_id, index=0, challenge="0" * 64)


def test_everything_can_be_read_by_who_may(data_directory: Path) -> None:
    """Each place answers 200 to a token with every scope, and the documents verify by the formats' own rules."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            session_id = await at.seal()
            token = (await at.grant()).token
            for route in ROUTES:
                path = path_of(route, session_id)
                got = await at.get(path, token, headers=ASKED_HERE)
                assert got.status == 200, (path, got)
                assert got.headers["content-type"].startswith(route.content_type.split(";")[0])
                assert got.headers["cache-control"] == "no-store"
                assert got.headers["lucid-api-version"] == "1"
                assert got.headers["server"] == "Lucid"
            await manifests_and_proofs_hold(at, str(session_id), token)

    asyncio.run(run())


async def manifests_and_proofs_hold(at: AdminBench, session_id: str, token: str) -> None:
    """Check what was read as an auditor would."""
    document = (await at.get(f"/v1/sessions/{session_id}/manifest", token)).json
    manifest = document["manifest"].encode()
    assert manifest_hash(manifest).hex() == document["manifest_hash"]
    signed = read_signatures(manifest, document["signatures"].encode())
    check_device_signature(signed, at.bench.vault().device_public_key)
    proof = (await at.get(f"/v1/sessions/{session_id}/proof/chunks/0", token)).json
    assert verify_inclusion(
        leaf=bytes.fromhex(proof["leaf"]),
        index=proof["index"],
        count=proof["count"],
        proof=[bytes.fromhex(each) for each in proof["path"]],
        root=bytes.fromhex(proof["merkle_root"]),
    )
    bundle = await at.get(f"/v1/sessions/{session_id}/proof", token)
    file = at.bench.directory.path / "fetched.bundle"
    file.write_bytes(bundle.body)
    assert (await asyncio.to_thread(verify_bundle, file)).holds
    left = at.bench.directory.run / "proofs"
    assert list(left.iterdir()) == []
    moves = (await at.get("/v1/move")).json
    assert moves["statements"] == list(MOVES)


def test_each_token_opens_what_it_is_for_and_nothing_else(data_directory: Path) -> None:
    """Every place is tried with every scope alone, without a token, and with wrong, expired and revoked ones."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            session_id = await at.seal()
            revoked = await at.grant()
            await at.access.revoke(RevokeAccess(revoked.access.access_id))
            short = await at.grant(days=1)
            long = {scope: (await at.grant(scope, days=9)).token for scope in Scope}
            at.clock.ahead_s = 2 * 86_400
            wrong = short.token[:-1] + ("A" if short.token[-1] != "A" else "B")
            for route in ROUTES:
                path = path_of(route, session_id)
                needs = route.needs_token
                for bad in ("", "nonsense", wrong, revoked.token, short.token):
                    got = await at.get(path, bad, headers=ASKED_HERE)
                    assert got.status == (401 if needs else 200), (path, bad)
                for scope, token in long.items():
                    got = await at.get(path, token, headers=ASKED_HERE)
                    is_open = not needs or route.scope in {None, scope}
                    assert got.status == (200 if is_open else 403), (path, scope)
                    if not is_open:
                        assert got.json["code"] == "out_of_scope"

    asyncio.run(run())


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(data_directory: Path, method: str) -> None:
    """Any method but GET and HEAD is refused with those two named, with or without a token."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            for given in ("", token):
                got = await at.get("/v1/sessions", given, method=method)
                assert got.status == 405
                assert got.headers["allow"] == "GET, HEAD"
                assert got.headers["content-type"] == "application/problem+json"

    asyncio.run(run())


@pytest.mark.parametrize(
    "sent",
    [
        b"BREW /v1/sessions HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01 hello\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: 1\r\n" % each for each in range(99)) + b"\r\n",
    ],
    ids=["method", "TLS", "long line", "long field", "many fields"],
)
def test_what_is_no_http_is_refused(data_directory: Path, sent: bytes) -> None:
    """It is answered with our own problem, which repeats nothing of it, and the connection ends."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            answered = await at.send(sent)
            assert answered.split(b"\r\n")[0] == b"HTTP/1.0 400 Bad Request"
            assert b'"call_refused"' in answered
            assert b"aiohttp" not in answered
            assert b"aaa" not in answered

    asyncio.run(run())


def test_a_problem_says_its_code_and_the_next_step(data_directory: Path) -> None:
    """Failures are problem documents with our codes, and say nothing of this machine."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            await at.bench.host()
            running = at.bench.sessions.running_id
            token = (await at.grant()).token
            unknown = "00000000-0000-4000-8000-000000000000"
            expected = {
                f"/v1/sessions/{unknown}": (404, "session_unknown"),
                "/v1/sessions/not-one": (400, "call_refused"),
                f"/v1/sessions/{running}/manifest": (409, "session_not_finished"),
                f"/v1/sessions/{running}/proof/chunks/0": (409, "session_not_finished"),
                f"/v1/sessions/{running}/proof/chunks/-1": (400, "call_refused"),
                f"/v1/sessions/{running}/proof/chunks/99999999999": (400, "call_refused"),
                "/v1/sessions?limit=0": (400, "call_refused"),
                "/v1/sessions?limit=5&limit=6": (400, "call_refused"),
                "/v1/sessions?state=odd": (400, "call_refused"),
                "/v1/sessions?token=x": (400, "call_refused"),
                f"/v1/sessions?cursor={unknown}": (404, "nothing_there"),
                "/v1/sessions/": (404, "nothing_there"),
                "/v2/sessions": (404, "nothing_there"),
                "/v1/%73essions": (404, "nothing_there"),
            }
            for path, (status, code) in expected.items():
                got = await at.get(path, token)
                assert (got.status, got.json["code"]) == (status, code), path
                assert got.json["status"] == status
                assert got.json["next_step"].endswith(".")
                assert str(at.bench.directory.path) not in got.body.decode()

    asyncio.run(run())


def test_sessions_come_in_pages(data_directory: Path) -> None:
    """Following the cursor gives every session once, newest first; a state narrows it down."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            made = [str(await at.seal()) for _ in range(3)]
            token = (await at.grant(Scope.SESSIONS)).token
            found, cursor = [], ""
            while True:
                page = (await at.get(f"/v1/sessions?limit=2{cursor}", token)).json
                found += [each["session_id"] for each in page["sessions"]]
                if page["next"] is None:
                    break
                cursor = f"&cursor={page['next']}"
            assert found == made[::-1]
            assert (await at.get("/v1/sessions?state=anchored", token)).json["sessions"] == []

    asyncio.run(run())


def test_what_is_known_is_not_sent_again(data_directory: Path) -> None:
    """HEAD gives the headers of GET, and If-None-Match with its tag is answered by 304, which is written down too."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            session_id = await at.seal()
            token = (await at.grant()).token
            path = f"/v1/sessions/{session_id}/manifest"
            got, head = await at.get(path, token), await at.get(path, token, method="HEAD")
            assert head.body == b""
            assert head.headers["content-length"] == str(len(got.body))
            tag = got.headers["etag"]
            for tags in (tag, f'"x", W/{tag}', "*"):
                again = await at.get(path, token, headers={"If-None-Match": tags})
                assert (again.status, again.body) == (304, b"")
            assert (await at.get(path, token, headers={"If-None-Match": '"x"'})).status == 200
            proof = await at.get(f"{path[:-9]}/proof", token, method="HEAD")
            assert int(proof.headers["content-length"]) > 0
            assert len(await at.outcomes()) == 7

    asyncio.run(run())


def test_a_body_is_not_taken(data_directory: Path) -> None:
    """A call with a body is refused before it is read, and the connection ends."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            got = await at.get("/v1/sessions", token, body=b"x" * 100_000)
            assert (got.status, got.json["code"]) == (413, "call_refused")
            assert got.headers["connection"] == "close"

    asyncio.run(run())


def test_a_locked_vault_tells_nothing(data_directory: Path) -> None:
    """While the accesses are closed every place answers 503, and so does one that closes in between."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            await at.access.close()
            for path in ("/v1/sessions", "/v1/openapi.json", "/"):
                got = await at.get(path, token)
                assert (got.status, got.json["code"]) == (503, "vault_locked")
            await at.access.open()
            assert (await at.get("/v1/sessions", token)).status == 200

    asyncio.run(run())


def test_the_page_is_there_under_a_strict_policy(data_directory: Path) -> None:
    """The page and its parts are served with their kinds, and nothing from outside may be loaded."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            got = await at.get("/")
            assert got.status == 200
            assert got.headers["content-type"].startswith("text/html")
            assert "default-src 'none'" in got.headers["content-security-policy"]
            assert "unsafe" not in got.headers["content-security-policy"]
            assert (await at.get("/assets/none.js")).status == 404
            assert (await at.get("/assets/../page.py")).status == 404

    asyncio.run(run())
