"""Lines: sockets of whole messages, and what is said on them between a pod's programs and the engine.

What the gate, the channels and the watcher have in common; the standard library only.
"""
