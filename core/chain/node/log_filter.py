"""The filter of eth_getLogs.

Source: https://github.com/ethereum/execution-apis, ``Filter`` and ``FilterTopics``.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.chain.node.hexadecimal import read_address, read_hash
from core.chain.node.rpc_errors import invalid

MAX_TOPICS = 4
MAX_CHOICES = 128


@dataclass(frozen=True)
class LogFilter:
    """What logs are asked for; an empty choice matches everything."""

    addresses: tuple[bytes, ...]
    topics: tuple[tuple[bytes, ...], ...]
    from_block: object
    to_block: object
    block_hash: bytes | None


def read_filter(given: object) -> LogFilter:
    """Read a filter. Raises RpcError."""
    if not isinstance(given, dict):
        raise invalid("the filter is not an object")
    block_hash = given.get("blockHash")
    if block_hash is not None and ("fromBlock" in given or "toBlock" in given):
        raise invalid("blockHash excludes fromBlock and toBlock")
    return LogFilter(
        addresses=_read_addresses(given.get("address")),
        topics=_read_topics(given.get("topics")),
        from_block=given.get("fromBlock", "latest"),
        to_block=given.get("toBlock", "latest"),
        block_hash=None if block_hash is None else read_hash(block_hash, "blockHash"),
    )


def _read_addresses(given: object) -> tuple[bytes, ...]:
    if given is None:
        return ()
    return tuple(read_address(each) for each in _choices(given, "address"))


def _read_topics(given: object) -> tuple[tuple[bytes, ...], ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MAX_TOPICS:
        raise invalid(f"topics is not a list of at most {MAX_TOPICS}")
    return tuple(
        ()
        if choice is None
        else tuple(read_hash(each, "topic") for each in _choices(choice, "topic"))
        for choice in given
    )


def _choices(given: object, name: str) -> list[object]:
    choices = given if isinstance(given, list) else [given]
    if len(choices) > MAX_CHOICES:
        raise invalid(f"more than {MAX_CHOICES} choices of {name}")
    return choices
