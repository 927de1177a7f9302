"""The page in a real browser, against a real admin API: what a reader does, sees and is told."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.admin.desk import Rates
from core.admin.limits import Rate
from core.admin.page import WEB
from core.api.access import RevokeAccess, Scope
from tests.core.admin.admin_bench import PLENTY, Got
from tests.fakes.browser import HOST, Browser, running_browser
from tests.web.appliance import ReadableAppliance, readable_appliance
from tests.web.bundles import example, flipped, put_together, sections_of

TAB, ENTER = "\ue004", "\ue007"
# Chromium says this of every page that comes by plain HTTP; an onion service's needs nothing else.
USUAL = "Cross-Origin-Opener-Policy header has been ignored"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give a browser."""
    with running_browser(tmp_path_factory.mktemp("browser") / "one") as found:
        yield found


@pytest.fixture
def appliance(tmp_path: Path) -> Iterator[ReadableAppliance]:
    """Give an appliance that can be read from afar, with one sealed session."""
    with readable_appliance(tmp_path / "data") as found:
        found.do(found.at.seal())
        yield found


@pytest.fixture
def page(browser: Browser, appliance: ReadableAppliance) -> Iterator[Browser]:
    """Open the page; afterwards nothing was asked of anybody else, and the console has nothing unusual."""
    browser.forget()
    browser.open(origin(appliance))
    yield browser
    assert unusual(browser) == []
    own = (origin(appliance), f"blob:{origin(appliance)}")
    assert [each.url for each in browser.requests() if not each.url.startswith(own)] == []


def origin(appliance: ReadableAppliance) -> str:
    """Say where the page is."""
    return f"http://{HOST}:{appliance.port}/"


def unusual(browser: Browser) -> list[str]:
    """List what the console was told, but for what Chromium says of every refusal by HTTP."""
    usual = re.compile(
        rf"{USUAL}|Failed to load resource: .*(?:status of (?:4|5)\d\d|ERR_EMPTY_RESPONSE)"
    )
    return [line for line in browser.console() if not usual.search(line)]


def show_sessions(page: Browser, appliance: ReadableAppliance, *scopes: Scope) -> str:
    """Come in with a new token; gives it."""
    token = appliance.do(appliance.at.grant(*scopes)).token
    page.type("#token", token + ENTER)
    return token


def open_session(page: Browser, appliance: ReadableAppliance) -> None:
    """Come in and open the only session."""
    show_sessions(page, appliance)
    page.shows("#list-state", "1 session")
    page.click("#sessions button")
    page.shows("#one-title", "Session of")


def outcomes(page: Browser) -> dict[str, str]:
    """Read what is shown of each check: its name, and how it is shown."""
    return dict(
        page.run(
            "return Array.from(document.querySelectorAll('#checks > li'),"
            " each => [each.querySelector('.outcome').innerText.split(': ')[1], each.className]);"
        )
    )


def test_it_lists_opens_and_verifies(page: Browser, appliance: ReadableAppliance) -> None:
    """A reader pastes a token, sees the session and its facts, and has its proof checked in the browser."""
    open_session(page, appliance)
    (row,) = appliance.do(appliance.at.get("/v1/sessions", _token(appliance))).json["sessions"]
    facts = page.shows("#one-facts", row["session_id"])
    assert row["merkle_root"] in facts
    page.click("#verify")
    assert page.shows("#report-title", "Nothing from outside confirms it yet")
    assert row["session_id"] in page.shows("#report-facts")
    found = outcomes(page)
    assert found["device signature"] == found["policy"] == found["merkle root"] == "holds"
    assert found["sealed anchor"] == found["header trust"] == "not_checked"
    assert "Not checked: " in page.shows("#report-rests")
    assert page.run("return document.activeElement.id;") == "report-title"


def test_a_bad_proof_is_refused(page: Browser, appliance: ReadableAppliance) -> None:
    """A proof in which the appliance, or who is between, changed anything does not hold, and says what failed."""
    token = _token(appliance)
    session_id = appliance.do(appliance.at.get("/v1/sessions", token)).json["sessions"][0][
        "session_id"
    ]
    whole = appliance.do(appliance.at.get(f"/v1/sessions/{session_id}/proof", token)).body
    sections = sections_of(whole)
    signatures = sections["signatures"].replace(b'"device_signature":"', b'"device_signature":"00')
    spoiled = {
        "bundle integrity": flipped(whole, len(whole) // 2),
        "device signature": put_together(sections | {"signatures": _without_two(signatures)}),
        "merkle root": put_together(
            sections | {"manifest": _other_root(sections["manifest"])},
        ),
    }
    open_session(page, appliance)
    for name, proof in spoiled.items():
        appliance.serve_proof(proof)
        page.click("#verify")
        page.wait_for(
            "document.querySelector('#report').checkVisibility()"
            " && document.querySelector('#report-rests').innerText.includes(arguments[0])",
            name,
        )
        assert page.shows("#report-title", "Does not hold")
        assert outcomes(page)[name] == "fails"
        assert "Do not rely on it" in page.shows("#report-title")


def _without_two(signatures: bytes) -> bytes:
    """Take the last two digits from the device's signature, which has two in front that are too many."""
    start = signatures.index(b'"device_signature":"') + len(b'"device_signature":"')
    return signatures[: start + 128] + signatures[start + 130 :]


def _other_root(manifest: bytes) -> bytes:
    start = manifest.index(b'"merkle_root":"') + len(b'"merkle_root":"')
    return manifest[:start] + b"00" * 32 + manifest[start + 64 :]


def test_the_proof_of_another_session_is_not_taken(
    page: Browser, appliance: ReadableAppliance
) -> None:
    """A proof that holds, and is that of another session, is told as such and not shown as a result."""
    appliance.serve_proof(example()[0])
    open_session(page, appliance)
    page.click("#verify")
    assert page.shows("#problem-what", "another session")
    assert not page.run("return document.querySelector('#report').checkVisibility();")


def test_the_facts_of_another_session_are_not_shown(
    page: Browser, appliance: ReadableAppliance
) -> None:
    """Where the appliance answers with another session than the one that was opened, that is said."""
    other = re.compile(rb'(?<="session_id": ")[0-9a-f]{8}')
    appliance.relay.bend = lambda path, got: (
        replace(got, body=other.sub(b"00000000", got.body)) if "/v1/sessions/" in path else got
    )
    show_sessions(page, appliance)
    page.shows("#list-state", "1 session")
    page.click("#sessions button")
    assert page.shows("#problem-what", "facts of another session")


def test_each_file_is_fetched_once(page: Browser, appliance: ReadableAppliance) -> None:
    """The worker takes the verifier from what the page has loaded: through Tor a second time takes long."""
    open_session(page, appliance)
    for _ in range(2):
        page.click("#verify")
        page.shows("#report-title", "Fits together")
    files = [path for path in appliance.relay.asked if path.startswith("/assets/")]
    assert sorted(set(files)) == sorted(files)


def test_a_page_that_is_not_whole_says_so(browser: Browser, appliance: ReadableAppliance) -> None:
    """Where one of its files does not arrive, the page offers nothing and says what to do; whole again, it works."""
    browser.forget()
    for missing in ("octets.js", "rlp.js", "verification.js", "page.js"):
        appliance.bend(missing, lambda got: Got(429, got.headers, b""))
        browser.open(origin(appliance))
        assert browser.shows("#loading", "load it again")
        assert not browser.run("return document.querySelector('#file').checkVisibility();")
    appliance.bend("nothing", lambda got: got)
    browser.emulate("Network.clearBrowserCache")
    browser.open(origin(appliance))
    browser.shows("#token")
    assert not browser.run("return document.querySelector('#loading').checkVisibility();")


def test_what_is_under_way_can_be_stopped(page: Browser, appliance: ReadableAppliance) -> None:
    """Stop ends the fetching of a proof; nothing is shown of it afterwards, and it can be begun anew."""
    goes_on = threading.Event()

    def held(got: Got) -> Got:
        goes_on.wait(20)
        return got

    open_session(page, appliance)
    appliance.bend("/proof", held)
    page.click("#verify")
    page.shows("#working", "Fetching the proof")
    page.click("#stop")
    page.wait_for("!document.querySelector('#working').checkVisibility()")
    goes_on.set()
    page.click("#verify")
    page.shows("#report-title", "Fits together")


def test_what_is_no_proof_is_told(page: Browser, appliance: ReadableAppliance) -> None:
    """What is damaged beyond reading says so, and what is too large is not read to its end."""
    open_session(page, appliance)
    for body in (b"", b"nonsense", b"\xff" * 4096):
        appliance.serve_proof(body)
        page.click("#verify")
        page.shows("#checks", "This is not a readable evidence bundle")
        assert set(outcomes(page).values()) == {"fails", "not_checked"}
    appliance.serve_proof(bytes((64 << 20) + 1))
    page.click("#verify")
    assert page.shows("#problem-what", "larger than the 64 MiB")
    assert "lucid proof verify" in page.shows("#problem-next")


def test_the_kept_proof_is_the_one_that_was_checked(
    page: Browser, appliance: ReadableAppliance
) -> None:
    """The bytes that were checked can be kept as a file, named after the session."""
    open_session(page, appliance)
    served: list[bytes] = []
    appliance.bend("/proof", lambda got: served.append(got.body) or got)  # type: ignore[func-returns-value]
    page.click("#verify")
    page.shows("#report-title")
    page.click("#keep")
    name = page.run("return document.querySelector('#keep').download;")
    assert re.fullmatch(r"[0-9a-f-]{36}\.lucid", name)
    kept = page.downloads / name
    page.wait_until(kept.exists)
    assert [kept.read_bytes()] == served


def test_a_wrong_token_is_told(page: Browser, appliance: ReadableAppliance) -> None:
    """A token that nobody has, one that was revoked and one of another scope each get a sentence and a next step."""
    page.type("#token", "lucid_nonsense" + ENTER)
    assert "does not open this" in page.shows("#problem-what", "token")
    assert page.shows("#problem-next", "ask the owner")
    assert page.run("return document.querySelector('#token').value;") == ""
    revoked = appliance.do(appliance.at.grant())
    appliance.do(appliance.at.access.revoke(RevokeAccess(revoked.access.access_id)))
    page.type("#token", revoked.token + ENTER)
    assert page.shows("#problem-what", "revoked")
    show_sessions(page, appliance, Scope.HEALTH)
    assert page.shows("#problem-what", "lacks the scope")


def test_an_access_that_expires_meanwhile_is_told(
    page: Browser, appliance: ReadableAppliance
) -> None:
    """A token that was good and has expired does not open what it did."""
    open_session(page, appliance)
    appliance.at.clock.ahead_s = 91 * 86_400
    page.click("#verify")
    assert page.shows("#problem-what", "expired")


def test_an_appliance_that_is_gone_is_told_and_tried_again(
    page: Browser, appliance: ReadableAppliance
) -> None:
    """Where nobody answers, the page says so, and goes on where it was once somebody does."""
    open_session(page, appliance)
    appliance.relay.is_gone = True
    page.click("#verify")
    assert page.shows("#problem-what", "does not answer")
    appliance.relay.is_gone = False
    page.click("#again")
    assert page.shows("#report-title", "Fits together")


def test_a_locked_vault_is_told(page: Browser, appliance: ReadableAppliance) -> None:
    """The appliance's own sentence is shown where it can answer nothing just now."""
    body = b'{"detail":"The vault is <b>locked</b>.","next_step":"Unlock it there."}'
    appliance.bend("sessions?limit=50", lambda got: Got(503, got.headers, body))
    show_sessions(page, appliance)
    assert page.shows("#problem-what") == "The vault is <b>locked</b>."
    assert page.shows("#problem-next") == "Unlock it there."


def test_nothing_of_the_appliance_becomes_markup(
    page: Browser, appliance: ReadableAppliance
) -> None:
    """A session whose facts are markup is shown as text, and no script of it runs."""
    evil = b'"<img src=x onerror=document.title=1><script>document.title=1</script>"'
    marked = re.compile(rb'(?<="(?:state)": )"[a-z_]+"')
    appliance.relay.bend = lambda path, got: (
        replace(got, body=marked.sub(evil, got.body)) if "/v1/" in path else got
    )
    show_sessions(page, appliance)
    assert page.shows("#sessions", "<img src=x")
    page.click("#sessions button")
    assert page.shows("#one-facts", "<script>")
    assert page.run("return document.title;") == "Lucid: sessions and proofs"
    assert page.run("return document.querySelectorAll('main img').length;") == 0


def test_the_token_stays_in_the_tab(page: Browser, appliance: ReadableAppliance) -> None:
    """The token is in no address, no storage and no field; leaving forgets it, and so does loading the page anew."""
    token = show_sessions(page, appliance)
    page.shows("#list-state", "1 session")
    kept = page.run(
        "return [location.href, document.cookie, document.documentElement.outerHTML,"
        " document.querySelector('#token').value, ...Object.values(localStorage), ...Object.values(sessionStorage)];"
    )
    assert all(token not in each for each in kept)
    assert all(token not in each for each in appliance.relay.asked)
    page.click("#leave")
    page.shows("#opening")
    assert page.run("return document.querySelector('#sessions').childElementCount;") == 0
    show_sessions(page, appliance)
    page.shows("#list-state", "1 session")
    page.open(origin(appliance))
    page.shows("#opening")


def test_it_is_used_by_keyboard_alone(page: Browser, appliance: ReadableAppliance) -> None:
    """Tab and Enter lead from the token to the report, and the focus goes along with what is shown."""
    token = _token(appliance)
    page.press(TAB)
    assert page.run("return document.activeElement.id;") == "token"
    page.press(*token, TAB, ENTER)
    page.wait_for("document.activeElement.id === 'list-title'")
    page.press(TAB, TAB, ENTER)
    page.wait_for("document.activeElement.id === 'one-title'")
    page.press(TAB, ENTER)
    page.wait_for("document.activeElement.id === 'report-title'")
    unnamed = page.run(
        "return Array.from(document.querySelectorAll('input, button, a, progress, section'))"
        ".filter(each => !(each.labels?.length || each.hasAttribute('aria-labelledby')"
        " || each.innerText.trim() || each.getAttribute('role') || each.hidden)).map(each => each.id);"
    )
    assert unnamed == []


def test_a_pin_that_cannot_be_is_refused(page: Browser, appliance: ReadableAppliance) -> None:
    """What the reader knows from elsewhere is used, and what cannot be it is named before anything is fetched."""
    open_session(page, appliance)
    page.click("#known-title")
    page.type("#device", "12ab")
    page.click("#verify")
    assert page.shows("#problem-what", "Fingerprint of the device")
    assert page.run("return document.activeElement.id;") == "device"
    assert not any(path.endswith("/proof") for path in appliance.relay.asked)
    page.run("document.querySelector('#device').value = '';")
    page.type("#device", "AB " * 32)
    page.click("#verify")
    page.shows("#report-title", "Does not hold")
    assert outcomes(page)["device signature"] == "fails"


def test_the_policy_of_the_page_is_in_force(browser: Browser, appliance: ReadableAppliance) -> None:
    """An inline script, an inline style, a handler, eval and a request to elsewhere are stopped by the browser."""
    browser.forget()
    browser.open(origin(appliance))
    browser.shows("#opening")
    assert browser.run("return [isSecureContext, typeof crypto.subtle];") == [False, "undefined"]
    browser.run(
        "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
        "document.body.append(script);"
        "const image = document.createElement('img'); image.src = 'x:y';"
        "image.setAttribute('onerror', 'window.ran = 2');"
        "document.body.append(image);"
        "const style = document.createElement('style'); style.textContent = 'body { display: none }';"
        "document.head.append(style);"
    )
    # What the driver itself runs may use eval; what it leaves behind may not.
    browser.run("setTimeout('window.ran = 3'); setTimeout(() => { window.isLater = true; });")
    browser.wait_for("window.isLater")
    for target in ("http://127.0.0.1:9/x", "https://example.org/", f"http://{HOST}:1/x"):
        refused = browser.run(
            "return fetch(arguments[0]).then(() => 'sent', error => error.name);", target
        )
        assert refused == "TypeError"
    told = "\n".join(browser.console())
    for directive in (
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
    ):
        assert directive in told
    assert browser.run("return [window.ran ?? null, getComputedStyle(document.body).display];") == [
        None,
        "block",
    ]


def test_many_sessions_come_in_pages(browser: Browser, tmp_path: Path) -> None:
    """None is told as none, and more than fit on one page come when they are asked for."""
    with readable_appliance(tmp_path / "data") as appliance:
        browser.forget()
        browser.open(origin(appliance))
        show_sessions(browser, appliance)
        browser.shows("#list-state", "Nothing was recorded here yet")
        for _ in range(3):
            appliance.do(appliance.at.seal())
        appliance.relay.bend = _two_at_once(appliance)
        browser.click("#leave")
        show_sessions(browser, appliance)
        browser.shows("#list-state", "2 sessions")
        browser.click("#more")
        browser.shows("#list-state", "3 sessions")
        assert not browser.run("return document.querySelector('#more').checkVisibility();")
        assert unusual(browser) == []


def _two_at_once(appliance: ReadableAppliance):  # noqa: ANN202 - a Bend
    """Give pages of two sessions instead of fifty."""
    relay = appliance.relay

    def bent(path: str, got: Got) -> Got:
        if "limit=50" not in path:
            return got
        token = {"Authorization": f"Bearer {_token(appliance)}"}
        return relay.fetch(path.replace("limit=50", "limit=2"), token)

    return bent


def test_too_many_calls_say_when_to_come_again(browser: Browser, tmp_path: Path) -> None:
    """A reader that asks too often is told after how many seconds it can go on."""
    rates = replace(PLENTY, **{_of_access(): Rate(per_minute=2, burst=1)})
    with readable_appliance(tmp_path / "data", rates=rates) as appliance:
        browser.forget()
        browser.open(origin(appliance))
        token = show_sessions(browser, appliance)
        browser.shows("#list-state")
        browser.click("#leave")
        browser.type("#token", token + ENTER)
        assert browser.shows("#problem-what", "too often")
        assert re.fullmatch(r"Try again in \d+ seconds\.", browser.shows("#problem-next"))
        assert browser.shows("#again")


def _of_access() -> str:
    return next(iter(Rates.__dataclass_fields__))


def _token(appliance: ReadableAppliance) -> str:
    return appliance.do(appliance.at.grant()).token


def test_from_a_disk_it_needs_no_appliance(browser: Browser, tmp_path: Path) -> None:
    """Opened from a disk, the page verifies good and bad files, asks nobody for anything, and could not."""
    data, checkpoint = example()
    good, bad = tmp_path / "good.lucid", tmp_path / "bad.lucid"
    good.write_bytes(data)
    bad.write_bytes(flipped(data, 5000))
    browser.forget()
    browser.open((WEB / "index.html").as_uri())
    assert "It reaches no network" in browser.shows("#trust")
    assert not browser.run("return document.querySelector('#opening').checkVisibility();")
    browser.type("#bundle", str(good))
    browser.shows("#report-title", "Fits together")
    browser.click("#known-title")
    browser.type("#checkpoint", "0x" + checkpoint)
    browser.type("#bundle", str(good))
    browser.shows("#report-title", "Holds, as far as the block that you trust does.")
    assert outcomes(browser)["header trust"] == "holds"
    browser.type("#bundle", str(bad))
    browser.shows("#report-title", "Does not hold: ")
    assert outcomes(browser)["bundle integrity"] == "fails"
    assert unusual(browser) == []
    assert {each.url.split(":")[0] for each in browser.requests()} == {"file"}
    refused = "return fetch(arguments[0]).then(() => 'sent', error => error.name);"
    assert browser.run(refused, "http://127.0.0.1:9/") == "TypeError"
    assert any("connect-src" in line for line in browser.console())


def test_the_browser_connects_to_nobody_else(appliance: ReadableAppliance, tmp_path: Path) -> None:
    """By the whole browser's own log it has connected to the relay and to nothing else."""
    with running_browser(tmp_path / "browser") as browser:
        browser.open(origin(appliance))
        open_session(browser, appliance)
        browser.click("#verify")
        browser.shows("#report-title", "Fits together")
        browser.close()
        assert browser.connections() == {f"127.0.0.1:{appliance.port}"}
