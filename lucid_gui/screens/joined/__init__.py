"""Somebody else's desktop on the whole screen, and the bar that says what goes out to it.

*Hands* turn fingers, a mouse and keys into inputs; what is *outgoing* is sent on in batches, in order. Nothing of it is
decided here: the engine lets out what is allowed, and nothing else.
"""
