"""Trail, entry, head, sealed log, key log: who did what in a hosted session, written down as it happens.

An *entry* says what happened, who did it, what was decided and why; it holds the hash of the entry before. The
*trail* is a session's entries in their order. Its *head*, the count and the last hash, goes into the signed
manifest. A *sealed log* is the file: small authenticated frames, readable up to the last whole one after a crash.
A *key log* is a sealed log of what was typed, under a key of its own.
"""
