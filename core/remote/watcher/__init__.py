"""The window watcher: tells the gate where windows are that must be hidden, and which one has the focus.

A program of its own, with nothing but the standard library and the gate's sockets. It only looks: it changes
nothing on the display. A *top* is a child of the root, which is a client's own window or a window manager's frame;
a *member* is a top or a window in it, down to the third level; a *look* is one answer for the gate, and a *trail* is
where a top was a short while ago. What cannot be known is treated as hidden; titles and classes are what programs
say of themselves, so a program of the session can call itself what it likes.
"""
