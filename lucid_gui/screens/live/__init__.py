"""The live screen: the session that runs, its end, and its way to the chain."""
