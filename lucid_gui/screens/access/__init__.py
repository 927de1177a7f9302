"""The page of who may read this appliance's records from afar, and of what was read."""
