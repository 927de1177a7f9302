"""The windows of a display, kept from its events.

Events, replies and errors come in the order in which things happened, so that what is known is always true of one
moment. Only what a window says of itself is asked for, when it comes and when it changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from core.remote.lines.link import Rectangle
from core.remote.watcher import x_wire as x
from core.remote.watcher.hiding import Hiding
from core.remote.watcher.rules import LONGEST_TEXT, Rules
from core.remote.watcher.window import Window, classes_of, moved, text_of, window_of

MOST_WINDOWS = 2000
_DEEPEST = 3  # a client in a box in a frame


class TooManyWindows(Exception):
    """There are more windows than are followed."""


class Names(NamedTuple):
    """The numbers of names that are not the same on every display."""

    title: int = 0  # _NET_WM_NAME
    leader: int = 0  # WM_CLIENT_LEADER
    active: int = 0  # _NET_ACTIVE_WINDOW


class Windows:
    """The tree of windows, the root and three levels; raises TooManyWindows where there are too many."""

    def __init__(
        self,
        display: x.Display,
        screen: x.Screen,
        rules: Rules,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._display = display
        self._client_mask = screen.client_mask
        self._rules = rules
        self._names = Names()
        self._root = Window(screen.root)
        self._known = {screen.root: self._root}
        self.x_focus = 0
        self.hiding = Hiding(rules, self._root, self._known, screen.client_mask, now_ns)

    def start(self, names: Names) -> None:
        """Begin to follow; the numbers of names must be known before."""
        self._names = names
        self._select(self._root)
        self._ask_about(self._root, x.CHILDREN)
        self._ask_property(self._root, names.active)

    def focused(self) -> Window | None:
        """Give the window that has the focus, as X says or, where that means nothing, as the window manager does."""
        for identifier in (self.x_focus, self._root.links.get(self._names.active, 0)):
            window = self._known.get(identifier)
            while window is not None and window.parent is not None:
                if window.description.classes or not window.is_known:
                    return window
                window = window.parent
        return None

    def is_focus_change(self, event: x.Event) -> bool:
        """Whether an event means that the focus may be elsewhere."""
        is_active = event.window == self._root.identifier and event.other == self._names.active
        return event.kind in {x.FOCUS_IN, x.FOCUS_OUT} or is_active

    # --- events ------------------------------------------------------------------------------

    def take(self, event: x.Event) -> None:
        """Follow an event; one of a window that is not followed says nothing."""
        window = self._known.get(event.window)
        if event.kind in {x.CREATED, x.REPARENTED}:
            self._place(window, event)
        elif window is None:
            return
        elif event.kind == x.DESTROYED:
            self._remove(window)
        elif event.kind in {x.MAPPED, x.UNMAPPED}:
            self._change(window, window.box, is_mapped=event.kind == x.MAPPED)
        elif event.kind == x.CONFIGURED:
            self._change(window, event.box, is_mapped=window.is_mapped)
        elif event.kind == x.MOVED:
            self._change(window, moved(window.box, event.box), is_mapped=window.is_mapped)
        elif event.kind == x.PROPERTY_CHANGED:
            self._ask_property(window, event.other)

    def _place(self, window: Window | None, event: x.Event) -> None:
        """Put a window where it belongs; nothing is believed of one that has another parent now."""
        parent = self._known.get(event.other)
        is_new = window is None or event.kind == x.CREATED
        box = event.box if event.kind == x.CREATED else None
        if window is not None and not is_new:
            box = moved(window.box, event.box)
            if window.parent is parent:
                self._change(window, box, is_mapped=window.is_mapped)
                return
        if window is not None:
            self._remove(window)
        if parent is not None:
            self._add(event.window, parent, box)

    def _add(self, identifier: int, parent: Window, box: Rectangle | None) -> None:
        """Follow a window; on the lowest level only another client's, for others are parts of their parent."""
        depth = parent.depth + 1
        is_part = not (identifier ^ parent.identifier) & self._client_mask
        if depth > _DEEPEST or (depth == _DEEPEST and is_part) or identifier in self._known:
            return
        if len(self._known) > MOST_WINDOWS:
            raise TooManyWindows
        window = Window(identifier, parent, box, depth)
        self._known[identifier] = parent.children[identifier] = window
        self._select(window)
        self._ask_about(window, x.ATTRIBUTES)
        self._ask_about(window, x.BOX)
        if depth < _DEEPEST:
            self._ask_about(window, x.CHILDREN)
        for each in (*self._texts, *self._links):
            self._ask_property(window, each)

    def _remove(self, window: Window) -> None:
        if window.parent is None:
            return
        if window.depth == 1:
            self.hiding.lose(window)
        for each in list(window.members()):
            del self._known[each.identifier]
        del window.parent.children[window.identifier]
        self.hiding.forget_clients()

    def _change(self, window: Window, box: Rectangle | None, *, is_mapped: bool) -> None:
        if (box, is_mapped) != (window.box, window.is_mapped):
            if window.depth == 1:
                self.hiding.leave(window)
            window.box, window.is_mapped = box, is_mapped

    # --- what windows say --------------------------------------------------------------------

    @property
    def _texts(self) -> tuple[int, int, int]:
        return self._names.title, x.WM_NAME, x.WM_CLASS

    @property
    def _links(self) -> tuple[int, int]:
        return x.WM_TRANSIENT_FOR, self._names.leader

    def _select(self, window: Window) -> None:
        inner = x.SUBSTRUCTURE if window.depth < _DEEPEST else 0
        self._display.ask(x.select_events(window.identifier, x.PROPERTY | x.FOCUS | inner))

    def _ask_about(self, window: Window, what: int) -> None:
        self._ask(window, -what, x.ask_about(window.identifier, what))

    def _ask_property(self, window: Window, name: int) -> None:
        """Ask for a property that matters here; an answer that is due already will be as new."""
        is_root = window.parent is None
        is_link = name == self._names.active if is_root else name in self._links
        is_text = not is_root and name in self._texts
        if (is_link or is_text) and name not in window.asked:
            words = 1 if is_link else LONGEST_TEXT
            self._ask(window, name, x.get_property(window.identifier, name, words))

    def _ask(self, window: Window, what: int, request: bytes) -> None:
        """Ask for a property, or for something else by its number's opposite."""
        window.asked.add(what)
        self._display.ask(request, partial(self._answered, window, what))

    def _answered(self, window: Window, what: int, reply: bytes) -> None:
        """Take an answer, if the window is still followed; an error means that it soon will not be."""
        window.asked.discard(what)
        if self._known.get(window.identifier) is not window:
            return
        if reply:
            self._take_answer(window, what, reply)
        window.is_known = window.is_known or not window.asked
        if window.parent is not None:
            self.hiding.judge(window.top)

    def _take_answer(self, window: Window, what: int, reply: bytes) -> None:
        if what == -x.ATTRIBUTES:
            window.is_input_only, is_mapped = x.read_attributes(reply)
            self._change(window, window.box, is_mapped=is_mapped)
        elif what == -x.BOX:
            window.box = x.read_box(
                reply
            )  # where it has been since it is followed, or since an event
        elif what == -x.CHILDREN:
            for each in x.read_children(reply):
                self._add(each, window, None)
        elif what in self._texts:
            self._describe(window, what, x.read_property(reply))
        else:
            window.links[what] = window_of(x.read_property(reply))

    def _describe(self, window: Window, what: int, found: x.Property) -> None:
        titles, classes = window.description
        if what == x.WM_CLASS:
            classes = classes_of(found)
            self.hiding.forget_clients()
        else:
            window.titles[what] = text_of(found)
            both = [window.titles.get(each) for each in self._texts[:2]]
            titles = tuple(each for each in both if each is not None and each.value)
        window.description = window.description._replace(titles=titles, classes=classes)
        window.is_unwanted = self._rules.is_unwanted(window.description)
