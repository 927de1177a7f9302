"""Whether tests of the kiosk have left Qt objects over that wait to be collected."""

from __future__ import annotations

import pytest

QT_IS_LEFT_OVER = pytest.StashKey[bool]()
