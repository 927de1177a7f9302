"""Replay: a sealed session is watched again, or written out as an ordinary video.

A *playable chunk* is a chunk and the time it covers; a *playable gap* is a stretch without pictures;
together they make the *timeline*. The *player* shows its pictures at their moments. A *position* is
nanoseconds since the session's start on the monotonic clock, as in the chunks' frame tables. Nothing
that is decrypted touches the disk, except in an export that the person asked for.
"""
