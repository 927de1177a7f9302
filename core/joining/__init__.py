"""Joining: somebody else's session, seen and steered from this seat, under a policy of this end.

A *joined session* is recorded here as a session of its own. The client that shows it runs in a pod behind a gate, so
that what this end's policy and grants do not let out never leaves this machine.
"""
