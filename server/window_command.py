"""`melfusion-live`: the window, for a server that runs already or that is started beside it.

Window and server are processes of their own, and neither is the other's child: one that ends or
crashes leaves the other as it is.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from melfusion.home import cache_folder

from . import library
from .finding import Address, holder

START_PATIENCE_S = 20.0
LOOK_S = 0.1
LOG = "server.log"


class StartError(Exception):
    """There is no window, or no server for it; the text is for the user."""


def main(given: argparse.Namespace, words: Sequence[str], server: Sequence[str]) -> int:
    """Opens the window, with a server; returns when the window is closed.

    Args:
        given: the command line.
        words: the same as it was typed: a server that is started gets it too.
        server: command line of the program itself.

    Returns:
        The window's exit status.

    Raises:
        StartError: PyQt6 is not installed, or no server runs and none starts.
    """
    if find_spec("PyQt6") is None:
        raise StartError(
            "window: PyQt6 is not installed: pip install 'melfusion-live[window]', or use"
            " --headless for the server alone"
        )
    folder = given.library or library.default_folder()
    address = asyncio.run(holder(folder))
    command = [*server, *words, "--headless"]
    if address is None:
        address, process = _start(command, folder)
        pid = ["--started", str(process.pid)]
    else:
        found = library.holder(folder)
        pid = ["--running", str(found.pid)] if found else []
    host, port = address
    window = [sys.executable, "-P", "-m", "gui", "--host", host, "--port", str(port)]
    # Not on the command line, where everybody on this machine can read it.
    environment = {
        **os.environ,
        "MELFUSION_TOKEN": given.token,
        # Where the window looks for it, also when any free port would have done at first.
        "MELFUSION_SERVER": json.dumps([*command, "--port", str(port)]),
    }
    log = ["--server-log", str(_log_file())]
    return subprocess.run([*window, *pid, *log], env=environment, check=False).returncode


def _start(command: list[str], folder: Path) -> tuple[Address, "subprocess.Popen[bytes]"]:
    """Starts a server that outlives this process; gives its address once it answers."""
    with _log() as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        patient_until = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < patient_until:
            if address := asyncio.run(holder(folder)):
                return address, process
            if process.poll() is not None:
                break
            time.sleep(LOOK_S)
        process.terminate()
        log.seek(0)
        said = log.read().decode(errors="replace").splitlines()
    raise StartError(said[-1] if said else "server: it does not start, and says nothing of why")


def _log_file() -> Path:
    return cache_folder("logs") / LOG


def _log() -> IO[bytes]:
    """What a server that nobody watches writes its log to: the last one's is replaced."""
    try:
        path = _log_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w+b")
    except OSError:
        return tempfile.TemporaryFile()
