"""One tor of the private network: its keys, its process, what it wrote."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.tether import tethered

_ENDING_S = 5.0
_LAST_WORDS = 12
_NO_FILE = ("/nonexistent/torrc", "--ignore-missing-torrc")
_NO_DEFAULTS = ("--defaults-torrc", "/nonexistent/torrc-defaults")


@dataclass
class Node:
    """One tor of the network."""

    name: str
    home: Path
    or_port: int
    dir_port: int = 0  # authorities only
    identity: str = ""  # of an authority, as votes are signed with
    fingerprint: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def torrc(self) -> Path:
        """Name the node's configuration."""
        return self.home / "torrc"

    def directory_line(self) -> str:
        """Say this authority as torrc does."""
        return (
            f"DirAuthority {self.name} orport={self.or_port} no-v2 v3ident={self.identity}"
            f" 127.0.0.1:{self.dir_port} {self.fingerprint}"
        )

    def start(self) -> None:
        """Start it; it says nothing on its outputs."""
        with (self.home / "output").open("ab") as output:
            self.process = subprocess.Popen(
                tethered(["tor", "-f", str(self.torrc), *_NO_DEFAULTS, "--hush"]),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def has_ended(self) -> bool:
        """Tell whether it was started and runs no more."""
        return self.process is not None and self.process.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self.process is not None and self.is_running():
            self.process.send_signal(number)

    def end(self, number: signal.Signals) -> None:
        """End it by a signal and wait for that."""
        self.send(number)
        if self.process is None:
            return
        try:
            self.process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def last_words(self) -> str:
        """Show what it wrote last."""
        lines = []
        for name in ("notices.log", "output"):
            with suppress(OSError):
                lines += (
                    (self.home / name).read_text("utf-8", "replace").splitlines()[-_LAST_WORDS:]
                )
        return "\n".join(f"{self.name}: {line}" for line in lines)

    def is_informed(self) -> bool:
        """Tell whether it knows the network well enough to build circuits."""
        return self._has_written("(enough_dirinfo)")

    def is_connected(self) -> bool:
        """Tell whether it has built a circuit."""
        return self._has_written("Bootstrapped 100%")

    def _has_written(self, words: str) -> bool:
        with suppress(OSError):
            return words in (self.home / "notices.log").read_text("utf-8", "replace")
        return False


def making_keys(node: Node) -> Callable[[], None]:
    """Begin to make a node's keys; what comes back waits for them and writes them down."""
    keys = node.home / "keys"
    keys.mkdir(parents=True, mode=0o700)
    node.home.chmod(0o700)
    gencert = None
    if node.dir_port:
        words = [
            *("tor-gencert", "--create-identity-key", "-m", "12", "--passphrase-fd", "0"),
            *("-a", f"127.0.0.1:{node.dir_port}", "-i", "authority_identity_key"),
            *("-s", "authority_signing_key", "-c", "authority_certificate"),
        ]
        gencert = subprocess.Popen(
            tethered(words),
            cwd=keys,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert gencert.stdin is not None
        gencert.stdin.write(b"no secret\n")
        gencert.stdin.close()
    words = [
        *("tor", "--list-fingerprint", "--hush", "-f", *_NO_FILE, *_NO_DEFAULTS),
        *("--DataDirectory", str(node.home), "--ORPort", "127.0.0.1:1"),
        *("--Nickname", node.name, "--Address", "127.0.0.1"),
        *("--PublishServerDescriptor", "0", "--SocksPort", "0", "--DisableNetwork", "1"),
    ]
    fingerprint = subprocess.Popen(
        tethered(words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )

    def finish() -> None:
        said, _ = fingerprint.communicate()
        node.fingerprint = said.decode().strip().splitlines()[-1].partition(" ")[2].replace(" ", "")
        if gencert is not None:
            assert gencert.wait() == 0
            certificate = (keys / "authority_certificate").read_text("ascii")
            found = re.search(r"^fingerprint ([0-9A-F]{40})$", certificate, re.MULTILINE)
            assert found is not None
            node.identity = found[1]

    return finish
