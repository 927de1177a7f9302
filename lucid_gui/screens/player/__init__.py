"""The player screen: a recording, played from memory."""
