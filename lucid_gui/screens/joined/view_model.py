"""The joined screen's state: the other desktop, what goes out to it, the shield, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QSize, QTimer, Signal, Slot

from core.api.commands import EndSession
from core.api.events import SessionChanged
from core.api.hosting import Revoke, Shield
from core.api.joining import (
    AllowHere,
    DesktopShown,
    Joined,
    JoinedChanged,
    JoinedState,
    JoinRole,
    KeyInput,
    PointerInput,
    ReadJoined,
)
from core.api.permissions import Capability, GrantLength
from core.api.snapshots import FailureSnapshot, SessionState, SessionSummary
from lucid_gui.pictures import HatchItem
from lucid_gui.screens.hosting.zones import Zones
from lucid_gui.screens.joined import keys
from lucid_gui.screens.joined.desktop_item import DesktopItem
from lucid_gui.screens.joined.hands import Hands
from lucid_gui.screens.joined.outgoing import Outgoing
from lucid_gui.screens.joined.sentences import (
    ACTING,
    acting_chips,
    hint_text,
    is_out,
    joined_sentence,
    picker_facts,
)
from lucid_gui.screens.running_model import RunningModel
from lucid_gui.screens.screen_model import shown
from lucid_gui.screens.wording import end_reason_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["DesktopItem", "HatchItem", "JoinedModel", "create"]  # for the screen's QML

_HINT_MS = 4000
_OPEN_STATES = (SessionState.OPENING, SessionState.RECORDING)
_MODIFIERS = {"control": keys.CONTROL, "alt": keys.ALT}


class JoinedModel(RunningModel):
    """Follows one joined session until it is over; then its way to the chain is shown by the live screen."""

    joinedChanged = Signal()
    pickerChanged = Signal()
    hintChanged = Signal()
    modifiersChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._zones = Zones(bridge, self.fail, self)
        self._outgoing = Outgoing(bridge, self.fail, self)
        self._hands = Hands(self._let_out, self)
        self._hint_clock = QTimer(self)
        self._hint_clock.setSingleShot(True)
        self._hint_clock.setInterval(_HINT_MS)
        self._hint_clock.timeout.connect(lambda: self._hint_at(""))
        self.liveChanged.connect(self.joinedChanged)
        self.busyChanged.connect(self.joinedChanged)
        self._reset("")

    def _reset(self, session_id: str) -> None:
        self.forget_session(session_id)
        self._joined: Joined | None = None
        self._end_reason: str | None = None
        self._is_leaving = False
        self._is_over_here = False
        self._picked: Capability | None = None
        self._length = GrantLength.FIVE_MINUTES
        self._hint = ""
        self._hinted: set[Capability] = set()
        self._modifiers: set[str] = set()
        self._zones.reset(session_id, QSize())
        self._outgoing.reset(session_id)

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, Any]) -> None:
        """Follow the session named in ``arguments["sessionId"]``."""
        self._reset(str(arguments.get("sessionId", "")))
        self.follow(has_thumbnails=False)
        self.listen(JoinedChanged, lambda event: self._take(event.joined))
        self.listen(DesktopShown, self._on_desktop)
        self.listen(SessionChanged, self._on_session)
        self.ask(ReadJoined(), self._take)
        self.joinedChanged.emit()

    @Slot()
    def leave(self) -> None:
        """Let go of everything that is down, stop following, and forget the picture."""
        self._hands.let_go()
        self.closePicker()
        self._hint_clock.stop()
        self.stop_following(has_thumbnails=False)

    # --- what the owner does ---

    @Slot(str)
    def tapChip(self, capability: str) -> None:
        """Take back what goes out, at once; or ask for how long it may."""
        wanted = Capability(capability)
        if self._is_granted(wanted):
            self._hands.let_go()
            self.do_once(f"revoke:{capability}", Revoke(self._session_id, wanted))
        elif wanted in ACTING and self._is_watching():
            self._picked, self._length = wanted, GrantLength.FIVE_MINUTES
            self.navigator.seat.begin()
            self.pickerChanged.emit()

    @Slot(str)
    def chooseLength(self, length: str) -> None:
        """Choose how long it may go out; only by a press on this seat."""
        if self.navigator.seat.has_pressed():
            self._length = GrantLength(length)
            self.pickerChanged.emit()

    @Slot()
    def allow(self) -> None:
        """Let it out for the length that is chosen; only by a press on this seat."""
        picked = self._picked
        if picked is None or not self.navigator.seat.has_pressed():
            return
        self.closePicker()
        command = AllowHere(self._session_id, picked, self._length)
        self.do_once(f"allow:{picked.value}", command)

    @Slot()
    def closePicker(self) -> None:
        """Let nothing out."""
        if self._picked is not None:
            self._picked = None
            self.navigator.seat.end()
            self.pickerChanged.emit()

    @Slot()
    def toggleShield(self) -> None:
        """Let nothing out, show nothing and record nothing, at once; or go on."""
        self._hands.let_go()
        self.do_once("shield", Shield(self._session_id, not self._is_shielded()))

    @Slot()
    def end(self) -> None:
        """Leave the other session, and end the recording; the confirmation was given on the screen."""
        self._is_leaving = True
        self.do_once(
            "end",
            EndSession(self._session_id),
            lambda _summary: self.showRecord(),
            self._stay,
        )

    def _stay(self, failure: FailureSnapshot) -> None:
        """Say that it could not be ended; from now on this screen says again when it is over."""
        self._is_leaving = False
        self.fail(failure)
        self.ask(ReadJoined(), self._take)  # it may be over already

    @Slot()
    def showRecord(self) -> None:
        """Show how the recording is sealed."""
        self.navigator.replace("live", {"sessionId": self._session_id, "isOver": True})

    @Slot(str)
    def type(self, characters: str) -> None:
        """Type what a key of the on-screen keyboard writes."""
        for character in characters:
            stroke = keys.stroke_of(character)
            if stroke is None:
                self._hint_at(
                    tr("The other desktop's keyboard has no key for %1.").replace("%1", character)
                )
            else:
                self._tap(stroke.code, is_shifted=stroke.is_shifted)

    @Slot(int)
    def tapKey(self, code: int) -> None:
        """Press and lift a key, by the kernel's number."""
        self._tap(code, is_shifted=False)

    @Slot(str)
    def toggleModifier(self, name: str) -> None:
        """Hold control or alt with the next key, or not."""
        self._modifiers ^= {name} & _MODIFIERS.keys()
        self.modifiersChanged.emit()

    def _tap(self, code: int, *, is_shifted: bool) -> None:
        held = [_MODIFIERS[each] for each in sorted(self._modifiers)]
        held += [keys.SHIFT] if is_shifted else []
        for each in (*held, code):
            if not self._let_out(KeyInput(each, is_pressed=True)):
                return
        for each in (code, *reversed(held)):
            self._let_out(KeyInput(each, is_pressed=False))
        if self._modifiers:
            self._modifiers = set()
            self.modifiersChanged.emit()

    def _let_out(self, made: KeyInput | PointerInput) -> bool:
        """Send an input on where it may go out; the engine looks again. A release is always sent on."""
        capability = Capability.KEYBOARD if isinstance(made, KeyInput) else Capability.POINTER
        is_release = not made.is_pressed and (isinstance(made, KeyInput) or made.button != 0)
        if not is_release and not self._may_out(capability):
            if made.is_pressed:
                self._hint_once(capability)
            return False
        self._outgoing.add(made)
        return True

    def _may_out(self, capability: Capability) -> bool:
        is_open = self._is_watching() and not self._is_shielded() and not self.is_in_gap()
        return is_open and self._is_granted(capability)

    def _hint_once(self, capability: Capability) -> None:
        """Say why nothing happened, the first time only, until it was let out once."""
        is_open = self._is_watching() and not self._is_shielded() and not self.is_in_gap()
        if is_open and capability not in self._hinted:
            self._hinted.add(capability)
            self._hint_at(hint_text(capability) if self._acts() else tr("You may only watch."))

    def _hint_at(self, text: str) -> None:
        self._hint = text
        if text:
            self._hint_clock.start()
        self.hintChanged.emit()

    # --- what the engine says ---

    def _take(self, joined: object) -> None:
        if not isinstance(joined, Joined):
            self._be_over()
            return
        if joined.session_id != self._session_id:
            return
        self._joined = joined
        self._hinted -= {each for each in ACTING if self._is_granted(each)}
        if not self._is_seen():
            self._feed.clear()
        if joined.is_shielded or joined.state is not JoinedState.WATCHING:
            self.closePicker()
        self._zones.know(joined.zones, QSize(joined.width, joined.height))
        self.joinedChanged.emit()
        self.pickerChanged.emit()

    def _on_desktop(self, event: DesktopShown) -> None:
        if event.session_id == self._session_id and self._is_seen():
            self._feed.show_desktop(event.width, event.height, event.pixels)

    def _on_session(self, event: SessionChanged) -> None:
        if event.session.session_id == self._session_id and self._is_closed(event.session):
            self._end_reason = event.session.end_reason
            self._be_over()

    def _is_closed(self, session: SessionSummary) -> bool:
        return session.state not in _OPEN_STATES

    def _be_over(self) -> None:
        """Stay and say that it is over; who has left knows."""
        if self._is_leaving:
            return  # the answer to EndSession shows the record
        self._feed.clear()
        self.closePicker()
        self._is_over_here = True
        self.joinedChanged.emit()

    # --- what the screen shows ---

    def _is_granted(self, capability: Capability) -> bool:
        grants = self._joined.grants if self._joined else ()
        return any(each.capability is capability and each.is_granted for each in grants)

    def _is_seen(self) -> bool:
        """Tell whether pictures are to be kept here; the first may come before the word that it is connected."""
        is_ended = self._state() == JoinedState.ENDED.value
        return not (is_ended or self._is_shielded())

    def _is_watching(self) -> bool:
        return self._joined is not None and self._joined.state is JoinedState.WATCHING

    def _is_shielded(self) -> bool:
        return self._joined is not None and self._joined.is_shielded

    def _acts(self) -> bool:
        return self._joined is not None and self._joined.terms.role is JoinRole.PEER

    def _state(self) -> str:
        if self._is_over_here:
            return JoinedState.ENDED.value
        return self._joined.state.value if self._joined else JoinedState.CONNECTING.value

    def _is_out(self) -> bool:
        is_open = self._is_watching() and not self.is_in_gap()
        return is_open and self._joined is not None and is_out(self._joined)

    def _sentence(self) -> tuple[str, str]:
        return joined_sentence(self._joined, is_in_gap=self.is_in_gap())

    def _chips(self) -> list[dict[str, Any]]:
        busy = frozenset(
            each
            for each in ACTING
            if self.is_busy(f"allow:{each.value}") or self.is_busy(f"revoke:{each.value}")
        )
        return acting_chips(self._joined, busy)

    def _end_text(self) -> str:
        """Say why it is over, as far as that is known here."""
        if self._end_reason and self._end_reason != "owner":
            return end_reason_text(self._end_reason)
        return tr("The other end has ended it, or cannot be reached any more.")

    hands = Property(QObject, lambda self: self._hands, constant=True)
    zones = Property(QObject, lambda self: self._zones, constant=True)
    sessionId = shown(str, "_session_id", joinedChanged)
    isThere = Property(bool, lambda self: self._joined is not None, notify=joinedChanged)
    state = Property(str, _state, notify=joinedChanged)
    acts = Property(bool, _acts, notify=joinedChanged)
    isOut = Property(bool, _is_out, notify=joinedChanged)
    isShielded = Property(bool, _is_shielded, notify=joinedChanged)
    isShielding = Property(bool, lambda self: self.is_busy("shield"), notify=joinedChanged)
    isEnding = Property(bool, lambda self: self.is_busy("end"), notify=joinedChanged)
    sentence = Property(str, lambda self: self._sentence()[0], notify=joinedChanged)
    detail = Property(str, lambda self: self._sentence()[1], notify=joinedChanged)
    chips = Property(list, _chips, notify=joinedChanged)
    endText = Property(str, _end_text, notify=joinedChanged)
    picker = Property(
        dict, lambda self: picker_facts(self._picked, self._joined), notify=pickerChanged
    )
    length = Property(str, lambda self: self._length.value, notify=pickerChanged)
    hint = shown(str, "_hint", hintChanged)
    isControl = Property(bool, lambda self: "control" in self._modifiers, notify=modifiersChanged)
    isAlt = Property(bool, lambda self: "alt" in self._modifiers, notify=modifiersChanged)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return JoinedModel(bridge, navigator, parent)
