"""Entry point of ``python -m core.chain.node``."""

import sys

from core.chain.node.program import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
