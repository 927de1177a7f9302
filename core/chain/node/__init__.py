"""Node, store, pool, block, log: the appliance's own Ethereum node for one appliance.

It is a program of its own (``python -m core.chain.node``): py-evm executes Cancun rules over a store of
ours, and any Ethereum client talks to it by JSON-RPC. There is no mining, no peer and no money in it: the base
fee stays zero, since no block is ever filled beyond its gas target.

One thread does everything, one thing after the other, so nothing is ever seen half-done.
"""
