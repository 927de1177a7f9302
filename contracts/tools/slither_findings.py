"""Print what slither finds and which contracts it saw, as JSON, from one reading of forge's output in the folder.

Runs in the environment of requirements-evidence.lock. Slither's own command reads everything a second time to name the
contracts that it saw.
"""

import json
import logging
import sys

from slither import Slither
from slither.__main__ import get_detectors_and_printers

logging.disable(logging.WARNING)
slither = Slither(
    ".", ignore_compile=True, foundry_out_directory="out", filter_paths=["node_modules"]
)
for detector in get_detectors_and_printers()[0]:
    slither.register_detector(detector)
findings = [finding for found in slither.run_detectors() for finding in found or []]
seen = sorted({contract.name for contract in slither.contracts})
json.dump({"findings": findings, "seen": seen}, sys.stdout)
