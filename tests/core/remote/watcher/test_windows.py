"""The tree of windows against a plain reference, over a real X server: any clients, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from core.remote.lines.link import Rectangle
from tests.core.remote.watcher.desktop import (
    Client,
    Server,
    Watched,
    client_of,
    is_covered,
    watching,
)

SLOTS = st.integers(0, 3)
BOXES = st.tuples(
    st.integers(-50, 790), st.integers(-50, 590), st.integers(1, 300), st.integers(1, 300)
)
SOME_TITLES = st.sampled_from(["secret", "plain", "A Secret", "s"])
STEPS = st.one_of(
    st.tuples(st.just("create"), SLOTS, BOXES),
    st.tuples(st.just("place"), SLOTS, BOXES),
    st.tuples(st.just("title"), SLOTS, SOME_TITLES),
    *(st.tuples(st.just(each), SLOTS, st.none()) for each in ("map", "map", "unmap", "destroy")),
    *(st.tuples(st.just(each), SLOTS, st.none()) for each in ("frame", "unframe")),
    st.tuples(st.just("look"), st.just(0), st.none()),
)
Step = tuple[str, int, object]


@dataclass
class Known:
    """What the reference knows of a client's window and of the frame that it may be in."""

    window: int
    box: Rectangle
    frame: int = 0
    frame_box: Rectangle = (0, 0, 0, 0)
    is_mapped: bool = False
    is_secret: bool = False
    had: list[set[Rectangle]] = field(default_factory=lambda: [set()])  # by the time between looks

    @property
    def now(self) -> set[Rectangle]:
        """Where it is seen now."""
        if self.frame:
            return {self.frame_box}
        return {self.box} if self.is_mapped else set()

    def note(self) -> None:
        """Note where it is now."""
        self.had[-1] |= self.now


class Reference:
    """Does steps, and knows what the next look must cover."""

    def __init__(self, client: Client, manager: Client) -> None:
        self._client, self._manager = client, manager
        self._slots: dict[int, Known] = {}
        self._gone: list[Known] = []

    def do(self, kind: str, slot: int, what: object) -> None:
        """Do a step, where it can be done."""
        known = self._slots.get(slot)
        if kind == "create" and known is None and isinstance(what, tuple):
            self._slots[slot] = Known(self._client.create(what), what)
        elif known is not None and kind not in {"create", "look"}:
            getattr(self, f"_{kind}")(known, what)
            known.note()
            self._client.sync()
            self._manager.sync()
        if kind == "destroy" and known is not None:
            self._gone.append(self._slots.pop(slot))

    def _place(self, known: Known, box: Rectangle) -> None:
        if known.frame:
            known.frame_box = box
            self._manager.place(known.frame, box)
        else:
            known.box = box
            self._client.place(known.window, box)

    def _title(self, known: Known, title: str) -> None:
        known.is_secret = "secret" in title.lower()
        self._client.title(known.window, title)

    def _map(self, known: Known, _: None) -> None:
        known.is_mapped = True
        self._client.map(known.window)

    def _unmap(self, known: Known, _: None) -> None:
        known.is_mapped = False
        self._client.unmap(known.window)

    def _destroy(self, known: Known, _: None) -> None:
        self._client.destroy(known.window)
        if known.frame:
            self._manager.destroy(known.frame)
        known.frame, known.is_mapped = 0, False

    def _frame(self, known: Known, _: None) -> None:
        if not known.frame:
            known.frame_box = known.box
            known.frame = self._manager.create(known.box, is_override=True, is_mapped=True)
            self._manager.reparent(known.window, known.frame)

    def _unframe(self, known: Known, _: None) -> None:
        if known.frame:
            self._manager.reparent(known.window, self._manager.screen.root, *known.frame_box[:2])
            self._manager.destroy(known.frame)
            known.box = (*known.frame_box[:2], *known.box[2:])
            known.frame = 0

    def expect(self, watched: Watched) -> None:
        """Look, and check that all places are covered that hidden windows have had."""
        hidden = watched.hidden()
        everything = [*self._slots.values(), *self._gone]
        for known in everything:
            if known.is_secret:
                places = set().union(*known.had[-2:])
                assert all(is_covered(each, hidden) for each in places)
            known.had.append(known.now)

    def expect_settled(self, watched: Watched) -> None:
        """Check that what is hidden in the end is exactly what is there."""
        hidden = watched.settled()
        now = [known.now for known in self._slots.values() if known.is_secret]
        for box in (places := set().union(*now)):
            assert is_covered(box, hidden)
        for box in hidden:
            assert is_covered(box, places)


@settings(max_examples=25)
@given(st.lists(STEPS, max_size=40))
def test_it_hides_what_the_reference_hides(server: Server, steps: list[Step]) -> None:
    """Made, framed, named, moved and ended in any order, each hidden window is covered, and at rest nothing else."""
    with (
        client_of(server) as client,
        client_of(server) as manager,
        watching(server, [("secret", "")]) as watched,
    ):
        watched.settled()
        reference = Reference(client, manager)
        for step in steps:
            reference.do(*step)
            if step[0] == "look":
                reference.expect(watched)
        reference.expect(watched)
        reference.expect_settled(watched)
