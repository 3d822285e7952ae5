"""``python -m scrubber``."""

from scrubber.cli import main

if __name__ == "__main__":
    main()
