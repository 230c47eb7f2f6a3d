"""`python -m gui`: the window, for a server that runs already or will."""

import argparse
import logging
import os
import signal
import sys
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QThreadPool
from PyQt6.QtWidgets import QApplication

from server.protocol import DEFAULT_PORT

from .dialogs.settings_window import dress
from .garbage import Garbage
from .icon import icon
from .qt import there
from .window import Window
from .wire import Wire

logger = logging.getLogger("gui")


def main() -> int:
    """Shows the window until it is closed; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gui", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the server's address")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the server's port")
    parser.add_argument(
        "--token", default=os.environ.get("MELFUSION_TOKEN", ""), help="the server's, if it has one"
    )
    parser.add_argument("--started", type=int, default=0, help="a server to be ended: its process")
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
    window = Window(wire, started=given.started, server_log=given.server_log)
    dress(window.settings)
    window.show()
    Garbage(application)
    status = application.exec()
    there(QThreadPool.globalInstance()).waitForDone()  # what is being read tells nobody any more
    return status


def _note(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A fault in one thing is logged; whatever else is shown goes on."""
    logger.error("fault", exc_info=(kind, fault, trace))


if __name__ == "__main__":
    sys.exit(main())
