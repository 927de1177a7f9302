"""The trail of one session on its page: read once, filtered and searched here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from core.api.hosting import AuditEntry
from lucid_gui.screens.consents import agreed_text, receipt_facts, receipt_text
from lucid_gui.screens.screen_model import shown
from lucid_gui.screens.trail import (
    entry_row,
    entry_text,
    groups,
    is_in_group,
    marks_of,
    matches,
    spans_of,
)
from lucid_gui.text.amounts import grouped
from lucid_gui.text.words import tr


class Trail(QObject):
    """Holds a trail and what is looked for in it."""

    changed = Signal()

    def __init__(self, duration_s: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._duration_s = duration_s
        self._entries: tuple[AuditEntry, ...] = ()
        self._group = ""
        self._wanted = ""
        self._receipt: AuditEntry | None = None

    def know(self, result: object) -> None:
        """Take what ReadTrail gave; anything else leaves none."""
        is_trail = isinstance(result, tuple) and all(
            isinstance(each, AuditEntry) for each in result
        )
        self._entries = result if is_trail else ()  # type: ignore[assignment]  # each was looked at
        self.changed.emit()

    def reset(self) -> None:
        """Forget the trail, and what was looked for."""
        self._entries = ()
        self._group = self._wanted = ""
        self._receipt = None
        self.changed.emit()

    @Slot(str)
    def choose(self, group: str) -> None:
        """Show one group of entries; empty for all."""
        self._group = group
        self.changed.emit()

    @Slot(str)
    def search(self, wanted: str) -> None:
        """Show what holds these words."""
        self._wanted = wanted.strip()
        self.changed.emit()

    @Slot(int)
    def openReceipt(self, sequence: int) -> None:
        """Show what somebody agreed to, by the place of the trail's entry."""
        held = [each for each in self._entries if each.sequence == sequence and each.consent]
        self._receipt = held[0] if held else None
        self.changed.emit()

    @Slot()
    def closeReceipt(self) -> None:
        """Show the entries again."""
        self._receipt = None
        self.changed.emit()

    def _receipt_facts(self) -> dict[str, Any]:
        """Give the open receipt; empty while none is."""
        entry = self._receipt
        if entry is None:
            return {}
        return {
            "title": entry_text(entry),
            "detail": agreed_text(entry),
            "at": entry.at_s,
            "facts": receipt_facts(entry),
            "text": receipt_text(entry.consent),
        }

    def _found(self) -> list[AuditEntry]:
        return [
            each
            for each in self._entries
            if is_in_group(each, self._group) and matches(each, self._wanted)
        ]

    def _rows(self) -> list[dict[str, Any]]:
        return [entry_row(each) for each in self._found()]

    def _count_text(self) -> str:
        found, all_of_them = len(self._found()), len(self._entries)
        if found == all_of_them:
            return tr("%1 entries").replace("%1", grouped(found))
        text = tr("%1 of %2 entries")
        return text.replace("%1", grouped(found)).replace("%2", grouped(all_of_them))

    groups = Property(list, lambda _self: groups(), constant=True)
    group = shown(str, "_group", changed)
    wanted = shown(str, "_wanted", changed)
    isThere = Property(bool, lambda self: bool(self._entries), notify=changed)
    rows = Property(list, _rows, notify=changed)
    receipt = Property(dict, _receipt_facts, notify=changed)
    countText = Property(str, _count_text, notify=changed)
    marks = Property(list, lambda self: marks_of(self._entries), notify=changed)
    spans = Property(list, lambda self: spans_of(self._entries, self._duration_s()), notify=changed)
