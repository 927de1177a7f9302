"""A trail as evidence: the bytes of its file, and the key that opens this file and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import UUID

from core.api.hosting import AuditEntry
from core.audit.entries import TrailHead
from core.audit.sealed_log_format import TRAIL, log_key
from core.audit.sealed_log_reader import bytes_of, open_sealed_log, salt_of
from core.audit.trail import content_of, require_head
from core.errors import KeyUnavailable


@dataclass(frozen=True)
class TrailFile:
    """The trail of a session as it lies; ``key`` (32 bytes) is the file's own, where it is at hand."""

    data: bytes
    key: bytes | None = field(default=None, repr=False)

    @classmethod
    def load(cls, path: Path, session_id: UUID, session_key: bytes | None = None) -> Self:
        """Read a file and derive its key; TrailMalformed when it is no trail of this session."""
        data = bytes_of(path, TRAIL)
        salt = salt_of(data, kind=TRAIL, session_id=session_id)
        key = session_key and log_key(TRAIL, session_key, session_id, salt)
        return cls(data, key)

    def check_header(self, session_id: UUID) -> None:
        """Raise TrailMalformed unless this begins as a trail of that session does; needs no key."""
        salt_of(self.data, kind=TRAIL, session_id=session_id)

    def entries(self, session_id: UUID, head: TrailHead) -> tuple[AuditEntry, ...]:
        """Give all entries; raises TrailMalformed, TrailAltered as read_trail does, KeyUnavailable."""
        if self.key is None:
            raise KeyUnavailable(what="trail key")
        log = open_sealed_log(self.data, kind=TRAIL, file_key=self.key, session_id=session_id)
        content = content_of(log, session_id)
        require_head(content, head)
        return content.entries
