"""Canonical document, field: JSON with exactly one spelling, read without guessing.

A *canonical document* is JSON as RFC 8785 writes it, so that its hash is a name for what it says. A
*field* is a member of it, taken once with its type and bounds, and named when it is wrong.
"""
