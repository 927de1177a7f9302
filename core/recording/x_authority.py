"""An X authority file with one fresh cookie that fits any display number.

The format is that of libXau: big-endian counted strings. An entry of the family "wild" without a
display number fits every display, so that the file can be written before the server has chosen one.
"""

from __future__ import annotations

import secrets
import struct
from pathlib import Path

from core.runtime.files import write_atomically

_FAMILY_WILD = 65535
_SCHEME = b"MIT-MAGIC-COOKIE-1"
_COOKIE_BYTES = 16


def write_x_authority(path: Path) -> None:
    """Write a fresh cookie to ``path``, readable by the owner only."""
    fields = (b"", b"", _SCHEME, secrets.token_bytes(_COOKIE_BYTES))
    entry = struct.pack(">H", _FAMILY_WILD)
    entry += b"".join(struct.pack(">H", len(field)) + field for field in fields)
    write_atomically(path, entry)


def forget_x_authority(path: Path) -> None:
    """Remove the file; the cookie is worthless once its server has ended."""
    path.unlink(missing_ok=True)
