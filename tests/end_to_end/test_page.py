"""The whole way: a session is recorded, sealed and anchored by a running appliance, and a reader's browser verifies it.

The checkpoint comes from the appliance's chain, by another way than the page: whoever has it need not trust the page's
other words.
"""

from __future__ import annotations

from pathlib import Path

from core.api.access import AccessGranted, GrantAccess, Scope
from core.api.commands import (
    CreateVault,
    EndSession,
    ListSessions,
    ReadChain,
    Secret,
    ShowSession,
    SourceKind,
    StartSession,
    WaitForAnchor,
)
from core.api.events import Event, SessionProgressed
from core.api.snapshots import SessionDetail, SessionState
from core.storage.data_directory import DataDirectory
from tests.fakes.browser import HOST, Browser, running_browser
from tests.fakes.front_end import FrontEnd, running_engine
from tests.web.appliance import relayed
from tests.web.bundles import flipped

PASSPHRASE = Secret("a passphrase for readers")
SCOPES = (Scope.SESSIONS, Scope.MANIFESTS, Scope.PROOFS)
NOT_MADE = {"chunks", "chunk contents", "trail"}  # a proof holds nothing of the recording


def test_a_reader_verifies_what_an_appliance_has_anchored(
    data_directory: Path, x_display: str, tmp_path: Path
) -> None:
    """With the device's fingerprint and a trusted block every check holds; a proof that was changed does not."""
    with running_engine(data_directory) as front_end, running_browser(tmp_path / "b") as browser:
        front_end.do(CreateVault(PASSPHRASE))
        detail = recorded(front_end, x_display)
        granted: AccessGranted = front_end.do(GrantAccess("auditor", SCOPES))
        with relayed(DataDirectory(data_directory).reading) as relay:
            browser.open(f"http://{HOST}:{relay.server.server_address[1]}/")
            browser.type("#token", granted.token + "\ue007")
            browser.shows("#sessions", "anchored")
            browser.click("#sessions button")
            browser.shows("#one-facts", detail.summary.session_id)
            browser.click("#known-title")
            browser.type("#device", detail.device_fingerprint)
            browser.type("#checkpoint", sealed_in(detail))
            browser.click("#verify")
            browser.shows("#report-title", "Holds, as far as the block that you trust does.")
            assert not_held(browser) == dict.fromkeys(NOT_MADE, "not_checked")
            relay.bend = lambda path, got: (
                type(got)(got.status, got.headers, flipped(got.body, len(got.body) // 3))
                if path.endswith("/proof")
                else got
            )
            browser.click("#verify")
            browser.shows("#report-title", "Does not hold")
            assert not_held(browser)["bundle integrity"] == "fails"


def recorded(front_end: FrontEnd, display: str) -> SessionDetail:
    """Record a short session and wait until it is anchored."""
    session = front_end.do(StartSession(SourceKind.DISPLAY, display))
    front_end.wait_for(_has_pictures)
    front_end.do(EndSession(session.session_id))
    done = front_end.do(WaitForAnchor(session.session_id))
    assert done.state is SessionState.ANCHORED
    assert front_end.do(ListSessions()) == (done,)
    assert front_end.do(ReadChain()).waiting_anchors == 0
    detail: SessionDetail = front_end.do(ShowSession(session.session_id))
    return detail


def sealed_in(detail: SessionDetail) -> str:
    """Give the hash of the last block that holds an anchor of the session."""
    hashes = {each.block_number: each.block_hash for each in detail.anchors}
    found = hashes[max(number for number in hashes if number is not None)]
    assert found is not None
    return found


def not_held(browser: Browser) -> dict[str, str]:
    """Give the checks that do not hold, with how they are shown."""
    rows = browser.run(
        "return Array.from(document.querySelectorAll('#checks > li:not(.holds)'),"
        " each => [each.querySelector('.outcome').innerText.split(': ')[1], each.className]);"
    )
    return dict(rows)


def _has_pictures(event: Event) -> bool:
    return isinstance(event, SessionProgressed) and event.live.frames > 10
