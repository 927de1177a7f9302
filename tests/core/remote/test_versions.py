"""What the gate speaks follows from the xrdp that is installed, and only known ones are hosted on."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import RemoteHostFailed, RemoteHostUnsupported
from core.remote.versions import display_protocol
from tests.engine_thread import on_engine_thread


def program(directory: Path, says: str) -> str:
    """Write a program that says this, whatever it is asked."""
    path = directory / "xrdp"
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("says", "protocol"),
    [
        ("The log reference is NULL\nxrdp 0.9.21.1\n  A Remote Desktop Server.", 20210723),
        ("xrdp 0.10.1\n  A Remote Desktop Server.", 20230425),
    ],
)
def test_a_known_version_has_its_protocol(tmp_path: Path, says: str, protocol: int) -> None:
    """Debian 12's and Debian 13's xrdp are known, whatever else they say."""

    async def scenario() -> None:
        assert await display_protocol(program(tmp_path, says)) == protocol

    on_engine_thread(scenario)


def test_another_version_is_refused(tmp_path: Path) -> None:
    """A version that the gate was not made for is named, beside those that it knows."""

    async def scenario() -> None:
        with pytest.raises(RemoteHostUnsupported) as refused:
            await display_protocol(program(tmp_path, "xrdp 0.10.4"))
        assert refused.value.facts == {
            "program": "xrdp",
            "found": "0.10.4",
            "known": "0.9.21, 0.10.1",
        }

    on_engine_thread(scenario)


def test_no_version_is_a_failure(tmp_path: Path) -> None:
    """A program that tells no version is not taken for one that does."""

    async def scenario() -> None:
        with pytest.raises(RemoteHostFailed):
            await display_protocol(program(tmp_path, "xrdp"))

    on_engine_thread(scenario)
