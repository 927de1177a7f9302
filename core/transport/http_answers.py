"""Tells an answer that is no HTTP from a connection that failed."""

from __future__ import annotations

from http.client import HTTPException


def is_no_http(error: BaseException) -> bool:
    """Tell whether what answered speaks something else than HTTP, or hung up on it."""
    return isinstance(error, HTTPException)
