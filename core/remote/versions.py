"""Which xrdp is installed: each version knows one version of the display's protocol, and so must the gate."""

from __future__ import annotations

import asyncio
import re

from core.errors import RemoteHostFailed, RemoteHostUnsupported
from core.recording.child import Child, child_environment

# the version of the structure in which a client describes itself to the display
_PROTOCOLS = {"0.9.21": 20210723, "0.10.1": 20230425}
_SPOKEN = re.compile(r"^xrdp (\d+\.\d+\.\d+)", re.MULTILINE)
_PATIENCE_S = 5.0
_READ_BYTES = 64 << 10


async def display_protocol(xrdp: str) -> int:
    """Ask xrdp for its version; gives that of its display's protocol.

    Raises RemoteHostUnsupported for one that the gate does not know, and RemoteHostFailed.
    """
    child = Child([xrdp, "--version"], child_environment(), has_output=True)
    try:
        spoken = _SPOKEN.search(await asyncio.wait_for(_read_all(child), _PATIENCE_S))
    except TimeoutError:
        spoken = None
    finally:
        await child.close()
    if spoken is None:
        raise RemoteHostFailed(program="xrdp", reason="it does not tell its version")
    if spoken[1] not in _PROTOCOLS:
        known = ", ".join(_PROTOCOLS)
        raise RemoteHostUnsupported(program="xrdp", found=spoken[1], known=known)
    return _PROTOCOLS[spoken[1]]


async def _read_all(child: Child) -> str:
    said = b""
    while (data := child.output.read_ready(_READ_BYTES)) != b"":
        if data is None:
            await child.output.wait_ready()
        else:
            said += data
    return said.decode("utf-8", "replace")
