"""The pictures for the guides show an appliance that is made up, and is told as a real one is."""

from __future__ import annotations

import struct
from pathlib import Path

from core.admin.schemas import SCHEMAS
from tests.web import pictures


def test_the_made_up_sessions_have_the_members_of_real_ones() -> None:
    """Nothing is shown that a real appliance would not tell."""
    real = SCHEMAS["Session"]["properties"]
    assert all(set(row) <= set(real) for row in pictures.made_up_sessions())


def test_a_state_is_pictured(tmp_path: Path) -> None:
    """Each size and theme gives a picture of that size, whose proof was really verified."""
    states = {"page-verified": pictures.STATES["page-verified"]}
    written = pictures.take(tmp_path, states)
    assert len(written) == 2 * len(pictures.SIZES)
    for path in written:
        size = struct.unpack(">II", path.read_bytes()[16:24])
        assert size == pictures.SIZES[path.stem.split("-")[2]]
