"""Debian's Chromium, without a screen and without any way out, driven by W3C WebDriver over loopback.

Every name that the browser looks up leads nowhere but ``lucid.test``, which is this machine: an address that is no
secure context, as an onion service is none for Chromium. What it connects to is in ``connections``.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "lucid.test"
PATIENCE_S = 30.0
_DRIVER_S = 60.0  # so long may one command take the driver
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name of a reference, by the standard
_STARTED = re.compile(r"started successfully on port (\d+)")
_QUIET = (
    "--headless=new",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=MediaRouter,OptimizationHints,Translate,DialMediaRouteProvider,HttpsUpgrades",
    "--disable-gpu",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--password-store=basic",
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--proxy-server=direct://",
)


class WebDriverRefused(AssertionError):
    """The driver says that something cannot be done; a test that meets it fails."""


@dataclass(frozen=True)
class Request:
    """One thing that a page asked for."""

    url: str
    kind: str
    failure: str = ""


class Browser:
    """One browser window. Blocking."""

    def __init__(self, port: int, session: str, net_log: Path) -> None:
        self.downloads = net_log.parent
        self._port = port
        self._session = session
        self._net_log = net_log
        self._console: list[str] = []
        self._events: list[dict[str, Any]] = []
        self._is_open = True

    def forget(self) -> None:
        """Leave the page, and forget what the console was told and what was asked for."""
        self.open("about:blank")
        self.console()
        self.requests()
        self._console, self._events = [], []

    def open(self, url: str) -> None:
        """Load a page and wait until it is loaded."""
        self._post("url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - any JSON
        """Run JavaScript in the page and give what it returns."""
        return self._post("execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, condition: str, *arguments: object) -> Any:  # noqa: ANN401 - any JSON
        """Wait until an expression over ``arguments`` is true, and give its value."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := self.run(f"return ({condition});", *arguments)):
            if time.monotonic() > deadline:
                text = self.run("return document.body.innerText;")
                raise WebDriverRefused(f"never: {condition}; the page says:\n{text}")
            time.sleep(0.02)
        return found

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until something outside the page is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise WebDriverRefused("what the page should have brought about has not come")
            time.sleep(0.02)

    def shows(self, selector: str, text: str = "") -> str:
        """Wait until something is to be seen, with a text in it; gives all its text."""
        condition = (
            "(() => { const it = document.querySelector(arguments[0]);"
            " return it && it.checkVisibility() && it.innerText.includes(arguments[1]) && (it.innerText || ' '); })()"
        )
        return str(self.wait_for(condition, selector, text))

    def click(self, selector: str) -> None:
        """Click on what a CSS selector finds."""
        self._post(f"element/{self._find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Type into a field; into a file's field, its path."""
        self._post(f"element/{self._find(selector)}/value", {"text": text})

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._post("actions", {"actions": [{"type": "key", "id": "keys", "actions": strokes}]})

    def emulate(self, command: str, **parameters: object) -> Any:  # noqa: ANN401 - any JSON
        """Give a command of the DevTools protocol."""
        return self._post("goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width: int, height: int, scheme: str, scale: int = 1) -> None:
        """Take on a size and a colour scheme (``dark`` or ``light``)."""
        self.emulate(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.emulate("Emulation.setEmulatedMedia", features=[feature])

    def picture(self, *, is_whole: bool = True) -> bytes:
        """Picture the whole page as PNG, also what lies below the window's edge; or what is to be seen just now."""
        shot = self.emulate("Page.captureScreenshot", format="png", captureBeyondViewport=is_whole)
        return base64.b64decode(shot["data"])

    def console(self) -> list[str]:
        """List what the console was told as a warning or an error, since it was last forgotten."""
        entries = self._post("se/log", {"type": "browser"})
        self._console += [
            each["message"] for each in entries if each["level"] in {"WARNING", "SEVERE"}
        ]
        return self._console

    def requests(self) -> list[Request]:
        """List all that pages asked for, since it was last forgotten; of a worker, what loads it."""
        for entry in self._post("se/log", {"type": "performance"}):
            self._events.append(json.loads(entry["message"])["message"])
        failed = {
            each["params"]["requestId"]: each["params"].get("blockedReason")
            or each["params"]["errorText"]
            for each in self._events
            if each["method"] == "Network.loadingFailed"
        }
        sent = [
            each["params"] for each in self._events if each["method"] == "Network.requestWillBeSent"
        ]
        return [
            Request(each["request"]["url"], each.get("type", ""), failed.get(each["requestId"], ""))
            for each in sent
        ]

    def close(self) -> None:
        """End the browser; only now its log of the network is whole. May be called twice."""
        if not self._is_open:
            return
        self._is_open = False
        self._call("DELETE", f"/session/{self._session}", None)

    def connections(self) -> set[str]:
        """List what the whole browser connected to or sent datagrams to, by its own log; it is closed before.

        Chromium also looks whether there would be a way to an IPv6 address, by a socket through which nothing is sent.
        """
        log = json.loads(self._net_log.read_text(encoding="utf-8"))
        kinds = log["constants"]["logEventTypes"]
        sending = {
            each["source"]["id"]
            for each in log["events"]
            if each["type"] == kinds["UDP_BYTES_SENT"]
        }
        return {
            str(each["params"]["address"])
            for each in log["events"]
            if "address" in each.get("params", {})
            and (
                each["type"] == kinds["TCP_CONNECT_ATTEMPT"]
                or (each["type"] == kinds["UDP_CONNECT"] and each["source"]["id"] in sending)
            )
        }

    def _find(self, selector: str) -> str:
        found = self._post("element", {"using": "css selector", "value": selector})
        return str(found[_ELEMENT])

    def _post(self, place: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401 - any JSON
        return self._call("POST", f"/session/{self._session}/{place}", body)

    def _call(self, method: str, path: str, body: Mapping[str, object] | None) -> Any:  # noqa: ANN401
        return call_driver(self._port, method, path, body)


def call_driver(port: int, method: str, path: str, body: Mapping[str, object] | None) -> Any:  # noqa: ANN401 - any JSON
    """Ask the driver for something and give what it answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_DRIVER_S)
    try:
        connection.request(
            method, path, json.dumps(body or {}), {"Content-Type": "application/json"}
        )
        value = json.loads(connection.getresponse().read())["value"]
    finally:
        connection.close()
    if isinstance(value, dict) and "error" in value:
        raise WebDriverRefused(f"{value['error']}: {value['message'].splitlines()[0]}")
    return value


@contextmanager
def running_browser(directory: Path, arguments: Sequence[str] = ()) -> Iterator[Browser]:
    """Run a browser whose profile lies in a new ``directory``; it is ended, with all that it started."""
    program = shutil.which("chromedriver")
    assert program is not None, "chromedriver is missing: apt-get install chromium-driver"
    directory.mkdir()
    # A home of its own: nothing of the person who runs the tests is read or written.
    environment = {**os.environ, "HOME": str(directory)}
    with (
        # A short path: the browser puts a Unix socket there.
        tempfile.TemporaryDirectory(prefix="lucid-") as short,
        (directory / "driver.log").open("wb") as log,
        subprocess.Popen(
            [program, "--port=0"],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment | {"TMPDIR": short},
            text=True,
        ) as driver,
    ):
        try:
            port = _port_of(driver)
            net_log = directory / "net-log.json"
            session = call_driver(port, "POST", "/session", _wanted(directory, net_log, arguments))
            browser = Browser(port, session["sessionId"], net_log)
            try:
                place = str(browser.downloads)
                browser.emulate("Browser.setDownloadBehavior", behavior="allow", downloadPath=place)
                yield browser
            finally:
                browser.close()
        finally:
            driver.terminate()


def _port_of(driver: subprocess.Popen[str]) -> int:
    assert driver.stdout is not None
    for line in driver.stdout:
        if found := _STARTED.search(line):
            return int(found[1])
    raise WebDriverRefused("chromedriver did not start")


def _wanted(directory: Path, net_log: Path, arguments: Sequence[str]) -> Mapping[str, object]:
    own = [f"--user-data-dir={directory / 'profile'}", f"--log-net-log={net_log}", *arguments]
    if os.geteuid() == 0:
        own.append("--no-sandbox")  # Chromium's sandbox refuses root
    options = {"args": [*_QUIET, *own]}
    wanted = {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
    }
    return {"capabilities": {"alwaysMatch": wanted}}
