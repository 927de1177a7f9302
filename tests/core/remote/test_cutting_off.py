"""A connection over TLS is cut off whatever has become of it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

from core.remote.certificate import write_certificate
from core.remote.exchange import cut_off
from core.runtime.clock import SystemClock


def contexts(directory: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make the two ends' contexts."""
    write_certificate(directory, SystemClock().now())
    host = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    host.load_cert_chain(directory / "certificate.pem", directory / "key.pem")
    guest = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    guest.check_hostname, guest.verify_mode = False, ssl.CERT_NONE
    return host, guest


def test_it_is_cut_off_however_often_it_was_closed(tmp_path: Path) -> None:
    """Open, closed, and closed twice: nothing is raised, and the other end sees that it is over."""
    host, guest = contexts(tmp_path)

    async def run(closes: int) -> None:
        ours, theirs = socket.socketpair()
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        accepting = loop.connect_accepted_socket(lambda: protocol, ours, ssl=host)
        joining = asyncio.open_connection(sock=theirs, ssl=guest, server_hostname="")
        (transport, _), (far_reader, far_writer) = await asyncio.gather(accepting, joining)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        for _ in range(closes):
            writer.close()
        cut_off(writer)
        async with asyncio.timeout(10):
            assert await far_reader.read() == b""
        far_writer.transport.abort()

    for closes in range(3):
        asyncio.run(run(closes))
