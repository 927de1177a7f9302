"""Peers: appliances that let this one read, by their admin API.

A *pairing line* holds a peer's address, client key, token and device. A peer that moves says so by a *statement* that
its old address signed; the new one is followed only then.
"""
