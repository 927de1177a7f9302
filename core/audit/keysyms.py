"""The names of keys, as X11 numbers them (X Window System Protocol, appendix A; names as in keysymdef.h).

A keysym stands for a character by its number alone (Latin-1, or Unicode from 0x1000000 on), by a page of an older
character set, or for a key without a character.
"""

from __future__ import annotations

_UNICODE = 0x0100_0000
_LAST_UNICODE = 0x0110_FFFF
# The upper byte of a keysym names a character set, whose byte the lower one is; letters alone agree throughout.
_PAGES = {
    0x01: "iso8859-2",
    0x02: "iso8859-3",
    0x03: "iso8859-4",
    0x06: "koi8-u",
    0x07: "iso8859-7",
    0x0C: "iso8859-8",
    0x13: "iso8859-15",
}
_FIRST_OF_PAGE = {0x07: 0xC1}  # the accented letters before it are elsewhere in the set
_ELSEWHERE = {0x20AC: 0x20AC, 0x07D2: 0x03A3, 0x07F2: 0x03C3, 0x07F3: 0x03C2}  # Euro, sigmas
_NAMED = {
    0xFE03: "ISO_Level3_Shift",
    0xFE20: "ISO_Left_Tab",
    0xFE50: "dead_grave",
    0xFE51: "dead_acute",
    0xFE52: "dead_circumflex",
    0xFE53: "dead_tilde",
    0xFE54: "dead_macron",
    0xFE57: "dead_diaeresis",
    0xFE58: "dead_abovering",
    0xFE5A: "dead_caron",
    0xFE5B: "dead_cedilla",
    0xFF08: "BackSpace",
    0xFF09: "Tab",
    0xFF0D: "Return",
    0xFF13: "Pause",
    0xFF14: "Scroll_Lock",
    0xFF15: "Sys_Req",
    0xFF1B: "Escape",
    0xFF20: "Multi_key",
    0xFF50: "Home",
    0xFF51: "Left",
    0xFF52: "Up",
    0xFF53: "Right",
    0xFF54: "Down",
    0xFF55: "Page_Up",
    0xFF56: "Page_Down",
    0xFF57: "End",
    0xFF61: "Print",
    0xFF63: "Insert",
    0xFF67: "Menu",
    0xFF6B: "Break",
    0xFF7E: "Mode_switch",
    0xFF7F: "Num_Lock",
    0xFF8D: "KP_Enter",
    0xFF95: "KP_Home",
    0xFF96: "KP_Left",
    0xFF97: "KP_Up",
    0xFF98: "KP_Right",
    0xFF99: "KP_Down",
    0xFF9A: "KP_Page_Up",
    0xFF9B: "KP_Page_Down",
    0xFF9C: "KP_End",
    0xFF9D: "KP_Begin",
    0xFF9E: "KP_Insert",
    0xFF9F: "KP_Delete",
    0xFFE1: "Shift_L",
    0xFFE2: "Shift_R",
    0xFFE3: "Control_L",
    0xFFE4: "Control_R",
    0xFFE5: "Caps_Lock",
    0xFFE6: "Shift_Lock",
    0xFFE7: "Meta_L",
    0xFFE8: "Meta_R",
    0xFFE9: "Alt_L",
    0xFFEA: "Alt_R",
    0xFFEB: "Super_L",
    0xFFEC: "Super_R",
    0xFFFF: "Delete",
}
_KEYPAD = range(0xFFAA, 0xFFBA)  # *+,-./ and digits, as their ASCII codes with 0xFF80 added
_FUNCTION_KEYS = range(0xFFBE, 0xFFE1)


def key_name(keysym: int) -> str:
    """Give the one character that a key writes, or the name of a key: ``Return``, ``F5``, ``0xfd05``."""
    if keysym in _NAMED:
        return _NAMED[keysym]
    if keysym in _KEYPAD:
        return chr(keysym - 0xFF80)
    if keysym in _FUNCTION_KEYS:
        return f"F{keysym - _FUNCTION_KEYS.start + 1}"
    character = _character(keysym)
    # What cannot be shown could change how the text around it is.
    return character if character.isprintable() and character else f"0x{keysym:x}"


def _character(keysym: int) -> str:
    if keysym <= 0xFF:  # noqa: PLR2004 - Latin-1
        return chr(keysym)
    if _UNICODE <= keysym <= _LAST_UNICODE:
        return chr(keysym - _UNICODE)
    if keysym in _ELSEWHERE:
        return chr(_ELSEWHERE[keysym])
    page, place = divmod(keysym, 0x100)
    if page not in _PAGES or place < _FIRST_OF_PAGE.get(page, 0xA1):
        return ""
    letter = bytes([place]).decode(_PAGES[page], "ignore")
    return letter if letter.isalpha() else ""
