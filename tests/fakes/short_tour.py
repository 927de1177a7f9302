"""A tour of two screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes import made_up_appliance
from tests.fakes import made_up_sessions as made_up
from tests.fakes.made_up_hosting_tour import use_displays

if TYPE_CHECKING:
    from lucid_gui.screenshots import Studio
    from tests.fakes.made_up_appliance import MadeUpAppliance

NOW_UTC_MS = made_up.NOW_UTC_MS


def start() -> MadeUpAppliance:
    """Start the made-up appliance."""
    return made_up_appliance.start()


async def walk(studio: Studio, _port: MadeUpAppliance) -> None:
    """Picture a screen that waits and one that lists."""
    await studio.until(lambda: studio.navigator.current() == "home")
    await studio.open("start")
    await studio.until(lambda: studio.model.spaceText)
    use_displays(studio.model)
    await studio.picture("start")
    await studio.open("sessions")
    await studio.until(lambda: studio.model.count > 0)
    await studio.picture("sessions")
