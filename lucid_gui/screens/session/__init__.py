"""The session screen: one session's recording, proof, parts and export."""
