"""What a child writes comes as whole packets, however its writes fall."""

from __future__ import annotations

from core.recording.child import Child, child_environment
from core.recording.child_source import ChildSource
from core.recording.source import TS_PACKET_BYTES
from core.runtime.clock import SystemClock
from tests.conformance.frame_source import drain
from tests.engine_thread import on_engine_thread


class ShellSource(ChildSource):
    """A shell in the encoder's place."""

    async def start(self, script: str) -> bool:
        """Start it; tell whether it wrote something."""
        self._child = Child(["sh", "-c", script], child_environment(), has_output=True)
        return await self._read_first(self._child, 10.0)

    def _death_reason(self, child: Child) -> str:
        return f"exit {child.exit_code}"


def test_pieces_are_whole_packets() -> None:
    """A packet in two writes comes in one piece; what is left of one at the end does not come."""
    script = "head -c 200 /dev/zero; sleep 0.1; head -c 200 /dev/zero; exit 3"

    async def scenario() -> tuple[list[int], str]:
        source = ShellSource(SystemClock())
        assert await source.start(script)
        pieces = await drain(source)
        return [len(piece.data) for piece in pieces], source.end_reason

    sizes, reason = on_engine_thread(scenario)
    assert sum(sizes) == 2 * TS_PACKET_BYTES
    assert all(size % TS_PACKET_BYTES == 0 for size in sizes)
    assert reason == "exit 3"


def test_a_silent_end_is_told() -> None:
    """A child that ends without a word has given no first bytes."""

    async def scenario() -> None:
        source = ShellSource(SystemClock())
        assert not await source.start("exit 1")
        await source.close()
        assert source.end_reason == "stopped"

    on_engine_thread(scenario)


def test_a_closed_source_gives_nothing() -> None:
    """What had come before the close is lost, as it should be."""

    async def scenario() -> None:
        source = ShellSource(SystemClock())
        assert await source.start("head -c 376 /dev/zero; sleep 60")
        await source.close()
        assert await source.read() is None
        assert source.pid is None

    on_engine_thread(scenario)
