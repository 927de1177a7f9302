"""Compiled contracts, one JSON file each, written by contracts/build and never by hand.

An artifact has a contract's name, ABI, creation and runtime bytecode, immutable places, compiler and source hash.
"""
