"""The way between the engine's thread and the GUI thread.

The *bridge* submits commands and hands out events; its *mailbox* is where events wait for the GUI.
"""

from lucid_gui.bridge.bridge import Bridge

__all__ = ["Bridge"]
