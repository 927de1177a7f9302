"""The gate itself: who is connected to whom, and what may pass."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from core.remote.gate import display
from core.remote.gate.display import Event, Painted
from core.remote.gate.door import CUT, ENTER, Page
from core.remote.gate.peer import Peer
from core.remote.gate.picture import Picture
from core.remote.gate.watch import Watch
from core.remote.lines import wire
from core.remote.lines.link import Link, Rectangle, State, read_word
from core.remote.lines.rectangles import meet
from core.remote.lines.reports import Reports
from core.remote.lines.wire import Closed, Connection, Violation, listen, wait

_MODIFIERS = {*range(0xFFE1, 0xFFEF), 0xFF7F, 0xFE03}
_DEPTHS, _MOST_DESCRIPTORS, _MOST_HELD = {24, 32}, 8, 64
_LARGEST_CODE, _LARGEST_FLAGS = 0xFF, 0xFFFF  # of a key


class Places(NamedTuple):
    """Where the gate finds the session, and where xrdp finds the gate."""

    display: Path
    front: Path


class Gate:
    """One gate, for one session; ``run`` returns when the engine or the display is gone."""

    def __init__(
        self, link: Link, watch: Watch, places: Places, *, size: tuple[int, int], version: int
    ) -> None:
        width, height = size
        self._watch = watch
        self._is_blind = False  # it was told
        self._is_ready = False  # the display has been told what it is to send
        self._held: list[Painted] = []  # what must be looked at before it is copied
        self._link, self._version = link, version
        self._picture, self._page = Picture(width, height), Page()
        self._changed = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._display = Connection(_connect(places.display), wire.split_orders, _MOST_DESCRIPTORS)
        self._awaiting: Painted | None = None  # its memory comes with the next descriptor
        self._front = listen(places.front)
        self._state, self._settled_ns = State(), 0
        self._effect: tuple[object, ...] = ()
        self._peer: Peer | None = None
        self._shape = b""  # of the pointer
        self._last_attempt = 0  # never counted anew, so that no answer is taken for another peer's
        self._reports = Reports(link)

    # --- the loop ----------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until the engine closes its line or the display ends."""
        width, height = self._picture.size
        self._display.send(display.event(display.VERSION, d=1))
        self._display.send(display.event(display.RESIZE, width, height, 32))
        self._link.hand_over([self._picture.memory, self._changed], width=width, height=height)
        try:
            with self._link.until_gone():
                while True:
                    self._settle()
                    self._wait_and_serve()
        finally:
            self._picture.arrange((), is_shielded=True, is_visible=False)

    def _wait_and_serve(self) -> None:
        peer = [self._peer.connection] if self._peer is not None else []
        watch = [self._watch] if self._watch.is_trusted else []
        fronts = [] if self._link.is_full else [self._front]
        sources: list[Any] = [*fronts, self._link, self._display, *watch]
        sources += peer if fronts and not self._display.is_full else []
        connections = [self._link, self._display, *watch, *peer]
        readable, busy = wait(sources, connections, self._times_ns())
        for each in busy:
            self._serve(each, is_readable=each in readable)
        if self._front in readable:
            with suppress(OSError):  # it has left already
                self._come_in(self._front.accept()[0])

    def _times_ns(self) -> list[int]:
        """When something changes by itself, from the moment at which everything was last settled."""
        due = (self._frame_ns(), self._watch.due_ns)
        times = [*self._state.deadlines(self._settled_ns), *self._reports.due_ns]
        return [*times, *(each for each in due if each is not None)]

    def _frame_ns(self) -> int | None:
        return self._peer.screen.due_ns(self._state.frame_ns) if self._peer is not None else None

    def _serve(self, connection: Connection, *, is_readable: bool) -> None:
        if connection in {self._link, self._display}:
            self._exchange(connection, is_readable=is_readable)
        elif connection is self._watch:
            self._watch.try_to(lambda: self._exchange(connection, is_readable=is_readable))
        elif connection.fileno() >= 0:  # it was not dropped in this very round
            self._guarded(lambda: self._exchange(connection, is_readable=is_readable))

    def _exchange(self, connection: Connection, *, is_readable: bool) -> None:
        connection.flush()
        held = len(self._held)
        for message in connection.receive() if is_readable else ():
            if connection is self._link:
                self._take_word(read_word(message))
            elif connection is self._display:
                self._take_orders(message)
            elif connection is self._watch:
                self._take_look(message)
            elif self._peer is not None and connection is self._peer.connection:
                self._take_message(self._peer, message)
        if connection is self._display and len(self._held) > held:
            self._begin_copy()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do something for the peer; whatever goes wrong then ends the peer, and nothing else."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a fault that a peer causes must not end a session
            self._drop("" if isinstance(error, Closed) else str(error) or repr(error))

    # --- the engine --------------------------------------------------------------------------

    def _take_word(self, said: dict[str, Any]) -> None:
        peer = self._peer
        if "state" in said:
            self._state = said["state"]
            granted = self._settle()
            self._link.answer(self._state, granted)
        elif "drop" in said:
            self._drop("")
        elif peer is not None and said.get("admitted") == peer.attempt > 0:
            peer.is_admitted = True
            if not self._is_granted("view"):
                self._reports.attempts.add("view")

    def _is_granted(self, capability: str) -> bool:
        is_admitted = self._peer is not None and self._peer.is_admitted
        return is_admitted and self._state.is_granted(capability) and not self._is_shielded

    @property
    def _is_shielded(self) -> bool:
        """Whether nothing is shown or recorded: then nothing passes either."""
        return self._state.is_shielded or not self._state.has_lease or self._watch.is_blind

    def _settle(self) -> frozenset[str]:
        """Bring everything in line with what holds now; gives what is granted."""
        self._settled_ns = time.monotonic_ns()
        state, peer, watch = self._state, self._peer, self._watch
        watch.check(self._settled_ns)
        if watch.is_blind != self._is_blind:
            self._is_blind = watch.is_blind
            self._link.tell("watched", is_blind=watch.is_blind)
        is_shielded = self._is_shielded
        hidden = (*state.hidden, *watch.hidden)
        granted = frozenset(filter(self._is_granted, state.granted))
        looks = (peer, peer.screen.size, peer.entry) if peer is not None else ()
        effect = (is_shielded, granted, hidden, state.notice, *looks)
        if effect != self._effect:
            self._effect = effect
            self._follow(peer, granted, hidden, is_shielded=is_shielded)
        frame_ns, peer = self._frame_ns(), self._peer
        if peer is not None and frame_ns is not None and frame_ns <= self._settled_ns:
            segment = self._picture.shown.identity
            self._guarded(lambda: peer.screen.send_frame(segment, self._state.frame_ns))
        self._reports.tell(self._settled_ns)
        return granted

    def _follow(
        self,
        peer: Peer | None,
        granted: frozenset[str],
        hidden: tuple[Rectangle, ...],
        *,
        is_shielded: bool,
    ) -> None:
        state, picture = self._state, self._picture
        is_visible = "view" in granted
        changed = picture.arrange(
            hidden,
            is_shielded=is_shielded,
            is_visible=is_visible,
            is_still=not self._watch.has_rules,
        )
        if self._watch.has_rules:  # what is shown again is painted, looked at and copied first
            for each in changed:
                if inside := meet(each, picture.whole):
                    self._display.send(display.invalidate(*inside[2:], *inside[:2]))
        if changed:
            os.eventfd_write(self._changed, 1)
        if not is_visible:
            picture.draw(
                self._page.rows(peer.screen.size, state.notice, peer.entry) if peer else ()
            )
        if peer is None:
            return
        peer.screen.change(changed if is_visible else [picture.whole], is_urgent=True)
        peer.screen.point(self._shape if is_visible else b"")
        self._release(peer, {"keyboard", "pointer"} - granted)

    def _release(self, peer: Peer, capabilities: set[str]) -> None:
        for each in peer.held.release(capabilities):
            self._display.send(each)

    # --- the display -------------------------------------------------------------------------

    def _take_orders(self, message: bytes) -> None:
        if message == wire.DESCRIPTOR:
            self._take_descriptor()
            return
        for kind, body in display.read_orders(message):
            if kind == display.READY and not self._is_ready:
                self._is_ready = True
                width, height = self._picture.size
                self._display.send(display.own_client_info(width, height, self._version))
                self._display.send(display.invalidate(width, height))
            elif kind == display.PAINT:
                self._take_paint(display.read_paint(body))
            elif kind == display.PAINT_MAPPED:
                self._awaiting = display.read_mapped_paint(body)
            elif kind in {display.POINTER, display.POINTER_EX}:
                self._shape = display.pointer(kind, body)
                if self._peer is not None and self._picture.is_visible:
                    self._peer.screen.point(self._shape)

    def _take_descriptor(self) -> None:
        """Take the memory of the last paint order; that of a large pointer's shape is not looked at."""
        descriptor, painted = self._display.take_descriptor(), self._awaiting
        self._awaiting = None
        try:
            if painted is not None:
                self._take_paint(painted, descriptor)
        finally:
            os.close(descriptor)

    def _take_paint(self, painted: Painted, descriptor: int | None = None) -> None:
        self._picture.attach(painted, descriptor)
        self._held.append(painted)
        if len(self._held) > _MOST_HELD:
            raise Violation("a display that does not wait until its frames are taken")

    def _begin_copy(self) -> None:
        """Copy what was painted, at once or after a look: however much a display says, it is one copy a round."""
        if self._watch.has_rules:
            self._watch.look()
        else:
            self._copy_held()

    def _take_look(self, line: bytes) -> None:
        """Hide what must be hidden, and then copy what was painted before the watcher looked."""
        before = self._watch.count
        focus = self._watch.take(line)
        if self._watch.count != before:
            self._link.tell("hidden", windows=self._watch.count)
        if focus:
            if not self._link.is_full:  # who changes titles all the time is heard of now and then
                self._link.tell("focus", **focus)
        elif not self._watch.is_waiting:
            self._settle()
            self._copy_held()

    def _copy_held(self) -> None:
        held, self._held = self._held, []
        changed = self._picture.copy([each for painted in held for each in painted.rectangles])
        if changed:
            os.eventfd_write(self._changed, 1)
            if self._peer is not None and self._picture.is_visible:
                self._peer.screen.change(changed)
        for painted in held:
            self._display.send(display.taken(painted.frame))

    # --- the client --------------------------------------------------------------------------

    def _come_in(self, stream: socket.socket) -> None:
        if self._peer is not None or not (self._state.is_open and self._state.has_lease):
            stream.close()
            reason = "nobody can come in" if self._peer is None else "somebody is there"
            self._link.tell("refused", reason=reason)
            return
        self._peer = Peer(Connection(stream, wire.split_events), self._picture.size)
        self._link.tell("knocked")

    def _take_message(self, peer: Peer, message: bytes) -> None:
        kind, body = display.read_message(message)
        if kind == display.CLIENT_INFO:
            self._meet(peer, display.read_client_info(body))
        elif kind == display.EVENT:
            self._take_event(peer, display.read_event(body))
        elif kind in {display.SHOWN, display.SHOWN_EX}:
            peer.screen.acknowledge()
        elif kind != display.SUPPRESS:
            raise Violation(f"a message of type {kind}")

    def _meet(self, peer: Peer, info: display.ClientInfo) -> None:
        if info.capture_code != 0:
            raise Violation(f"capture mode {info.capture_code}")
        if info.bits_per_pixel not in _DEPTHS:
            raise Violation(f"a screen of {info.bits_per_pixel} bits a pixel")
        if min(peer.screen.size) <= 0:  # before 0.10 it came as an event
            peer.screen.resize(*info.size)
        is_first, peer.is_known = not peer.is_known, True
        if is_first:  # it says it again when its size changes
            self._link.tell("met", name=info.name)
            if info.password:
                self._try_code(peer, info.password, is_typed=False)

    def _try_code(self, peer: Peer, code: str, *, is_typed: bool) -> None:
        peer.attempt = self._last_attempt = self._last_attempt + 1
        self._link.tell("code", attempt=peer.attempt, code=code[:64], typed=is_typed)

    def _take_event(self, peer: Peer, happened: Event) -> None:
        if happened.kind == display.VERSION:
            peer.connection.send(display.capabilities())
        elif happened.kind == display.RESIZE:
            peer.screen.resize(happened.a, happened.b)
        elif happened.kind == display.INVALIDATE:
            peer.screen.change([self._picture.whole])
        elif display.KEY_DOWN <= happened.kind <= display.KEY_SYNC:
            self._take_key(peer, happened)
        elif display.MOVE <= happened.kind <= display.LAST_BUTTON:
            self._take_pointer(peer, happened)
        else:
            raise Violation(f"an event of kind {happened.kind}")

    def _take_key(self, peer: Peer, happened: Event) -> None:
        kind, _, symbol, code, flags = happened
        if min(happened) < 0 or code > _LARGEST_CODE or flags > _LARGEST_FLAGS:
            raise Violation("a key that no keyboard has")
        is_press = kind == display.KEY_DOWN
        if is_press:
            self._reports.activity.add("keys")
        if not peer.is_admitted:
            if is_press:
                self._take_letter(peer, symbol)
        elif self._is_granted("keyboard"):
            self._pass(peer, happened)
            if self._state.records_keys and kind != display.KEY_SYNC:
                self._link.tell("key", symbol=symbol, is_press=is_press)
        elif is_press and symbol not in _MODIFIERS:
            self._reports.attempts.add("keyboard")

    def _take_letter(self, peer: Peer, symbol: int) -> None:
        """Take a key at the door, but none where the terms cannot be read whole: it would agree to them."""
        if self._page.is_whole(peer.screen.size, self._state.notice, peer.entry):
            entered = peer.code.type(symbol)
            if entered is not None and peer.is_known:
                self._try_code(peer, entered, is_typed=True)
        elif symbol in ENTER and not peer.is_told_cut:
            peer.is_told_cut = True
            self._link.tell("refused", reason=CUT)

    def _take_pointer(self, peer: Peer, happened: Event) -> None:
        kind, (width, height) = happened.kind, self._picture.size
        is_press = kind > display.FIRST_BUTTON and kind % 2 == 0
        if is_press or kind == display.MOVE:
            self._reports.activity.add("buttons" if is_press else "moves")
        if self._is_granted("pointer"):
            x, y = min(max(0, happened.a), width - 1), min(max(0, happened.b), height - 1)
            self._pass(peer, Event(kind, x, y, 0, 0))
        elif is_press and peer.is_admitted:
            self._reports.attempts.add("pointer")

    def _pass(self, peer: Peer, happened: Event) -> None:
        peer.held.note(happened)
        self._display.send(display.event(*happened))

    def _drop(self, reason: str) -> None:
        """Let the client go; nothing of it stays behind in the session."""
        peer, self._peer = self._peer, None
        if peer is None:
            return
        peer.connection.close()
        if reason:
            self._link.tell("refused", reason=reason[:200])
        self._link.tell("left")
        self._release(peer, {"keyboard", "pointer"})


def _connect(path: Path) -> socket.socket:
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect(str(path))
    return stream
