"""`python -m gui`: the window, for a server that runs already or will."""

import argparse
import json
import logging
import os
import signal
import sys
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QThreadPool
from PyQt6.QtWidgets import QApplication

from server.protocol import DEFAULT_PORT

from .dialogs.settings_window import dress
from .garbage import Garbage
from .host.server_process import ServerProcess
from .icon import icon
from .qt import there
from .window import Window
from .wire import Wire

SERVER = "MELFUSION_SERVER"
"""A variable of the environment: the command line that starts the server, as JSON."""

logger = logging.getLogger("gui")


def main() -> int:
    """Shows the window until it is closed; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gui", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the server's address")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the server's port")
    parser.add_argument(
        "--token", default=os.environ.get("MELFUSION_TOKEN", ""), help="the server's, if it has one"
    )
    process = parser.add_mutually_exclusive_group()
    process.add_argument(
        "--started", type=int, default=0, metavar="PID", help="a server that ends with the window"
    )
    process.add_argument(
        "--running", type=int, default=0, metavar="PID", help="a server that ends when asked to"
    )
    parser.add_argument("--server-log", type=Path, help="the file that the server's log is in")
    given = parser.parse_args()
    stderr = logging.StreamHandler()
    stderr.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[stderr])
    sys.excepthook = _note
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = QApplication(sys.argv[:1])
    application.setOrganizationName("MeLFusion Live")
    application.setApplicationName("melfusion-live")
    application.setWindowIcon(icon())
    wire = Wire(given.host, given.port, given.token)
    server = ServerProcess(
        _command(given.host, given.port),
        given.started or given.running,
        bool(given.started),
        given.server_log,
    )
    window = Window(wire, server=server)
    dress(window.settings)
    window.show()
    Garbage(application)
    status = application.exec()
    there(QThreadPool.globalInstance()).waitForDone()  # what is being read tells nobody any more
    return status


def _command(host: str, port: int) -> list[str]:
    """Command line of a server at that address; empty where that is another machine's.

    Whoever opens the window for a server of this machine says how it is started, by the
    environment: what clients must say to it may be part of that, and others can read a command
    line.
    """
    if given := os.environ.get(SERVER):
        return [str(word) for word in json.loads(given)]
    if not ip_address(host).is_loopback:
        return []
    return [sys.executable, "-P", "-m", "server", "--headless", "--port", str(port)]


def _note(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A fault in one thing is logged; whatever else is shown goes on."""
    logger.error("fault", exc_info=(kind, fault, trace))


if __name__ == "__main__":
    sys.exit(main())
