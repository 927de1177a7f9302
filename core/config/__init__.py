"""Settings: what the owner may change, each with its bounds and its default."""
