"""The data directory: where everything of one appliance lies, for one engine at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from uuid import UUID

from core.errors import DataDirectoryBusy
from core.runtime.files import make_directory, storage_errors


class DataDirectory:
    """The paths inside a data directory; holds it for one engine from ``hold`` to ``release``."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._lock: int | None = None

    @property
    def vault(self) -> Path:
        """The vault's file."""
        return self.path / "vault.json"

    @property
    def database(self) -> Path:
        """The metadata store's file."""
        return self.path / "lucid.db"

    @property
    def chain(self) -> Path:
        """The embedded chain's directory."""
        return self.path / "chain"

    @property
    def networks(self) -> Path:
        """What is known of chains: deployments and their journals, and the contracts on a chain of others."""
        return self.path / "networks"

    @property
    def chain_index(self) -> Path:
        """The index of the chain that sessions are anchored on; it can be made again at any time."""
        return self.networks / "index.db"

    @property
    def own_contracts(self) -> Path:
        """Where the contracts of the appliance's own chain are written down."""
        return self.chain / "deployment.json"

    @property
    def tor(self) -> Path:
        """What our tor keeps for itself: the network's documents and its guards, and no key of ours."""
        return self.path / "tor"

    @property
    def run(self) -> Path:
        """Sockets and other things that mean nothing after the engine has ended."""
        return self.path / "run"

    @property
    def reading(self) -> Path:
        """The Unix socket of the API that others read by; this appliance's own address leads to it."""
        return self.run / "reading"

    @property
    def sessions(self) -> Path:
        """The directory that holds one directory a session."""
        return self.path / "sessions"

    def session(self, session_id: UUID) -> Path:
        """The directory of one session."""
        return self.sessions / str(session_id)

    def journal(self, session_id: UUID) -> Path:
        """The directory of a session's journals."""
        return self.session(session_id) / "journal"

    def hold(self) -> None:
        """Make the directory and take it; raises DataDirectoryBusy, DataDirectoryUnwritable, StorageFull."""
        make_directory(self.path)
        path = self.path / "lock"
        with storage_errors(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise DataDirectoryBusy(path=str(self.path), pid=holder or "unknown") from error
        self._lock = handle
        with storage_errors(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode("ascii"), 0)
        for each in (self.run, self.chain, self.sessions):
            make_directory(each)

    def release(self) -> None:
        """Let another engine have it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
