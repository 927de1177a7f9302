"""What was chosen about the network comes back, and what nobody could have chosen is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api.network import NetworkMode
from core.config.network_settings import NetworkSettings
from core.config.settings import Settings
from core.errors import SettingOutOfBounds, StoreCorrupt
from core.storage.sqlite_metadata import SqliteMetadataStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteMetadataStore]:
    """A store that was just made."""
    made = SqliteMetadataStore(tmp_path / "lucid.db")
    yield made
    made.close()


def test_nothing_is_chosen_at_first(store: SqliteMetadataStore) -> None:
    """A new store holds no choice and no bridges."""
    assert NetworkSettings(store).mode() is None
    assert NetworkSettings(store).bridges() == ()


def test_a_choice_comes_back(store: SqliteMetadataStore) -> None:
    """Mode and bridges are kept apart; each has its newest value."""
    kept = NetworkSettings(store)
    kept.save_bridges(("a", "b"))
    assert (kept.mode(), kept.bridges()) == (None, ("a", "b"))
    kept.save_mode(NetworkMode.TOR)
    kept.save_mode(NetworkMode.OFFLINE)
    kept.save_bridges(())
    assert (kept.mode(), kept.bridges()) == (NetworkMode.OFFLINE, ())


def test_it_is_no_ordinary_setting(store: SqliteMetadataStore) -> None:
    """It is not in the list of settings, and is not changed by their command: something has to follow from it."""
    ordinary = Settings(store)
    NetworkSettings(store).save_mode(NetworkMode.TOR)
    assert not {each.name for each in ordinary.all()} & {"network", "bridges"}
    for name in ("network", "bridges"):
        with pytest.raises(SettingOutOfBounds):
            ordinary.change(name, "tor")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["network", "bridges"]),
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(['"tor"', "[]", '["a"]', "[[", "[" * 5000, "1e999", '{"a":1}', "null"]),
    ),
)
def test_whatever_is_in_the_store_is_a_choice_or_a_fault(
    store: SqliteMetadataStore, name: str, value: str
) -> None:
    """Any text that stands in its place is read as a choice, or told as a fault of the store."""
    store.save_setting("network", '"offline"')
    store.save_setting("bridges", "[]")
    store.save_setting(name, value)
    kept = NetworkSettings(store)
    with suppress(StoreCorrupt):
        assert kept.mode() in {None, NetworkMode.TOR, NetworkMode.OFFLINE}
    with suppress(StoreCorrupt):
        assert all(isinstance(each, str) for each in kept.bridges())
