"""The join screen: an invitation, the terms of whoever invites, and the acceptance."""
