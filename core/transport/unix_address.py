"""Addresses of Unix sockets, also of those that lie too deep for one.

Source: unix(7): an address has room for 107 bytes of path. A longer path is reached by way of its opened directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MOST_BYTES = 107


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """Lend an address by which the socket at ``path`` can be bound or connected to. Raises OSError."""
    if len(os.fsencode(path)) <= _MOST_BYTES:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
