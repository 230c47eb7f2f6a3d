"""`melfusion-live` with the fake worker: `python live.py SECONDS [words of the command line]`."""

import sys
from pathlib import Path

from server.app import main

FAKE_WORKER = Path(__file__).with_name("fake_worker.py")

if __name__ == "__main__":
    seconds, *words = sys.argv[1:]
    sys.exit(main(words, [sys.executable, str(FAKE_WORKER), "--seconds", seconds]))
