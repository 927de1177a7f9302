"""The device proves to be there to whoever asks, at the addresses that it serves, and at no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.admin.desk import Rates
from core.admin.limits import Rate
from core.onion.presence import check_presence, make_challenge, read_presence
from tests.core.admin.admin_bench import ANSWERING, HOST, AdminBench


@pytest.mark.parametrize("port", ["", ":80"])
def test_the_device_signs_what_was_asked(data_directory: Path, port: str) -> None:
    """The challenge, the address that was asked and the time are signed by the device; no token is needed."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            challenge = make_challenge()
            path = f"/v1/presence/{challenge}"
            got = await at.get(path, headers={"Host": f"{ANSWERING}{port}"})
            assert got.status == 200
            signed = read_presence(got.body)
            device = at.bench.vault().device_public_key.hex()
            check_presence(signed, challenge=challenge, host=ANSWERING, device=device)
            now_ms = at.clock.now().utc_ns // 1_000_000
            assert now_ms - 60_000 < signed.presence.made_utc_ms <= now_ms
            assert await at.outcomes() == [("GET /v1/presence/{challenge}", "answered")]

    asyncio.run(run())


def test_nothing_else_is_signed(data_directory: Path) -> None:
    """An address that is not served, a name that is none and a challenge that is none get no signature."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            path = f"/v1/presence/{make_challenge()}"
            for host in (
                HOST,
                "appliance.onion",
                f"{ANSWERING}:81",
                ANSWERING.upper(),
                "127.0.0.1",
            ):
                assert (await at.get(path, headers={"Host": host})).status == 404
            for challenge in ("x", "00" * 31, "AA" * 32, "00" * 33):
                got = await at.get(f"/v1/presence/{challenge}", headers={"Host": ANSWERING})
                assert got.status == 400

    asyncio.run(run())


def test_it_has_a_rate_of_its_own(data_directory: Path) -> None:
    """Whoever floods the other open places does not keep readers from asking for a proof; a flood of it is refused."""
    one, plenty = Rate(per_minute=1, burst=1), Rate(per_minute=60_000, burst=60_000)
    rates = Rates(plenty, plenty, plenty, of_open_places=one, of_presence=one)

    async def run() -> None:
        async with AdminBench(data_directory, rates=rates) as at:
            path, headers = f"/v1/presence/{make_challenge()}", {"Host": ANSWERING}
            assert [(await at.get("/v1/move")).status for _ in range(2)] == [200, 429]
            assert [(await at.get(path, headers=headers)).status for _ in range(2)] == [200, 429]

    asyncio.run(run())
