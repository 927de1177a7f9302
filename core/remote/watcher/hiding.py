"""Which tops are hidden, and where they are and were: what is said to the gate at a look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from core.remote.lines.link import Rectangle
from core.remote.lines.rectangles import meet
from core.remote.watcher.areas import Trail, cover
from core.remote.watcher.rules import Rules
from core.remote.watcher.window import Window

MOST_RECTANGLES = 32
LINGER_NS = 150_000_000  # by then, what a hidden window has uncovered was painted anew
_LINGER_LOOKS = 2
_EVERYWHERE = (0, 0, 1 << 15, 1 << 15)  # the gate knows how large its picture is


class Look(NamedTuple):
    """What is hidden at a look, how many windows that is, and whether the next one cannot say less by itself."""

    hidden: list[Rectangle]
    windows: int
    is_settled: bool


class Hiding:
    """Judges tops by the rules. ``windows`` are those that are followed, by identifier."""

    def __init__(
        self,
        rules: Rules,
        root: Window,
        windows: Mapping[int, Window],
        client_mask: int,
        now_ns: Callable[[], int],
    ) -> None:
        self._rules = rules
        self._root = root
        self._windows = windows
        self._client_mask = client_mask
        self._now_ns = now_ns
        self._aged_ns = 0
        self._ghosts = Trail()  # where hidden tops were that are gone
        self._clients: dict[int, bool] | None = None

    def look(self) -> Look:
        """Say what must be hidden: where hidden tops are, and were at any time since the look before the last one."""
        is_settled, count = self._root.is_known and not self._ghosts, 0
        places = self._ghosts.rectangles if self._root.is_known else [_EVERYWHERE]
        is_ageing = self._is_ageing()
        for top in self._root.children.values():
            is_hidden = self.judge(top)
            if (is_hidden or top.hidden_looks) and not top.is_input_only:
                places += _places(top)
                count += is_hidden and top.is_mapped
                is_settled = is_settled and _is_steady(top, is_hidden=is_hidden)
            if is_ageing:
                _age(top, is_hidden=is_hidden)
        inside = [each for place in places if (each := meet(place, _EVERYWHERE))]
        return Look(cover(inside, MOST_RECTANGLES), count, is_settled)

    def judge(self, top: Window) -> bool:
        """Whether a top is hidden now; what is not wholly known is, but is forgotten when it turns out well."""
        members = list(top.members())
        is_known = all(each.is_known for each in members)
        is_unwanted = any(each.is_unwanted for each in members)
        is_stranger = not (is_unwanted or self._is_allowed(top, members))
        if (top.is_mapped or top.trail) and (is_unwanted or (is_stranger and is_known)):
            top.hidden_looks = _LINGER_LOOKS
        return is_unwanted or is_stranger or not is_known

    def leave(self, top: Window) -> None:
        """Note that a mapped top is elsewhere from now on, or nowhere."""
        if top.is_mapped:
            top.trail.add(_place(top))

    def lose(self, top: Window) -> None:
        """Note that a top is going; where it was stays hidden for a while, if it was hidden or may have been."""
        is_asked = any(each.asked for each in top.members())
        if self.judge(top) or top.hidden_looks or is_asked:
            for each in _places(top):
                self._ghosts.add(each)

    def forget_clients(self) -> None:
        """A class has changed, or a window is gone."""
        self._clients = None

    def _is_allowed(self, top: Window, members: list[Window]) -> bool:
        """Whether a top is of allowed programs: each class in it must be allowed.

        Where it has none, a window that it names decides, or else the classes of all windows of its client, for whose
        window it is cannot be made up.
        """
        if not self._rules.allowed:
            return True
        with_classes = [each for each in members if each.description.classes]
        if with_classes:
            return all(map(self._is_fine, with_classes))
        named = (self._windows.get(link) for each in members for link in each.links.values())
        is_named = any(each is not None and self._is_fine(each) for each in named)
        return is_named or self._is_fine_client(top.identifier & self._client_mask)

    def _is_fine(self, window: Window) -> bool:
        return self._rules.is_allowed(window.description)

    def _is_fine_client(self, client: int) -> bool:
        """Whether a client has windows with classes, and all of these are allowed."""
        if self._clients is None:
            self._clients = {}
            for each in self._windows.values():
                if each.description.classes:
                    owner = each.identifier & self._client_mask
                    self._clients[owner] = self._clients.get(owner, True) and self._is_fine(each)
        return self._clients.get(client, False)

    def _is_ageing(self) -> bool:
        """Whether it is time to let what is past fade; what ended before a look is still in that one and the next."""
        now = self._now_ns()
        is_ageing = now >= self._aged_ns + LINGER_NS
        if is_ageing:
            self._aged_ns = now
            self._ghosts.age()
        return is_ageing


def _places(top: Window) -> list[Rectangle]:
    now = [_place(top)] if top.is_mapped else []
    return [] if top.is_input_only else now + top.trail.rectangles


def _place(top: Window) -> Rectangle:
    return _EVERYWHERE if top.box is None else top.box


def _is_steady(top: Window, *, is_hidden: bool) -> bool:
    """Whether a top that counts as hidden does so only for what it is now, and is wholly known."""
    is_now = top.hidden_looks == (_LINGER_LOOKS if is_hidden and top.is_mapped else 0)
    return is_now and not top.trail and all(each.is_known for each in top.members())


def _age(top: Window, *, is_hidden: bool) -> None:
    top.trail.age()
    if not (is_hidden and top.is_mapped):
        top.hidden_looks = max(0, top.hidden_looks - 1)
