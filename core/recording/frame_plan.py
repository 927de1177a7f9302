"""When the next picture is taken from something that tells of its changes, and which is a key picture.

Pictures are taken when something has changed, at most so many a second. When nothing changes, the last one
is repeated once a second: a repeated picture is a single packet, and shows that the recording lives. Whatever
is painted, the pictures take no more than about a third of one processor core: where each takes long, fewer
are taken.

A seek decodes from the key picture before it, and how long that takes depends on the pictures in between: a
repeated one takes about a twentieth of the time of a changed one. So the distance between key pictures is
counted in that work. Where pictures change all the time it is two seconds; a clock that ticks once a second
does not cost a key picture every two seconds; and ten minutes of stillness cost one.
"""

from __future__ import annotations

_NANOSECONDS = 1_000_000_000
_REPEAT_NS = _NANOSECONDS
_SHORTEST_KEY_NS = 2 * _NANOSECONDS
_LONGEST_KEY_NS = 600 * _NANOSECONDS
_CHANGED_WORK, _REPEATED_WORK, _MOST_WORK = 20, 1, 400
#: A chunk is cut at a key picture between 8 and 16 MiB: one has to come in any 4 MiB.
_MOST_KEY_BYTES = 4 << 20
_REST = 2  # for each nanosecond of work, that many of rest
_MEAN_OVER = 4  # pictures: a single key picture should not delay the next one


class FramePlan:
    """Counts what was taken; all times are nanoseconds on the monotonic clock."""

    def __init__(self, frame_rate: int) -> None:
        self._shortest_ns = _NANOSECONDS // frame_rate
        self._last_ns: int | None = None
        self._key_ns = 0
        self._work = self._bytes = 0
        self._mean_cost_ns = 0

    def due_ns(self, *, is_changed: bool) -> int:
        """Say when the next picture is due; the first one is due at once."""
        if self._last_ns is None:
            return 0
        affordable_ns = self._mean_cost_ns * (1 + _REST)
        shortest_ns = max(self._shortest_ns, min(affordable_ns, _REPEAT_NS))
        return self._last_ns + (shortest_ns if is_changed else _REPEAT_NS)

    def is_key(self, now_ns: int, *, is_changed: bool) -> bool:
        """Whether a picture that is taken now should be one to decode from."""
        if self._last_ns is None:
            return True
        since_ns = now_ns - self._key_ns
        if not is_changed:
            return since_ns >= _LONGEST_KEY_NS
        # half a picture early: the next one would be as much too late
        is_time = since_ns >= _SHORTEST_KEY_NS - self._shortest_ns // 2
        is_much = self._work + _CHANGED_WORK > _MOST_WORK or self._bytes >= _MOST_KEY_BYTES
        return is_time and is_much

    def took(
        self, now_ns: int, *, is_changed: bool, is_key: bool, coded_bytes: int, cost_ns: int
    ) -> None:
        """Note a picture that was taken, what came of it, and what processor time it took."""
        self._mean_cost_ns += (cost_ns - self._mean_cost_ns) // _MEAN_OVER
        self._last_ns = now_ns
        if is_key:
            self._key_ns, self._work, self._bytes = now_ns, 0, 0
        else:
            self._work += _CHANGED_WORK if is_changed else _REPEATED_WORK
        self._bytes += coded_bytes
