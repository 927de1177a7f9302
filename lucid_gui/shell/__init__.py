"""What stays around the screens: window, rail, header, navigation, appearance, notices.

A *screen* is opened by name; the *rail* leads to the few that start a stack of their own; a *notice*
is a sentence that comes over a screen and goes by itself.
"""

from lucid_gui.shell.navigation import Navigator

__all__ = ["Navigator"]
