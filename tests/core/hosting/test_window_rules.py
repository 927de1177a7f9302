"""The policy's rules about windows get to the watcher in words that it can read."""

from __future__ import annotations

import json

from core.api.permissions import PolicyRules, Profile, WindowRule
from core.evidence.policy import hosted_policy, parse_hosted_policy
from core.hosting.service import _window_rules
from core.remote.watcher.rules import read_rules


def test_the_watcher_can_read_the_policys_rules() -> None:
    """What is hidden and what is allowed; a policy that says nothing of windows has no rules."""
    own = PolicyRules(hidden_windows=(WindowRule("Bank", "Firefox"),), allowed_programs=("XTerm",))
    written = _window_rules(parse_hosted_policy(hosted_policy(Profile.CUSTOM, own)))
    read = read_rules(json.loads(written.text))
    assert (len(read.hidden), read.allowed, written.is_empty) == (1, {"xterm"}, False)
    assert _window_rules(parse_hosted_policy(hosted_policy(Profile.STRICT))).is_empty
