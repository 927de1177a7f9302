"""The page of what the owner may change."""
