"""The addresses of nodes that may be asked: those on this machine."""

from __future__ import annotations

import re

_LOOPBACK = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?/?")


def names_node_here(text: str) -> bool:
    """Tell whether this is the address of a node on this machine."""
    return _LOOPBACK.fullmatch(text) is not None
