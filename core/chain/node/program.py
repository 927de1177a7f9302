"""The node's program: arguments, the directory's lock, start, stop and exit codes.

When it answers, it says so in one line of JSON on stdout; why it could not start or go on, in one sentence on stderr.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from core.chain.node.exits import ExitStatus
from core.chain.node.lifeline import die_with
from core.errors import (
    DataDirectoryBusy,
    Failure,
    MissingFailure,
    StorageFull,
    StoreCorrupt,
    StoreNewer,
    UsageFailure,
)
from core.runtime.clock import SystemClock
from core.runtime.files import make_directory
from core.transport.guard import forbid_clearnet

_LOCK_NAME = "lock"
_ADDRESS_DIGITS = 40


def _address(text: str) -> bytes:
    digits = text.removeprefix("0x")
    if len(digits) != _ADDRESS_DIGITS:
        raise argparse.ArgumentTypeError(f"{text} is no address")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no address") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.chain.node",
        description="The appliance's own chain, as an Ethereum node.",
    )
    parser.add_argument("--directory", type=Path, required=True, help="where the chain is kept")
    parser.add_argument("--socket", type=Path, required=True, help="the Unix socket to answer on")
    parser.add_argument(
        "--http-port", type=int, help="answer by HTTP on 127.0.0.1 too; 0 takes a free port"
    )
    parser.add_argument(
        "--genesis-account",
        type=_address,
        action="append",
        default=[],
        help="an account with a balance in the first block, when the chain is made",
    )
    parser.add_argument("--chain-id", type=int, help="the chain's ID, when the chain is made")
    parser.add_argument(
        "--parent-pid", type=int, help="end when this process, which started the node, does"
    )
    return parser


def run(arguments: Sequence[str]) -> int:
    """Run the node until SIGTERM or SIGINT; the result is the exit status."""
    forbid_clearnet()
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if given.parent_pid is not None and not die_with(given.parent_pid):
        return ExitStatus.FINE
    try:
        make_directory(given.directory)
        with _locked(given.directory):
            asyncio.run(_serve(given))
    except Failure as failure:
        print(f"chain node: {_sentence(failure)}", file=sys.stderr)  # noqa: T201 - whoever started the node reads it
        return _status_of(failure)
    return ExitStatus.FINE


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; the kernel drops it with the process. Raises DataDirectoryBusy."""
    handle = os.open(directory / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            pid = int(holder) if holder.isdigit() else 0
            raise DataDirectoryBusy(path=str(directory), pid=pid) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


async def _serve(given: argparse.Namespace) -> None:
    # py-evm takes a second to import: after the lock, so that a second node is refused at once.
    from core.chain.node.assembly import Node

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    clock = SystemClock()
    node = Node.open(
        given.directory, clock, chain_id=given.chain_id, accounts=tuple(given.genesis_account)
    )
    try:
        await node.listen(given.socket, given.http_port)
        gc.freeze()  # what was imported stays: the collector need not look at it again
        _announce(given.socket, node.http_port)
        await node.run_until(stopped)
    finally:
        await node.close()


def _announce(socket: Path, http_port: int | None) -> None:
    with suppress(BrokenPipeError):
        print(json.dumps({"socket": str(socket), "http_port": http_port}), flush=True)  # noqa: T201 - see above


def _status_of(failure: Failure) -> ExitStatus:
    if isinstance(failure, UsageFailure):
        return ExitStatus.USAGE
    if isinstance(failure, DataDirectoryBusy):
        return ExitStatus.BUSY
    if isinstance(failure, (StoreCorrupt, StoreNewer)):
        return ExitStatus.DAMAGED
    if isinstance(failure, (StorageFull, MissingFailure)):
        return ExitStatus.UNWRITABLE
    return ExitStatus.FAILED


def _sentence(failure: Failure) -> str:
    """Say why in English; front ends have their own sentences for the same codes."""
    facts = failure.facts
    if isinstance(failure, StoreCorrupt):
        return f"the chain's store is damaged: {facts['reason']}"
    if isinstance(failure, StoreNewer):
        return f"the chain's store has version {facts['found']}, and {facts['known']} is the newest known"
    if isinstance(failure, DataDirectoryBusy):
        return f"another node (process {facts['pid']}) works on {facts['path']}"
    if isinstance(failure, StorageFull):
        return f"no space is left for {facts['path']}"
    return ", ".join(str(value) for value in facts.values()) or failure.code
