"""Settings keep to their bounds and survive; a refusal says what would be taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config.settings import DEFAULTS, Settings
from core.errors import SettingOutOfBounds
from core.storage.sqlite_metadata import SqliteMetadataStore


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Give settings over a store of their own."""
    store = SqliteMetadataStore(tmp_path / "lucid.db")
    yield Settings(store)
    store.close()


def test_everything_has_its_default(settings: Settings) -> None:
    """Before a change each setting is what it is out of the box."""
    assert settings.all() == DEFAULTS
    assert settings.number("progress_interval_min") == 10


@pytest.mark.parametrize(
    "name, value",
    [
        *[("progress_interval_min", value) for value in (1, 120)],
        *[("frames_per_second", value) for value in (5, 30)],
        *[("theme", value) for value in ("dark", "light", "contrast")],
        *[("rotation", value) for value in (0, 90, 180, 270)],
    ],
)
def test_what_is_within_bounds_is_kept(settings: Settings, name: str, value: int | str) -> None:
    """A value at the bound is taken and read back, with its default beside it."""
    changed = settings.change(name, value)
    assert changed.value == value
    assert changed in settings.all()
    assert sum(each.value != each.default for each in settings.all()) <= 1


@pytest.mark.parametrize(
    "name, value, reason",
    [
        ("progress_interval_min", 0, "it is at least 1"),
        ("progress_interval_min", 121, "it is at most 120"),
        ("progress_interval_min", True, "it takes a value of type int"),
        ("progress_interval_min", 10.5, "it takes a value of type int"),
        ("frames_per_second", 31, "it is at most 30"),
        ("theme", "pink", "it takes one of dark, light, contrast"),
        ("theme", 1, "it takes a value of type str"),
        ("rotation", 45, "it takes one of 0, 90, 180, 270"),
        ("rotation", "90", "it takes a value of type int"),
        ("taste", "salt", "there is no such setting"),
    ],
)
def test_what_is_out_of_bounds_is_refused(
    settings: Settings, name: str, value: str | float, reason: str
) -> None:
    """Nothing is changed, and the reason says what would be taken."""
    with pytest.raises(SettingOutOfBounds) as refusal:
        settings.change(name, value)
    assert refusal.value.facts["name"] == name
    assert refusal.value.facts["reason"] == reason
    assert settings.all() == DEFAULTS
