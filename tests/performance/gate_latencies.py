"""How long it takes until a grant, a revoke and the shield are in force, and a key's pixels are there."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from core.api.commands import AnswerQuestion
from core.api.hosting import Revoke, Shield
from core.api.permissions import Capability, GrantLength
from tests.end_to_end.hosting_bench import DARK, TERMINAL, WHITE, ask_for
from tests.end_to_end.remote_desk import until
from tests.performance.gate_peer import QuickDesk, moment
from tests.performance.gate_session import COOL_DOWN_NS, RecordedPicture, Stage

_KEY_EVERY_S = 0.005
_CALM_S = 0.1
_KEYS = ("a", "BackSpace")
_MS = 1e6


@dataclass
class Samples:
    """Milliseconds that were measured."""

    values: list[float] = field(default_factory=list)

    def add(self, nanoseconds: float | None) -> None:
        """Add one; what never came counts for ever."""
        self.values.append(float("inf") if nanoseconds is None else nanoseconds / _MS)

    def at(self, part: float) -> float:
        """Give the value below which that part of them lies; with few of them, the next one above."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    @property
    def median(self) -> float:
        """The middle one."""
        return self.at(0.5)


@dataclass
class Decisions:
    """Milliseconds from the owner's tap, and how many keys came that should not have."""

    grant: Samples = field(default_factory=Samples)
    grant_key: Samples = field(default_factory=Samples)
    revoke: Samples = field(default_factory=Samples)
    revoke_gate: Samples = field(default_factory=Samples)
    leaked_keys: int = 0


def measure_decisions(stage: Stage, rounds: int) -> Decisions:
    """Grant and revoke the keyboard again and again, with a peer that presses keys all the time."""
    found = Decisions()
    stage.listen()
    _revoke(stage, Decisions())
    for _ in range(rounds):
        _grant(stage, found)
        time.sleep(_CALM_S)
        _revoke(stage, found)
    stage.allow_keys()
    stage.stop_listening()
    return found


def _grant(stage: Stage, found: Decisions) -> None:
    stage.clock.ahead_ns += COOL_DOWN_NS
    stage.owner.forget()
    stage.desk.hands.press("x")
    question = ask_for(stage.owner, Capability.KEYBOARD)
    before = len(stage.heard())
    at_ns = time.monotonic_ns()
    yes = AnswerQuestion(question.question_id, is_yes=True, length=GrantLength.UNTIL_END)
    stage.owner.engine.submit(yes)
    arrived_ns = moment(lambda: _is_let_through(stage, before))
    assert arrived_ns, "no key is let through"
    found.grant_key.add(stage.heard()[before][0] - at_ns)
    in_force_ns = stage.told.first(at_ns, lambda granted: "keyboard" in granted)
    found.grant.add(None if in_force_ns is None else in_force_ns - at_ns)


def _is_let_through(stage: Stage, count: int) -> bool:
    stage.desk.hands.press("g")
    time.sleep(_KEY_EVERY_S)
    return len(stage.heard()) > count


def _revoke(stage: Stage, found: Decisions) -> None:
    """Revoke; a key that is pressed once the command has finished must not arrive."""
    at_ns = time.monotonic_ns()
    stage.owner.do(Revoke(stage.session_id, Capability.KEYBOARD))
    found.revoke.add(time.monotonic_ns() - at_ns)
    stage.desk.hands.press("r")
    in_force_ns = stage.told.first(at_ns, lambda granted: "keyboard" not in granted)
    found.revoke_gate.add(None if in_force_ns is None else in_force_ns - at_ns)
    time.sleep(_CALM_S)
    found.leaked_keys += sum(key == "r" for _, key in stage.heard())


@dataclass
class Darkness:
    """Milliseconds from the owner's tap on the shield."""

    recorded: Samples = field(default_factory=Samples)
    command: Samples = field(default_factory=Samples)
    client: Samples = field(default_factory=Samples)


def measure_shield(stage: Stage, rounds: int) -> Darkness:
    """Shield and unshield; the gate's own time of its last change says when the picture was dark."""
    found, picture, eyes = Darkness(), RecordedPicture(), stage.desk.eyes
    for _ in range(rounds):
        at_ns = time.monotonic_ns()
        request = stage.owner.engine.submit(Shield(stage.session_id, is_on=True))
        dark_ns = moment(lambda: max(eyes.pixel(*TERMINAL)) < DARK)
        found.client.add(None if dark_ns is None else dark_ns - at_ns)
        stage.owner.end_of(request)
        _, changed_ns, is_shielded = picture.read()
        found.recorded.add(changed_ns - at_ns if is_shielded and changed_ns > at_ns else None)
        stage.owner.do(Shield(stage.session_id, is_on=False))
        until(lambda: eyes.pixel(*TERMINAL) == WHITE, "the desktop again")
        stage.owner.forget()
        time.sleep(random.uniform(0.02, 0.1))
    picture.close()
    return found


def measure_keys(desk: QuickDesk, rows: tuple[int, int], count: int) -> Samples:
    """Type and delete letters at a prompt; gives how long each takes to change the client's pixels."""
    found = Samples()
    for number in range(count):
        before = desk.eyes.rows(*rows)
        at_ns = desk.hands.press(_KEYS[number % 2])
        seen_ns = moment(lambda before=before: desk.eyes.rows(*rows) != before)  # type: ignore[misc]
        found.add(None if seen_ns is None else seen_ns - at_ns)
        time.sleep(random.uniform(0.12, 0.25))
    return found


def prompt_rows(desk: QuickDesk) -> tuple[int, int]:
    """Find the rows of pixels that a typed letter changes, by typing one."""
    before = desk.eyes.rows(0, 720)
    desk.hands.press(_KEYS[0])
    time.sleep(0.5)
    after, stride = desk.eyes.rows(0, 720), desk.eyes.stride
    changed = [y for y in range(720) if _row(before, y, stride) != _row(after, y, stride)]
    desk.hands.press(_KEYS[1])
    time.sleep(0.5)
    assert changed, "a letter changes nothing"
    return changed[0], changed[-1] + 1


def _row(pixels: bytes, y: int, stride: int) -> bytes:
    return pixels[y * stride : (y + 1) * stride]
