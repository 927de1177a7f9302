"""Question: what only the owner may decide, asked once, with no as its default."""
