"""The sessions screen: every session, newest first."""
