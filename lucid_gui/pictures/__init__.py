"""Pictures of a recording on the screen.

A *feed* holds the newest picture and says when it changed; a *frame item* paints what its feed
holds. Pictures live in memory only: nothing here writes one to a file, a cache or a log.

A screen whose QML shows a picture imports ``FrameItem`` in its view model, so that QML knows it.
"""

from lucid_gui.pictures.frame_feed import FrameFeed
from lucid_gui.pictures.frame_item import FrameItem

__all__ = ["FrameFeed", "FrameItem"]
