"""Every capability and every length has words."""

from __future__ import annotations

import pytest

from core.api.permissions import Capability, GrantLength
from lucid_gui.style.resources import ICONS
from lucid_gui.text.capabilities import capability_named, length_text, words_of


@pytest.mark.parametrize("capability", Capability)
def test_every_capability_has_words_and_an_icon(capability: Capability) -> None:
    """Its question names the peer, and says what will happen in a whole sentence."""
    words = words_of(capability)
    assert "%1" in words.wants
    assert words.happens.endswith(".")
    assert all(words)
    assert (ICONS / f"{words.icon}.svg").is_file()
    assert capability_named(capability.value) is capability


def test_no_two_capabilities_are_said_alike() -> None:
    """A chip is known by its name and by its icon."""
    said = [words_of(each) for each in Capability]
    for field in ("icon", "name", "may", "wants", "allow"):
        assert len({getattr(each, field) for each in said}) == len(said)


def test_each_length_is_said() -> None:
    """Five minutes is the shortest."""
    assert [length_text(each) for each in GrantLength] == ["5 min", "15 min", "Until the end"]


def test_a_later_versions_capability_has_no_words() -> None:
    """It is not taken for another one."""
    assert capability_named("teleport") is None
