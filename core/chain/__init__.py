"""Anchor call, signed transaction, receipt, proof material: what the appliance says on its chain and hears from it.

``protocol`` is the seam, ``client`` speaks to any node, ``embedded`` keeps the appliance's own node running and
``node`` is that node, a program of its own. Nothing here imports web3 or py-evm at import time but ``node``.
"""
