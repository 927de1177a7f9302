"""Clock, worker, atomic file: the nouns every package stands on."""
