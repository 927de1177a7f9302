"""The observer's program itself: who looks, and whether there is anything to see."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.remote.gate import display
from core.remote.gate.door import CUT, ENTER, Page
from core.remote.gate.memory import Segment
from core.remote.lines.link import Link, State, read_word
from core.remote.lines.reports import Counted
from core.remote.lines.wire import Closed, Connection, Violation, split_events
from core.remote.observer.recorded import Recorded
from core.remote.observer.viewer import Viewer

_LOOK_NS = 66_000_000  # between two looks at the recorded picture
_LATE_NS = 500_000_000  # and between two while the client does not take what it was sent
_ACTIVITY_NS = 1_000_000_000
_LONGEST_TORN_NS = 2_000_000_000  # a gate that writes for so long is gone
_PAPER = bytes((0x24, 0x1C, 0x16, 0))


class Observer:
    """One program, for one session; ``run`` returns when the engine is gone or the picture cannot be read.

    ``fronts`` are the sockets to which xrdp connects for the display and for the channels, of which there are none.
    """

    def __init__(self, link: Link, recorded: Recorded, fronts: tuple[Path, Path]) -> None:
        self._link, self._recorded, self._page = link, recorded, Page()
        width, height = recorded.size
        self._whole = (0, 0, width, height)
        self.shown = Segment.make(width * height * 4)
        self._front, self._channels = map(_listen, fronts)
        self._viewer: Viewer | None = None
        self._state, self._settled_ns = State(), 0
        self._effect: tuple[object, ...] = ()
        self._is_shown = False  # the picture, and not a page
        self._looked_ns = 0
        self._torn_ns: int | None = None  # since when the picture was never whole
        self._activity = Counted(_ACTIVITY_NS)  # at the door
        self._last_attempt = 0  # never counted anew: no answer is taken for another client's

    # --- the loop ----------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until the engine closes its line or the recorded picture is no longer one."""
        _, _, width, height = self._whole
        self._link.tell("ready", width=width, height=height)
        try:
            while True:
                self._settle()
                self._wait_and_serve()
        except (Closed, Violation) as error:
            with suppress(Closed, Violation):
                self._link.tell("gone", reason=str(error))
        finally:
            self._draw("", "")
            if self._viewer is not None:
                self._viewer.connection.close()

    def _wait_and_serve(self) -> None:
        viewer = self._viewer
        connections: list[Connection] = [self._link, *([viewer.connection] if viewer else [])]
        sources: list[Any] = [self._link]
        if not self._link.is_full:
            sources += [self._front, self._channels, *connections[1:]]
        sinks = [each for each in connections if each.is_sending]
        readable, _, _ = select.select(sources, sinks, [], self._patience_s())
        self._exchange(self._link, self._take_line, is_readable=self._link in readable)
        if viewer is not None and viewer is self._viewer:  # it was not dropped in this very round
            is_readable = viewer.connection in readable
            self._guarded(lambda: self._serve(viewer, is_readable=is_readable))
        if self._front in readable:
            with suppress(OSError):  # it has left already
                self._come_in(self._front.accept()[0])
        if self._channels in readable:
            with suppress(OSError):
                self._channels.accept()[0].close()

    def _serve(self, viewer: Viewer, *, is_readable: bool) -> None:
        self._exchange(
            viewer.connection,
            lambda message: self._take_message(viewer, message),
            is_readable=is_readable,
        )

    def _exchange(
        self, connection: Connection, take: Callable[[bytes], None], *, is_readable: bool
    ) -> None:
        connection.flush()
        for message in connection.receive() if is_readable else ():
            take(message)

    def _patience_s(self) -> float | None:
        """How long nothing changes by itself, from the moment at which everything was last settled."""
        times = self._state.deadlines(self._settled_ns)
        due = (self._frame_ns(), self._look_ns(), self._activity.due_ns)
        times += [each for each in due if each is not None]
        return max(0, min(times) - time.monotonic_ns()) / 1e9 if times else None

    def _frame_ns(self) -> int | None:
        return self._viewer.screen.due_ns(self._state.frame_ns) if self._viewer else None

    def _look_ns(self) -> int | None:
        """When to look next: not while nobody sees it, and seldom while what was seen before cannot be sent."""
        if not self._is_watching:
            return None
        soon, late = self._looked_ns + _LOOK_NS, self._looked_ns + _LATE_NS
        return min(max(soon, self._frame_ns() or 0), late) if self._is_shown else soon

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do something for the client; whatever goes wrong then ends the client, and nothing else."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a fault that a client causes must not end the program
            self._drop("" if isinstance(error, Closed) else str(error) or repr(error))

    # --- the engine --------------------------------------------------------------------------

    def _take_line(self, line: bytes) -> None:
        said = read_word(line)
        if "state" in said:
            self._state = said["state"]
            self._settle()
            granted = "view" if self._is_watching else ""
            now = time.monotonic_ns()
            self._link.tell("did", sequence=self._state.sequence, granted=granted, at_ns=now)
        elif said == {"drop": True}:
            self._drop("")
        elif [*said] == ["admitted"]:
            viewer = self._viewer
            if viewer is not None and said["admitted"] == viewer.attempt > 0:
                viewer.is_admitted = True
        else:
            raise Violation("a word that nobody knows")

    @property
    def _is_watching(self) -> bool:
        """Whether somebody may see the picture at this moment."""
        viewer, state = self._viewer, self._state
        is_admitted = viewer is not None and viewer.is_admitted
        return is_admitted and not state.is_shielded and state.is_granted("view")

    def _settle(self) -> None:
        """Bring everything in line with what holds now."""
        self._settled_ns = time.monotonic_ns()
        state, viewer, is_watching = self._state, self._viewer, self._is_watching
        looks = (viewer, viewer.screen.size, viewer.entry) if viewer is not None else ()
        effect = (is_watching, state.hidden, state.notice, *looks)
        if effect != self._effect:
            self._effect = effect
            self._follow(viewer, is_watching=is_watching)
        if keys := self._activity.take(self._settled_ns):
            self._link.tell("activity", keys=keys["keys"][0])
        look_ns = self._look_ns()
        if viewer is not None and look_ns is not None and look_ns <= self._settled_ns:
            self._look(viewer)
        frame_ns = self._frame_ns()
        if viewer is not None and frame_ns is not None and frame_ns <= self._settled_ns:
            segment = self.shown.identity
            self._guarded(lambda: viewer.screen.send_frame(segment, state.frame_ns))

    def _follow(self, viewer: Viewer | None, *, is_watching: bool) -> None:
        """Show what may be seen from now on: the picture as it is at this moment, or a page."""
        self._torn_ns = None
        if viewer is not None and is_watching:
            self._look(viewer, is_urgent=True)
        else:
            self._show_page(viewer)

    # --- the picture -------------------------------------------------------------------------

    def _look(self, viewer: Viewer, *, is_urgent: bool = False) -> None:
        """Take what is new; a picture that is never whole is not shown, and ends the program after a while."""
        changed = self._recorded.show(self.shown.pixels, is_anew=not self._is_shown)
        self._looked_ns = time.monotonic_ns()
        if changed is None:
            self._note_torn(viewer)
            return
        self._is_shown, self._torn_ns = True, None
        if changed:
            viewer.screen.change(changed, is_urgent=is_urgent)

    def _note_torn(self, viewer: Viewer) -> None:
        if self._is_shown:
            self._show_page(viewer)
        self._torn_ns = self._looked_ns if self._torn_ns is None else self._torn_ns
        if self._looked_ns - self._torn_ns > _LONGEST_TORN_NS:
            raise Violation("a recorded picture that is never whole")

    def _show_page(self, viewer: Viewer | None) -> None:
        self._is_shown = False
        self._draw(self._state.notice, viewer.entry if viewer is not None else "")
        if viewer is not None:
            viewer.screen.change([self._whole], is_urgent=True)

    def _draw(self, notice: str, entry: str) -> None:
        pixels, (_, _, width, height) = self.shown.pixels, self._whole
        pixels[:] = _PAPER * (width * height)
        size = self._viewer.screen.size if self._viewer is not None else (0, 0)
        for x, y, row in self._page.rows(size, notice, entry):
            at = (y * width + x) * 4
            pixels[at : at + len(row)] = row

    # --- the client --------------------------------------------------------------------------

    def _come_in(self, stream: socket.socket) -> None:
        if self._viewer is not None or not (self._state.is_open and self._state.has_lease):
            stream.close()
            reason = "nobody can come in" if self._viewer is None else "somebody is there"
            self._link.tell("refused", reason=reason)
            return
        self._viewer = Viewer(Connection(stream, split_events), self._recorded.size)
        self._link.tell("knocked")

    def _take_message(self, viewer: Viewer, message: bytes) -> None:
        kind, body = display.read_message(message)
        if kind == display.CLIENT_INFO:
            self._meet(viewer, display.read_client_info(body))
        elif kind == display.EVENT:
            happened = display.read_event(body)
            viewer.take(happened, time.monotonic_ns())
            if happened.kind == display.KEY_DOWN and not viewer.is_admitted:
                self._activity.add("keys")
                self._take_letter(viewer, happened.b)
        elif kind in {display.SHOWN, display.SHOWN_EX}:
            viewer.screen.acknowledge()
        elif kind != display.SUPPRESS:
            raise Violation(f"a message of type {kind}")

    def _meet(self, viewer: Viewer, info: display.ClientInfo) -> None:
        if viewer.meet(info):
            self._link.tell("met", name=info.name)
            if info.password:
                self._try_code(viewer, info.password, is_typed=False)

    def _take_letter(self, viewer: Viewer, symbol: int) -> None:
        """Take a key at the door, but none where the terms cannot be read whole: it would agree to them."""
        if self._page.is_whole(viewer.screen.size, self._state.notice, viewer.entry):
            entered = viewer.code.type(symbol) if viewer.is_known else None
            if entered is not None:
                self._try_code(viewer, entered, is_typed=True)
        elif symbol in ENTER and not viewer.is_told_cut:
            viewer.is_told_cut = True
            self._link.tell("refused", reason=CUT)

    def _try_code(self, viewer: Viewer, code: str, *, is_typed: bool) -> None:
        viewer.attempt = self._last_attempt = self._last_attempt + 1
        self._link.tell("code", attempt=viewer.attempt, code=code[:64], typed=is_typed)

    def _drop(self, reason: str) -> None:
        """Let the client go."""
        viewer, self._viewer = self._viewer, None
        if viewer is None:
            return
        viewer.connection.close()
        if reason:
            self._link.tell("refused", reason=reason[:200])
        self._link.tell("left")


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    path.chmod(0o660)
    listener.listen(4)
    listener.settimeout(0)
    return listener
