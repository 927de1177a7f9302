"""The gate: every pixel and key of a hosted session passes through here, or not.

A program of its own, with nothing but the standard library: at most 900 lines of code, and 200 more that it shares
with the channels (``core.remote.lines``). It is told what is granted and cannot grant anything itself; what it does
not know, it refuses; alone, it denies everything. Both sides are hostile to it: the *peer* (seen through xrdp) and the
*session* (seen through Xorg).
"""
