"""Vault, master key, passphrase key, wrapped key, key store.

The *vault* is one file that holds the appliance's secrets. A random *master key* seals each of
them; a *passphrase key* (Argon2id) wraps the master key, and a secret kept by the system's *key
store* may wrap it a second time. A session key leaves memory only as a *wrapped key*. The format
is in ``docs/formats/vault.md``.
"""
