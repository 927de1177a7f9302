"""The owner's own rules begin as Standard is, and become a policy that the engine takes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from core.api.permissions import Capability, PolicyRules, Profile, Rule, WindowRule
from core.evidence.policy import hosted_policy
from lucid_gui.screens.start.profiles import profile_cards
from lucid_gui.screens.start.rules import LONGEST_TEXT, MOST_TEXTS, Rules

LIMITS = ("longest_minutes", "idle_minutes", "largest_clipboard_kib", "largest_file_mib")


@pytest.fixture
def rules(parent: QObject) -> Rules:
    """Give rules nobody changed."""
    return Rules(parent)


def test_they_begin_as_standard_is(rules: Rules) -> None:
    """The same rules, in the words of the engine's own profile."""
    own = hosted_policy(Profile.CUSTOM, rules.policy())
    assert own["rules"] == hosted_policy(Profile.STANDARD)["rules"]
    assert own["limits"] == hosted_policy(Profile.STANDARD)["limits"]


def test_each_capability_is_denied_or_asked(rules: Rules) -> None:
    """Only seeing can be allowed from the start; anything else is passed over."""
    for capability in Capability:
        rules.setRule(capability.value, "deny")
        rules.setRule(capability.value, "allow")
    chosen = dict(rules.policy().rules)
    assert chosen.pop(Capability.VIEW) is Rule.ALLOW
    assert set(chosen.values()) == {Rule.DENY}
    offered = {row["capability"]: [each["value"] for each in row["options"]] for row in rules.rows}
    assert offered["view"] == ["deny", "ask", "allow"]
    assert offered["keyboard"] == ["deny", "ask"]


def test_what_no_program_carries_stays_denied(rules: Rules) -> None:
    """It is shown as what it is, and cannot be chosen."""
    carried = {row["capability"]: row["isCarried"] for row in rules.rows}
    assert {name for name, is_carried in carried.items() if not is_carried} == {
        "audio_in",
        "printing",
        "shell_channels",
    }
    for name in ("audio_in", "printing", "shell_channels"):
        rules.setRule(name, "ask")
        assert dict(rules.policy().rules)[Capability(name)] is Rule.DENY


def test_windows_are_hidden_by_title_program_or_both(rules: Rules) -> None:
    """Trimmed, once, and never by nothing; each can be taken away."""
    for title, program in (("  Bank ", ""), ("", "keepassxc"), ("Bank", ""), ("", " "), ("a", "b")):
        rules.hideWindows(title, program)
    assert rules.policy().hidden_windows == (
        WindowRule("Bank", ""),
        WindowRule("", "keepassxc"),
        WindowRule("a", "b"),
    )
    assert rules.windows[0] == "Title has “Bank”"
    assert rules.windows[1] == "Program “keepassxc”"
    assert rules.windows[2] == "Program “b”, title has “a”"
    rules.showWindows(0)
    rules.showWindows(7)
    assert len(rules.windows) == 2


def test_programs_are_listed_once(rules: Rules) -> None:
    """An empty list shows every program."""
    for name in ("xterm", " xterm ", "", "gimp"):
        rules.allowProgram(name)
    assert rules.policy().allowed_programs == ("xterm", "gimp")
    rules.dropProgram(0)
    rules.dropProgram(9)
    assert rules.programs == ["gimp"]


def test_limits_go_step_by_step_to_their_ends(rules: Rules) -> None:
    """What stands at an end can go no further, and the engine takes every step."""
    for name in LIMITS:
        for by in (-1, 1):
            for _ in range(20):
                rules.step(name, by)
                hosted_policy(Profile.CUSTOM, rules.policy())
            row = next(each for each in rules.limits if each["name"] == name)
            assert row["canLower" if by < 0 else "canRaise"] is False
    values = {each["name"]: each["value"] for each in rules.limits}
    assert values["longest_minutes"] == "24 h"
    assert values["largest_clipboard_kib"] == "16 MiB"
    assert values["largest_file_mib"] == "4 GiB"
    for _ in range(20):
        rules.step("largest_file_mib", -1)
    assert next(each for each in rules.limits if each["title"] == "Largest file")["value"] == "none"


def test_keys_are_recorded_only_when_that_is_chosen(rules: Rules) -> None:
    """It is off at first."""
    assert rules.policy().records_keys is PolicyRules().records_keys is False
    rules.recordKeys(True)
    assert rules.policy().records_keys


def test_the_longest_lists_are_still_a_policy(rules: Rules) -> None:
    """Texts are cut to what the engine takes, and so is their number."""
    for number in range(MOST_TEXTS + 5):
        rules.hideWindows(f"{number} " + "x" * 500, "")
        rules.allowProgram(f"{number} " + "y" * 500)
    policy = rules.policy()
    assert len(policy.hidden_windows) == len(policy.allowed_programs) == MOST_TEXTS
    assert max(len(each.title) for each in policy.hidden_windows) == LONGEST_TEXT
    hosted_policy(Profile.CUSTOM, policy)


def test_each_profile_says_what_the_peer_may_at_first() -> None:
    """The strictest stands first."""
    cards = profile_cards()
    assert [each["value"] for each in cards] == [each.value for each in Profile]
    assert all(each["detail"].endswith(".") for each in cards)
