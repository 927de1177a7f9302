"""A word with a tor of the tests at its control socket (control-spec), which asks for no authentication."""

from __future__ import annotations

import socket
from pathlib import Path

_ANSWER_S = 30.0


def tell(control_socket: Path, command: str) -> str:
    """Have it carry out a command; gives what it answers."""
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(_ANSWER_S)
        control.connect(str(control_socket))
        control.sendall(f"AUTHENTICATE\r\n{command}\r\nQUIT\r\n".encode("ascii"))
        with control.makefile("r", encoding="ascii") as answers:
            first, *said = answers.read().splitlines()
    assert first.startswith("250"), first
    assert said[0].startswith("25"), said
    return "\n".join(said)
