"""What the screens of a session that runs have in common: its numbers, its incidents, its pictures, and commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal

from core.api.commands import Command, WatchSession
from core.api.events import IncidentRecorded, SessionProgressed, SpaceChanged, ThumbnailTaken
from core.api.snapshots import FailureSnapshot, LiveSession
from lucid_gui.pictures import FrameFeed
from lucid_gui.screens.incidents import IncidentList
from lucid_gui.screens.screen_model import ScreenModel

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator


class RunningModel(ScreenModel):
    """Follows the session that ``forget_session`` named, from ``follow`` until ``stop_following``.

    A property of a screen's own model needs a signal of its own: Qt does not find one of this class.
    """

    liveChanged = Signal()
    incidentsChanged = Signal()
    busyChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._feed = FrameFeed(self)
        self._incidents = IncidentList()
        self._session_id = ""
        self._live: LiveSession | None = None
        self._busy: set[str] = set()

    def forget_session(self, session_id: str) -> None:
        """Forget what is known, and take another session as this screen's."""
        self._session_id = session_id
        self._live = None
        self._busy = set()
        self._incidents.reset(session_id)

    def follow(self, *, has_thumbnails: bool = True) -> None:
        """Hear of the session's numbers, incidents and, where wanted, its small pictures."""
        self._feed.clear()
        self.fail(None)
        self.listen(SessionProgressed, self._on_progress)
        self.listen(IncidentRecorded, self._on_incident)
        self.listen(SpaceChanged, self._on_space)
        if has_thumbnails:
            self.listen(ThumbnailTaken, self._on_thumbnail)
            self._watch(is_watching=True)

    def stop_following(self, *, has_thumbnails: bool = True) -> None:
        """Hear no more, and forget the picture."""
        self.stop_listening()
        if has_thumbnails:
            self._watch(is_watching=False)
        self._feed.clear()

    def shows_incident(self, event: IncidentRecorded) -> bool:
        """Tell whether an incident is for this screen: about its session, or about all of Lucid."""
        return self._incidents.concerns(event)

    def take_back_tor(self) -> None:
        """Say no longer that Tor is away: it leads to this session again."""
        if self._incidents.take_back_tor():
            self.incidentsChanged.emit()

    def do_once(
        self,
        name: str,
        command: Command,
        on_result: Callable[[Any], None] | None = None,
        on_failure: Callable[[FailureSnapshot], None] | None = None,
    ) -> None:
        """Submit a command once; its button is busy until the engine says that it is in effect."""
        if name in self._busy or not self._session_id:
            return
        self.fail(None)
        self._set_busy(name, is_busy=True)

        def finish(result: object) -> None:
            self._set_busy(name, is_busy=False)
            if on_result is not None:
                on_result(result)

        def fail(failure: FailureSnapshot) -> None:
            self._set_busy(name, is_busy=False)
            (on_failure or self.fail)(failure)

        self.ask(command, finish, fail)

    def is_busy(self, name: str) -> bool:
        """Tell whether the command of that name is on its way."""
        return name in self._busy

    def is_in_gap(self) -> bool:
        """Tell whether no pictures come to the recording just now."""
        return self._live is not None and self._live.is_in_gap

    def _set_busy(self, name: str, *, is_busy: bool) -> None:
        if is_busy:
            self._busy.add(name)
        else:
            self._busy.discard(name)
        self.busyChanged.emit()

    def _watch(self, *, is_watching: bool) -> None:
        if self._session_id:
            # Pictures are a courtesy: a session that is over by now has none, and that is no news.
            self.bridge.forget(self.bridge.submit(WatchSession(self._session_id, is_watching)))

    def _on_progress(self, event: SessionProgressed) -> None:
        if event.live.session_id == self._session_id:
            self._live = event.live
            self.liveChanged.emit()

    def _on_thumbnail(self, event: ThumbnailTaken) -> None:
        if event.session_id == self._session_id:
            self._feed.show(event.width, event.height, event.rgb)

    def _on_incident(self, event: IncidentRecorded) -> None:
        if self._incidents.take(event):
            self.incidentsChanged.emit()

    def _on_space(self, event: SpaceChanged) -> None:
        self._incidents.take_space(event.space)
        self.incidentsChanged.emit()

    feed = Property(QObject, lambda self: self._feed, constant=True)
    isInGap = Property(bool, is_in_gap, notify=liveChanged)
    incidents = Property(list, lambda self: self._incidents.rows, notify=incidentsChanged)
