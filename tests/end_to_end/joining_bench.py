"""Two appliances, one of which joins the other's session: what tests do at either seat, and what they wait for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import getpid
from pathlib import Path
from typing import Any

from core.api.commands import CreateVault, Secret, VerifySession
from core.api.hosting import Hosting
from core.api.joining import (
    AllowHere,
    DesktopShown,
    Joined,
    JoinedState,
    JoinSession,
    KeyInput,
    PointerInput,
    ReadJoined,
    ReadTerms,
    SendInput,
    Terms,
)
from core.api.permissions import Capability, GrantLength
from tests.end_to_end.hosting_bench import TERMINAL, WHITE, hosted
from tests.end_to_end.remote_desk import pod_processes, until
from tests.fakes.front_end import FrontEnd, running_engine

NAME = "the hall"
KEY_S = 0.04  # between keys, as a person types: a burst of them would raise the shield
# By the kernel's numbers.
_KEYS = {
    **dict(zip("qwertyuiop", range(16, 26), strict=True)),
    **dict(zip("asdfghjkl", range(30, 39), strict=True)),
    **dict(zip("zxcvbnm", range(44, 51), strict=True)),
    " ": 57,
    "\n": 28,
    "-": 12,
    ".": 52,
}


@dataclass(frozen=True)
class Pair:
    """A host with its session, and a guest that has joined it."""

    host: FrontEnd
    hosting: Hosting
    guest: FrontEnd
    joined: Joined
    terms: Terms

    @property
    def session_id(self) -> str:
        """The ID of the guest's own record."""
        return self.joined.session_id

    def now(self) -> Joined | None:
        """Show the joined session."""
        found = self.guest.do(ReadJoined())
        assert found is None or isinstance(found, Joined)
        return found

    def is_watching(self) -> bool:
        """Whether what the other end shows is here."""
        found = self.now()
        return found is not None and found.state is JoinedState.WATCHING

    def has_terminal(self) -> bool:
        """Whether the guest's seat was shown the terminal, and not merely its client's window."""
        shown = self.guest.all_of(DesktopShown)
        at = (TERMINAL[1] * 1280 + TERMINAL[0]) * 4
        return bool(shown) and tuple(shown[-1].pixels[at : at + 3]) == WHITE

    def allow(self, *capabilities: Capability) -> None:
        """Let something out at the guest's seat."""
        for each in capabilities:
            self.guest.do(AllowHere(self.session_id, each, GrantLength.UNTIL_END))

    def act(self, *inputs: KeyInput | PointerInput) -> None:
        """Do something at the guest's seat."""
        self.guest.do(SendInput(self.session_id, inputs))

    def press(self, *numbers: int) -> None:
        """Press keys by their numbers, all of which are down at once."""
        self.act(*(KeyInput(each, is_pressed=True) for each in numbers))
        self.act(*(KeyInput(each, is_pressed=False) for each in reversed(numbers)))
        time.sleep(KEY_S)

    def type(self, text: str) -> None:
        """Type a line of small letters at the guest's seat, and Enter."""
        for each in f"{text}\n":
            self.press(_KEYS[each])

    def click(self, x: int = TERMINAL[0], y: int = TERMINAL[1]) -> None:
        """Click at the guest's seat."""
        down = PointerInput(x, y, 1, is_pressed=True)
        self.act(down, PointerInput(x, y, 1))

    def desktop(self) -> DesktopShown:
        """Give the newest picture that the guest's seat was shown."""
        return self.guest.all_of(DesktopShown)[-1]


def invited(guest: FrontEnd, hosting: Hosting, **changes: Any) -> JoinSession:  # noqa: ANN401
    """Read the terms, and make the command that accepts them."""
    assert hosting.invitation is not None
    link = changes.get("invitation", hosting.invitation.link)
    terms = guest.do(ReadTerms(link, changes.get("code", "")))
    facts = {
        "invitation": link,
        "code": "",
        "certificate_sha256": terms.certificate_sha256,
        "terms_hash": terms.terms_hash,
        "name": NAME,
    }
    return JoinSession(**facts | changes)


@contextmanager
def two_appliances(directory: Path) -> Iterator[tuple[FrontEnd, Hosting, FrontEnd]]:
    """Run a host with a session, and another appliance beside it."""
    with hosted(directory / "host") as (host, hosting), guest_at(directory / "guest") as guest:
        yield host, hosting, guest


@contextmanager
def guest_at(directory: Path) -> Iterator[FrontEnd]:
    """Run an appliance with a seat."""
    with running_engine(directory, is_anchoring=False, has_seat=True) as guest:
        guest.do(CreateVault(Secret("a passphrase for joining")))
        yield guest


@contextmanager
def joined_pair(directory: Path) -> Iterator[Pair]:
    """Run a host, and a guest that has joined it and sees its desktop."""
    with two_appliances(directory) as (host, hosting, guest):
        assert hosting.invitation is not None
        terms = guest.do(ReadTerms(hosting.invitation.link))
        joined = guest.do(invited(guest, hosting))
        pair = Pair(host, hosting, guest, joined, terms)
        until(pair.is_watching, "the other end's desktop")
        until(pair.has_terminal, "its terminal")
        yield pair


def client_pid() -> int:
    """Find the client of the joined session that this process runs."""
    found = [each for each in pod_processes(getpid()) if _is_client(each)]
    assert found, "no client runs"
    return int(found[0].name)


def _is_client(process: Path) -> bool:
    with suppress(OSError):
        program = (process / "cmdline").read_bytes().split(b"\0")[0]
        return Path(program.decode()).name in {"xfreerdp", "xfreerdp3"}
    return False


def picture_of(host: FrontEnd) -> bytes:
    """Read what a host's gate holds of its session's display: what a peer may see, and what is recorded."""
    appliance = host.engine._appliance
    assert appliance is not None
    assert appliance._services is not None
    picture = appliance._services.hosting.picture
    assert picture is not None
    pixels = bytearray(picture.width * picture.height * 4)
    assert picture.read_into([memoryview(pixels)]) is not None
    return colours(pixels)


def colours(pixels: bytes | bytearray) -> bytes:
    """Leave the unused byte of each pixel out."""
    kept = bytearray(pixels)
    kept[3::4] = bytes(len(kept) // 4)
    return bytes(kept)


def checks(owner: FrontEnd, session_id: str) -> dict[str, str]:
    """Verify a session; gives the outcome of each check."""
    report = owner.do(VerifySession(session_id))
    return {each.name: each.outcome.value for each in report.checks}
