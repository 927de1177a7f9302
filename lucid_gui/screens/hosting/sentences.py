"""How a hosted session stands, as one sentence and what is behind it; from snapshots alone."""

from __future__ import annotations

from typing import Any

from core.api.hosting import Hosting, Invitation, PeerState
from core.api.network import ServicePhase
from core.api.permissions import Capability
from lucid_gui.screens.wording import clock_text, count_text
from lucid_gui.text.capabilities import words_of
from lucid_gui.text.peers import peer_name
from lucid_gui.text.words import tr

_MS = 1000
_NAMED = 3  # of what it may do; the rest is counted


def locked_s(hosting: Hosting, now_utc_ms: int) -> int:
    """Give the seconds that nobody can come in for; 0 when the door is not locked."""
    if hosting.locked_until_utc_ms is None:
        return 0
    return max(0, -(-(hosting.locked_until_utc_ms - now_utc_ms) // _MS))


def hosting_sentence(hosting: Hosting | None, now_utc_ms: int) -> tuple[str, str]:
    """Say who is there, and what that means."""
    if hosting is None:
        return tr("Opening the door"), tr("The desktop and its gate are being started.")
    state = hosting.peer.state
    if state is PeerState.ADMITTED:
        title = tr("%1 is connected").replace("%1", peer_name(hosting.peer.name))
        return title, may_sentence(hosting)
    if locked := locked_s(hosting, now_utc_ms):
        text = tr("Nobody can come in for %1.").replace("%1", clock_text(locked))
        return tr("Too many wrong codes"), text
    if state is PeerState.AT_DOOR:
        return tr("Waiting for the code"), _with_wrong_codes(
            tr("Somebody has connected, and sees nothing but the question for the code."), hosting
        )
    if hosting.invitation is None:
        return tr("Nobody is connected"), tr("No code is valid. Make a new one to let somebody in.")
    return tr("Nobody is connected"), _with_wrong_codes(_way_in(hosting), hosting)


def _way_in(hosting: Hosting) -> str:
    """Say what the peer needs, and whether the session can be found yet."""
    if hosting.reach is None:
        return tr("Give your peer the address and the code.")
    return {
        ServicePhase.PUBLISHING: tr("Its onion address is being published; a minute at most."),
        ServicePhase.REACHABLE: tr("Show your peer the QR code, or give them the line."),
        ServicePhase.WAITING: tr("It is not reached just now: Tor is being connected again."),
    }[hosting.reach]


def reach_facts(reach: ServicePhase | None) -> dict[str, str]:
    """Say in a word whether a session, or its observer, is reached by its address."""
    if reach is None:
        return {
            "state": "local",
            "text": tr("This machine only"),
            "tone": "quiet",
            "icon": "unplug",
        }
    return {
        ServicePhase.PUBLISHING: {
            "state": "publishing",
            "text": tr("Being published"),
            "tone": "ask",
            "icon": "loader-circle",
        },
        ServicePhase.REACHABLE: {
            "state": "reachable",
            "text": tr("Can be reached"),
            "tone": "safe",
            "icon": "globe-lock",
        },
        ServicePhase.WAITING: {
            "state": "waiting",
            "text": tr("Waits for Tor"),
            "tone": "ask",
            "icon": "hourglass",
        },
    }[reach]


def may_sentence(hosting: Hosting) -> str:
    """Say what the peer sees and may do."""
    if hosting.is_shielded:
        return tr("The desktop is hidden, from it and from the recording.")
    granted = [each.capability for each in hosting.grants if each.is_granted]
    others = [words_of(each).may for each in granted if each is not Capability.VIEW]
    sees = Capability.VIEW in granted
    if not others:
        return tr("It sees the desktop and may do nothing.") if sees else tr("It sees nothing.")
    text = tr("It sees the desktop and may %1.") if sees else tr("It sees nothing, but may %1.")
    return text.replace("%1", _listed(others))


def _listed(words: list[str]) -> str:
    if len(words) > _NAMED:
        more = tr("%1 more").replace("%1", str(len(words) - _NAMED + 1))
        words = [*words[: _NAMED - 1], more]
    if len(words) == 1:
        return words[0]
    text = tr("%1 and %2").replace("%2", words[-1])
    return text.replace("%1", ", ".join(words[:-1]))


def _with_wrong_codes(text: str, hosting: Hosting) -> str:
    if not hosting.wrong_codes:
        return text
    wrong = count_text(
        hosting.wrong_codes, tr("%1 wrong code so far."), tr("%1 wrong codes so far.")
    )
    return f"{wrong} {text}"


def invitation_facts(invitation: Invitation | None, now_utc_ms: int) -> dict[str, Any]:
    """Give what the invitation's card shows; empty when there is no invitation."""
    if invitation is None:
        return {}
    left = max(0, -(-(invitation.expires_utc_ms - now_utc_ms) // _MS))
    text = tr("Works once, %1 left.").replace("%1", clock_text(left))
    return {
        "address": invitation.address,
        "code": invitation.code,
        "fingerprint": invitation.certificate_sha256,
        "link": invitation.link,
        "isOnion": bool(invitation.client_key),
        "keyLine": invitation.client_auth,
        "isExpired": left == 0,
        "validText": text if left else tr("This code has expired. Make a new one."),
    }


def home_facts(hosting: Hosting, now_utc_ms: int) -> dict[str, str]:
    """Say on the home screen how the hosted session stands, and what waits for the owner."""
    title, detail = hosting_sentence(hosting, now_utc_ms)
    tried = [each for each in hosting.grants if each.attempts and not each.is_granted]
    if hosting.peer.state is PeerState.ADMITTED and tried:
        waits = tr("It has tried to %1, which is not allowed.").replace(
            "%1", _listed([words_of(each.capability).may for each in tried])
        )
        detail = f"{detail} {waits}"
    observing = hosting.observing
    if observing is not None and observing.is_watching:
        watches = tr("%1 watches.").replace(
            "%1", peer_name(observing.peer.name, tr("Somebody else"))
        )
        detail = f"{detail} {watches}"
    return {"title": title, "detail": detail}
