"""Admin: the read-only API that fleet tools and auditors use, over this appliance's onion address.

An *access* is somebody who may read: a *token* with *scopes* and an end, and a client key for Tor. Each use is a
*call*, which is written down before it is answered.
"""
