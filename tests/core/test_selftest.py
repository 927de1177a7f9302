"""The self-test notices each known answer that does not come out right."""

from __future__ import annotations

from types import ModuleType

import pytest

from core.errors import SelfTestFailed
from core.evidence import self_test as evidence
from core.sealing import self_test as sealing
from core.selftest import examine, run_vectors
from core.vault import self_test as vault

_MODULES = (sealing, vault, evidence)
_CASES = [(module, name) for module in _MODULES for name in module._TESTS]


def test_this_machine_computes_right() -> None:
    """Every known answer comes out right here."""
    run_vectors()


@pytest.mark.parametrize(
    ("module", "name"), _CASES, ids=[f"{module.__name__}-{name}" for module, name in _CASES]
)
def test_a_wrong_answer_stops_the_start(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is wrong is named, and nothing starts."""
    monkeypatch.setitem(module._TESTS, name, lambda: False)
    with pytest.raises(SelfTestFailed) as failed:
        run_vectors()
    assert failed.value.facts == {"test": name}
    findings = {finding.name: finding for finding in examine()}
    assert not findings[f"vectors_{module.__name__.split('.')[1]}"].holds
