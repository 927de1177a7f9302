"""A client key is written as tor reads it, with whatever it is handed out."""

from __future__ import annotations

import pytest

from core.api.access import Access, AccessGranted, Scope
from core.api.client_auth import client_auth_line
from core.api.hosting import Invitation

HOST = "a" * 56


@pytest.mark.parametrize("address", [f"{HOST}.onion", f"{HOST}.onion:80", f"{HOST}.onion:3389"])
def test_a_key_is_written_for_any_tor(address: str) -> None:
    """Invitations and accesses write the same line, which has neither suffix nor port."""
    line = f"{HOST}:descriptor:x25519:KEY"
    access = Access("0" * 16, "x", (Scope.HEALTH,), 0, 0)
    assert client_auth_line(address, "KEY") == line
    assert AccessGranted(access, "token", "KEY", address, "link").client_auth == line
    assert Invitation(address, "code", "00", 0, "link", "KEY").client_auth == line


def test_where_nothing_is_to_be_opened_there_is_no_line() -> None:
    """Neither for this machine's own ports, nor before an appliance has an address."""
    access = Access("0" * 16, "x", (Scope.HEALTH,), 0, 0)
    assert AccessGranted(access, "token", "KEY", "", "").client_auth == ""
    assert Invitation("127.0.0.1:3389", "code", "00", 0, "link").client_auth == ""
