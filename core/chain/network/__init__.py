"""A network's contracts: deployed in order, written down in one signed file, and examined afterwards.

A *part* is one contract of a network, or one call that its deployment ends with. *Terms* are what nobody can work out:
who validates and who approves at the beginning. The *journal* is what was signed so far, and outlives any crash.
"""
