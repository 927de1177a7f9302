"""kill -9 at seeded moments of a rotation: no onion address is lost, and the signed moves lead to the newest."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from core.appliance.own_keys import KEY, KIND, OwnKeys, read_own_keys
from core.canonical.documents import load_canonical_json
from core.onion.statement import Place, check_statement, follow, read_statement
from core.storage.sqlite_metadata import SqliteMetadataStore
from core.vault.sealed_records import LARGEST_RECORD_BYTES
from core.vault.vault import Vault
from tests.fakes.rotating_victim import PASSPHRASE

CYCLES = 4
_SEED = 20261124
_LEAST = 5  # addresses before the cut


def rotate_and_kill(directory: Path, seconds: float) -> list[str]:
    """Rotate for a while and kill -9; gives every address that was told."""
    arguments = [sys.executable, "-m", "tests.fakes.rotating_victim", str(directory)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as victim:
        assert victim.stdout is not None
        try:
            told = [victim.stdout.readline() for _ in range(_LEAST)]
            time.sleep(seconds)  # the seeded moment of the cut, not a wait for something
        finally:
            victim.kill()
        told += victim.stdout.readlines()
    return [line.strip() for line in told if line.endswith("\n")]


def kept(directory: Path) -> tuple[OwnKeys, str]:
    """Read what the disk holds; gives also the device's public key."""
    store = SqliteMetadataStore(directory / "lucid.db")
    try:
        sealed = store.record(KIND, KEY)
    finally:
        store.close()
    assert sealed is not None
    with Vault.open(directory / "vault.json", PASSPHRASE) as vault:
        plain = vault.open_record(KIND, KEY, sealed)
        device = vault.device_public_key.hex()
    document = load_canonical_json(plain, LARGEST_RECORD_BYTES)
    assert isinstance(document, dict)
    return read_own_keys(document), device


def test_no_address_is_lost_by_a_kill(tmp_path: Path) -> None:
    """What was told is kept; from the first address the signed moves lead to the one whose key there is."""
    moments = random.Random(_SEED)
    for cycle in range(CYCLES):
        directory = tmp_path / str(cycle)
        told = rotate_and_kill(directory, moments.uniform(0.0, 0.05))
        assert len(told) >= _LEAST
        keys, device = kept(directory)
        statements = [read_statement(each.encode()) for each in keys.moves]
        for each in statements:
            check_statement(each)
        # The last move may have been written and not been told.
        assert told[-1] in [keys.key.address, statements[-1].statement.old_address]
        assert follow(statements, Place(told[0]), device) == Place(keys.key.address, keys.sequence)
        if keys.old is not None:
            assert keys.old.key.address == statements[-1].statement.old_address
