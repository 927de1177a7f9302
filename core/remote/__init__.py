"""Remote: a session that a peer can join.

The *gate* is the reference monitor between the peer's RDP server and the session's desktop. The *pod* is
the set of namespaces that all of a session's programs live in, and the small program that starts them.
The *host* writes their configuration, starts the pod and talks to the gate.
"""
