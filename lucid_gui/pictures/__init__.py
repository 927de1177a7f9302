"""Pictures of a recording on the screen, and what lies over them.

A *feed* holds the newest picture and says when it changed; a *frame item* paints what its feed
holds; a *hatch* marks a part as hidden; a *QR item* paints a text as a code for a camera. Pictures live in
memory only: nothing here writes one to a file, a cache or a log.

A screen whose QML shows one of them imports it in its view model, so that QML knows it.
"""

from lucid_gui.pictures.frame_feed import FrameFeed
from lucid_gui.pictures.frame_item import FrameItem, fitted
from lucid_gui.pictures.hatch_item import HatchItem
from lucid_gui.pictures.qr_item import QrItem

__all__ = ["FrameFeed", "FrameItem", "HatchItem", "QrItem", "fitted"]
