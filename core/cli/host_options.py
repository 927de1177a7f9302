"""Host options: what the command line asks of a session that is to be hosted."""

from __future__ import annotations

from argparse import Namespace

from core.api.hosting import HostSession
from core.api.permissions import Capability, PolicyRules, Profile, Rule, WindowRule
from core.errors import UsageFailure

_LIMITS = {
    "longest": "longest_minutes",
    "idle": "idle_minutes",
    "largest_file": "largest_file_mib",
    "largest_clipboard": "largest_clipboard_kib",
}
# What a custom profile alone can say, by the names of the options.
_OWN = ("rule", "record_keys", "hide_title", "hide_class", "only_program", *_LIMITS)


def host_command(invocation: Namespace) -> HostSession:
    """Read the options; raises UsageFailure for those that do not go together."""
    profile = Profile(invocation.profile or Profile.STANDARD.value)
    own = [each for each in _OWN if getattr(invocation, each) not in (None, False, [])]
    if invocation.again and (invocation.profile or own):
        raise UsageFailure(reason="--again takes the earlier session's policy as it is")
    if own and profile is not Profile.CUSTOM:
        raise UsageFailure(reason=f"--{own[0].replace('_', '-')} goes with --profile custom")
    rules = _own_rules(invocation) if profile is Profile.CUSTOM else None
    again, recipients = invocation.again or "", tuple(invocation.recipient)
    return HostSession(profile, rules, recipients, again, is_local=invocation.local)


def _own_rules(invocation: Namespace) -> PolicyRules:
    """Read the rules of a custom profile; limits that are not named are the usual ones."""
    limits = {
        field: getattr(invocation, option)
        for option, field in _LIMITS.items()
        if getattr(invocation, option) is not None
    }
    hidden = [
        *(WindowRule(title=each) for each in invocation.hide_title),
        *(WindowRule(window_class=each) for each in invocation.hide_class),
    ]
    return PolicyRules(
        rules=tuple(_rule(each) for each in invocation.rule),
        hidden_windows=tuple(hidden),
        allowed_programs=tuple(invocation.only_program),
        records_keys=invocation.record_keys,
        **limits,
    )


def _rule(text: str) -> tuple[Capability, Rule]:
    name, _, rule = text.partition("=")
    try:
        return Capability(name), Rule(rule)
    except ValueError:
        known = ", ".join(each.value for each in Capability)
        raise UsageFailure(
            reason=f"--rule {text}: write CAPABILITY=deny|ask|allow; capabilities are {known}"
        ) from None
