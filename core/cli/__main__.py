"""``python -m core.cli`` is ``lucid``, where the console script is not installed."""

import sys

from core.cli.main import run

sys.exit(run())
