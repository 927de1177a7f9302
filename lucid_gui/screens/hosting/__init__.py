"""The hosting screen: who is connected, what they may do, and what the owner can do about it at once."""
