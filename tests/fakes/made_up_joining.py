"""The other end of a made-up appliance: gives its terms, lets in, shows its desktop, and ends."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.api.commands import Command
from core.api.events import EngineChanged, SessionChanged
from core.api.hosting import Grant, HideZones, Revoke, Shield
from core.api.joining import (
    AllowHere,
    DesktopShown,
    Joined,
    JoinedChanged,
    JoinedState,
    JoinRole,
    JoinSession,
    ReadJoined,
    ReadTerms,
    SendInput,
    Terms,
)
from core.api.permissions import Capability, GrantLength, Profile, Rule
from core.api.snapshots import FailureSnapshot, SessionState
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure
from tests.fakes.made_up_consent import TEXT

if TYPE_CHECKING:
    from tests.fakes.made_up_appliance import MadeUpAppliance

JOINED = -24  # the number of the session that shows somebody else's desktop
SOURCE = "joined"
ADDRESS = "192.168.178.77:3390"
CODE = "7KQM-4RTX"
LINK = f"lucid://{ADDRESS}?code={CODE}&sha256={made_up.hex_of('certificate')}"
_LENGTHS_MS = {GrantLength.FIVE_MINUTES: 300_000, GrantLength.QUARTER_HOUR: 900_000}


def terms(*, is_certificate_known: bool = True, role: JoinRole = JoinRole.PEER) -> Terms:
    """Make the terms of another appliance."""
    return Terms(
        terms_hash=made_up.hex_of("terms"),
        session_id=made_up.session_id(-99),
        device=made_up.hex_of("other device"),
        certificate_sha256=made_up.hex_of("certificate"),
        is_certificate_known=is_certificate_known,
        role=role,
        profile=Profile.STANDARD,
        rules=tuple((each, hosted.rule_of(each, Profile.STANDARD)) for each in Capability),
        records_keys=False,
        longest_minutes=120,
        idle_minutes=15,
        width=1280,
        height=720,
        policy_hash=made_up.hex_of("hosted policy"),
        text=TEXT,
    )


def joined(**changes: object) -> Joined:
    """Make a joined session that is just connecting, and lets nothing out."""
    rules = {
        Capability.VIEW: Rule.ALLOW,
        Capability.POINTER: Rule.ASK,
        Capability.KEYBOARD: Rule.ASK,
    }
    made = Joined(
        session_id=made_up.session_id(JOINED),
        terms=terms(),
        address=ADDRESS,
        name="Lucid 9f2c71",
        state=JoinedState.CONNECTING,
        width=1280,
        height=720,
        grants=tuple(
            Grant(each, rules.get(each, Rule.DENY), is_granted=each is Capability.VIEW)
            for each in Capability
        ),
        policy_hash=made_up.hex_of("joined policy"),
        consent_hash=made_up.hex_of("receipt"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # made-up fields by name


def desktop(session_id: str, width: int = 1280, height: int = 720, unused: int = 0) -> DesktopShown:
    """Make a picture of the joined desktop; the unused byte of each pixel is ``unused``."""
    rgb = made_up.desktop_rgb(width, height)
    pixels = bytearray([unused]) * (width * height * 4)
    pixels[0::4], pixels[1::4], pixels[2::4] = rgb[2::3], rgb[1::3], rgb[0::3]
    return DesktopShown(session_id, width, height, bytes(pixels))


class MadeUpOtherEnd:
    """Knows the joined session of an appliance; its answers run on the appliance's thread."""

    def __init__(self, appliance: MadeUpAppliance) -> None:
        self.joined: Joined | None = None
        self.now_utc_ms = lambda: int(time.time() * 1000)
        self._appliance = appliance

    def answers(self) -> dict[type[Command], object]:
        """Give what answers the commands about joining."""
        return {
            ReadTerms: self._read_terms,
            JoinSession: self._join,
            ReadJoined: lambda _command: self.joined,
            AllowHere: self._allow,
            SendInput: None,
        }

    def is_asked(self, command: Command) -> bool:
        """Tell whether a command that a hosted session knows too is about the joined one."""
        return (
            self.joined is not None and getattr(command, "session_id", "") == self.joined.session_id
        )

    # --- what the other end does -------------------------------------------------------------

    def show(self) -> None:
        """Be connected, and show the desktop."""
        assert self.joined is not None
        self.change(state=JoinedState.WATCHING)
        self._appliance.emit(desktop(self.joined.session_id))

    def end(self) -> None:
        """End it, or be gone."""
        self.change(state=JoinedState.ENDED)

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - fields of the snapshot
        """Change the joined session and say so."""
        assert self.joined is not None
        self.joined = replace(self.joined, **changes)
        self._appliance.emit(JoinedChanged(self.joined))

    def forget(self) -> None:
        """Let the joined session be over at this end too."""
        if self.joined is not None:
            self.joined = None
            self._appliance.emit(JoinedChanged(None))

    # --- the answers -------------------------------------------------------------------------

    def answer_shared(self, command: Revoke | Shield | HideZones) -> None:
        """Answer a command that a hosted session knows too."""
        if isinstance(command, Shield):
            self.change(is_shielded=command.is_on)
        elif isinstance(command, HideZones):
            self.change(zones=command.zones)
        else:
            self._grant(command.capability, is_granted=False, until_utc_ms=None)

    def _read_terms(self, command: ReadTerms) -> Terms | FailureSnapshot:
        is_link = command.invitation.startswith("lucid://")
        if not is_link and command.code != CODE:
            return failure("code_wrong", 1)
        return terms(is_certificate_known=is_link)

    def _join(self, command: JoinSession) -> Joined:
        appliance = self._appliance
        opened = made_up.summary(
            JOINED, SessionState.RECORDING, source=SOURCE, duration_s=0.0, chunks=0, gaps=0
        )
        appliance.sessions[opened.session_id] = opened
        appliance.engine = replace(appliance.engine, running_session_id=opened.session_id)
        self.joined = joined(name=command.name)
        appliance.emit(EngineChanged(appliance.engine))
        appliance.emit(SessionChanged(opened))
        appliance.emit(JoinedChanged(self.joined))
        return self.joined

    def _allow(self, command: AllowHere) -> None:
        lasts = _LENGTHS_MS.get(command.length)
        until = None if lasts is None else self.now_utc_ms() + lasts
        self._grant(command.capability, is_granted=True, until_utc_ms=until)

    def _grant(self, capability: Capability, **changes: Any) -> None:  # noqa: ANN401 - fields of a grant
        assert self.joined is not None
        grants = tuple(
            replace(each, **changes) if each.capability is capability else each
            for each in self.joined.grants
        )
        self.change(grants=grants)
