"""Dialling, as a line sees it: an address goes in, and a connected socket comes out. How is the transport's matter."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

Dial = Callable[[str], Awaitable[socket.socket]]  # to HOST:PORT; the socket does not block

PIECE_BYTES = 64 << 10
