"""Reference cycles are collected on the GUI thread alone."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from lucid_gui.shell.collector import CycleCollector


class Link:
    """An object that can be part of a cycle; it notes the thread on which it ends."""

    ended_on: threading.Thread | None = None

    def __init__(self) -> None:
        self.other = self

    def __del__(self) -> None:
        """Note the thread."""
        Link.ended_on = threading.current_thread()


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[CycleCollector]:
    """Give a collector in force."""
    del qtbot
    made = CycleCollector()
    yield made
    made.close()


def _allocate() -> None:
    """Allocate far more than it takes to set Python's own collector off."""
    kept = [[number] for number in range(200_000)]
    assert kept


def test_another_thread_collects_nothing(collector: CycleCollector) -> None:
    """A cycle outlives any amount of allocation on another thread, and ends on this one."""
    link = weakref.ref(Link())
    other = threading.Thread(target=_allocate)
    other.start()
    other.join()
    assert link() is not None
    collector.collect()
    gc.collect()
    assert link() is None
    assert Link.ended_on is threading.current_thread()


def test_the_timer_collects(qtbot: QtBot, collector: CycleCollector) -> None:
    """Cycles end by themselves after a while."""
    del collector
    link = weakref.ref(Link())
    kept = [[number] for number in range(10_000)]
    qtbot.waitUntil(lambda: link() is None)
    assert kept


def test_closing_gives_the_collector_back(qtbot: QtBot) -> None:
    """After the kiosk's end Python collects by itself again."""
    del qtbot
    gc.enable()
    made = CycleCollector()
    assert not gc.isenabled()
    made.close()
    assert gc.isenabled()
