"""What leaves the appliance: the choice, the place, the range, and the writing of the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QDateTime, QObject, Signal, Slot

from core.api.commands import Command, Disclosure, ExportBundle, ExportVideo
from core.api.snapshots import ChunkRow, ExportedFile, FailureSnapshot, SessionDetail
from lucid_gui.screens.screen_model import Work, failure_facts, shown
from lucid_gui.screens.session.places import find_places, unused_path
from lucid_gui.screens.wording import chunks_text, clock_text, duration_text
from lucid_gui.text.amounts import size_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge

_KINDS = ("proofs", "sealed", "readable", "video")
_RANGED = ("readable", "video")
_SUFFIXES = {"proofs": "lucid", "sealed": "lucid", "readable": "lucid", "video": "mp4"}
_LEAST_RANGE_S = 1.0


class Export(QObject):
    """Chooses what a file reveals and has the engine write it."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._work = Work(bridge, self)
        self._work.changed.connect(self.changed)
        self._detail: SessionDetail | None = None
        self._kind = "proofs"
        self._from_s = 0.0
        self._until_s = 0.0
        self._places: list[dict[str, str]] = []
        self._place = 0
        self._failure: dict[str, Any] = {}
        self._result: dict[str, Any] = {}

    def reset(self, detail: SessionDetail | None) -> None:
        """Take another session, or the same one with more known; a choice for the same one stays."""
        is_same = (
            detail is not None
            and self._detail is not None
            and detail.summary.session_id == self._detail.summary.session_id
        )
        self._detail = detail
        if not is_same:
            self._kind = "proofs"
            self._from_s, self._until_s = 0.0, self._duration_s()
            self._failure, self._result = {}, {}
            self._work.drop()
        self.changed.emit()

    @Slot()
    def look(self) -> None:
        """Look for places to write to; a stick may have been plugged in meanwhile."""
        self._places = find_places()
        self._place = 0
        self._result = {}
        self.changed.emit()

    @Slot(str)
    def choose(self, kind: str) -> None:
        """Choose what the file holds: proofs, sealed, readable or video."""
        if kind in _KINDS and not self._work.is_busy():
            self._kind = kind
            self._failure, self._result = {}, {}
            self.changed.emit()

    @Slot(int)
    def choosePlace(self, index: int) -> None:
        """Choose the folder by its place in ``places``."""
        if 0 <= index < len(self._places) and not self._work.is_busy():
            self._place = index
            self._result = {}
            self.changed.emit()

    @Slot(float, float)
    def setRange(self, from_s: float, until_s: float) -> None:
        """Choose the stretch to disclose, at least a second long."""
        duration = self._duration_s()
        first = min(max(0.0, from_s), max(0.0, duration - _LEAST_RANGE_S))
        last = min(max(first + _LEAST_RANGE_S, until_s), duration)
        if (first, last) != (self._from_s, self._until_s):
            self._from_s, self._until_s = first, last
            self._result = {}
            self.changed.emit()

    @Slot()
    def run(self) -> None:
        """Write the file; the engine asks first when it would be readable."""
        if self._work.is_busy() or not self._can_run():
            return
        self._failure, self._result = {}, {}
        self._work.begin(self._command(), self._on_result, self._on_failed)

    @Slot()
    def cancel(self) -> None:
        """Stop writing; what was begun is removed by the engine."""
        self._work.cancel()

    def _command(self) -> Command:
        session_id, destination = self._session_id(), self._destination()
        if self._kind == "video":
            return ExportVideo(session_id, destination, *self._range())
        disclosure = Disclosure(self._kind)
        if self._kind == "readable":
            return ExportBundle(session_id, destination, disclosure, *self._range())
        return ExportBundle(session_id, destination, disclosure)

    def _range(self) -> tuple[float, float | None]:
        return self._from_s, None if self._until_s >= self._duration_s() else self._until_s

    def _destination(self) -> Path:
        summary = self._detail.summary if self._detail else None
        if summary is None:
            return Path()
        moment = QDateTime.fromMSecsSinceEpoch(summary.started_utc_ms)
        day = moment.toString("yyyy-MM-dd-HHmm")
        name = f"lucid-{day}-{summary.session_id[:8]}-{self._kind}"
        return unused_path(Path(self._places[self._place]["path"]), name, _SUFFIXES[self._kind])

    def _on_result(self, result: object) -> None:
        if isinstance(result, ExportedFile):
            self._result = _result(result)
        self.changed.emit()

    def _on_failed(self, failure: FailureSnapshot) -> None:
        self._failure = failure_facts(failure)
        self.changed.emit()

    # --- what the screen shows ---

    def _session_id(self) -> str:
        return self._detail.summary.session_id if self._detail else ""

    def _duration_s(self) -> float:
        return self._detail.summary.duration_s if self._detail else 0.0

    def _can_run(self) -> bool:
        return self._detail is not None and bool(self._places)

    def _disclosed(self) -> list[ChunkRow]:
        rows = self._detail.chunk_rows if self._detail else ()
        return [row for row in rows if row.until_s > self._from_s and row.from_s < self._until_s]

    def _range_text(self) -> str:
        text = tr("%1 – %2, %3 long")
        text = text.replace("%1", clock_text(self._from_s)).replace("%2", clock_text(self._until_s))
        return text.replace("%3", duration_text(self._until_s - self._from_s))

    def _reveals(self) -> str:
        rows = self._disclosed()
        if self._kind == "proofs":
            return tr(
                "Reveals when and how long was recorded, and that it is anchored. Not one picture."
            )
        if self._kind == "sealed":
            return tr(
                "The sealed chunks come along, without keys. Nobody can watch them; anybody can check them."
            )
        if self._kind == "video" or not rows:
            return tr(
                "Whoever has the file can watch it, on anything that plays video. It proves nothing by itself."
            )
        text = tr("Whoever has the file can watch %1 to %2. Chunks open whole: %3 in all.")
        text = text.replace("%1", clock_text(rows[0].from_s))
        text = text.replace("%2", clock_text(rows[-1].until_s))
        return text.replace("%3", chunks_text(len(rows)))

    work = Property(QObject, lambda self: self._work, constant=True)
    kind = shown(str, "_kind", changed)
    fromS = shown(float, "_from_s", changed)
    untilS = shown(float, "_until_s", changed)
    places = shown(list, "_places", changed)
    place = shown(int, "_place", changed)
    failure = shown(dict, "_failure", changed)
    result = shown(dict, "_result", changed)
    duration = Property(float, _duration_s, notify=changed)
    canRun = Property(bool, _can_run, notify=changed)
    isRanged = Property(bool, lambda self: self._kind in _RANGED, notify=changed)
    rangeText = Property(str, _range_text, notify=changed)
    reveals = Property(str, _reveals, notify=changed)


def _result(exported: ExportedFile) -> dict[str, Any]:
    size = size_text(exported.size_bytes)
    if exported.discloses_keys or exported.kind == "video":
        what = tr("%1 written. Whoever has this file can watch it.").replace("%1", size)
    else:
        what = tr("%1 written. Nothing in it can be watched.").replace("%1", size)
    return {"path": exported.path, "what": what}
