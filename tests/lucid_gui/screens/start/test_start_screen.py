"""The start screen as it is seen: what can be recorded is all there without a finger that looks for it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtQuick import QQuickItem

from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.made_up_hosting_tour import use_displays
from tests.lucid_gui.kiosk_driver import KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker
from tests.lucid_gui.screens.test_hosted_flow import SIZES


def bottom(item: QQuickItem) -> float:
    """Give the lower edge of an item on the window."""
    return item.mapToScene(QPointF(0.0, item.height())).y()


def on_start(make_kiosk: KioskMaker, size: tuple[int, int]) -> KioskDriver:
    """Open the start screen of a machine with two displays."""
    kiosk = make_kiosk(MadeUpAppliance(), size=size)
    kiosk.open("start")
    use_displays(kiosk.model())
    kiosk.draw()
    return kiosk


@SIZES
def test_two_displays_are_above_the_fold(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """The sandbox, a peer, a display and this screen: at either size nothing scrolls, and each is one tap away."""
    kiosk = on_start(make_kiosk, size)
    scroll = kiosk.item("startScroll")
    assert scroll.property("contentY") == 0
    assert not scroll.property("interactive")
    assert kiosk.small_targets() == []
    for index in (1, 2, 3):
        assert bottom(kiosk.item(f"source{index}")) <= bottom(scroll)
        kiosk.tap(f"source{index}")
        assert kiosk.model().selected == index


@pytest.mark.parametrize("size", [(800, 480)])
def test_few_words_are_seen_and_all_are_heard(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Where there is little room a card says less, and a screen reader says the whole of it."""
    kiosk = on_start(make_kiosk, size)
    for index, source in enumerate(kiosk.model().sources):
        card = kiosk.item(f"source{index}")
        assert card.property("name") == f"{source['title']}. {source['detail']}"
        assert len(source["brief"]) < len(source["detail"])
