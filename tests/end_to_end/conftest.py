"""Tests that go through everything share the kiosk's fixtures."""

from __future__ import annotations

from tests.lucid_gui.conftest import open_kiosk, qapp_cls

__all__ = ["open_kiosk", "qapp_cls"]
