"""The log of a command's process: whole where nobody reads it as it comes, and quiet at a terminal.

What a person has to know is told as an incident, by a sentence. The log says the same again in a program's words, for
the journal; at a terminal only what is wrong with Lucid itself stands beside the sentences.
"""

from __future__ import annotations

import logging
from typing import TextIO


def log_to(stream: TextIO) -> logging.Handler:
    """Have everything logged to a stream from now on: warnings and worse, and at a terminal only what is worse."""
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.ERROR if stream.isatty() else logging.WARNING)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    return handler
