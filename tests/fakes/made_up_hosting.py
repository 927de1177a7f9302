"""A made-up hosted session: its invitation, its peer, its grants and its trail."""

from __future__ import annotations

from dataclasses import replace

from core.api.hosting import (
    AuditActor,
    AuditEntry,
    AuditKind,
    Grant,
    Hosting,
    Invitation,
    Observing,
    Peer,
    PeerState,
)
from core.api.permissions import Capability, Profile, Rule, Zone
from core.api.questions import PermissionQuestion
from core.api.snapshots import SessionSummary
from tests.fakes import made_up_network as net
from tests.fakes import made_up_sessions as made_up
from tests.fakes.made_up_consent import consent

PEER = "Anna-PC"
OBSERVER = "Bert-Mac"
HOSTED = -23  # the number of the session that is hosted
SOURCE = "hosted"  # what the session's summary says of where its pictures come from
CODE_LASTS_MS = 600_000
_MS = 1000
_DENIED = (Capability.AUDIO_IN, Capability.PRINTING, Capability.SHELL_CHANNELS)
ZONES = (Zone(840, 40, 400, 220), Zone(64, 560, 300, 100))


def sealed() -> SessionSummary:
    """Make a hosted session that is over and anchored, as long as its trail."""
    return made_up.summary(HOSTED, source=SOURCE, duration_s=made_up.DURATION_S)


def observer_invitation(now_utc_ms: int = made_up.NOW_UTC_MS) -> Invitation:
    """Make the invitation of somebody who may only watch."""
    code, address = "QX4D-8MEA", "192.168.178.42:3391"
    certificate = made_up.hex_of("observer certificate")
    link = f"lucid://{address}?code={code}&sha256={certificate}"
    return Invitation(address, code, certificate, now_utc_ms + CODE_LASTS_MS, link)


def watching(until_utc_ms: int | None = None) -> Observing:
    """Make an observer who watches."""
    return Observing(
        Peer(PeerState.ADMITTED, OBSERVER, made_up.NOW_UTC_MS), None, until_utc_ms, is_watching=True
    )


def consented(at_s: float, started_utc_ms: int, actor: AuditActor = AuditActor.PEER) -> AuditEntry:
    """Make the entry of somebody who agreed to the terms."""
    utc_ms = started_utc_ms + int(at_s * _MS)
    is_peer = actor is AuditActor.PEER
    name = PEER if is_peer else OBSERVER
    receipt = consent(
        name,
        utc_ms,
        role="peer" if is_peer else "observer",
        means="typed_code" if is_peer else "pressed_enter",
    )
    return AuditEntry(
        0,
        at_s,
        utc_ms,
        AuditKind.CONSENTED,
        actor,
        resource=name,
        reason=made_up.hex_of("receipt"),
        consent=receipt,
    )


def invitation(number: int = 0, now_utc_ms: int = made_up.NOW_UTC_MS) -> Invitation:
    """Make an invitation; each number has a code of its own."""
    code = ("7KQM-4RTX", "H2WD-9LPA", "3TNV-XG6C")[number % 3]
    address = "192.168.178.42:3390"
    certificate = made_up.hex_of("certificate")
    link = f"lucid://{address}?code={code}&sha256={certificate}"
    return Invitation(address, code, certificate, now_utc_ms + CODE_LASTS_MS, link)


def onion_invitation(
    number: int = 0, now_utc_ms: int = made_up.NOW_UTC_MS, word: str = "session"
) -> Invitation:
    """Make an invitation to an onion address."""
    plain = invitation(number, now_utc_ms)
    address, key = f"{net.onion_of(word)}:3390", net.client_key_of(word)
    link = f"lucid://{address}?code={plain.code}&sha256={plain.certificate_sha256}&key={key}"
    return replace(plain, address=address, link=link, client_key=key)


def rule_of(capability: Capability, profile: Profile) -> Rule:
    """Give about the rule that a ready-made profile has."""
    if capability is Capability.VIEW and profile is Profile.STANDARD:
        return Rule.ALLOW
    return Rule.DENY if capability in _DENIED else Rule.ASK


def hosting(profile: Profile = Profile.STANDARD, **changes: object) -> Hosting:
    """Make a hosted session that waits for its peer."""
    made = Hosting(
        session_id=made_up.session_id(HOSTED),
        profile=profile,
        width=1280,
        height=720,
        peer=Peer(),
        grants=tuple(Grant(each, rule_of(each, profile)) for each in Capability),
        invitation=invitation(),
        policy_hash=made_up.hex_of("hosted policy"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # made-up fields by name


def admitted(name: str = PEER) -> Peer:
    """Make a peer that had the right code."""
    return Peer(PeerState.ADMITTED, name, made_up.NOW_UTC_MS - 120_000)


def with_grant(of: Hosting, capability: Capability, **changes: object) -> Hosting:
    """Change one grant of a hosted session."""
    grants = tuple(
        replace(each, **changes) if each.capability is capability else each  # type: ignore[arg-type]
        for each in of.grants
    )
    return replace(of, grants=grants)


def question(
    capability: Capability, deadline_utc_ms: int, question_id: int = 1, **changes: object
) -> PermissionQuestion:
    """Ask whether the peer may do something."""
    asked = PermissionQuestion(
        question_id,
        deadline_utc_ms,
        30.0,
        session_id=made_up.session_id(HOSTED),
        capability=capability,
        peer=PEER,
        attempts=1,
    )
    return replace(asked, **changes)  # type: ignore[arg-type]  # made-up fields by name


# What happened when, who did it, and what is written down of it.
_OWNER, _PEER_ACTOR, _POLICY, _APPLIANCE = (
    AuditActor.OWNER,
    AuditActor.PEER,
    AuditActor.POLICY,
    AuditActor.APPLIANCE,
)
_ROWS: tuple[tuple[float, AuditKind, AuditActor, str, str, str], ...] = (
    (0.0, AuditKind.OPENED, _OWNER, "", "", "standard"),
    (1.2, AuditKind.INVITED, _APPLIANCE, "", "", ""),
    (95.0, AuditKind.KNOCKED, _PEER_ACTOR, "192.168.178.77", "", ""),
    (108.0, AuditKind.WRONG_CODE, _PEER_ACTOR, "", "", ""),
    (121.0, AuditKind.JOINED, _PEER_ACTOR, PEER, "", ""),
    (122.0, AuditKind.FOCUS, _APPLIANCE, "Terminal", "", ""),
    (301.0, AuditKind.ASKED, _PEER_ACTOR, "keyboard", "", ""),
    (309.0, AuditKind.GRANTED, _OWNER, "keyboard", "granted", "five_minutes"),
    (402.0, AuditKind.ASKED, _PEER_ACTOR, "files_in", "", "rapport-2026.pdf"),
    (432.0, AuditKind.DENIED, _POLICY, "files_in", "denied", "expired"),
    (609.0, AuditKind.EXPIRED, _POLICY, "keyboard", "", ""),
    (900.0, AuditKind.ASKED, _PEER_ACTOR, "clipboard_out", "", ""),
    (904.0, AuditKind.GRANTED, _OWNER, "clipboard_out", "granted", "quarter_hour"),
    (951.0, AuditKind.CLIPBOARD, _PEER_ACTOR, "out 312 bytes text", "", ""),
    (1000.0, AuditKind.REVOKED, _OWNER, "clipboard_out", "revoked", ""),
    (1192.0, AuditKind.ASKED, AuditActor.OBSERVER, "watching", "", ""),
    (1199.0, AuditKind.GRANTED, _OWNER, "watching", "granted", "five_minutes"),
    (1200.0, AuditKind.JOINED, AuditActor.OBSERVER, OBSERVER, "", ""),
    (1499.0, AuditKind.EXPIRED, _POLICY, "watching", "", ""),
    (1500.0, AuditKind.LEFT, AuditActor.OBSERVER, OBSERVER, "", ""),
    (1650.0, AuditKind.SHIELDED, _OWNER, "", "", ""),
    (1820.0, AuditKind.UNSHIELDED, _OWNER, "", "", ""),
    (2100.0, AuditKind.HIDDEN, _OWNER, "840,40 400×220", "", ""),
    (2400.0, AuditKind.FILE, _PEER_ACTOR, "invoice.ods", "denied", "not allowed"),
    (2402.0, AuditKind.REFUSED, _POLICY, "rail", "denied", "unknown channel"),
    (2700.0, AuditKind.INCIDENT, _POLICY, "clipboard_flood", "note", ""),
    (3000.0, AuditKind.SHOWN, _OWNER, "840,40 400×220", "", ""),
    (4290.0, AuditKind.LEFT, _PEER_ACTOR, PEER, "", ""),
    (4319.0, AuditKind.ENDED, _OWNER, "", "", "owner"),
)


def trail(started_utc_ms: int = made_up.STARTED_UTC_MS) -> tuple[AuditEntry, ...]:
    """Make the trail of a session with one peer and one observer, in which every kind of entry occurs."""
    entries = [
        AuditEntry(
            0, at_s, started_utc_ms + int(at_s * _MS), kind, actor, resource, decision, reason
        )
        for at_s, kind, actor, resource, decision, reason in _ROWS
    ]
    entries += [
        consented(120.0, started_utc_ms),
        consented(1190.0, started_utc_ms, AuditActor.OBSERVER),
    ]
    entries.sort(key=lambda each: each.at_s)
    return tuple(replace(each, sequence=number) for number, each in enumerate(entries))
