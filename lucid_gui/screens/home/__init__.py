"""The page that says how things stand."""
