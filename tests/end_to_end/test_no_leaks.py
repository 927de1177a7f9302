"""A session between two appliances where every packet is heard: none leaves, and none goes but by Tor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give what was heard in each part of the run."""
    own = [] if os.geteuid() == 0 else ["-U", "--map-current-user", "--keep-caps"]
    directory = tmp_path_factory.mktemp("heard")
    program = [sys.executable, "-m", "tests.fakes.watched_onion_session", str(directory)]
    run = ["unshare", *own, "--net", "--mount", "--", *program]
    said = subprocess.run(run, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found = json.loads(said.stdout)
    assert isinstance(found, dict)
    return found


def is_silent(part: dict[str, Any]) -> bool:
    """Whether nothing left, and nothing was on loopback but what has one of tor's own ports at an end."""
    return not (part["outside"] or part["on_loopback"] or part["strange"] or part["lost"])


def test_a_session_sends_nothing_but_by_tor(heard: dict[str, Any]) -> None:
    """From connecting to the end of a joined session, no packet leaves, and every connection is one of tor's nodes."""
    session = heard["session"]
    assert is_silent(session)
    assert session["begun"] > 0
    assert session["trails"] == ["holds"]


def test_a_killed_tor_leaves_no_other_way(heard: dict[str, Any]) -> None:
    """Without its tor, a hosted session is reached in no other way: nothing is sent, nothing listens, that is said."""
    killed = heard["killed"]
    assert is_silent(killed)
    assert killed["listening"] == []
    assert (killed["phase"], killed["failure"]) == ("restarting", "tor_lost")


def test_a_missing_tor_leaves_no_other_way(heard: dict[str, Any]) -> None:
    """Where tor is chosen and not installed, no session is opened, nothing is sent, and the screen can say why."""
    missing = heard["missing"]
    assert is_silent(missing)
    assert missing["begun"] == 0
    assert missing["listening"] == []
    assert missing["refused"] == missing["failure"] == "missing_program"
    assert missing["phase"] == "missing"


def test_whoever_reaches_out_is_heard(heard: dict[str, Any]) -> None:
    """A look-up, a dial, a datagram and a connection beside Tor are heard: so the other tests can fail."""
    leak = heard["leak"]
    assert {"udp4 53", "tcp4 443"} <= set(leak["outside"])
    assert "udp6 9008" in leak["on_loopback"]
    assert leak["strange"] == 1
