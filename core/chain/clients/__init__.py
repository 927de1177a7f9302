"""Typed clients of the published contracts, generated from their ABI.

A module is a contract, a function in it a function of the contract; it gives a *call*, which ``core.chain.reading``
asks and a transaction carries. ``contracts/tools/clients.py`` writes them; a test proves that they are up to date.
"""
