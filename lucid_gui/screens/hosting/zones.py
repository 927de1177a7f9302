"""The parts of the desktop that are hidden, drawn by finger over its picture.

What is drawn is hidden as soon as the finger is lifted. While one change is on its way only the latest
wish is kept; what the engine says is what counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QPointF, QRectF, QSize, QSizeF, Signal, Slot
from shiboken6 import isValid

from core.api.hosting import HideZones
from core.api.permissions import Zone
from core.api.snapshots import FailureSnapshot
from lucid_gui.pictures import fitted
from lucid_gui.screens.screen_model import shown

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge

MOST = 32
_LEAST = 12.0  # of the item's pixels; a shorter drag is a tap
_FINGER = 48.0  # a smaller zone is still found by a finger


@dataclass
class _Stroke:
    """A finger that is down: where it began, and the zone that it moves, if it moves one."""

    begin: QPointF
    moved: int | None
    origin: Zone | None


class Zones(QObject):
    """Holds the zones and edits them; GUI thread only."""

    changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        on_failure: Callable[[FailureSnapshot], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._on_failure = on_failure
        self.reset("", QSize())

    def reset(self, session_id: str, desktop: QSize) -> None:
        """Forget everything and edit another session's."""
        self._session_id = session_id
        self._desktop = desktop
        self._known: tuple[Zone, ...] = ()
        self._zones: list[Zone] = []
        self._before: tuple[Zone, ...] = ()
        self._selected = -1
        self._stroke: _Stroke | None = None
        self._draft: Zone | None = None
        self._is_sending = False
        self._has_wish = False
        self.changed.emit()

    def know(self, zones: tuple[Zone, ...], desktop: QSize) -> None:
        """Take what the engine hides; not under a finger, and not while a change is on its way."""
        self._desktop = desktop
        self._known = zones
        if self._stroke is None and not self._is_sending:
            self._show_known()

    # --- what the finger does: places are of the item, whose picture lies fitted in its size ---

    @Slot()
    def begin(self) -> None:
        """Begin to edit; ``undoAll`` comes back to this."""
        self._before = tuple(self._zones)
        self._select(-1)

    @Slot(float, float, float, float)
    def press(self, x: float, y: float, width: float, height: float) -> None:
        """Take hold of the zone beneath, or begin a new one."""
        at = self._on_desktop(x, y, width, height)
        if at is None:
            return
        hit = self._hit(at, self._scale(width, height))
        self._stroke = _Stroke(at, hit, None if hit is None else self._zones[hit])
        self._select(-1 if hit is None else hit)

    @Slot(float, float, float, float)
    def drag(self, x: float, y: float, width: float, height: float) -> None:
        """Move the zone, or draw the new one, up to here."""
        at = self._on_desktop(x, y, width, height, is_clamped=True)
        if self._stroke is None or at is None:
            return
        if self._stroke.origin is not None and self._stroke.moved is not None:
            self._zones[self._stroke.moved] = self._moved(self._stroke.origin, at)
        else:
            self._draft = self._drawn(self._stroke.begin, at, self._scale(width, height))
        self.changed.emit()

    @Slot()
    def lift(self) -> None:
        """End the stroke; what it changed is hidden from now on."""
        stroke, self._stroke = self._stroke, None
        draft, self._draft = self._draft, None
        if stroke is None:
            return
        if draft is not None and len(self._zones) < MOST:
            self._zones.append(draft)
            self._selected = len(self._zones) - 1
            self._send()
        elif stroke.moved is not None and self._zones[stroke.moved] != stroke.origin:
            self._send()
        else:
            self._show_known_if_idle()
        self.changed.emit()

    @Slot()
    def removeSelected(self) -> None:
        """Hide the chosen zone no longer."""
        if 0 <= self._selected < len(self._zones):
            del self._zones[self._selected]
            self._select(-1)
            self._send()

    @Slot()
    def undoAll(self) -> None:
        """Come back to what was hidden when the editing began."""
        self._select(-1)
        if tuple(self._zones) != self._before:
            self._zones = list(self._before)
            self._send()
        self.changed.emit()

    # --- towards the engine ---

    def _send(self) -> None:
        if self._is_sending:
            self._has_wish = True
            return
        self._is_sending = True
        command = HideZones(self._session_id, tuple(self._zones))
        self._bridge.submit(command, lambda _nothing: self._on_sent(command), self._on_refused)

    def _on_sent(self, command: HideZones) -> None:
        if not isValid(self) or command.session_id != self._session_id:
            return  # the screen was closed, or follows another session
        self._is_sending = False
        self._known = command.zones
        if self._has_wish:
            self._has_wish = False
            self._send()
        self.changed.emit()

    def _on_refused(self, failure: FailureSnapshot) -> None:
        if not isValid(self):
            self._bridge.failure_unhandled.emit(failure)
            return
        self._is_sending = self._has_wish = False
        self._show_known_if_idle()
        self._on_failure(failure)

    def _show_known_if_idle(self) -> None:
        if not self._is_sending:
            self._show_known()

    def _show_known(self) -> None:
        self._zones = list(self._known)
        if self._selected >= len(self._zones):
            self._selected = -1
        self.changed.emit()

    # --- geometry ---

    def _scale(self, width: float, height: float) -> float:
        """Give the desktop's pixels for one of the item."""
        place = fitted(self._desktop, QSizeF(width, height))
        return self._desktop.width() / place.width() if place.width() else 1.0

    def _on_desktop(
        self, x: float, y: float, width: float, height: float, *, is_clamped: bool = False
    ) -> QPointF | None:
        """Turn a place of the item into one of the desktop; None outside of the picture."""
        place = fitted(self._desktop, QSizeF(width, height))
        if place.isEmpty() or not (is_clamped or place.contains(x, y)):
            return None
        scale = self._desktop.width() / place.width()
        left = min(max(0.0, (x - place.left()) * scale), float(self._desktop.width()))
        top = min(max(0.0, (y - place.top()) * scale), float(self._desktop.height()))
        return QPointF(left, top)

    def _hit(self, at: QPointF, scale: float) -> int | None:
        """Find the uppermost zone under a finger; one that is smaller than it reaches further."""
        for index in reversed(range(len(self._zones))):
            zone = self._zones[index]
            wider = max(0.0, (_FINGER * scale - zone.width) / 2)
            taller = max(0.0, (_FINGER * scale - zone.height) / 2)
            place = QRectF(zone.x, zone.y, zone.width, zone.height)
            if place.adjusted(-wider, -taller, wider, taller).contains(at):
                return index
        return None

    def _moved(self, origin: Zone, at: QPointF) -> Zone:
        assert self._stroke is not None  # noqa: S101 - only called with a finger down
        by = at - self._stroke.begin
        x = min(max(0, origin.x + round(by.x())), self._desktop.width() - origin.width)
        y = min(max(0, origin.y + round(by.y())), self._desktop.height() - origin.height)
        return Zone(x, y, origin.width, origin.height)

    def _drawn(self, begin: QPointF, at: QPointF, scale: float) -> Zone | None:
        """Make the zone between two places, rounded outward so that nothing peeks out."""
        place = QRectF(begin, at).normalized()
        if min(place.width(), place.height()) < _LEAST * scale:
            return None
        left, top = math.floor(place.left()), math.floor(place.top())
        return Zone(left, top, math.ceil(place.right()) - left, math.ceil(place.bottom()) - top)

    # --- what the screen shows ---

    def _select(self, index: int) -> None:
        self._selected = index
        self.changed.emit()

    def _rows(self) -> list[dict[str, Any]]:
        """Give the zones as shares of the desktop, the one that is being drawn last."""
        width, height = self._desktop.width() or 1, self._desktop.height() or 1
        drawn = [*self._zones, *([self._draft] if self._draft else [])]
        return [
            {
                "x": each.x / width,
                "y": each.y / height,
                "width": each.width / width,
                "height": each.height / height,
                "isSelected": index == self._selected or each is self._draft,
            }
            for index, each in enumerate(drawn)
        ]

    desktop = shown(QSize, "_desktop", changed)
    rows = Property(list, _rows, notify=changed)
    count = Property(int, lambda self: len(self._zones), notify=changed)
    selected = shown(int, "_selected", changed)
    isSending = shown(bool, "_is_sending", changed)
    canUndo = Property(bool, lambda self: tuple(self._zones) != self._before, notify=changed)
