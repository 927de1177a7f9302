"""Whether a press came from a device on this seat.

What Qt can tell. An event that the program sends to itself (``QCoreApplication.sendEvent``, a script, an
accessibility client that presses a button) is not *spontaneous*; one that came from the platform is. A
mouse event that Qt or a program made out of another one names its source. A touch names the device it came
from. What Qt cannot tell: on X11 the pointer is one device, whichever mouse moved it, so that a click by the
XTEST extension (``xdotool``) looks like the mouse's, unless the platform names the device; and a device that
somebody with root made (uinput) is a device. Against these stands that nobody but the kiosk reaches its
display: the session has a display, namespaces and a user of its own.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QPointerEvent
from PySide6.QtQuick import QQuickWindow

# Devices whose events were made by a program, by a part of their names in lower case.
REFUSED_DEVICES = ("xtest", "xrdp", "vnc", "libei", "remote")
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)
_LIFTS = (QEvent.Type.MouseButtonRelease, QEvent.Type.TouchEnd)
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride)


class Seat(Protocol):
    """Tells whether what is done right now is done by a whole press of somebody who sits here."""

    def begin(self) -> None:
        """Look from now on; what was pressed before does not count."""

    def end(self) -> None:
        """Look no more."""

    def has_pressed(self) -> bool:
        """Tell whether a finger or button is being lifted right now, and went down on this seat too."""


class NobodySits:
    """A seat on which nothing is ever pressed, where there is no window to watch."""

    def begin(self) -> None:
        """Look at nothing."""

    def end(self) -> None:
        """Look no more."""

    def has_pressed(self) -> bool:
        """Say no."""
        return False


class SeatWatch(QObject):
    """Watches the kiosk's window while a question is shown; GUI thread only.

    A key, or a press that was not made on this seat, undoes what was pressed before it, so that nothing
    injected can pass for, or hide behind, the owner's own finger.
    """

    def __init__(
        self,
        window: QQuickWindow,
        parent: QObject | None = None,
        refused_devices: tuple[str, ...] = REFUSED_DEVICES,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._refused_devices = refused_devices
        self._is_down = False
        self._has_pressed = False

    def begin(self) -> None:
        """Look from now on."""
        self._forget()
        self._window.removeEventFilter(self)
        self._window.installEventFilter(self)

    def end(self) -> None:
        """Look no more."""
        self._forget()
        self._window.removeEventFilter(self)

    def has_pressed(self) -> bool:
        """Tell whether a finger or button is being lifted right now, and went down on this seat too."""
        return self._has_pressed

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note presses and lifts; takes nothing away from the window."""
        kind = event.type()
        if kind in _KEYS:
            self._forget()
        elif kind in _PRESSES:
            self._has_pressed = False
            self._is_down = self.is_of_seat(event)
        elif kind in _LIFTS:
            self._has_pressed = self._is_down and self.is_of_seat(event)
            self._is_down = False
            # What it pressed is pressed within this event; later it counts for nothing.
            QTimer.singleShot(0, self, self._lapse)
        return False

    def is_of_seat(self, event: QEvent) -> bool:
        """Tell whether an event came from outside the program and from no device that is refused."""
        if not event.spontaneous() or not isinstance(event, QPointerEvent):
            return False
        if isinstance(event, QMouseEvent) and _is_synthesized(event):
            return False
        name = event.pointingDevice().name().lower()
        return not any(each in name for each in self._refused_devices)

    @Slot()
    def _lapse(self) -> None:
        self._has_pressed = False

    def _forget(self) -> None:
        self._is_down = False
        self._has_pressed = False


def _is_synthesized(event: QMouseEvent) -> bool:
    return event.source() in {
        Qt.MouseEventSource.MouseEventSynthesizedByApplication,
        Qt.MouseEventSource.MouseEventSynthesizedByQt,
    }
