"""Pictures of the page for the guides: ``python -m tests.web.pictures docs/screenshots``.

The appliance is made up, and always the same; the proofs are the published examples, and are really verified.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from core.admin.page import page_files
from tests.fakes.browser import HOST, Browser, running_browser
from tests.web.bundles import example, flipped

ENTER = "\ue007"
STARTED_UTC_MS = 1_763_780_400_000
SESSION_ID = "7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11"  # that of the published examples
State = Callable[[Browser, str], None]
SIZES = {"desktop": (1000, 1000), "phone": (390, 844)}


def made_up_sessions() -> list[dict[str, object]]:
    """Make up a list of sessions, of which the first is the example's."""
    lengths = (22, 4_331, 1_804, 612)
    return [
        {
            "session_id": SESSION_ID if number == 0 else f"{number:08x}{SESSION_ID[8:]}",
            "state": "anchoring" if number == 0 else "anchored",
            "started_utc_ms": STARTED_UTC_MS - number * 93_600_000,
            "ended_utc_ms": STARTED_UTC_MS - number * 93_600_000 + 1000 * seconds,
            "duration_s": seconds,
            "chunks": 2 + seconds // 180,
            "stored_bytes": 804 + seconds * 48_000,
            "gaps": 1 if number == 0 else 0,
            "end_reason": "owner" if number % 2 == 0 else "peer_limit",
            "merkle_root": "b9719ae3fb166d893f668a1a7e6a7cdcd2d6bf2390e9d8a90f107a6f0b3eaae2",
        }
        for number, seconds in enumerate(lengths)
    ]


class MadeUpAppliance(BaseHTTPRequestHandler):
    """Answers what the page asks; ``proof`` is what it gives as the proof of every session."""

    proof = b""

    def do_GET(self) -> None:
        """Answer a call."""
        rows = made_up_sessions()
        place = self.path.partition("?")[0].split("/")
        if self.path in page_files():
            file = page_files()[self.path]
            self.answer(file.body, file.content_type)
        elif place[-1] == "sessions":
            self.answer(json.dumps({"sessions": rows, "next": None}).encode())
        elif place[-1] == "proof":
            self.answer(self.proof)
        else:
            (row,) = [each for each in rows if each["session_id"] == place[-1]]
            self.answer(json.dumps(row).encode())

    def answer(self, body: bytes, content_type: str = "application/json") -> None:
        """Send a body."""
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def made_up_appliance() -> Iterator[str]:
    """Serve the made-up appliance; gives where."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), MadeUpAppliance)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def _opened(browser: Browser, place: str) -> None:
    browser.open(place)
    browser.shows("#opening")


def _listed(browser: Browser, place: str) -> None:
    _opened(browser, place)
    browser.type("#token", "lucid_made_up" + ENTER)
    browser.shows("#list-state", "4 sessions")


def _one(browser: Browser, place: str) -> None:
    _listed(browser, place)
    browser.click("#sessions button")
    browser.shows("#one-facts", SESSION_ID)


def _verified(browser: Browser, place: str) -> None:
    MadeUpAppliance.proof, checkpoint = example("hosted")
    _one(browser, place)
    browser.click("#known-title")
    browser.type("#checkpoint", checkpoint)
    browser.click("#known-title")
    browser.click("#verify")
    browser.shows("#report-title", "Holds")


def _refused(browser: Browser, place: str) -> None:
    MadeUpAppliance.proof = flipped(example("hosted")[0], 2500)
    _one(browser, place)
    browser.click("#verify")
    browser.shows("#report-title", "Does not hold")


STATES: Mapping[str, State] = {
    "page": _opened,
    "page-sessions": _listed,
    "page-session": _one,
    "page-verified": _verified,
    "page-refused": _refused,
}


def take(directory: Path, states: Mapping[str, State] = STATES) -> list[Path]:
    """Picture states, each in two sizes and two themes; gives the files that were written."""
    written = []
    with (
        tempfile.TemporaryDirectory(prefix="lucid-") as place,
        made_up_appliance() as address,
        running_browser(Path(place) / "browser") as browser,
    ):
        for state, bring_about in states.items():
            for name, (width, height) in SIZES.items():
                for theme in ("dark", "light"):
                    browser.look(width, height, theme)
                    bring_about(browser, address)
                    browser.run(
                        "const it = document.querySelector('#report');"
                        "scrollTo(0, it.hidden ? 0 : it.getBoundingClientRect().top + scrollY - 12);"
                    )
                    path = directory / f"{state}-{name}-{theme}.png"
                    path.write_bytes(browser.picture(is_whole=False))
                    written.append(path)
    return written


if __name__ == "__main__":
    for picture in take(Path(sys.argv[1])):
        print(picture)
