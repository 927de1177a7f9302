"""The hosted session that is benchmarked: an engine, a peer at a quick desk, and programs at work inside."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from core.api.commands import AnswerQuestion
from core.api.hosting import Hosting
from core.api.permissions import Capability, GrantLength
from core.remote.gate_link import Facts, GateLink, GateState
from core.runtime.clock import Instant, SystemClock
from tests.end_to_end.hosting_bench import TERMINAL, WHITE, agree, ask_for, hosted
from tests.end_to_end.remote_desk import session_home, until
from tests.fakes.front_end import FrontEnd
from tests.performance.gate_peer import QuickDesk, quick_desk

_PICTURE = struct.Struct(
    "<QQI"
)  # of a picture's header: sequence, nanoseconds of the last change, flags
_PICTURE_AT = 16
COOL_DOWN_NS = 11_000_000_000  # a little more than what a peer waits after a revoke
_MEMORY = "/memfd:lucid-picture (deleted)"
# Inside: takes each key as it comes, and says when it came; prints words at a rate, or as fast as it can.
_LISTEN = """\
import os, time, tty
tty.setraw(0)
with open("heard", "wb", buffering=0) as file:
    file.write(b"0 ready\\n")
    while (key := os.read(0, 1)) != b"Q":
        file.write(b"%d %s\\n" % (time.monotonic_ns(), key))
os.remove("heard")
os.system("stty sane; clear")
"""
_TALK = """\
import os, random, sys, time
words = "over the onion and through the gate to where nothing passes that nobody has allowed".split()
rate, end = float(sys.argv[1]), time.monotonic() + float(sys.argv[2])
open("talking", "w").close()
while time.monotonic() < end:
    print(" ".join(random.choices(words, k=16))[:98], flush=True)
    time.sleep(1 / rate if rate else 0)
os.remove("talking")
"""


# Goes to where a process is, becomes a user there, and writes a file: a command would lose the right to on its way.
_ENTER = """\
import ctypes, os, sys
process, user, path = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
places = [os.open(f"/proc/{process}/ns/{each}", os.O_RDONLY) for each in ("user", "mnt")]
for each in places:
    if libc.setns(each, 0):
        raise OSError(ctypes.get_errno(), "no way inside")
os.setresgid(*[int(user)] * 3)
os.setresuid(*[int(user)] * 3)
with open(path, "wb") as file:
    file.write(sys.stdin.buffer.read())
"""


class AheadClock(SystemClock):
    """A clock that can be put forward, past the time that a peer has to wait after a revoke."""

    def __init__(self) -> None:
        self.ahead_ns = 0

    def now(self) -> Instant:
        """Read both clocks."""
        mono_ns, utc_ns = super().now()
        return Instant(mono_ns + self.ahead_ns, utc_ns + self.ahead_ns)


class Told:
    """When the gate has done what it was told: its own times, by what it says is granted."""

    def __init__(self) -> None:
        self.done: list[tuple[int, set[str]]] = []

    def first(self, since_ns: int, is_it: Callable[[set[str]], bool]) -> int | None:
        """Give the first moment after another at which what is granted was so."""
        found = (at for at, granted in self.done if at >= since_ns and is_it(granted))
        return next(found, None)


@contextmanager
def overheard(frame_ns: int | None = None) -> Iterator[Told]:
    """Listen in on what gates answer, and have them pace frames otherwise where that is asked for."""
    told, tell = Told(), GateLink.tell

    async def listen(link: GateLink, state: GateState) -> Facts:
        facts = await tell(link, state if frame_ns is None else replace(state, frame_ns=frame_ns))
        granted = set(filter(None, str(facts["granted"]).split(",")))
        if link._program == "gate":  # the channels are told the same, and allow only what is theirs
            told.done.append((int(str(facts["at_ns"])), granted))
        return facts

    GateLink.tell = listen  # type: ignore[method-assign]
    try:
        yield told
    finally:
        GateLink.tell = tell  # type: ignore[method-assign]


class RecordedPicture:
    """The header of the picture that is recorded, where the recorder finds it."""

    def __init__(self) -> None:
        for each in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                if str(each.readlink()) == _MEMORY:
                    self.descriptor = os.dup(int(each.name))
                    self._map = mmap.mmap(self.descriptor, 0, prot=mmap.PROT_READ)
                    return
        raise AssertionError("no picture is recorded")

    def read(self) -> tuple[int, int, bool]:
        """Give the sequence, when it changed last, and whether it is shielded."""
        sequence, changed_ns, flags = _PICTURE.unpack_from(self._map, _PICTURE_AT)
        return sequence, changed_ns, bool(flags)

    def close(self) -> None:
        """Let go of it."""
        self._map.close()
        os.close(self.descriptor)


class Stage:
    """A hosted session with a peer that may type."""

    def __init__(
        self, owner: FrontEnd, desk: QuickDesk, hosting: Hosting, clock: AheadClock, told: Told
    ) -> None:
        self.owner, self.desk, self.clock, self.told = owner, desk, clock, told
        assert hosting.invitation is not None
        self.session_id, self.invitation = hosting.session_id, hosting.invitation
        self.address = self.invitation.address
        self.home = session_home()
        for name, text in (("listen.py", _LISTEN), ("talk.py", _TALK)):
            _write_inside(self.home / name, text)

    def join(self, address: str | None = None) -> None:
        """Let the peer in, at another address where one is given, and wait until it sees the desktop."""
        self.desk.connect(replace(self.invitation, address=address or self.address))
        agree(self.owner, self.desk)
        until(lambda: self.desk.eyes.pixel(*TERMINAL) == WHITE, "the desktop")

    def allow_keys(self) -> None:
        """Have a key press asked for, and allow it."""
        self.clock.ahead_ns += COOL_DOWN_NS
        self.owner.forget()
        self.desk.hands.press("BackSpace")
        question = ask_for(self.owner, Capability.KEYBOARD)
        self.owner.do(
            AnswerQuestion(question.question_id, is_yes=True, length=GrantLength.UNTIL_END)
        )
        until(lambda: "keyboard" in self.told.done[-1][1], "the grant")
        self.owner.forget()

    def listen(self) -> None:
        """Have keys heard inside."""
        self.desk.type("python3 listen.py")
        until((self.home / "heard").exists, "the listener")

    def heard(self) -> list[tuple[int, str]]:
        """List the keys that were heard inside, and when."""
        lines = (self.home / "heard").read_text().splitlines()
        return [(int(at), key) for at, _, key in (line.partition(" ") for line in lines[1:])]

    def stop_listening(self) -> None:
        """End the listener."""
        self.desk.type("Q")
        until(lambda: not (self.home / "heard").exists(), "the listener's end")

    def talk(self, rate: float, seconds: float) -> None:
        """Have lines printed inside, so many a second; 0 is as fast as it goes."""
        self.desk.type(f"python3 talk.py {rate} {seconds}")
        until((self.home / "talking").exists, "lines")

    def await_silence(self) -> None:
        """Wait until no more lines are printed."""
        until(lambda: not (self.home / "talking").exists(), "silence", 60)
        time.sleep(0.5)


def _write_inside(path: Path, text: str) -> None:
    """Write a file as the session's user, from inside: nobody else can, and its programs let nobody look in."""
    process, home = path.parts[2], Path("/", *path.parts[4:])
    user = path.parent.stat().st_uid
    as_root = [sys.executable, "-c", _ENTER, process, str(_inside(process, user)), str(home)]
    command = as_root if os.geteuid() == 0 else ["tee", str(path)]
    subprocess.run(command, input=text.encode(), stdout=subprocess.DEVNULL, check=True)


def _inside(process: str, user: int) -> int:
    """Tell by which number a user goes inside."""
    for line in Path("/proc", process, "uid_map").read_text().splitlines():
        inner, outer, count = map(int, line.split())
        if outer <= user < outer + count:
            return inner + user - outer
    raise AssertionError(f"user {user} is not known inside")


@contextmanager
def staged(frame_ns: int | None = None) -> Iterator[tuple[Stage, Path]]:
    """Run an engine with a hosted session and a peer's desk; gives the engine's directory too."""
    clock = AheadClock()
    with tempfile.TemporaryDirectory() as directory, quick_desk() as desk:
        path = Path(directory)
        with overheard(frame_ns) as told, hosted(path, clock=clock) as (owner, hosting):
            yield Stage(owner, desk, hosting, clock, told), path
