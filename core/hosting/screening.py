"""What the owner hides of the desktop, everything or parts of it; and what may not pass because it cannot be kept.

What is hidden is hidden first and written down after; what is shown again is written down first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from core.api.hosting import AuditActor, AuditKind
from core.api.permissions import Zone
from core.errors import UsageFailure
from core.hosting.enforcement import Enforcement

_MOST_ZONES = 64


class Notes(Protocol):
    """Writes into the session's trail."""

    def __call__(
        self,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        *,
        decision: str = "",
        reason: str = "",
    ) -> asyncio.Future[bool]:
        """Take an entry; the future tells whether it was written."""


class Screening:
    """The shield and the zones of one session."""

    def __init__(
        self,
        enforcement: Enforcement,
        *,
        size: tuple[int, int],
        note: Notes,
        apply: Callable[[], Awaitable[None]],
    ) -> None:
        self._enforcement = enforcement
        self._size = size
        self._note = note
        self._apply = apply
        self._shield_wishes = self._zone_wishes = 0

    async def shield(
        self, *, is_on: bool, actor: AuditActor = AuditActor.OWNER, reason: str = ""
    ) -> None:
        """Blank the peer's view and the recording, or show them again; in effect when it returns.

        Showing again is written down first; whoever wants the shield meanwhile keeps it.
        """
        self._shield_wishes += 1
        wish = self._shield_wishes
        if self._enforcement.is_shielded == is_on:
            return
        if is_on:
            self._enforcement.is_shielded = True
            await self._apply()
            await asyncio.shield(self._note(AuditKind.SHIELDED, actor, reason=reason))
        elif await asyncio.shield(self._note(AuditKind.UNSHIELDED, actor, reason=reason)):
            if wish != self._shield_wishes:
                self._note(AuditKind.SHIELDED, actor, reason="it was wanted again")
                return
            self._enforcement.is_shielded = False
            await self._apply()

    async def follow(self, *, is_in_gap: bool, takes_names: bool) -> None:
        """Let nothing pass while no pictures are recorded, and no file whose name has no room in the trail.

        In effect when it returns; the owner's own shield is another.
        """
        before = self._enforcement.is_unrecorded
        if not self._enforcement.follow(is_in_gap=is_in_gap, takes_names=takes_names):
            return
        await self._apply()
        if is_in_gap != before:
            reason = "no pictures: nothing passes" if is_in_gap else "pictures again"
            self._note(AuditKind.INCIDENT, AuditActor.APPLIANCE, "recording", reason=reason)

    async def hide(self, zones: tuple[Zone, ...]) -> None:
        """Hide these zones and no others; in effect when it returns. Raises UsageFailure.

        What is to be hidden is hidden at once; what is to be shown again is written down first, and stays hidden if
        somebody has asked for other zones meanwhile.
        """
        inside, before = self._inside(zones), self._enforcement.zones
        self._zone_wishes += 1
        wish = self._zone_wishes
        self._enforcement.zones = tuple(dict.fromkeys((*before, *inside)))
        await self._apply()
        for each in inside:
            if each not in before:
                self._note_zone(AuditKind.HIDDEN, each)
        for each in before:
            if each not in inside and not await asyncio.shield(
                self._note_zone(AuditKind.SHOWN, each)
            ):
                return
        if wish == self._zone_wishes and self._enforcement.zones != inside:
            self._enforcement.zones = inside
            await self._apply()

    def _inside(self, zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
        """Cut zones to the desktop: what lies beyond it has no pixels to hide."""
        if len(zones) > _MOST_ZONES:
            raise UsageFailure(reason=f"at most {_MOST_ZONES} zones can be hidden")
        cut = (self._cut(each) for each in zones)
        return tuple(dict.fromkeys(each for each in cut if each.width > 0 and each.height > 0))

    def _cut(self, zone: Zone) -> Zone:
        numbers = (zone.x, zone.y, zone.width, zone.height)
        if any(type(each) is not int for each in numbers) or min(zone.width, zone.height) <= 0:
            raise UsageFailure(reason="a zone is a rectangle in whole pixels")
        width, height = self._size
        left, top = max(0, zone.x), max(0, zone.y)
        right, bottom = min(width, zone.x + zone.width), min(height, zone.y + zone.height)
        return Zone(left, top, right - left, bottom - top)

    def _note_zone(self, kind: AuditKind, zone: Zone) -> asyncio.Future[bool]:
        where = f"{zone.x},{zone.y} {zone.width}×{zone.height}"
        return self._note(kind, AuditActor.OWNER, where)
