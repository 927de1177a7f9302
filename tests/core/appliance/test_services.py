"""What concerns hosted and joined sessions alike."""

from __future__ import annotations

import asyncio

import pytest

from core.appliance.services import let_nobody_act
from core.errors import StorageFull


class Closing:
    """Closes, or fails as told."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.closed, self._failure = 0, failure

    async def close(self) -> None:
        """Count, and fail."""
        self.closed += 1
        if self._failure is not None:
            raise self._failure


def test_a_session_that_cannot_be_closed_keeps_nobody_in_the_other() -> None:
    """Both are denied everything, whatever goes wrong with the first."""
    hosting, joining = Closing(StorageFull(path="x")), Closing()
    with pytest.raises(StorageFull):
        asyncio.run(let_nobody_act(hosting, joining))  # type: ignore[arg-type]
    assert (hosting.closed, joining.closed) == (1, 1)
