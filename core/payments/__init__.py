"""Payouts in USDT: what they are called, and the sentences by which people approve them.

A *payout* goes to one recipient. A *list* is a month's payouts, named by the root of its Merkle tree. An *approver* is
one of three people; two of them sign a *sentence*, and a *router*, a contract on TRON, does what the sentence says.
"""
