"""Manifest, signatures, anchor proof, evidence bundle, verification.

A *manifest* says in canonical JSON what a session recorded. Two *signatures* stand under it: the
device's and the session's own. An *anchor proof* shows that a contract's event about the session
is in a block. An *evidence bundle* is one file with all of it and, if wanted, chunks and their
keys. A *verification* goes through named checks and says what each rests on.

Nothing here needs a network, a data directory or a chain client.
"""
