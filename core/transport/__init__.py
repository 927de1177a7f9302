"""Transport: the one way by which anything leaves or enters this appliance.

An *address* is an onion service, or something on this machine; nothing else is one. A *dial* is one connection to an
address, on a Tor circuit that it shares with its own purpose and peer only (*isolation*). The *guard* refuses
everything else at the interpreter itself, before a name is looked up.
"""
