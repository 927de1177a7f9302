"""The gate: every pixel, key, clipboard byte and file request of a hosted session passes through here, or not.

A program of its own, with nothing but the standard library: at most 1,150 lines of code, and 500 more for the filters
of RDP's channels. It is told what is granted and cannot grant anything itself; what it does not know, it refuses;
alone, it denies everything. Both sides are hostile to it: the *peer* (seen through xrdp) and the *session* (seen
through Xorg and xrdp-chansrv).
"""
