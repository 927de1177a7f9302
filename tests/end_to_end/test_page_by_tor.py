"""The page by Tor: a browser with nothing but a tor that has the client key opens the address, and verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api.access import AccessGranted, GrantAccess, Scope
from core.api.commands import EndSession, SourceKind, StartSession
from core.api.events import Event, SessionProgressed
from tests.end_to_end.onion_bench import CONNECT_S, onion_appliance
from tests.end_to_end.remote_desk import until
from tests.end_to_end.test_reading_by_tor import host_of, is_reachable
from tests.fakes.browser import running_browser
from tests.fakes.front_end import FrontEnd
from tests.fakes.plain_tor import plain_tor
from tests.fakes.private_tor import PrivateTor

SCOPES = (Scope.SESSIONS, Scope.PROOFS)


@pytest.mark.timeout(240)  # the network, the appliance, a recording and a browser start in it
def test_a_reader_verifies_by_tor(tmp_path: Path, private_tor: PrivateTor, x_display: str) -> None:
    """The page, the list and the proof come over the onion address, and the browser connects to its tor alone."""
    with (
        onion_appliance(tmp_path / "data", private_tor) as owner,
        plain_tor(tmp_path / "tor", private_tor.network_lines) as tor,
    ):
        session_id = recorded(owner, x_display)
        granted: AccessGranted = owner.do(GrantAccess("auditor", SCOPES))
        until(lambda: is_reachable(owner, 1), "the appliance's address", CONNECT_S)
        tor.authorise(host_of(granted), granted.client_key)
        way = f"socks5://127.0.0.1:{tor.socks_port}"
        with running_browser(tmp_path / "browser", [f"--proxy-server={way}"]) as browser:
            browser.open(f"http://{host_of(granted)}/")
            assert browser.run("return [isSecureContext, typeof crypto.subtle];") == [
                False,
                "undefined",
            ]
            browser.type("#token", granted.token + "\ue007")
            browser.shows("#list-state", "1 session")
            browser.click("#sessions button")
            browser.shows("#one-facts", session_id)
            browser.click("#verify")
            browser.shows("#report-title", "Fits together")
            browser.shows("#report-facts", session_id)
            browser.close()
            assert browser.connections() == {f"127.0.0.1:{tor.socks_port}"}


def recorded(owner: FrontEnd, display: str) -> str:
    """Record and seal a short session; gives its ID."""
    session = owner.do(StartSession(SourceKind.DISPLAY, display))
    owner.wait_for(_has_pictures)
    owner.do(EndSession(session.session_id))
    session_id: str = session.session_id
    return session_id


def _has_pictures(event: Event) -> bool:
    return isinstance(event, SessionProgressed) and event.live.frames > 10
