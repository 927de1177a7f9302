"""How a service tells how far a long command is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called on the engine's thread; coalesced before it reaches a front end."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell that ``done`` of ``total`` of a stage is done."""
