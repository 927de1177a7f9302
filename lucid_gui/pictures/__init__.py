"""Pictures of a recording on the screen.

A *feed* holds the newest picture and says when it changed; a *frame item* paints what its feed
holds. Pictures live in memory only: nothing here writes one to a file, a cache or a log.
"""
