"""Onion: how the network stands, the way into it, and this appliance's own address."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator
from typing import cast

from core.api.network import (
    Connect,
    FinishRotation,
    ForgetBridges,
    Network,
    NetworkMode,
    ReadNetwork,
    RotateOnion,
    TorPhase,
    TorStatus,
    UseBridges,
    WaitForTor,
    WorkOffline,
)
from core.api.text import sentence_for
from core.cli.answer import Answer, plain
from core.cli.columns import facts
from core.cli.confirmation import confirm
from core.cli.conversation import Conversation
from core.cli.given_text import read_given_text
from core.cli.units import count, length, moment

_LARGEST_LINES = 65_536
_PASTE = "Paste the bridge lines, press Enter, and end with Ctrl-D."
_DAY_MS = 86_400_000
_AT_ONCE = (
    "Without an overlap the old address goes at once: whoever reads from here is cut off,"
    " and is not led to the new one. Change the address?"
)
_GOES = (
    "The old address goes for good: whoever has not followed to the new one is cut off. Let it go?"
)


def status(conversation: Conversation, invocation: Namespace) -> Answer:
    """Say how the network stands; with --wait, wait until Tor is ready first."""
    conversation.wait_ready()
    conversation.open_vault_if_given()  # else nobody knows the address, and that is all that is missing
    if invocation.wait is not None:
        return _answer(_wait(conversation, invocation.wait))
    return status_now(conversation)


def status_now(conversation: Conversation) -> Answer:
    """Say how the network stands, as things are."""
    return _answer(conversation.ask(ReadNetwork()))


def connect(conversation: Conversation, invocation: Namespace) -> Answer:
    """Go by Tor from now on, and see whether it works."""
    conversation.wait_ready()
    conversation.open_vault_if_given()
    network = conversation.ask(Connect())
    if invocation.wait > 0:
        network = _wait(conversation, invocation.wait)
    return _answer(network, "Sessions and peers are reached by Tor from now on.")


def offline(conversation: Conversation, _invocation: Namespace) -> Answer:
    """Reach nobody from now on."""
    conversation.wait_ready()
    return _answer(
        conversation.ask(WorkOffline()), "From now on nobody is reached, and nobody reaches this."
    )


def bridges(conversation: Conversation, invocation: Namespace) -> Answer:
    """Go by other bridges, by none, or list those in use."""
    conversation.wait_ready()
    if invocation.forget:
        return _bridges(conversation.ask(ForgetBridges()))
    if invocation.line_fd is None and invocation.file is None:
        return _bridges(conversation.ask(ReadNetwork()))
    lines = read_given_text(
        invocation.line_fd,
        invocation.file,
        noun="the bridge lines",
        question=_PASTE,
        most=_LARGEST_LINES,
    )
    return _bridges(conversation.ask(UseBridges(lines)))


def rotate(conversation: Conversation, invocation: Namespace) -> Answer:
    """Replace this appliance's own address; where the old one goes at once, a person has to mean it."""
    if invocation.overlap == 0:
        confirm(_AT_ONCE, is_confirmed=invocation.yes)
    conversation.open_existing_vault()
    follow = "Peers that look while the old one is still served follow to it by themselves."
    lost = "The old one is served no more: give the new one to whoever reads from here."
    return _answer(
        conversation.ask(RotateOnion(invocation.overlap)),
        "The new address is served as soon as the kiosk, or a session, runs here.",
        follow if invocation.overlap > 0 else lost,
    )


def finish(conversation: Conversation, invocation: Namespace) -> Answer:
    """Let the old address go, if a person means it."""
    confirm(_GOES, is_confirmed=invocation.yes)
    conversation.open_existing_vault()
    return _answer(conversation.ask(FinishRotation()), "The old address is gone for good.")


def _wait(conversation: Conversation, seconds: float) -> object:
    return conversation.ask(WaitForTor(seconds))


def _bridges(found: object) -> Answer:
    network = cast("Network", found)
    lines = [each.line for each in network.bridges] or ["No bridges are used."]
    return Answer({"bridges": plain(network.bridges)}, lines)


def _answer(found: object, *words: str) -> Answer:
    network = cast("Network", found)
    return Answer(plain(network), [*facts(_facts(network)), *([""] if words else []), *words])


def _facts(network: Network) -> Iterator[tuple[str, str | None]]:
    yield "network", _mode(network)
    if network.tor.phase is not TorPhase.OFF:
        yield from _tor_facts(network.tor)
    elif network.mode is NetworkMode.TOR:
        yield "Tor", "it is started where something goes by it; --wait S does so now"
    yield "bridges", count(len(network.bridges), "bridge") if network.bridges else None
    yield "address", network.address or None
    if network.rotated_utc_ms is not None:
        yield "since", f"{moment(network.rotated_utc_ms)} UTC"
    if (rotation := network.rotation) is not None:
        yield "old address", f"{rotation.old_address}, until {moment(rotation.until_utc_ms)} UTC"
    for service in network.services:
        yield service.purpose, f"{service.address}, {service.phase.value}"


def _mode(network: Network) -> str:
    if network.is_mode_forced:
        return "offline, as this start was told (LUCID_NETWORK)"
    if not network.is_chosen:
        return "not chosen yet: nothing is connected; lucid onion connect, or lucid onion offline"
    return "by Tor" if network.mode is NetworkMode.TOR else "offline"


def _tor_facts(tor: TorStatus) -> Iterator[tuple[str, str | None]]:
    now_ms = time.time_ns() // 1_000_000
    for_s = max(0, now_ms - tor.since_utc_ms) / 1000 if tor.since_utc_ms else None
    yield "Tor", tor.phase.value + ("" if for_s is None else f", unchanged for {length(for_s)}")
    if tor.phase is not TorPhase.READY:
        yield "connected", f"{tor.percent} %" + (f", {tor.summary}" if tor.summary else "")
    if tor.retry_utc_ms is not None:
        yield "tried again", f"{moment(tor.retry_utc_ms)} UTC"
    if tor.failure is not None:
        sentence = sentence_for(tor.failure)
        yield "in the way", sentence.what
        yield "what to do", sentence.next_step
    yield "version", _version(tor, now_ms)
    yield "restarts", str(tor.restarts) if tor.restarts else None


def _version(tor: TorStatus, now_ms: int) -> str | None:
    if not tor.version or tor.ends_utc_ms is None:
        return tor.version or None
    days = (tor.ends_utc_ms - now_ms) // _DAY_MS
    if days < 0:
        return f"{tor.version}, whose support ended on {moment(tor.ends_utc_ms)[:10]}"
    return f"{tor.version}, supported until {moment(tor.ends_utc_ms)[:10]}"
