"""An X server for the watcher's tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.recording.x_authority import write_x_authority
from tests.core.remote.watcher.desktop import SIZE, Client, Server, client_of


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a real X server without a window manager, under its own cookie."""
    authority = tmp_path_factory.mktemp("watcher") / "authority"
    write_x_authority(authority)
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-auth", str(authority), "-nolisten", "tcp"]
    command += ["-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as process:
        os.close(writer)
        with os.fdopen(reader, encoding="ascii") as stream:
            number = stream.readline().strip()
        assert number, "Xvfb did not start"
        yield Server(Path(f"/tmp/.X11-unix/X{number}"), authority)  # noqa: S108 - where X has its sockets
        process.terminate()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """Give a client of that server."""
    with client_of(server) as made:
        yield made
