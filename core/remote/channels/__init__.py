"""The channels: clipboard, files and sound of a hosted session pass through here, or not.

A program of its own beside the gate, with the standard library and ``core.remote.lines`` alone. It is told the same
state as the gate, and cannot grant anything itself; what it does not know, it refuses; alone, it denies everything.
Both sides are hostile to it: the *peer* (seen through xrdp) and the *session* (seen through xrdp-chansrv). A filter
takes whole PDUs of one channel and says what is passed, was tried, or happened.
"""
