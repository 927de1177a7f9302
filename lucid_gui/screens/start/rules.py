"""The owner's own rules for a remote peer, while they are put together."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.permissions import Capability, PolicyRules, Rule, WindowRule
from lucid_gui.screens.screen_model import shown
from lucid_gui.text.amounts import span_text
from lucid_gui.text.capabilities import words_of
from lucid_gui.text.words import tr

MOST_TEXTS = 64
LONGEST_TEXT = 128
_MINUTE_S = 60
_NEXT_UNIT = 1024
# What each limit can be set to.
_LADDERS: dict[str, tuple[int, ...]] = {
    "longest_minutes": (15, 30, 45, 60, 90, 120, 180, 240, 480, 720, 1440),
    "idle_minutes": (1, 2, 5, 10, 15, 30, 60, 120),
    "largest_clipboard_kib": (0, 16, 64, 256, 1024, 4096, 16_384),
    "largest_file_mib": (0, 1, 10, 50, 100, 250, 500, 1024, 4096),
}
# No program of this appliance carries these to a desktop, whatever the rules say.
NOT_CARRIED = (Capability.AUDIO_IN, Capability.PRINTING, Capability.SHELL_CHANNELS)


class Rules(QObject):
    """One rule for each capability, what is hidden, and the limits; it begins as Standard is."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rules = {each: _first_rule(each) for each in Capability}
        self._windows: list[WindowRule] = []
        self._programs: list[str] = []
        self._records_keys = False
        plain = PolicyRules()
        self._limits: dict[str, int] = {name: getattr(plain, name) for name in _LADDERS}

    def policy(self) -> PolicyRules:
        """Give the rules as the engine takes them."""
        return PolicyRules(
            rules=tuple(self._rules.items()),
            hidden_windows=tuple(self._windows),
            allowed_programs=tuple(self._programs),
            records_keys=self._records_keys,
            **self._limits,
        )

    @Slot(str, str)
    def setRule(self, capability: str, rule: str) -> None:
        """Set a capability's rule; only seeing may be allowed from the start, and what is not carried stays denied."""
        wanted, chosen = Capability(capability), Rule(rule)
        if wanted in NOT_CARRIED:
            return
        if chosen is not Rule.ALLOW or wanted is Capability.VIEW:
            self._rules[wanted] = chosen
            self.changed.emit()

    @Slot(str, str)
    def hideWindows(self, title: str, window_class: str) -> None:
        """Hide the windows whose title holds a text, whose class is one, or both."""
        made = WindowRule(_trimmed(title), _trimmed(window_class))
        if made != WindowRule() and made not in self._windows and len(self._windows) < MOST_TEXTS:
            self._windows.append(made)
            self.changed.emit()

    @Slot(int)
    def showWindows(self, index: int) -> None:
        """Take a rule about hidden windows away."""
        if 0 <= index < len(self._windows):
            del self._windows[index]
            self.changed.emit()

    @Slot(str)
    def allowProgram(self, window_class: str) -> None:
        """Show only the windows of this program, and of the others that are named."""
        made = _trimmed(window_class)
        if made and made not in self._programs and len(self._programs) < MOST_TEXTS:
            self._programs.append(made)
            self.changed.emit()

    @Slot(int)
    def dropProgram(self, index: int) -> None:
        """Take a program off the list; an empty list shows every one."""
        if 0 <= index < len(self._programs):
            del self._programs[index]
            self.changed.emit()

    @Slot(bool)
    def recordKeys(self, is_on: bool) -> None:
        """Choose whether what is typed is recorded."""
        self._records_keys = is_on
        self.changed.emit()

    @Slot(str, int)
    def step(self, limit: str, by: int) -> None:
        """Go to the next larger or smaller value of a limit."""
        ladder = _LADDERS[limit]
        place = ladder.index(self._limits[limit]) + by
        if 0 <= place < len(ladder):
            self._limits[limit] = ladder[place]
            self.changed.emit()

    # --- what the screen shows ---

    def _rows(self) -> list[dict[str, Any]]:
        return [_row(each, self._rules[each]) for each in Capability]

    def _window_rows(self) -> list[str]:
        return [_window_text(each) for each in self._windows]

    def _limit_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "title": title,
                "detail": detail,
                "value": value,
                "canLower": self._limits[name] != _LADDERS[name][0],
                "canRaise": self._limits[name] != _LADDERS[name][-1],
            }
            for name, title, detail, value in _limit_words(self._limits)
        ]

    rows = Property(list, _rows, notify=changed)
    windows = Property(list, _window_rows, notify=changed)
    programs = shown(list, "_programs", changed)
    recordsKeys = shown(bool, "_records_keys", changed)
    limits = Property(list, _limit_rows, notify=changed)


def _first_rule(capability: Capability) -> Rule:
    if capability is Capability.VIEW:
        return Rule.ALLOW
    return Rule.DENY if capability in NOT_CARRIED else Rule.ASK


def _trimmed(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TEXT]


def _row(capability: Capability, rule: Rule) -> dict[str, Any]:
    words = words_of(capability)
    options = [
        {"value": Rule.DENY.value, "text": tr("Never")},
        {"value": Rule.ASK.value, "text": tr("Ask")},
    ]
    if capability is Capability.VIEW:
        options.append({"value": Rule.ALLOW.value, "text": tr("Allow")})
    return {
        "capability": capability.value,
        "icon": words.icon,
        "title": words.name,
        "value": rule.value,
        "options": options,
        "isCarried": capability not in NOT_CARRIED,
    }


def _window_text(rule: WindowRule) -> str:
    if not rule.window_class:
        return tr("Title has “%1”").replace("%1", rule.title)
    if not rule.title:
        return tr("Program “%1”").replace("%1", rule.window_class)
    text = tr("Program “%1”, title has “%2”")
    return text.replace("%1", rule.window_class).replace("%2", rule.title)


def _limit_words(limits: dict[str, int]) -> list[tuple[str, str, str, str]]:
    longest = span_text(limits["longest_minutes"] * _MINUTE_S)
    idle = span_text(limits["idle_minutes"] * _MINUTE_S)
    return [
        ("longest_minutes", tr("Longest session"), tr("Then it ends by itself."), longest),
        ("idle_minutes", tr("Longest pause"), tr("Without input it ends by itself."), idle),
        (
            "largest_clipboard_kib",
            tr("Largest clipboard"),
            tr("More is not passed on."),
            _kib_text(limits["largest_clipboard_kib"]),
        ),
        (
            "largest_file_mib",
            tr("Largest file"),
            tr("A larger one is refused."),
            _mib_text(limits["largest_file_mib"]),
        ),
    ]


def _kib_text(amount: int) -> str:
    if amount >= _NEXT_UNIT:
        return _mib_text(amount // _NEXT_UNIT)
    return tr("%1 KiB").replace("%1", str(amount)) if amount else tr("none")


def _mib_text(amount: int) -> str:
    if amount >= _NEXT_UNIT:
        return tr("%1 GiB").replace("%1", str(amount // _NEXT_UNIT))
    return tr("%1 MiB").replace("%1", str(amount)) if amount else tr("none")
