"""A process that says what is seen in pictures: `python -m server.seer`. It imports the model.

It reads one JSON string a line, a picture's path, and answers each with a line: {"words": TEXT}, or
{"argument": NAME, "reason": TEXT}. It ends with its stdin.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from melfusion.request import RequestError


def main() -> None:
    """Runs until stdin ends."""
    wire = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    from melfusion import picture
    from melfusion.backends.seeing import Seer

    seer = Seer()
    for line in sys.stdin:
        answer: dict[str, Any]
        try:
            answer = {"words": seer.see(picture.load(Path(json.loads(line))).image).words}
        except RequestError as error:
            answer = {"argument": error.argument, "reason": error.reason}
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)
            reason = f"cannot be looked at: {' '.join(str(error).split())}"
            answer = {"argument": "image", "reason": reason}
        wire.write(json.dumps(answer) + "\n")
        wire.flush()


if __name__ == "__main__":
    main()
