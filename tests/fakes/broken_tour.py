"""A tour that looks for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes import made_up_appliance

if TYPE_CHECKING:
    from lucid_gui.screenshots import Studio
    from tests.fakes.made_up_appliance import MadeUpAppliance


def start() -> MadeUpAppliance:
    """Start the made-up appliance."""
    return made_up_appliance.start()


async def walk(studio: Studio, _port: MadeUpAppliance) -> None:
    """Tap a button that no screen has."""
    studio.tap("noSuchButton")
