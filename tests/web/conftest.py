"""A node with the page's verifier in it, for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.in_node import InNode, running_node


@pytest.fixture(scope="module")
def node() -> Iterator[InNode]:
    """Give a running node."""
    with running_node() as found:
        yield found
