"""The start screen: choose what is recorded, see what will happen, begin."""
