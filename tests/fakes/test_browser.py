"""The browser of tests sees what it is there to see: what a page asks for, is told, and connects to."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.fakes import browser as browsers
from tests.fakes.browser import Request, WebDriverRefused, running_browser


def test_what_a_page_does_is_seen(tmp_path: Path) -> None:
    """A request to a name leads nowhere, one to a port of this machine arrives, and both are told of."""
    page = tmp_path / "page.html"
    page.write_text("<p id='here'>here</p><p id='not' hidden>not here</p>", encoding="utf-8")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        running_browser(tmp_path / "b") as browser,
    ):
        port = server.getsockname()[1]
        browser.open(page.as_uri())
        assert browser.shows("#here") == "here"
        ask = "return fetch(arguments[0], { mode: 'no-cors' }).then(() => 'came', error => error.name);"
        assert browser.run(ask, "http://elsewhere.example/x") == "TypeError"
        browser.run(
            "fetch(arguments[0], { mode: 'no-cors' }).catch(() => {});", f"http://127.0.0.1:{port}/"
        )
        server.accept()[0].close()
        assert (
            Request("http://elsewhere.example/x", "Fetch", "net::ERR_NAME_NOT_RESOLVED")
            in browser.requests()
        )
        assert any("ERR_NAME_NOT_RESOLVED" in line for line in browser.console())
        browser.forget()
        assert (browser.requests(), browser.console()) == ([], [])
        browser.close()
        assert browser.connections() == {f"127.0.0.1:{port}"}


def test_what_does_not_come_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is never to be seen, cannot be found or is no JavaScript fails, and says what it was."""
    monkeypatch.setattr(browsers, "PATIENCE_S", 0.2)
    page = tmp_path / "page.html"
    page.write_text("<p id='not' hidden>not here</p>", encoding="utf-8")
    with running_browser(tmp_path / "b") as browser:
        browser.open(page.as_uri())
        with pytest.raises(WebDriverRefused, match="never"):
            browser.shows("#not")
        with pytest.raises(WebDriverRefused, match="no such element"):
            browser.click("#nobody")
        with pytest.raises(WebDriverRefused, match="javascript error"):
            browser.run("return nobody.there;")
        with pytest.raises(WebDriverRefused, match="has not come"):
            browser.wait_until(lambda: False)
