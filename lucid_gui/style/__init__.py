"""How the kiosk looks: the table of tokens, the fonts and the icons.

A *token* is a named colour, size or duration; ``tokens.json`` is the one table of them, and
``Tokens.qml`` is generated from it.
"""
