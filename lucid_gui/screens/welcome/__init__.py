"""The first page: starting, choosing a passphrase, unlocking, or why Lucid does not start."""
