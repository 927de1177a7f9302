"""The API keeps to its OpenAPI document, whatever is asked: tried by a generator that knows only the document."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

from core.admin.reference import openapi
from core.admin.server import AdminApi
from core.api.access import Scope
from core.transport.sockets import listen_loopback
from tests.core.admin.admin_bench import AdminBench

SCHEMA = schemathesis.openapi.from_dict(openapi())
BOUNDED = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
THREADS = 4


@dataclass
class Served:
    """A running API: where it is, and who may read what."""

    url: str = ""
    session_id: str = ""
    tokens: dict[Scope | None, str] = field(default_factory=dict)  # None: every scope


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve real sessions on a loopback port, from a thread of its own."""
    found, is_up, is_over = Served(), threading.Event(), threading.Event()
    place = tmp_path_factory.mktemp("api") / "data"

    async def run() -> None:
        await start_every_thread()
        async with AdminBench(place) as at:
            found.session_id = str(await at.seal())
            found.tokens[None] = (await at.grant()).token
            for scope in Scope:
                found.tokens[scope] = (await at.grant(scope)).token
            listener = listen_loopback()
            found.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            api = AdminApi(at.desk, at.access, at.bench.directory)
            await api.start_on(listener)
            is_up.set()
            await asyncio.to_thread(is_over.wait)
            await api.stop()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="served")
    thread.start()
    assert is_up.wait(60)
    yield found
    is_over.set()
    thread.join()


async def start_every_thread() -> None:
    """Start the loop's helping threads now: the leak check would take one that starts in a test for its own."""
    together = threading.Barrier(THREADS)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    await asyncio.gather(*(asyncio.to_thread(together.wait) for _ in range(THREADS)))


@SCHEMA.parametrize()
@BOUNDED
def test_anything_may_be_asked(case: schemathesis.Case, served: Served) -> None:
    """Generated calls, right and wrong, are answered as the document says, by every check there is."""
    case.call_and_validate(base_url=served.url, headers=bearer(served.tokens[None]))


@SCHEMA.include(path_regex="session_id").parametrize()
@BOUNDED
def test_a_session_may_be_asked_for(case: schemathesis.Case, served: Served) -> None:
    """The same for a session that is there; the ID that was generated may have been a wrong one."""
    case.path_parameters["session_id"] = served.session_id
    case.call_and_validate(
        base_url=served.url,
        headers=bearer(served.tokens[None]),
        excluded_checks=[negative_data_rejection],
    )


@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.value)
@SCHEMA.parametrize()
@settings(BOUNDED, max_examples=2)
def test_a_narrow_token_may_ask_for_anything(
    case: schemathesis.Case, served: Served, scope: Scope
) -> None:
    """With one scope alone the answers are still those of the document."""
    case.call_and_validate(base_url=served.url, headers=bearer(served.tokens[scope]))


def bearer(token: str) -> dict[str, Any]:
    """Say whose token it is."""
    return {"Authorization": f"Bearer {token}"}
