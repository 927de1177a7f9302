"""Invitation text: how somebody comes to a session, in lines for people and members for programs."""

from __future__ import annotations

import io
from collections.abc import Iterator

from core.api.hosting import Invitation
from core.cli.answer import plain

_WHITE_ON_BLACK, _AS_BEFORE = "\x1b[97;40m", "\x1b[0m"  # ECMA-48, SGR
TOR_SOCKS = "socks5://127.0.0.1:9050"  # where a tor on the other person's machine listens, unless it is told otherwise


def invitation_lines(invitation: Invitation) -> Iterator[str]:
    """Give what somebody needs to come, line by line."""
    yield f"address       {invitation.address}"
    yield f"code          {invitation.code}"
    yield f"certificate   SHA-256 {invitation.certificate_sha256}"
    yield f"link          {invitation.link}"
    if invitation.client_key:
        yield f"for any tor   {invitation.client_auth}"


def invitation_members(invitation: Invitation) -> dict[str, object]:
    """Give the same to programs."""
    members: dict[str, object] = dict(plain(invitation))
    return members | ({"client_auth": invitation.client_auth} if invitation.client_key else {})


def connect_line(invitation: Invitation, width: int, height: int) -> str:
    """Write the command by which FreeRDP connects."""
    way = f" /proxy:{TOR_SOCKS}" if invitation.client_key else ""
    who = f"/u:NAME /p:{invitation.code} /size:{width}x{height}"
    return f"xfreerdp /v:{invitation.address}{way} {who}"


def qr_code(text: str) -> Iterator[str]:
    """Draw a QR code for a terminal, two of its rows a line: dark on white, whatever colours the terminal has."""
    import segno

    drawn = io.StringIO()
    segno.make_qr(text, error="l").terminal(drawn, border=4, compact=True)
    for line in drawn.getvalue().splitlines():
        yield f"{_WHITE_ON_BLACK}{line}{_AS_BEFORE}"
