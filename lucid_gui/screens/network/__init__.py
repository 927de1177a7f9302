"""The page of the network: Tor as it connects, what gets in its way, bridges, and this appliance's address."""
