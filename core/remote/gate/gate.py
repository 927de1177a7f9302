"""The gate itself: who is connected to whom, and what may pass."""

from __future__ import annotations

import os
import select
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.remote.gate import display
from core.remote.gate.channels.actions import Action, Attempt, Direction, Happened, Limits
from core.remote.gate.display import Event
from core.remote.gate.link import Link, State, read_state
from core.remote.gate.peer import Channels, Peer
from core.remote.gate.picture import Picture
from core.remote.gate.wire import (
    DESCRIPTOR,
    Closed,
    Connection,
    Violation,
    split_channels,
    split_events,
    split_orders,
)

_REPORT_NS = 200_000_000
_SECOND_NS = 1_000_000_000
_MODIFIERS = {*range(0xFFE1, 0xFFEF), 0xFF7F, 0xFE03}
_DEEPEST = {24, 32}


@dataclass(frozen=True)
class Places:
    """Where the gate finds the session, and where xrdp finds the gate."""

    display: Path
    channels: Path
    front_display: Path
    front_channels: Path


class Gate:
    """One gate, for one session; ``run`` returns when the engine or the display is gone."""

    def __init__(self, link: Link, places: Places, width: int, height: int, version: int) -> None:
        self._link = link
        self._version = version
        self._places = places
        self._picture = Picture(width, height)
        self._changed = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._display = Connection(_connect(places.display), split_orders, has_descriptors=True)
        self._awaiting: display.Painted | None = None  # its memory comes with the next descriptor
        self._fronts = {
            _listen(places.front_display): self._come_in,
            _listen(places.front_channels): self._add_channels,
        }
        self._state = State()
        self._effect: tuple[object, ...] = ()
        self._peer: Peer | None = None
        self._attempts: dict[str, tuple[int, str]] = {}
        self._counts: dict[str, int] = {}
        self._report_ns = self._count_ns = 0

    # --- the loop ----------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until the engine closes its line or the display ends."""
        self._display.send(display.event(display.VERSION, 0, 0, 0, 1))
        self._display.send(
            display.event(display.RESIZE, self._picture.width, self._picture.height, 32)
        )
        self._link.hand_over(
            [self._picture.memory, self._changed],
            width=self._picture.width,
            height=self._picture.height,
        )
        try:
            while True:
                self._settle()
                self._wait_and_serve()
        except (Closed, Violation) as error:
            self._leave(str(error))

    def _wait_and_serve(self) -> None:
        connections = self._connections()
        sockets = [each.socket for each in connections]
        waiting = [each.socket for each in connections if each.is_sending]
        readable, writable, _ = select.select(
            [*self._fronts, *sockets], waiting, [], self._patience_s()
        )
        for each in readable:
            if each in self._fronts:
                self._fronts[each](each.accept()[0])
        for connection in connections:
            if connection.socket in writable or connection.socket in readable:
                self._serve(connection, is_readable=connection.socket in readable)

    def _serve(self, connection: Connection, *, is_readable: bool) -> None:
        """Serve one side; a client's fault ends that client, any other one ends the gate."""
        peer = self._peer
        is_peers = connection not in {self._display, self._link.connection}
        if is_peers and connection.socket.fileno() < 0:
            return  # it was dropped in this very round
        try:
            connection.flush()
            for message in connection.receive() if is_readable else ():
                self._take(connection, message)
        except (Closed, Violation) as error:
            if not is_peers:
                raise
            if peer is not self._peer:
                return
            self._drop(str(error) if isinstance(error, Violation) else "")

    def _take(self, connection: Connection, message: bytes) -> None:
        peer = self._peer
        if connection is self._link.connection:
            self._take_word(Link.read(message))
        elif connection is self._display:
            self._take_orders(message)
        elif peer is not None and connection is peer.connection:
            self._take_message(peer, message)
        elif peer is not None and peer.channels is not None:
            direction = next(
                key for key, each in peer.channel_connections.items() if each is connection
            )
            peer.channels.take(direction, message)

    def _connections(self) -> list[Connection]:
        peers = (
            []
            if self._peer is None
            else [self._peer.connection, *self._peer.channel_connections.values()]
        )
        return [self._link.connection, self._display, *peers]

    def _patience_s(self) -> float | None:
        times = [self._state.next_change_ns()]
        if self._peer is not None:
            times.append(self._peer.screen.due_ns(self._state.frame_ns))
        if self._attempts or self._counts:
            times.append(self._report_ns)
        now, due = time.monotonic_ns(), [each for each in times if each is not None]
        return max(0, min(due) - now) / 1e9 if due else None

    # --- the engine --------------------------------------------------------------------------

    def _take_word(self, said: dict[str, Any]) -> None:
        peer = self._peer
        if "state" in said:
            self._state = read_state(said["state"])
            self._settle()
            granted = ",".join(
                sorted(each for each in self._state.granted if self._is_granted(each))
            )
            self._link.tell(
                "did", sequence=self._state.sequence, granted=granted, at_ns=time.monotonic_ns()
            )
        elif (
            "admitted" in said
            and peer is not None
            and said["admitted"] == peer.attempt
            and peer.attempt > 0
        ):
            peer.is_admitted = True
            self._count_attempt("view" if not self._is_granted("view") else "", "")
        elif "drop" in said:
            self._drop("")

    def _is_granted(self, capability: str) -> bool:
        return (
            self._peer is not None and self._peer.is_admitted and self._state.is_granted(capability)
        )

    def _settle(self) -> None:
        """Bring everything in line with what holds now; does nothing while that is unchanged."""
        peer, state = self._peer, self._state
        has_lease = time.monotonic_ns() < state.lease_ns
        is_shielded = state.is_shielded or not has_lease
        granted = frozenset(each for each in state.granted if self._is_granted(each))
        is_visible = "view" in granted and not is_shielded
        effect = (
            is_shielded,
            is_visible,
            granted,
            state.hidden,
            state.notice,
            peer,
            peer and peer.door.typed,
        )
        if effect != self._effect:
            before, self._effect = self._effect, effect
            changed = (
                self._picture.hide(list(state.hidden))
                if not before or before[3] != state.hidden
                else []
            )
            changed += self._picture.shield(is_on=is_shielded)
            shown = self._picture.show(is_visible=is_visible)
            if changed:
                os.eventfd_write(self._changed, 1)
            if peer is not None:
                self._settle_peer(peer, granted, is_visible=is_visible)
                peer.screen.change([self._picture.whole] if shown or not is_visible else changed)
        self._send_frame()
        self._report()

    def _settle_peer(self, peer: Peer, granted: frozenset[str], *, is_visible: bool) -> None:
        if "keyboard" not in granted:
            for each in peer.held.release_keys():
                self._display.send(each)
        if "pointer" not in granted:
            for each in peer.held.release_buttons():
                self._display.send(each)
        if not is_visible and peer.screen.width:
            self._picture.blank_for_peer()
            for place, rows in peer.door.draw(
                peer.screen.width,
                peer.screen.height,
                self._state.notice,
                has_entry=not peer.is_admitted,
            ):
                self._picture.draw_for_peer(place, rows)
        if peer.channels is not None:
            self._guarded(peer, peer.channels.settle)

    def _send_frame(self) -> None:
        peer = self._peer
        if peer is None:
            return
        due = peer.screen.due_ns(self._state.frame_ns)
        if due is not None and time.monotonic_ns() >= due:
            self._guarded(peer, lambda: peer.screen.send_frame(self._picture.shown.identifier))

    def _guarded(self, peer: Peer, work: Any) -> None:  # noqa: ANN401 - a callable without a result
        try:
            work()
        except (Closed, Violation) as error:
            if self._peer is peer:
                self._drop(str(error))

    # --- the display -------------------------------------------------------------------------

    def _take_orders(self, message: bytes) -> None:
        if message == DESCRIPTOR:
            self._take_descriptor()
            return
        for kind, body in display.read_orders(message):
            if kind == 0:
                self._introduce()
            elif kind == display.PAINT:
                self._take_paint(display.read_paint(body))
            elif kind == display.PAINT_MAPPED:
                self._awaiting = display.read_mapped_paint(body)
            elif kind in {display.POINTER, display.POINTER_EX}:
                self._take_shape(display.pointer(kind, body))

    def _introduce(self) -> None:
        width, height = self._picture.width, self._picture.height
        self._display.send(display.own_client_info(width, height, self._version))
        self._display.send(display.invalidate(width, height))

    def _take_descriptor(self) -> None:
        """Take the memory of the last paint order; that of a large pointer's shape is not looked at."""
        descriptor, painted = self._display.take_descriptor(), self._awaiting
        self._awaiting = None
        try:
            if painted is not None:
                self._take_paint(painted, descriptor)
        finally:
            os.close(descriptor)

    def _take_paint(self, painted: display.Painted, descriptor: int | None = None) -> None:
        rectangles, size = painted.rectangles, (painted.width, painted.height)
        changed = (
            self._picture.take(painted.segment, rectangles, *size)
            if descriptor is None
            else self._picture.take_mapped(descriptor, rectangles, *size)
        )
        shown = bytes(4) + painted.frame.to_bytes(4, "little")
        self._display.send(display.to_display(display.SHOWN_EX, shown))
        if changed:
            os.eventfd_write(self._changed, 1)
        if self._peer is not None and self._picture.is_visible:
            self._peer.screen.change(changed)

    def _take_shape(self, shape: bytes) -> None:
        peer = self._peer
        if peer is not None and self._picture.is_visible:
            self._guarded(peer, lambda: peer.connection.send(shape))

    # --- the client --------------------------------------------------------------------------

    def _come_in(self, stream: socket.socket) -> None:
        if (
            self._peer is not None
            or not self._state.is_open
            or time.monotonic_ns() >= self._state.lease_ns
        ):
            stream.close()
            self._link.tell(
                "refused",
                reason="nobody can come in" if self._peer is None else "somebody is there",
            )
            return
        self._peer = Peer(
            Connection(stream, split_events), self._picture.width, self._picture.height
        )
        self._link.tell("knocked")

    def _add_channels(self, stream: socket.socket) -> None:
        peer = self._peer
        if peer is None or peer.channel_connections:
            stream.close()
            return
        try:
            session = _connect(self._places.channels)
        except OSError as error:
            stream.close()
            self._link.tell(
                "refused", reason=f"the session's channels are not there: {error.strerror}"
            )
            return
        peer.channel_connections = {
            Direction.IN: Connection(stream, split_channels),
            Direction.OUT: Connection(session, split_channels),
        }
        limits = Limits(self._state.clipboard_bytes, self._state.file_bytes)
        peer.channels = Channels(peer.channel_connections, self._is_granted, limits, self._note)

    def _take_message(self, peer: Peer, message: bytes) -> None:
        kind, body = display.read_message(message)
        if kind == display.CLIENT_INFO:
            self._meet(peer, display.read_client_info(body))
        elif kind in {display.SHOWN, display.SHOWN_EX}:
            peer.screen.acknowledge()
        elif kind == display.EVENT:
            self._take_event(peer, display.read_event(body))

    def _meet(self, peer: Peer, info: display.ClientInfo) -> None:
        if info.capture_code != 0:
            raise Violation(f"capture mode {info.capture_code}")
        if info.bits_per_pixel not in _DEEPEST:
            raise Violation(f"a screen of {info.bits_per_pixel} bits a pixel")
        peer.info = info
        if not peer.screen.width:  # before 0.10 it came as an event
            peer.screen.resize(info.width, info.height)
            self._effect = ()
        self._link.tell("met", name=info.name[:64])
        if info.password:
            self._try_code(peer, info.password)

    def _try_code(self, peer: Peer, code: str) -> None:
        peer.attempt += 1
        self._link.tell("code", attempt=peer.attempt, code=code[:64])

    def _take_event(self, peer: Peer, happened: Event) -> None:
        if happened.kind == display.VERSION:
            peer.connection.send(display.capabilities())
        elif happened.kind == display.RESIZE:
            peer.screen.resize(max(0, happened.a), max(0, happened.b))
            self._effect = ()
        elif happened.kind == display.INVALIDATE:
            peer.screen.change([self._picture.whole])
        elif display.KEY_DOWN <= happened.kind <= display.KEY_SYNC:
            self._take_key(peer, happened)
        elif display.MOVE <= happened.kind <= display.LAST_BUTTON:
            self._take_pointer(peer, happened)

    def _take_key(self, peer: Peer, happened: Event) -> None:
        is_press = happened.kind == display.KEY_DOWN
        self._count("keys", is_counted=is_press)
        if not peer.is_admitted:
            if is_press and (code := peer.door.type(happened.b)) is not None:
                self._try_code(peer, code)
        elif self._is_granted("keyboard"):
            self._pass(peer, happened)
            if self._state.records_keys and happened.kind != display.KEY_SYNC:
                self._link.tell("key", symbol=happened.b, is_press=is_press)
        elif is_press and happened.b not in _MODIFIERS:
            self._count_attempt("keyboard", "")

    def _take_pointer(self, peer: Peer, happened: Event) -> None:
        is_press = happened.kind > display.FIRST_BUTTON and happened.kind % 2 == 0
        self._count(
            "buttons" if is_press else "moves", is_counted=is_press or happened.kind == display.MOVE
        )
        x, y = happened.a, happened.b
        if self._is_granted("pointer"):
            if not (0 <= x < self._picture.width and 0 <= y < self._picture.height):
                happened = happened._replace(
                    a=min(max(0, x), self._picture.width - 1),
                    b=min(max(0, y), self._picture.height - 1),
                )
            self._pass(peer, happened)
        elif is_press and peer.is_admitted:
            self._count_attempt("pointer", "")

    def _pass(self, peer: Peer, happened: Event) -> None:
        peer.held.note(happened)
        self._display.send(display.event(*happened))

    def _drop(self, reason: str) -> None:
        """Let the client go; nothing of it stays behind in the session."""
        peer, self._peer = self._peer, None
        if peer is None:
            return
        for each in (*peer.held.release_keys(), *peer.held.release_buttons()):
            self._display.send(each)
        peer.close()
        if reason:
            self._link.tell("refused", reason=reason[:200])
        self._link.tell("left")

    # --- telling -----------------------------------------------------------------------------

    def _note(self, action: Action) -> None:
        if isinstance(action, Attempt):
            self._count_attempt(action.capability, action.detail)
        elif isinstance(action, Happened):
            if action.kind == "clipboard":
                self._count("clipboard", is_counted=True)
            self._link.tell(action.kind, **action.facts)

    def _count_attempt(self, capability: str, detail: str) -> None:
        if capability:
            count, _ = self._attempts.get(capability, (0, ""))
            self._attempts[capability] = (count + 1, detail[:200])

    def _count(self, what: str, *, is_counted: bool) -> None:
        if is_counted:
            self._counts[what] = self._counts.get(what, 0) + 1

    def _report(self) -> None:
        now = time.monotonic_ns()
        if now < self._report_ns or not (self._attempts or self._counts):
            return
        self._report_ns = now + _REPORT_NS
        attempts, self._attempts = self._attempts, {}
        for capability, (count, detail) in attempts.items():
            self._link.tell("attempt", capability=capability, count=count, detail=detail)
        if now >= self._count_ns + _SECOND_NS and self._counts:
            self._count_ns = now
            counts, self._counts = self._counts, {}
            self._link.tell("activity", **counts)

    def _leave(self, reason: str) -> None:
        """Deny everything and tell why, as far as anybody still listens."""
        self._picture.shield(is_on=True)
        self._picture.show(is_visible=False)
        try:
            self._link.tell("gone", reason=reason)
        except (Closed, Violation):
            return


def _connect(path: Path) -> socket.socket:
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect(str(path))
    return stream


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    path.chmod(0o660)
    listener.listen(4)
    return listener
