"""`melfusion-live`, also as `python -m server`."""

import sys

from melfusion.program import run


def main() -> int:
    """Runs the command line and returns its exit status."""
    return run("melfusion-live", "server.app")


if __name__ == "__main__":
    sys.exit(main())
