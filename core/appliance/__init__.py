"""Service: one of the engine's jobs as the whole appliance sees it, above sessions, chain and evidence.

Each service answers some commands; ``core.engine`` puts them together.
"""
