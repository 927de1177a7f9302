"""The kiosk: one Qt application in front of an engine.

A *screen* is a page of the kiosk, its QML beside its *view model*; a *control* is a part that screens
are made of; a *dialog* lies over a screen; the *shell* is what stays around them; the *bridge* is the
one object through which they speak with the engine. Nothing here imports more of ``core`` than
``core.api``.
"""
