"""`melfusion`, also as `python -m melfusion`."""

import sys

from .program import run


def main() -> int:
    """Runs the command line and returns its exit status."""
    return run("melfusion", "melfusion.cli")


if __name__ == "__main__":
    sys.exit(main())
