"""What a gate tells, read with care: it is ours, but what it tells of comes from a peer and from a session."""

from __future__ import annotations

from core.api.permissions import Capability
from core.errors import RemoteHostFailed
from core.remote.gate_link import Facts

_LARGEST = 1 << 80  # a hostile side may claim sizes of 64 bits, and add them up


def text_of(facts: Facts, name: str) -> str:
    """Read a text, empty where there is none; raises RemoteHostFailed for anything else."""
    value = facts.get(name, "")
    if not isinstance(value, str):
        raise odd(name)
    return value


def count_of(facts: Facts, name: str, default: int = 0) -> int:
    """Read a whole number that is not negative; raises RemoteHostFailed for anything else."""
    value = facts.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise odd(name)
    return value


def capability_of(facts: Facts) -> Capability:
    """Read a capability; raises RemoteHostFailed for one that there is not."""
    value = facts.get("capability")
    for each in Capability:
        if each.value == value:
            return each
    raise odd("capability")


def odd(name: str) -> RemoteHostFailed:
    """Say that the gate told something that no gate tells: it is trusted no longer."""
    return RemoteHostFailed(program="gate", reason=f"it told what cannot be read: {name[:40]}")
