"""The events of the published contracts, a module a contract; generated from their ABI."""
