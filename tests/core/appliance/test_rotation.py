"""A rotation gives a new address, serves the old one as long as was said, and survives a crash at any moment."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.network import Connect, FinishRotation, RotateOnion
from core.appliance.own_keys import MOST_MOVES, OldKey, OwnKeys, read_own_keys
from core.canonical.documents import canonical_json
from core.errors import NetworkOffline, RecordAltered, RotationRunning, StorageFull, VaultLocked
from core.onion.keys import ServiceKey
from core.onion.statement import LARGEST_STATEMENT, Place, check_statement, follow, read_statement
from core.vault.sealed_records import LARGEST_RECORD_BYTES
from tests.core.appliance.network_bench import READER, NetworkBench, run, started
from tests.fakes.clocks import ManualClock
from tests.fakes.crashing import CrashPlan
from tests.fakes.power_cut_disk import PowerCut

HOUR_S = 3600.0
LEAP_NS = 40 * 24 * 3600 * 10**9


async def connected(bench: NetworkBench) -> str:
    """Go by Tor with an open vault and a reader; gives the address."""
    bench.clients = (READER,)
    await bench.service.connect(Connect())
    await bench.ready()
    await bench.unlock()
    return bench.service.address


async def pass_time(bench: NetworkBench, seconds: float) -> None:
    """Let time pass, and everything follow that does so by itself."""
    for _ in range(round(seconds / 60)):
        await bench.clock.advance(60)
        await bench.settled(1)


def test_both_addresses_are_served_until_the_old_one_goes(tmp_path: Path) -> None:
    """The new address is there at once, the old one too, until its time is over."""

    async def use(bench: NetworkBench) -> None:
        old = await connected(bench)
        network = await bench.service.rotate(RotateOnion(24.0))
        await bench.settled()
        rotation = network.rotation
        assert rotation is not None
        assert (rotation.old_address, rotation.new_address) == (old, network.address)
        assert rotation.until_utc_ms - bench.clock.utc_ns // 1_000_000 == 24 * 3_600_000
        assert network.rotated_utc_ms == bench.clock.utc_ns // 1_000_000
        assert set(bench.fake.published) == {old, network.address}
        await pass_time(bench, 23.9 * HOUR_S)
        assert old in bench.fake.published
        await pass_time(bench, 0.2 * HOUR_S)
        assert list(bench.fake.published) == [network.address]
        assert bench.service.shown().rotation is None
        assert bench.shown()[-1].rotation is None

    run(tmp_path, use)


def test_a_clock_that_leaps_lets_nothing_go(tmp_path: Path) -> None:
    """A clock that is wrong for a while ends no overlap: neither in the run of the rotation nor after a restart."""

    async def whole() -> None:
        async with started(tmp_path) as bench:
            old = await connected(bench)
            await bench.service.rotate(RotateOnion(24.0))
            bench.clock.utc_ns += LEAP_NS
            await pass_time(bench, 2 * HOUR_S)
            assert old in bench.fake.published
            bench.clock.utc_ns -= LEAP_NS
            await bench.lock()
            await bench.unlock()
            assert old in bench.fake.published
        wrong = ManualClock()
        await wrong.advance(2 * HOUR_S)
        wrong.utc_ns += LEAP_NS
        async with started(tmp_path, clock=wrong) as bench:
            await connected(bench)
            await pass_time(bench, 0.9 * HOUR_S)
            wrong.utc_ns -= LEAP_NS
            await pass_time(bench, HOUR_S)
            assert old in bench.fake.published
            wrong.utc_ns += LEAP_NS
            await pass_time(bench, 0.9 * HOUR_S)
            assert old in bench.fake.published
            await pass_time(bench, 0.2 * HOUR_S)
            assert old not in bench.fake.published

    asyncio.run(whole())


@pytest.mark.parametrize("is_finishing", [False, True])
def test_a_rotation_that_is_given_up_is_done_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_finishing: bool
) -> None:
    """Whoever gives up while it is written finds it done: memory, what is served and the disk say the same."""
    begun, on = threading.Event(), threading.Event()

    async def use(bench: NetworkBench) -> None:
        await connected(bench)
        if is_finishing:
            await bench.service.rotate(RotateOnion(24.0))
        save = bench.ground.store.save_record

        def slow(*row: Any) -> None:  # noqa: ANN401 - a record
            begun.set()
            assert on.wait(10)
            save(*row)

        service = bench.service
        with monkeypatch.context() as patch:
            patch.setattr(bench.ground.store, "save_record", slow)
            work = (
                service.finish(FinishRotation())
                if is_finishing
                else service.rotate(RotateOnion(24.0))
            )
            changing = asyncio.ensure_future(work)
            await asyncio.to_thread(begun.wait, 10)
            changing.cancel()
            await asyncio.sleep(0)
            on.set()
            await asyncio.gather(changing, return_exceptions=True)
        assert changing.cancelled()
        await bench.settled()
        before = service.shown()
        assert (before.rotation is None) is is_finishing
        assert set(bench.fake.published) == set(service.hosts())
        await bench.lock()
        await bench.unlock()
        assert service.shown().rotation == before.rotation
        assert service.address == before.address

    run(tmp_path, use)


def test_whoever_connects_while_it_is_locked_brings_no_key_back(tmp_path: Path) -> None:
    """Between the end of the serving and the locked vault nothing is read again, made or rotated."""

    async def use(bench: NetworkBench) -> None:
        address = await connected(bench)
        await bench.service.locked()
        assert (await bench.service.connect(Connect())).address == ""
        with pytest.raises(VaultLocked):
            await bench.service.rotate(RotateOnion(1.0))
        await bench.settled()
        assert bench.service.hosts() == ()
        assert bench.fake.published == {}
        bench.is_open = False
        await bench.unlock()
        assert bench.service.address == address

    run(tmp_path, use)


def test_the_owner_lets_the_old_address_go(tmp_path: Path) -> None:
    """Finishing withdraws the old address at once; then the next rotation can begin."""

    async def use(bench: NetworkBench) -> None:
        old = await connected(bench)
        await bench.service.rotate(RotateOnion(1.0))
        with pytest.raises(RotationRunning) as refused:
            await bench.service.rotate(RotateOnion(1.0))
        assert refused.value.facts == {"address": old}
        network = await bench.service.finish(FinishRotation())
        await bench.settled()
        assert network.rotation is None
        assert list(bench.fake.published) == [network.address]
        await bench.service.rotate(RotateOnion(1.0))

    run(tmp_path, use)


def test_without_an_overlap_the_old_address_goes_at_once(tmp_path: Path) -> None:
    """With 0 hours there is no time at which both are served."""

    async def use(bench: NetworkBench) -> None:
        old = await connected(bench)
        network = await bench.service.rotate(RotateOnion(0.0))
        await bench.settled()
        assert network.rotation is None
        assert network.address != old
        assert list(bench.fake.published) == [network.address]
        assert len(bench.service.moves()) == 1

    run(tmp_path, use)


def test_each_move_is_signed_and_kept(tmp_path: Path) -> None:
    """Whoever knew the first address can follow every move by what is handed out, also after a restart."""
    places: list[str] = []

    async def move(bench: NetworkBench) -> None:
        places.append(await connected(bench))
        for _ in range(3):
            await bench.service.rotate(RotateOnion(1.0))
            await bench.service.finish(FinishRotation())
        places.append(bench.service.address)

    async def look(bench: NetworkBench) -> None:
        await bench.unlock()
        statements = [read_statement(each.encode()) for each in bench.service.moves()]
        for each in statements:
            check_statement(each)
        device = bench.ground.vault.device_public_key.hex()
        assert follow(statements, Place(places[0]), device) == Place(places[1], 3)
        await bench.lock()
        assert bench.service.moves() == ()

    run(tmp_path, move)
    run(tmp_path, look)


def test_a_rotation_goes_on_after_a_restart(tmp_path: Path) -> None:
    """Both addresses are served again; once the time is over, only the new one is."""

    async def whole() -> None:
        async with started(tmp_path) as bench:
            old = await connected(bench)
            network = await bench.service.rotate(RotateOnion(2.0))
        async with started(tmp_path) as bench:
            assert await connected(bench) == network.address
            assert bench.service.shown().rotation == network.rotation
            assert set(bench.fake.published) == {old, network.address}
        later = ManualClock()
        await later.advance(2 * HOUR_S)
        async with started(tmp_path, clock=later) as bench:
            assert await connected(bench) == network.address
            assert (
                bench.service.shown().rotation == network.rotation
            )  # for now: the clock may be wrong
            await pass_time(bench, HOUR_S + 60)
            assert bench.service.shown().rotation is None
            assert list(bench.fake.published) == [network.address]

    asyncio.run(whole())


def test_a_rotation_needs_keys_and_tor(tmp_path: Path) -> None:
    """With a locked vault, and offline, nothing is rotated."""

    async def use(bench: NetworkBench) -> None:
        with pytest.raises(NetworkOffline):
            await bench.service.rotate(RotateOnion())

    run(tmp_path, use)

    async def locked(bench: NetworkBench) -> None:
        await bench.service.connect(Connect())
        bench.ground.vault.close()
        with pytest.raises(VaultLocked):
            await bench.service.rotate(RotateOnion())

    run(tmp_path, locked)


def test_a_crash_leaves_the_old_address_or_both(tmp_path: Path) -> None:
    """Wherever a rotation is cut off, the next start serves the old address alone, or the old and the new one."""

    async def rotate(path: Path, at: int | None) -> tuple[str, list[str]]:
        plan = CrashPlan()
        async with started(path) as bench:
            address = await connected(bench)
        async with started(path, plan=plan) as bench:
            await connected(bench)
            plan.begin(at)
            with suppress(PowerCut):
                await bench.service.rotate(RotateOnion(1.0))
                await bench.settled()
            passed = list(plan.passed)
        return address, passed

    async def recover(path: Path) -> tuple[str, set[str], int]:
        async with started(path) as bench:
            await connected(bench)
            return bench.service.address, set(bench.fake.published), len(bench.service.moves())

    async def whole() -> None:
        _, calls = await rotate(tmp_path / "counted", None)
        assert calls[:2] == ["save_record", "publish"]
        seen = set()
        for at in range(len(calls) + 1):
            path = tmp_path / str(at)
            old, _ = await rotate(path, at)
            address, served, moves = await recover(path)
            is_moved = address != old
            assert served == {old, address}
            assert moves == int(is_moved)
            seen.add(is_moved)
        assert seen == {False, True}

    asyncio.run(whole())


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rotation that cannot be written is refused whole; an old address whose end cannot be is served on, and told."""

    def refuse(*_: object) -> None:
        raise StorageFull(path="lucid.db")

    async def use(bench: NetworkBench) -> None:
        old = await connected(bench)
        store = bench.ground.store
        with monkeypatch.context() as full:
            full.setattr(store, "save_record", refuse)
            with pytest.raises(StorageFull):
                await bench.service.rotate(RotateOnion(1.0))
            assert bench.service.address == old
            assert bench.service.shown().rotation is None
        network = await bench.service.rotate(RotateOnion(1.0))
        await bench.settled()
        with monkeypatch.context() as full:
            full.setattr(store, "save_record", refuse)
            await pass_time(bench, HOUR_S + 60)
            assert "storage_full" in bench.incidents()
            assert set(bench.fake.published) == {old, network.address}
        await pass_time(bench, 180)
        assert list(bench.fake.published) == [network.address]

    run(tmp_path, use)


def test_a_fault_does_not_keep_the_old_address_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is no failure that was foreseen is logged and told, and letting go is tried again."""

    async def fail(*_: object) -> bool:
        raise RuntimeError("a fault")

    async def use(bench: NetworkBench) -> None:
        old = await connected(bench)
        await bench.service.rotate(RotateOnion(1.0))
        with monkeypatch.context() as failing:
            failing.setattr("core.appliance.own_address.OwnAddress.let_go_if_over", fail)
            await pass_time(bench, 1.1 * HOUR_S)
        assert "rotation_running" in bench.incidents()
        assert old in bench.fake.published
        await pass_time(bench, 300)
        assert list(bench.fake.published) == [bench.service.address]
        assert bench.service.shown().rotation is None
        caplog.clear()  # it was logged

    run(tmp_path, use)


def test_the_record_comes_back_as_it_was_written() -> None:
    """Keys, the old one, and moves come back from their document."""
    keys = OwnKeys(
        ServiceKey(bytes(range(32))), 7, OldKey(ServiceKey(bytes(32)), 9), 2, ("{}", "[]")
    )
    read = read_own_keys(keys.to_document())
    assert (read.key.seed, read.rotated_utc_ms, read.sequence, read.moves) == (
        keys.key.seed,
        7,
        2,
        ("{}", "[]"),
    )
    assert read.old is not None
    assert (read.old.key.seed, read.old.until_utc_ms) == (bytes(32), 9)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "2"),
        ("seed", "00"),
        ("seed", None),
        ("rotated_utc_ms", "7"),
        ("rotated_utc_ms", True),
        ("old", {"seed": "00" * 32}),
        ("old", []),
        ("sequence", -1),
        ("moves", [7]),
        ("moves", ["x" * 4097]),
        ("moves", ["x"] * (MOST_MOVES + 1)),
        ("more", 1),
    ],
)
def test_a_record_that_none_of_ours_wrote_is_refused(name: str, value: object) -> None:
    """Each member has its type and bounds; there is none besides."""
    document = dict(OwnKeys(ServiceKey(bytes(32))).to_document())
    with pytest.raises(RecordAltered):
        read_own_keys({**document, name: value})  # type: ignore[dict-item]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 1 << 53) | st.text(max_size=70),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    members=st.dictionaries(st.sampled_from([*OwnKeys(ServiceKey(bytes(32))).to_document()]), JSON),
    is_whole=st.booleans(),
)
def test_any_document_is_a_record_or_refused(members: dict[str, Any], *, is_whole: bool) -> None:
    """Whatever stands in a record is read as keys that write the same again, or refused."""
    document = {**OwnKeys(ServiceKey(bytes(32))).to_document(), **members} if is_whole else members
    try:
        keys = read_own_keys(document)
    except RecordAltered:
        return
    assert keys.to_document() == document


def test_the_largest_record_can_be_read_again() -> None:
    """As many moves as are kept, each as long as it may be, fit into one record."""
    longest = '"' * 64 + "x" * (LARGEST_STATEMENT - 64)
    keys = OwnKeys(ServiceKey(bytes(32)), moves=(longest,) * MOST_MOVES)
    assert len(canonical_json(keys.to_document())) < LARGEST_RECORD_BYTES
    read_own_keys(keys.to_document())
