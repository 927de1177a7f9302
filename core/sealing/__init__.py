"""Sealing: a stream becomes encrypted chunks that can be proved, and nothing plain reaches the disk.

A *chunk* is 8 to 16 MiB of video and its frame table, compressed where that helps, and encrypted under a
*chunk key*. A *leaf* is the hash of a stored chunk; the leaves make a *Merkle tree*. The *open chunk* is
the one being filled; its *journal* keeps it on the disk, encrypted, until it is sealed. *Recovery* seals
what journals hold after a crash. A *frame* is one picture; its *instant* is when it arrived.
"""
