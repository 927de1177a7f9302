"""What is hidden is in neither picture, whatever was painted, hidden, shielded or shown, in whatever order."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.recording.shared_picture import SharedPicture
from core.remote.gate.display import Painted
from core.remote.gate.memory import Segment
from core.remote.gate.picture import Picture
from core.remote.lines.link import Rectangle
from core.remote.lines.rectangles import few, meet, pieces_of
from core.remote.lines.wire import Violation

WIDTH, HEIGHT = 24, 16
SIZE = (WIDTH, HEIGHT)
WHOLE = (0, 0, WIDTH, HEIGHT)
DARK = bytes((0x24, 0x1C, 0x16, 0))
PAGE = bytes((9, 9, 9, 9))
PIXELS = [(x, y) for y in range(HEIGHT) for x in range(WIDTH)]

rectangles = st.tuples(
    st.integers(-8, WIDTH + 8),
    st.integers(-8, HEIGHT + 8),
    st.integers(-4, WIDTH + 8),
    st.integers(-4, HEIGHT + 8),
)


def covers(rectangle: Rectangle, x: int, y: int) -> bool:
    """Tell whether a pixel is in a rectangle."""
    left, top, width, height = rectangle
    return left <= x < left + width and top <= y < top + height


def pixels_of(data: bytes) -> list[bytes]:
    """Cut memory into pixels."""
    return [data[at : at + 4] for at in range(0, len(data), 4)]


def take(picture: Picture, painted: Painted, descriptor: int | None = None) -> list[Rectangle]:
    """Let the picture have what was painted."""
    picture.attach(painted, descriptor)
    return picture.copy(painted.rectangles)


@contextmanager
def made_picture() -> Iterator[tuple[Picture, Segment]]:
    """Make a picture and the memory of a display."""
    picture, memory = Picture(WIDTH, HEIGHT), Segment.make(WIDTH * HEIGHT * 4)
    yield picture, memory
    picture.forget_source()
    picture.shown.close()
    os.close(picture.memory)
    memory.close()


class HiddenPixels(RuleBasedStateMachine):
    """A display paints, and the engine hides, shields and shows; a plain model says what may be where."""

    def __init__(self) -> None:
        super().__init__()
        self._made = made_picture()
        self.picture, self.memory = self._made.__enter__()
        self.painted: dict[tuple[int, int], bytes] = {}  # what has been copied, in the model
        self.hidden: tuple[Rectangle, ...] = ()
        self.is_shielded, self.is_visible, self.is_known = True, False, False
        self.page: bytes | None = None
        self.count = 0

    def teardown(self) -> None:
        """Let go of the memory."""
        self._made.__exit__(None, None, None)

    def is_hidden(self, x: int, y: int) -> bool:
        """Tell whether nobody may see a pixel."""
        return self.is_shielded or any(covers(each, x, y) for each in self.hidden)

    def say_painted(self, painted: list[Rectangle]) -> None:
        """Tell the picture what the display has painted."""
        changed = take(self.picture, Painted(painted, 1, self.memory.identity, SIZE))
        self.is_known = True
        for x, y in PIXELS:
            is_copied = any(covers(each, x, y) for each in changed)
            if is_copied:  # where announced rectangles overlap, all of the one around them
                assert not self.is_hidden(x, y)
                self.painted[x, y] = self.pixel(x, y)
            is_announced = any(covers(each, x, y) for each in painted)
            assert is_copied or self.is_hidden(x, y) or not is_announced

    def pixel(self, x: int, y: int) -> bytes:
        """Read what the display has there, which need not have been announced."""
        at = (y * WIDTH + x) * 4
        return bytes(self.memory.pixels[at : at + 4])

    @initialize()
    def begin(self) -> None:
        """Nothing is seen before the engine says so."""
        assert self.recorded() == [DARK] * len(PIXELS)

    @rule(rectangle=rectangles)
    def draw(self, rectangle: Rectangle) -> None:
        """The display draws, every pixel unlike any other, and says nothing of it yet."""
        for x, y in PIXELS:
            if covers(rectangle, x, y):
                self.count += 1
                at = (y * WIDTH + x) * 4
                self.memory.pixels[at : at + 4] = (self.count << 8 | 0xFF).to_bytes(4, "little")

    @rule(painted=st.lists(rectangles, max_size=4))
    def announce(self, painted: list[Rectangle]) -> None:
        """The display says where it has painted, rightly or not."""
        self.say_painted(painted)

    @rule(
        hidden=st.lists(rectangles, max_size=4).map(tuple),
        is_shielded=st.sampled_from([False, False, True]),
        is_visible=st.booleans(),
    )
    def arrange(
        self, hidden: tuple[Rectangle, ...], *, is_shielded: bool, is_visible: bool
    ) -> None:
        """The engine says what may be seen."""
        same = (self.hidden, self.is_shielded, self.is_visible) == (hidden, is_shielded, is_visible)
        before, was_visible = self.recorded(), self.is_visible
        changed = self.picture.arrange(hidden, is_shielded=is_shielded, is_visible=is_visible)
        self.hidden, self.is_shielded, self.is_visible = hidden, is_shielded, is_visible
        assert not same or changed == []
        for number, (x, y) in enumerate(PIXELS):
            is_changed = any(covers(each, x, y) for each in changed)
            assert is_changed or before[number] == self.recorded()[number]
            if is_changed:
                self.painted.pop((x, y), None)
                if self.is_known and not self.is_hidden(x, y):
                    self.painted[x, y] = self.pixel(x, y)
        if was_visible != is_visible or changed:
            self.page = None

    @rule()
    def draw_page(self) -> None:
        """A peer that sees nothing of the desktop is shown a page."""
        if not self.is_visible:
            self.picture.draw([(1, 1, PAGE * 3)])
            self.page = DARK * (WIDTH + 1) + PAGE * 3 + DARK * (len(PIXELS) - WIDTH - 4)

    @invariant()
    def recorded_is_as_the_model_says(self) -> None:
        """Each pixel of the recording is what was painted and may be seen, or dark."""
        expected = [
            DARK if self.is_hidden(x, y) else self.painted.get((x, y), DARK) for x, y in PIXELS
        ]
        assert self.recorded() == expected

    @invariant()
    def shown_is_recorded_or_nothing(self) -> None:
        """The peer sees exactly what is recorded, or a page, or nothing."""
        shown = pixels_of(bytes(self.picture.shown.pixels))
        if self.is_visible:
            assert shown == self.recorded()
        elif self.page is not None:
            assert shown == pixels_of(self.page)
        else:
            assert set(shown) <= {DARK, PAGE}

    @invariant()
    def the_header_is_whole(self) -> None:
        """Between changes a recorder finds a whole picture, that says whether it is shielded."""
        shared = SharedPicture(os.dup(self.picture.memory), os.eventfd(0))
        header = shared.header()
        shared.close()
        assert (header.width, header.height) == SIZE
        assert (header.is_being_written, header.is_shielded) == (False, self.is_shielded)

    def recorded(self) -> list[bytes]:
        """Read what a recorder reads."""
        return pixels_of(os.pread(self.picture.memory, WIDTH * HEIGHT * 4, 64))


TestHiddenPixels = HiddenPixels.TestCase
TestHiddenPixels.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def test_the_sequence_is_odd_while_pixels_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads while the gate writes can tell, and each change gives another sequence."""
    with made_picture() as (picture, memory):
        seen: list[int] = []

        def sequence() -> int:
            return int.from_bytes(os.pread(picture.memory, 8, 16), "little")

        spans = picture._spans

        def watched(inside: Rectangle) -> Iterator[slice]:
            seen.append(sequence())
            yield from spans(inside)
            seen.append(sequence())

        monkeypatch.setattr(picture, "_spans", watched)
        before = sequence()
        picture.arrange(((0, 0, 4, 4),), is_shielded=False, is_visible=True)
        take(picture, Painted([WHOLE], 1, memory.identity, SIZE))
        picture.arrange((), is_shielded=True, is_visible=True)
        assert seen
        assert all(each % 2 for each in seen)
        assert sequence() == before + 6


def test_pixels_that_may_not_be_seen_are_never_copied_on_the_way() -> None:
    """What becomes free in the same word that shields or takes the view away is not shown in between."""
    with made_picture() as (picture, memory):
        written: list[bytes] = []
        picture.arrange((WHOLE,), is_shielded=False, is_visible=True)
        take(picture, Painted([WHOLE], 1, memory.identity, SIZE))
        memory.pixels[:] = b"\xee" * len(memory.pixels)
        copy = picture._copy

        def watched(pieces: list[Rectangle]) -> None:
            copy(pieces)
            written.append(bytes(picture.shown.pixels) + bytes(picture._recorded))

        picture._copy = watched  # type: ignore[method-assign]
        picture.arrange((), is_shielded=True, is_visible=True)
        picture.arrange((WHOLE,), is_shielded=False, is_visible=True)
        picture.arrange((), is_shielded=False, is_visible=False)
        assert written
        assert all(0xEE not in each[: len(memory.pixels)] for each in written)
        assert 0xEE not in written[0] + written[1]


def test_a_display_of_another_size_is_refused() -> None:
    """Memory is only read where the display's size is that of the picture, and where there is enough."""
    with made_picture() as (picture, memory):
        for size in ((WIDTH, HEIGHT + 1), (0, 0), (HEIGHT, WIDTH)):
            with pytest.raises(Violation):
                take(picture, Painted([WHOLE], 1, memory.identity, size))
        small = Segment.make(WIDTH * HEIGHT * 4 - 1)
        for segment in (small.identity, -1, 1 << 30):
            with pytest.raises(Violation):
                take(picture, Painted([WHOLE], 1, segment, SIZE))
        small.close()


def test_memory_that_has_come_anew_is_read() -> None:
    """A display that gets other memory is followed."""
    with made_picture() as (picture, memory):
        other = Segment.make(WIDTH * HEIGHT * 4)
        other.pixels[:] = b"\x07" * len(other.pixels)
        picture.arrange((), is_shielded=False, is_visible=False)
        take(picture, Painted([WHOLE], 1, memory.identity, SIZE))
        take(picture, Painted([WHOLE], 2, other.identity, SIZE))
        assert set(os.pread(picture.memory, WIDTH * HEIGHT * 4, 64)) == {7}
        other.close()


def test_what_cannot_be_kept_apart_is_hidden() -> None:
    """A grid of hidden rectangles that leaves too many pieces hides everything."""
    grid = tuple((x, 0, 1, 200) for x in range(0, 200, 2))
    grid += tuple((0, y, 200, 1) for y in range(0, 200, 2))
    assert pieces_of((0, 0, 200, 200), grid) == []


def test_pieces_neither_overlap_nor_miss_anything() -> None:
    """Cut pieces cover each visible pixel exactly once, and no hidden one."""
    chance = random.Random(3)
    for _ in range(200):
        hidden = tuple(
            (chance.randrange(-5, 20), chance.randrange(-5, 20), *chance.choices(range(9), k=2))
            for _ in range(chance.randrange(6))
        )
        pieces = pieces_of((0, 0, 20, 20), hidden)
        for x, y in ((x, y) for x in range(20) for y in range(20)):
            is_hidden = any(covers(each, x, y) for each in hidden)
            assert sum(covers(each, x, y) for each in pieces) == (not is_hidden)


def test_many_rectangles_become_one() -> None:
    """A long list becomes the rectangle around it; a short one stays."""
    short = [(each, 0, 1, 1) for each in range(64)]
    assert few(short) == short
    assert few([*short, (3, 4, 5, 6)]) == [(0, 0, 64, 10)]
    assert meet((0, 0, 4, 4), (4, 0, 4, 4)) is None
