"""What was typed is read with its own key only, and an altered log is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from core.audit.entries import TrailHead
from core.audit.key_log import (
    KEY_LOG_NAME,
    KeyLog,
    Stroke,
    read_key_log,
    recover_key_log,
    start_of_keys,
    wrapped_key_in,
)
from core.audit.trail import read_trail
from core.errors import Bug, KeyLogAltered, KeyLogMalformed, TrailMalformed
from tests.core.audit.trails import SALT, SESSION_ID, SESSION_KEY, STARTED, at

KEY = bytes(range(100, 132))
WRAPPED = b'[{"holder":"00","scheme":"vault-v1","wrapped":"00"}]'
GOLDEN_FILE = "22d7c14433697de795b534498e0933b8845e098814541e23e721be83b482204f"
GOLDEN_HEAD = "7a70f6d1f0cf999d91104fc0e5a253afc45e54f6b91f947af3b4203069e48395"
STROKES = (Stroke(0, 0x61, is_pressed=True), Stroke(80_000_000, 0x61, is_pressed=False))


def new_log(directory: Path, wrapped: bytes = WRAPPED) -> KeyLog:
    """Begin a log with the fixed key and salt."""
    return KeyLog(
        directory,
        key=KEY,
        wrapped=wrapped,
        session_id=SESSION_ID,
        started=STARTED,
        random_bytes=lambda _: SALT,
    )


def type_two(log: KeyLog) -> None:
    """Press a key and let it go, a record each."""
    for stroke in STROKES:
        log.append(
            stroke.keysym, is_pressed=stroke.is_pressed, instant=at(stroke.at_ns // 1_000_000)
        )
        log.sync()


def read(directory: Path, head: TrailHead | None = None) -> tuple[Stroke, ...]:
    """Read the log there with the fixed key."""
    return read_key_log(directory / KEY_LOG_NAME, key=KEY, session_id=SESSION_ID, head=head)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, TrailHead]:
    """The file of the two strokes, and its head."""
    directory = tmp_path_factory.mktemp("keys")
    log = new_log(directory)
    type_two(log)
    head = log.close()
    return (directory / KEY_LOG_NAME).read_bytes(), head


def test_what_was_typed_is_read(tmp_path: Path) -> None:
    """Strokes come back in their order, and the file carries the wrapped key."""
    log = new_log(tmp_path)
    type_two(log)
    assert read(tmp_path, log.close()) == STROKES
    assert log.head().count == 2
    assert wrapped_key_in(tmp_path / KEY_LOG_NAME, SESSION_ID) == WRAPPED


def test_the_bytes_are_those_of_the_format(written: tuple[bytes, TrailHead]) -> None:
    """With the same key, salt and strokes the file and the head never change."""
    data, head = written
    assert blake3(data).hexdigest() == GOLDEN_FILE
    assert head.hash.hex() == GOLDEN_HEAD


def test_many_strokes_are_few_records(tmp_path: Path) -> None:
    """What is typed between two syncs shares a record, as far as one holds it."""
    log = new_log(tmp_path)
    for number in range(1200):
        log.append(number, is_pressed=True, instant=at(number))
    head = log.close()
    assert head.count == 3
    assert [each.keysym for each in read(tmp_path, head)] == list(range(1200))


def test_a_log_without_strokes_leaves_no_file(tmp_path: Path) -> None:
    """Its head is the start that the session ID makes."""
    assert new_log(tmp_path).close() == start_of_keys(SESSION_ID)
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_has_begun_is_there_before_anything_was_typed(tmp_path: Path) -> None:
    """Its first record has no strokes, so that a file that is not there is damage and not silence."""
    log = new_log(tmp_path)
    log.begin()
    log.abandon()
    assert read(tmp_path, log.head()) == ()
    assert log.head().count == 1
    (tmp_path / KEY_LOG_NAME).unlink()
    with pytest.raises(KeyLogMalformed):
        read(tmp_path)


def test_a_crash_costs_what_was_not_whole(tmp_path: Path) -> None:
    """The torn tail is cut off, and the head of the rest is what a manifest can hold."""
    log = new_log(tmp_path)
    type_two(log)
    log.abandon()
    path = tmp_path / KEY_LOG_NAME
    whole = path.read_bytes()
    path.write_bytes(whole + whole[-60:-20])
    assert recover_key_log(path, key=KEY, session_id=SESSION_ID) == log.head()
    assert path.read_bytes() == whole
    assert recover_key_log(path, key=KEY, session_id=SESSION_ID) == log.head()
    path.write_bytes(whole[: len(whole) - 1])
    head = recover_key_log(path, key=KEY, session_id=SESSION_ID)
    assert (head.count, read(tmp_path, head)) == (1, STROKES[:1])


def test_the_sessions_key_does_not_read_it(tmp_path: Path) -> None:
    """Whoever may see video and trail still cannot see what was typed, nor pass the log off as a trail."""
    log = new_log(tmp_path)
    type_two(log)
    log.close()
    path = tmp_path / KEY_LOG_NAME
    with pytest.raises(KeyLogAltered):
        read_key_log(path, key=SESSION_KEY, session_id=SESSION_ID)
    with pytest.raises(TrailMalformed) as caught:
        read_trail(path, session_key=KEY, session_id=SESSION_ID)
    assert caught.value.facts == {"field": "header"}


@given(data=st.data())
def test_any_flipped_bit_or_truncation_is_found(
    tmp_path_factory: pytest.TempPathFactory, written: tuple[bytes, TrailHead], data: st.DataObject
) -> None:
    """The head in the manifest finds every change, that of the wrapped key too."""
    original, head = written
    directory = tmp_path_factory.mktemp("altered")
    position = data.draw(st.integers(0, len(original) - 1))
    flipped = bytearray(original)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    for altered in (bytes(flipped), original[:position]):
        (directory / KEY_LOG_NAME).write_bytes(altered)
        with pytest.raises((KeyLogAltered, KeyLogMalformed)):
            read(directory, head)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever lies there in the place of a log is one of two errors, and carries no key."""
    path = tmp_path_factory.mktemp("any") / KEY_LOG_NAME
    path.write_bytes(data)
    with pytest.raises((KeyLogAltered, KeyLogMalformed)):
        read(path.parent)
    with pytest.raises(KeyLogMalformed):
        wrapped_key_in(path, SESSION_ID)


def test_what_could_never_be_read_is_not_written(tmp_path: Path) -> None:
    """A log without a wrapped key, with one that is too large, or a key that is none, is a mistake."""
    for wrapped in (b"", bytes(65_537)):
        with pytest.raises(Bug):
            new_log(tmp_path, wrapped)
    with pytest.raises(Bug):
        KeyLog(tmp_path, key=os.urandom(16), wrapped=b"x", session_id=SESSION_ID, started=STARTED)
    with pytest.raises(Bug):
        new_log(tmp_path).append(1 << 32, is_pressed=True, instant=at(0))
