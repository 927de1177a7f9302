"""Where things are kept: chunks in a chunk store, everything about them in a metadata store."""
