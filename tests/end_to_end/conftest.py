"""Tests that go through everything share the kiosk's fixtures."""

from __future__ import annotations

from tests.lucid_gui.conftest import collects_here_alone, open_kiosk, qapp_cls

__all__ = ["collects_here_alone", "open_kiosk", "qapp_cls"]
