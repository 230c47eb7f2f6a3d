"""Runs a script in a network and a /dev/shm of its own: no Link peer and no JACK server outside it.

What the script prints last, one JSON object, is what it measured.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
SET_UP = (
    "mount -t tmpfs tmpfs /dev/shm && ip link set lo up && ip link set lo multicast on"
    ' && ip route add 224.0.0.0/4 dev lo && exec "$@"'
)


def measured(script: str, *words: str, patience_s: float = 60) -> dict[str, Any]:
    """What a script measures, beside this one or anywhere."""
    unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
    if os.geteuid() != 0:
        unshare.append("--map-root-user")
    path = Path(__file__).parent / script
    done = subprocess.run(
        [*unshare, "bash", "-c", SET_UP, "private", sys.executable, str(path), *words],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "JACK_NO_AUDIO_RESERVATION": "1"},
        capture_output=True, text=True, timeout=patience_s, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    print(json.dumps(found, indent=1))
    return found
