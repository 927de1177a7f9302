"""Question, grant, request, limit, anomaly: what only the owner may decide, asked rarely, with no as its default.

A *question* waits for the owner. A *grant* is a yes with a deadline. A *request* is what a peer tried and may be
asked for it. A *limit* ends or refuses by itself. An *anomaly* is unusual behaviour, told from counters.
"""
