"""What lies over a screen: the engine's questions to the owner."""
