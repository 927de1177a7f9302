"""A session under the policy of an earlier one: the same bytes, the same anchored hash, and the trail says whose."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.api.commands import StartSession
from core.api.hosting import AuditKind
from core.api.permissions import Profile
from core.canonical.documents import canonical_json
from core.chain.outbox_calls import decode_call
from core.errors import SessionUnknown
from core.evidence.policy import hosted_policy
from core.evidence.policy_signature import sign_policy
from tests.fakes.session_bench import SessionBench

STRICT = canonical_json(hosted_policy(Profile.STRICT))


async def anchored_hash(bench: SessionBench, session_id: UUID) -> object:
    """Read the policy hash that waits to be anchored with a session's opening."""
    rows = await bench.on_store(bench.store.outbox_of_kind, "opened")
    (call,) = [decode_call(each.call) for each in rows if each.session_id == session_id]
    return call.arguments[1]


def test_the_policy_of_an_earlier_session_holds_again(tmp_path: Path) -> None:
    """What is read of the first session opens the second; both anchor one hash, and the trail names the first."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            signature = sign_policy(STRICT, bench.vault().sign).signature
            first = await bench.host(policy_json=STRICT, policy_signature=signature)
            found = await bench.sessions.read_policy(first)
            assert found is not None
            signed, announced = found
            assert (signed.document, signed.signature) == (STRICT, signature)
            await bench.sessions.end(first, "owner")
            assert await bench.sessions.read_policy(first) == found
            second = await bench.host(
                policy_json=signed.document, policy_signature=signed.signature, again=str(first)
            )
            opened = (await bench.sessions.read_trail(second))[0]
            assert opened.kind is AuditKind.OPENED
            assert opened.reason == f"strict, as in session {first}"
            assert await anchored_hash(bench, first) == announced
            assert await anchored_hash(bench, second) == announced

    asyncio.run(run())


def test_other_sessions_have_no_such_policy(tmp_path: Path) -> None:
    """One that nobody could join has none, and one that never was is unknown."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            summary = await bench.sessions.start(StartSession())
            assert await bench.sessions.read_policy(UUID(summary.session_id)) is None
            with pytest.raises(SessionUnknown):
                await bench.sessions.read_policy(uuid4())

    asyncio.run(run())
