"""The self-test passes here, is quick, and names what does not come out right."""

from __future__ import annotations

import pytest

from core.errors import SelfTestFailed
from core.sealing import self_test


def test_passes() -> None:
    """Every primitive gives its known answer."""
    self_test.run()


@pytest.mark.parametrize("name", list(self_test._TESTS))
def test_names_what_fails(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A wrong answer stops the start and says which one it was."""
    monkeypatch.setitem(self_test._TESTS, name, lambda: False)
    with pytest.raises(SelfTestFailed) as caught:
        self_test.run()
    assert caught.value.facts == {"test": name}
