"""Settings that are numbers: their words and the steps their buttons take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.api.snapshots import Setting
from lucid_gui.text.words import tr


@dataclass(frozen=True)
class NumberWords:
    """How a number is said and changed; the bounds come with the setting."""

    title: Callable[[], str]
    detail: Callable[[], str]
    unit: Callable[[], str]
    steps: tuple[int, ...]

    def facts(self, setting: Setting) -> dict[str, Any]:
        """Give what a StepperRow shows."""
        lower, higher = bounded_steps(setting, self.steps)
        return {
            "title": self.title(),
            "detail": self.detail(),
            "valueText": self.unit().replace("%1", str(setting.value)),
            "canLower": lower is not None,
            "canRaise": higher is not None,
        }


NUMBERS: Mapping[str, NumberWords] = {
    "progress_interval_min": NumberWords(
        title=lambda: tr("Anchor while recording"),
        detail=lambda: tr(
            "What was sealed until then stays provable, whatever happens to this appliance."
        ),
        unit=lambda: tr("%1 min"),
        steps=(1, 2, 5, 10, 15, 20, 30, 60, 120),
    ),
    "frames_per_second": NumberWords(
        title=lambda: tr("Pictures a second"),
        detail=lambda: tr(
            "More looks smoother and fills the disk sooner. It holds from the next session on."
        ),
        unit=lambda: tr("%1 /s"),
        steps=(5, 10, 15, 20, 25, 30),
    ),
}


def bounded_steps(setting: Setting, steps: tuple[int, ...]) -> tuple[int | None, int | None]:
    """Find the next lower and the next higher step within the setting's bounds."""
    value = float(setting.value)
    least = setting.minimum if setting.minimum is not None else value
    most = setting.maximum if setting.maximum is not None else value
    allowed = [step for step in steps if least <= step <= most]
    lower = max((step for step in allowed if step < value), default=None)
    return lower, min((step for step in allowed if step > value), default=None)
