"""The list model keeps the newest first and changes only what changed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.api.snapshots import SessionState, SessionSummary
from lucid_gui.screens.sessions.session_list import SessionListModel
from tests.fakes import made_up_sessions as made_up


def _model(sessions: tuple[SessionSummary, ...] = ()) -> SessionListModel:
    model = SessionListModel(lambda: made_up.NOW_UTC_MS)
    model.replace_all(sessions)
    return model


def _read(model: SessionListModel, row: int, name: str) -> object:
    roles = {bytes(each.data()).decode(): role for role, each in model.roleNames().items()}
    return model.data(model.index(row), roles[name])


def _ids(model: SessionListModel) -> list[object]:
    return [_read(model, row, "sessionId") for row in range(model.rowCount())]


def test_rows_come_newest_first_whatever_their_order(qtbot: QtBot) -> None:
    """The list is sorted by the beginning."""
    sessions = list(made_up.many(20))
    random.Random(7).shuffle(sessions)
    assert _ids(_model(tuple(sessions))) == [each.session_id for each in made_up.many(20)]


def test_a_change_touches_its_own_row(qtbot: QtBot) -> None:
    """One row is told to be read again, and nothing else moves."""
    model = _model(made_up.many(1000))
    changed = made_up.summary(500, SessionState.INTERRUPTED)
    with (
        qtbot.assertNotEmitted(model.modelReset),
        qtbot.assertNotEmitted(model.rowsInserted),
        qtbot.waitSignal(model.dataChanged) as told,
    ):
        model.put(changed)
    assert told.args[0].row() == told.args[1].row() == 500
    assert _read(model, 500, "stateName") == "interrupted"


def test_an_equal_session_changes_nothing(qtbot: QtBot) -> None:
    """What is known already is not told again."""
    model = _model(made_up.many(3))
    with qtbot.assertNotEmitted(model.dataChanged):
        model.put(made_up.summary(1))


def test_a_session_that_began_elsewhen_moves(qtbot: QtBot) -> None:
    """When its beginning is corrected, its row goes where it belongs."""
    model = _model(made_up.many(3))
    model.put(replace(made_up.summary(2), started_utc_ms=made_up.NOW_UTC_MS))
    assert _ids(model)[0] == made_up.session_id(2)
    assert model.rowCount() == 3


def test_a_reload_keeps_the_rows_that_stay(qtbot: QtBot) -> None:
    """A second list removes and adds single rows, so that the scroll position stays."""
    model = _model(made_up.many(10))
    with qtbot.assertNotEmitted(model.modelReset):
        model.replace_all(tuple(made_up.summary(number) for number in (0, 2, 3, 11)))
    assert _ids(model) == [made_up.session_id(number) for number in (0, 2, 3, 11)]


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(list(SessionState)))))
def test_any_sequence_of_changes_keeps_the_model_whole(
    changes: list[tuple[int, SessionState]],
) -> None:
    """Qt's own tester finds no fault, and the rows are those that were put."""
    model = SessionListModel(lambda: made_up.NOW_UTC_MS)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    known = {}
    for number, state in changes:
        known[number] = state
        model.put(made_up.summary(number, state))
    assert _ids(model) == [made_up.session_id(number) for number in sorted(known)]
    assert [_read(model, row, "stateName") for row in range(model.rowCount())] == [
        known[number].value for number in sorted(known)
    ]
    tester.deleteLater()


@pytest.mark.parametrize(
    "summary, detail, marks",
    [
        (made_up.summary(0), "1 h 12 min · 214 MB", ["2 gaps"]),
        (made_up.summary(1, SessionState.FAILED), "Nothing was recorded", []),
        (made_up.summary(1, SessionState.RECORDING), "Tap to see it live", []),
        (
            made_up.summary(1, was_interrupted=True, gaps=1),
            "20 min 17 s · 214 MB",
            ["Interrupted", "1 gap"],
        ),
    ],
)
def test_a_row_says_what_is_not_as_usual(
    summary: SessionSummary, detail: str, marks: list[str]
) -> None:
    """Length and size, and a mark for an interruption or gaps."""
    model = _model((summary,))
    assert str(_read(model, 0, "detail")).replace("\u202f", " ") == detail
    assert _read(model, 0, "marks") == marks


def test_an_unknown_role_or_row_is_nothing(qtbot: QtBot) -> None:
    """Qt asks for much; only our roles have an answer."""
    model = _model(made_up.many(1))
    assert model.data(model.index(0), Qt.ItemDataRole.DecorationRole) is None
    assert model.data(model.index(5), Qt.ItemDataRole.UserRole + 1) is None
    assert model.rowCount(model.index(0)) == 0
