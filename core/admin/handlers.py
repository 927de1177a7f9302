"""Handlers: what each place of the admin API answers. They read; none of them changes anything."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from core.admin.access_records import AccessRecord
from core.admin.answers import BUNDLE, METRICS, Answer, json_answer
from core.admin.readings import (
    Readings,
    health_document,
    manifest_document,
    session_document,
)
from core.admin.schemas import USUAL_AT_ONCE
from core.api.devices import fingerprint_of
from core.errors import Bug, NothingThere
from core.storage.data_directory import DataDirectory

API_VERSION: Final = "1"
_MS_IN_NS = 1_000_000


@dataclass(frozen=True)
class Given:
    """What a call gave: its parameters, read and checked, and whose it is."""

    values: Mapping[str, str | int]
    record: AccessRecord | None = None
    host: str = ""  # at which address it was asked

    @property
    def session_id(self) -> UUID:
        """The session that it is about."""
        return UUID(str(self.values["session_id"]))


Handler = Callable[[Readings, Given], Awaitable[Answer]]


async def read_openapi(_readings: Readings, _given: Given) -> Answer:
    """Give the description of this API."""
    from core.admin.reference import openapi_json

    return Answer(openapi_json())


async def read_self(readings: Readings, given: Given) -> Answer:
    """Say whose token it is, and who answers."""
    if given.record is None:
        raise Bug("an access is needed to tell of it")
    access = given.record.access
    return json_answer(
        {
            "access_id": access.access_id,
            "name": access.name,
            "scopes": [scope.value for scope in access.scopes],
            "expires_utc_ms": access.expires_utc_ms,
            "device": readings.device(),
            "device_fingerprint": fingerprint_of(readings.device()),
            "software_version": readings.software_version,
            "api_version": API_VERSION,
            "now_utc_ms": readings.parts.clock.now().utc_ns // _MS_IN_NS,
        }
    )


async def read_health(readings: Readings, _given: Given) -> Answer:
    """Do the checks and tell them."""
    return json_answer(health_document(await readings.health()))


async def read_metrics(readings: Readings, _given: Given) -> Answer:
    """Give the metrics as Prometheus reads them."""
    return Answer(await readings.metrics(), METRICS)


async def list_sessions(readings: Readings, given: Given) -> Answer:
    """Give a page of sessions, newest first."""
    found = await readings.sessions()
    state = given.values.get("state")
    limit = int(given.values.get("limit", USUAL_AT_ONCE))
    begin = 0
    if "cursor" in given.values:
        cursor = str(given.values["cursor"])
        places = [place for place, each in enumerate(found) if str(each.row.session_id) == cursor]
        if not places:
            raise NothingThere(what="page of sessions at that cursor")
        begin = places[0] + 1
    rest = [each for each in found[begin:] if state in {None, each.row.state}]
    page = rest[:limit]
    has_more = len(rest) > len(page)
    return json_answer(
        {
            "sessions": [session_document(each) for each in page],
            "next": str(page[-1].row.session_id) if page and has_more else None,
        }
    )


async def read_session(readings: Readings, given: Given) -> Answer:
    """Give a session's facts."""
    return json_answer(await readings.session(given.session_id))


async def read_manifest(readings: Readings, given: Given) -> Answer:
    """Give a session's manifest as it was sealed, with its signatures."""
    signed = await readings.manifest(given.session_id)
    document = manifest_document(given.session_id, signed)
    return json_answer(document, tag=signed.manifest_hash.hex())


async def read_policy(readings: Readings, given: Given) -> Answer:
    """Give a session's policy, as it was announced on the chain."""
    document = await readings.policy(given.session_id)
    return json_answer(document, tag=str(document["policy_hash"]))


async def read_proof(readings: Readings, given: Given) -> Answer:
    """Give a session's evidence bundle, without anything of the recording."""
    place = proof_directory(readings.parts.directory) / f"{secrets.token_hex(16)}.bundle"
    try:
        await readings.export_proof(str(given.session_id), place)
        file, size = await asyncio.to_thread(_opened, place)
    finally:
        await asyncio.to_thread(place.unlink, missing_ok=True)
    headers = {"Content-Disposition": f'attachment; filename="{given.session_id}.lucid"'}
    return Answer(content_type=BUNDLE, headers=headers, file=file, size=size)


async def read_chunk_proof(readings: Readings, given: Given) -> Answer:
    """Prove that one chunk belongs to a session."""
    index = int(given.values["index"])
    document = await readings.chunk_proof(given.session_id, index)
    return json_answer(document, tag=f"{document['manifest_hash']}-{index}")


async def read_moves(readings: Readings, _given: Given) -> Answer:
    """Give the signed statements of where this appliance has moved."""
    return json_answer({"statements": list(readings.moves())})


async def read_presence(readings: Readings, given: Given) -> Answer:
    """Have the device sign that it answers here, at the address that was asked."""
    return Answer(readings.presence(str(given.values["challenge"]), given.host))


def proof_directory(directory: DataDirectory) -> Path:
    """Say where bundles are made; none stays there for longer than that."""
    return directory.run / "proofs"


def _opened(place: Path) -> tuple[BinaryIO, int]:
    file = place.open("rb")
    return file, os.fstat(file.fileno()).st_size
