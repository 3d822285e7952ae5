"""The command line of scrubber with other weights than the committed ones, for measuring: `weighed.py FILE clean ...`."""

import sys
from pathlib import Path

from scrubber.classifying import model
from scrubber.cli import main

if __name__ == "__main__":
    model.WEIGHTS = Path(sys.argv.pop(1))
    main()
