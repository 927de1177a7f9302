"""The page of other appliances that let this one read: their health, their sessions, and where they are."""
