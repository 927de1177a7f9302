"""Members of an object are taken by their type and bounds, and what is wrong is named."""

from __future__ import annotations

from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical.documents import Json
from core.canonical.fields import Fields
from core.errors import ManifestMalformed

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


class Colour(Enum):
    """What a member may be."""

    RED = "red"
    BLUE = "blue"


def fields(value: Json) -> Fields:
    """Make the fields of an object with one member."""
    return Fields({"it": value}, lambda field: ManifestMalformed(field=field))


@given(JSON)
def test_a_whole_number_or_null(value: Json) -> None:
    """Null is none, a number within bounds is itself, and everything else, and nothing at all, is named."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000
    if value is None or is_number:
        assert fields(value).optional_whole("it", most=1000) == value
        return
    with pytest.raises(ManifestMalformed) as wrong:
        fields(value).optional_whole("it", most=1000)
    assert wrong.value.facts == {"field": "it"}


def test_what_is_not_there_is_not_null() -> None:
    """A member that may be null must be there."""
    with pytest.raises(ManifestMalformed):
        fields(1).optional_whole("other")


@given(st.lists(st.sampled_from(["red", "blue", "green", 1, None, []]), max_size=3))
def test_choices_are_of_the_enumeration(values: list[Json]) -> None:
    """As many as there are, each of them known; else the member is named."""
    if len(values) <= len(Colour) and all(value in ("red", "blue") for value in values):
        assert [each.value for each in fields(values).choices("it", Colour)] == values
        return
    with pytest.raises(ManifestMalformed):
        fields(values).choices("it", Colour)
