"""Onion: our own tor, the services that it publishes for us, and the keys that they have.

A *service* is an onion address (version 3) with a port, carried to a Unix socket of ours, and perhaps open to holders
of a *client key* only. A *bridge* is a way into Tor's network that is not on its public list. A *rotation* replaces
this appliance's own address; a *statement* says so, signed by the old one.
"""
