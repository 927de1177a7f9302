"""The page about this appliance as a node: its chain and its identity."""
