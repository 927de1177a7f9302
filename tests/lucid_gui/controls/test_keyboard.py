"""The on-screen keyboard: every key writes what it shows, and it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from core.api.commands import CreateVault, UnlockVault
from core.api.snapshots import EnginePhase
from tests.fakes.engine_port import PENDING, READY, FakeEnginePort, failure
from tests.fakes.kiosk_scripts import full_port
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Mouse, Touch

FINGERS = {"mouse": Mouse, "touch": Touch}
LOCKED = replace(READY, phase=EnginePhase.LOCKED)


def keys(kiosk: KioskDriver) -> dict[str, QQuickItem]:
    """Give the keys in sight by their names."""
    found: dict[str, QQuickItem] = {}
    waiting: list[QQuickItem] = [kiosk.item("keyboard")]
    while waiting:
        item = waiting.pop()
        if item.isVisible() and item.metaObject().className().startswith("KeyCap"):
            found[str(item.property("name"))] = item
        waiting.extend(item.childItems())
    return found


def press(kiosk: KioskDriver, name: str) -> None:
    """Press a key by its name."""
    key = keys(kiosk)[name]
    at = key.mapToScene(QPointF(key.width() / 2, key.height() / 2)).toPoint()
    kiosk.finger.press(kiosk.window, at)
    kiosk.finger.lift(kiosk.window, at)


def type_text(kiosk: KioskDriver, text: str) -> None:
    """Type as a person does, changing layers as needed."""
    for character in text:
        for layer in layers(kiosk, character):
            press(kiosk, layer)
        press(kiosk, "Space" if character == " " else character)


def layers(kiosk: KioskDriver, character: str) -> Iterator[str]:
    """Press the layer keys until the character is there."""
    if character == " " or character in keys(kiosk):
        return
    if character.isupper():
        yield "Capital letters"
    elif character.isalpha():
        yield "Letters"
    else:
        yield "Digits and signs"


def door(open_kiosk: KioskOpener, **options: object) -> KioskDriver:
    """Open a locked kiosk and touch its field."""
    kiosk = open_kiosk(full_port(LOCKED), **options)
    kiosk.until(lambda: kiosk.seen("passphrase"))
    assert kiosk.seen("keyboard") == []
    kiosk.tap("passphrase")
    kiosk.until(lambda: kiosk.seen("keyboard"))
    return kiosk


@pytest.mark.parametrize("finger", sorted(FINGERS))
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_what_is_tapped_is_typed_and_sent(
    open_kiosk: KioskOpener, size: tuple[int, int], finger: str
) -> None:
    """Letters, capitals, digits and signs reach the engine as the passphrase."""
    kiosk = door(open_kiosk, size=size, finger=FINGERS[finger]())
    type_text(kiosk, "four Words, 24/7")
    assert kiosk.item("passphrase").property("text") == "four Words, 24/7"
    press(kiosk, "Unlock")
    port = kiosk.port
    assert isinstance(port, FakeEnginePort)
    kiosk.until(lambda: len(port.sent(UnlockVault)) == 1)
    assert port.sent(UnlockVault)[0].passphrase.reveal() == "four Words, 24/7"
    kiosk.until(lambda: not kiosk.seen("keyboard"))


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_every_key_writes_what_it_shows(open_kiosk: KioskOpener, size: tuple[int, int]) -> None:
    """On each layer each key inserts its own character, and the field is never covered."""
    kiosk = door(open_kiosk, size=size)
    field = kiosk.item("passphrase")
    seen: set[str] = set()
    for layer in (None, "Capital letters", "Digits and signs", "More signs"):
        if layer is not None:
            press(kiosk, layer)
        for name in sorted(each for each in keys(kiosk) if len(each) == 1):
            if layer == "Capital letters" and name not in keys(kiosk):
                press(kiosk, layer)
            field.setProperty("text", "")
            press(kiosk, name)
            assert field.property("text") == name
            seen.add(name)
    ascii_signs = {chr(code) for code in range(33, 127)}
    assert seen >= ascii_signs, f"cannot be typed: {sorted(ascii_signs - seen)}"
    bottom = field.mapToScene(QPointF(0, field.height())).y()
    assert bottom <= kiosk.item("keyboard").y()


def test_keys_are_as_large_as_fingers(open_kiosk: KioskOpener) -> None:
    """In the narrower shape too, every key takes a finger."""
    for size in (LANDSCAPE, PORTRAIT):
        kiosk = door(open_kiosk, size=size)
        small = [name for name, key in keys(kiosk).items() if min(key.width(), key.height()) < 48]
        assert small == []


def test_erase_takes_the_last_character_and_repeats(open_kiosk: KioskOpener) -> None:
    """A short press erases one; held, it goes on."""
    kiosk = door(open_kiosk)
    field = kiosk.item("passphrase")
    field.setProperty("text", "abcdef")
    press(kiosk, "Erase")
    assert field.property("text") == "abcde"
    key = keys(kiosk)["Erase"]
    at = key.mapToScene(QPointF(10, 10)).toPoint()
    kiosk.finger.press(kiosk.window, at)
    kiosk.until(lambda: field.property("text") == "")
    kiosk.finger.lift(kiosk.window, at)


def test_a_secret_is_hidden_until_the_eye_is_touched(open_kiosk: KioskOpener) -> None:
    """Dots first; the passphrase is gone when the step is."""
    kiosk = door(open_kiosk)
    field = kiosk.item("passphrase")
    type_text(kiosk, "ab")
    assert not field.property("isRevealed")
    kiosk.port.answers[UnlockVault] = failure("wrong_passphrase")  # type: ignore[attr-defined]  # the fake's script
    press(kiosk, "Unlock")
    kiosk.until(lambda: kiosk.model().failure)
    kiosk.until(lambda: field.property("text") == "")


def test_the_last_key_rests_while_there_is_nothing_to_accept(open_kiosk: KioskOpener) -> None:
    """An empty passphrase is not sent, by touch or by a real keyboard."""
    kiosk = door(open_kiosk)
    press(kiosk, "Unlock")
    QTest.keyClick(kiosk.window, Qt.Key.Key_Return)
    port = kiosk.port
    assert isinstance(port, FakeEnginePort)
    assert port.sent(UnlockVault) == []
    assert kiosk.seen("keyboard")


def test_a_new_passphrase_is_typed_twice(open_kiosk: KioskOpener) -> None:
    """Choose, repeat with a slip, repeat rightly; one vault is asked for."""
    port = full_port(replace(READY, phase=EnginePhase.NO_VAULT))
    port.answers[CreateVault] = PENDING
    kiosk = open_kiosk(port)
    kiosk.tap("begin")
    kiosk.until(lambda: kiosk.seen("keyboard"))
    type_text(kiosk, "rain table quiet mole")
    press(kiosk, "Next")
    kiosk.until(lambda: kiosk.model().step == "repeat" and kiosk.seen("keyboard"))
    type_text(kiosk, "rain table quiet pole")
    press(kiosk, "Make the vault")
    kiosk.until(lambda: kiosk.model().failure.get("what") == "The two are not the same.")
    kiosk.tap("passphrase")
    type_text(kiosk, "rain table quiet mole")
    press(kiosk, "Make the vault")
    kiosk.until(lambda: len(port.sent(CreateVault)) == 1)
    assert port.sent(CreateVault)[0].passphrase.reveal() == "rain table quiet mole"
    kiosk.until(lambda: kiosk.model().isBusy)
    port.finish(CreateVault)
    port.change_phase(EnginePhase.READY)
    kiosk.until(lambda: kiosk.screen() == "home")
