"""All sessions as a list model, newest first, changed row by row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from core.api.snapshots import SessionState, SessionSummary
from lucid_gui.screens.wording import (
    day_text,
    duration_text,
    gaps_text,
    source_text,
    state_text,
    time_text,
)
from lucid_gui.text.amounts import size_text
from lucid_gui.text.words import tr

_FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
_RUNNING = (SessionState.OPENING, SessionState.RECORDING)
_Index = QModelIndex | QPersistentModelIndex


def _place(summary: SessionSummary) -> tuple[int, str]:
    """Give the sort key that puts the newest first, and never two in one place."""
    return (-summary.started_utc_ms, summary.session_id)


class SessionListModel(QAbstractListModel):
    """Rows of sessions; a change touches only its own row."""

    def __init__(self, now_utc_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now_utc_ms = now_utc_ms
        self._rows: list[SessionSummary] = []
        self._by_id: dict[str, SessionSummary] = {}
        self._roles = {_FIRST_ROLE + place: name for place, name in enumerate(self._readers())}

    # --- what Qt asks ---

    def rowCount(self, parent: _Index | None = None) -> int:
        """Count the rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:
        """Name the roles for QML."""
        return {role: QByteArray(name.encode()) for role, name in self._roles.items()}

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's signature
        """Read one role of one row."""
        name = self._roles.get(role)
        if name is None or not 0 <= index.row() < len(self._rows):
            return None
        return self._readers()[name](self._rows[index.row()])

    def _readers(self) -> dict[str, Callable[[SessionSummary], Any]]:
        return {
            "sessionId": lambda row: row.session_id,
            "day": lambda row: day_text(row.started_utc_ms, self._now_utc_ms()),
            "time": lambda row: time_text(row.started_utc_ms),
            "source": lambda row: source_text(row.source),
            "detail": _detail,
            "stateName": lambda row: row.state.value,
            "stateText": lambda row: state_text(row.state),
            "isRunning": lambda row: row.state in _RUNNING,
            "marks": _marks,
        }

    # --- what the engine says ---

    def replace_all(self, sessions: Sequence[SessionSummary]) -> None:
        """Take the engine's whole list; rows that stay keep their place on the screen."""
        if not self._rows:
            self.beginResetModel()
            self._rows = sorted(sessions, key=_place)
            self._by_id = {each.session_id: each for each in self._rows}
            self.endResetModel()
            return
        kept = {each.session_id for each in sessions}
        for gone in [each for each in self._by_id if each not in kept]:
            self._remove(gone)
        for each in sessions:
            self.put(each)

    def put(self, summary: SessionSummary) -> None:
        """Add a session or change its row."""
        known = self._by_id.get(summary.session_id)
        if known == summary:
            return
        if known is not None and _place(known) != _place(summary):
            self._remove(summary.session_id)
            known = None
        row = bisect_left(self._rows, _place(summary), key=_place)
        if known is None:
            self.beginInsertRows(QModelIndex(), row, row)
            self._rows.insert(row, summary)
            self._by_id[summary.session_id] = summary
            self.endInsertRows()
            return
        self._rows[row] = self._by_id[summary.session_id] = summary
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def _remove(self, session_id: str) -> None:
        row = bisect_left(self._rows, _place(self._by_id[session_id]), key=_place)
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._rows[row]
        del self._by_id[session_id]
        self.endRemoveRows()

    def is_running(self, session_id: str) -> bool:
        """Tell whether that session is recording now."""
        known = self._by_id.get(session_id)
        return known is not None and known.state in _RUNNING


def _detail(row: SessionSummary) -> str:
    if row.state in _RUNNING:
        return tr("Tap to see it live")
    if row.state is SessionState.FAILED:
        return tr("Nothing was recorded")
    return f"{duration_text(row.duration_s)} · {size_text(row.stored_bytes or row.plain_bytes)}"


def _marks(row: SessionSummary) -> list[str]:
    marks = [tr("Interrupted")] if row.was_interrupted else []
    return [*marks, gaps_text(row.gaps)] if row.gaps else marks
