"""A hash is shown whole, in groups of four, whatever its room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine
from PySide6.QtQuick import QQuickItem

from lucid_gui.style import fonts
from lucid_gui.style.resources import IMPORT_PATH

SOURCE = b"import lucid_gui.controls\nHashText { room: width; width: 300 }"


@pytest.fixture
def hash_text(qapp: QGuiApplication) -> Iterator[QQuickItem]:
    """Give a HashText that spreads over its width."""
    fonts.load_first(qapp)
    fonts.load_rest()
    engine = QQmlEngine()
    engine.addImportPath(str(IMPORT_PATH))
    component = QQmlComponent(engine)
    component.setData(QByteArray(SOURCE), QUrl())
    item = component.create()
    assert isinstance(item, QQuickItem), component.errorString()
    yield item
    item.deleteLater()
    engine.deleteLater()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(
    value=st.text("0123456789abcdef", min_size=1, max_size=128),
    prefix=st.sampled_from(["", "0x"]),
    room=st.integers(60, 1200),
)
def test_no_character_is_lost_and_no_line_is_too_wide(
    hash_text: QQuickItem, value: str, prefix: str, room: int
) -> None:
    """Joined again, the groups are the value; every group but the last has four characters."""
    hash_text.setWidth(room)
    hash_text.setProperty("value", prefix + value)
    shown = str(hash_text.property("text"))
    assert "".join(shown.split()) == prefix + value
    groups = shown.split()[1 if prefix else 0 :]
    assert {len(group) for group in groups[:-1]} <= {4}
    assert float(hash_text.property("contentWidth")) <= max(room, 100) + 1
    assert not hash_text.property("truncated")
