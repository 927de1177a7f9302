"""Session IDs as people and programs write them."""

from __future__ import annotations

from uuid import UUID

from core.errors import SessionUnknown


def parse_session_id(text: str) -> UUID:
    """Read a session ID; one that is no UUID belongs to no session: SessionUnknown."""
    try:
        return UUID(text)
    except ValueError as error:
        raise SessionUnknown(session_id=text) from error
