"""Tests of tests.fakes.engine_api and tests.fakes.execution_clients."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import threading
from pathlib import Path

import pytest

from tests.core.chain.node_process import wait_for
from tests.fakes.engine_api import Beat, Block, BlockMaker, EngineApi, EngineRefusal, token
from tests.fakes.execution_clients import ethereumjs_node

SECRET = bytes.fromhex("5a" * 32)


def test_the_token_is_a_signed_web_token() -> None:
    """Header and time can be read, and the signature is the secret's over both."""
    head, body, signature = token(SECRET, 1_700_000_000).encode().split(b".")
    assert json.loads(base64.urlsafe_b64decode(head + b"==")) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(base64.urlsafe_b64decode(body + b"==")) == {"iat": 1_700_000_000}
    expected = hmac.digest(SECRET, head + b"." + body, hashlib.sha256)
    assert base64.urlsafe_b64decode(signature + b"=") == expected


def test_a_client_is_made_to_make_blocks(tmp_path: Path) -> None:
    """Blocks follow each other, or leave others; a wrong secret is refused; everything listens on loopback alone."""
    with ethereumjs_node(tmp_path, ()) as client:
        first = client.maker.make_block()
        second = client.maker.make_block()
        other = client.maker.make_block(above=first)
        assert [each.number for each in (first, second, other)] == [1, 2, 2]
        assert second.hash != other.hash
        assert client.maker.head == other
        stranger = BlockMaker(EngineApi(client.ports.engine, bytes(32)), first)
        with pytest.raises((EngineRefusal, ValueError)):
            stranger.make_block()
        assert _listens_on() == {"127.0.0.1"}


def _listens_on() -> set[str]:
    """Find the addresses on which our children listen."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=True
    ).stdout.split()
    listening = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout
    ours = [
        line
        for line in listening.splitlines()
        if any(f"pid={child}," in line for child in children)
    ]
    assert ours, "nothing listens"
    return {line.split()[3].rpartition(":")[0] for line in ours}


class CountingMaker(BlockMaker):
    """Counts blocks instead of having them made."""

    def __init__(self) -> None:
        super().__init__(EngineApi(0, SECRET), Block("0x00", 0, 0))
        self.made = threading.Semaphore(0)
        self.count = 0

    def make_block(self, above: Block | None = None) -> Block:
        """Count one."""
        self.count += 1
        self.made.release()
        return self.head


def test_the_beat_makes_blocks_while_something_waits() -> None:
    """It goes on by itself, rests while it is paused, and ends."""
    maker = CountingMaker()
    beat = Beat(maker, lambda: True)
    beat.start()
    assert maker.made.acquire(timeout=10)
    beat.pause()
    while maker.made.acquire(blocking=False):
        pass
    assert not beat.is_making
    beat.resume()
    assert maker.made.acquire(timeout=10)
    beat.end()


def test_what_stops_the_beat_is_told_at_its_end() -> None:
    """A client that does not answer is no silence."""
    beat = Beat(BlockMaker(EngineApi(9, SECRET), Block("0x00", 0, 0)), lambda: True)
    beat.start()
    wait_for(lambda: beat.failure is not None)
    with pytest.raises(OSError, match="refused"):
        beat.end()
