"""Access: let somebody read from afar, see who may and what they read, and end it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import cast

from core.api.access import (
    Access,
    AccessGranted,
    Call,
    GrantAccess,
    ListAccess,
    ListCalls,
    RevokeAccess,
    Scope,
    VerifyCalls,
)
from core.api.network import Network, ReadNetwork
from core.api.snapshots import failure_snapshot
from core.cli.answer import Answer, Refused, plain, say
from core.cli.columns import facts, table
from core.cli.conversation import Conversation
from core.cli.invitation_text import qr_code
from core.cli.units import count, moment
from core.errors import AccessUnknown, UsageFailure

_ONCE = "The token and the client key are shown this once, and kept nowhere. Hand them over by a safe way."
_NO_ADDRESS = "This appliance has no onion address yet: lucid onion connect makes one. Tell it to the reader then."
_RUNS = "It can be read while the kiosk, or a session, runs here with the vault open."


def grant(conversation: Conversation, invocation: Namespace) -> Answer:
    """Let somebody read, and show the secrets once."""
    if invocation.qr and getattr(invocation, "json", False):
        raise UsageFailure(reason="--qr draws for people, and does not go with --json")
    conversation.open_vault()
    scopes = tuple(Scope(each) for each in invocation.scope)
    command = GrantAccess(invocation.name, scopes, invocation.days)
    granted = cast("AccessGranted", conversation.ask(command))
    say(_ONCE)
    if not granted.address:
        say(_NO_ADDRESS)
    document = plain(granted) | ({"client_auth": granted.client_auth} if granted.address else {})
    return Answer(document, _granted(granted, has_qr=invocation.qr))


def list_access(conversation: Conversation, _invocation: Namespace) -> Answer:
    """List who may read, and who could."""
    conversation.open_existing_vault()
    found = _all(conversation)
    network = cast("Network", conversation.ask(ReadNetwork()))
    lines = list(_accesses(found)) if found else ["Nobody may read from afar."]
    return Answer({"access": plain(found), "address": network.address}, lines)


def revoke(conversation: Conversation, invocation: Namespace) -> Answer:
    """End an access for good."""
    conversation.open_existing_vault()
    access_id = _resolve(conversation, invocation.access_id)
    ended = cast("Access", conversation.ask(RevokeAccess(access_id)))
    return Answer(plain(ended), [f"{ended.name} ({ended.access_id}) may read no more."])


def calls(conversation: Conversation, invocation: Namespace) -> Answer:
    """List what was called, newest first."""
    access_id = ""
    if invocation.access is not None:
        conversation.open_existing_vault()
        access_id = _resolve(conversation, invocation.access)
    command = ListCalls(access_id, invocation.limit, invocation.before)
    found = cast("tuple[Call, ...]", conversation.ask(command))
    lines = list(_calls(found)) if found else ["Nothing was called."]
    return Answer({"calls": plain(found)}, lines)


def verify(conversation: Conversation, _invocation: Namespace) -> Answer:
    """Check that the log of calls is as it was written."""
    conversation.open_existing_vault()
    found = cast("int", conversation.ask(VerifyCalls()))
    said = f"It holds: {count(found, 'call')} in the log, each as it was written."
    return Answer({"holds": True, "calls": found}, [said])


def _all(conversation: Conversation) -> tuple[Access, ...]:
    return cast("tuple[Access, ...]", conversation.ask(ListAccess()))


def _resolve(conversation: Conversation, words: str) -> str:
    """Find the access whose ID begins with ``words``, or whose name they are; raises Refused."""
    everyone = _all(conversation)
    found = [each for each in everyone if each.access_id.startswith(words.lower()) and words]
    found = found or [each for each in everyone if each.name == words]
    if len(found) == 1:
        return found[0].access_id
    if found:
        reason = f"several accesses are meant by {words}; give more of the ID"
        raise Refused(failure_snapshot(UsageFailure(reason=reason)))
    raise Refused(failure_snapshot(AccessUnknown(access_id=words)))


def _granted(granted: AccessGranted, *, has_qr: bool) -> Iterator[str]:
    access = granted.access
    yield from facts(
        [
            ("access", f"{access.access_id}  {access.name}"),
            ("may read", ", ".join(scope.value for scope in access.scopes)),
            ("until", f"{moment(access.expires_utc_ms)} UTC"),
            ("address", granted.address or None),
            ("token", granted.token),
            ("client key", granted.client_key),
            ("for any tor", granted.client_auth or None),
            ("link", granted.link or None),
        ]
    )
    yield _RUNS
    if has_qr and granted.link:
        yield from qr_code(granted.link)


def _accesses(found: tuple[Access, ...]) -> Iterator[str]:
    header = ("ID", "Name", "May read", "Until (UTC)", "Ended (UTC)", "Last call (UTC)", ">Calls")
    rows = [
        (
            each.access_id,
            each.name,
            ",".join(scope.value for scope in each.scopes),
            moment(each.expires_utc_ms),
            moment(each.revoked_utc_ms),
            moment(each.used_utc_ms),
            str(each.calls),
        )
        for each in found
    ]
    yield from table(header, rows)


def _calls(found: tuple[Call, ...]) -> Iterator[str]:
    header = (">No.", "Time (UTC)", "Name", "What", "Came to", "Session")
    rows = [
        (
            str(each.sequence),
            moment(each.utc_ms),
            each.name or "(nobody's token)",
            each.what,
            each.outcome.value,
            each.subject,
        )
        for each in found
    ]
    yield from table(header, rows)
