"""The server as a process of this machine: it is started where there is none, and can be ended."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import psutil
from PyQt6.QtCore import QElapsedTimer, QObject, QTimer, pyqtSignal

LOOK_MS = 200
PATIENCE_MS = 20_000
"""How long it may be before a server that was started answers."""

SAYS_NOTHING = "server: it does not start, and says nothing of why"


class ServerProcess(QObject):
    """The server that the window is for, as far as it is a process of this machine.

    Args:
        command: command line that starts it; empty where it is not this machine's.
        process: its process id where it runs and is known; else 0.
        is_ours: whether it was started for this window.
        log: path of the file that it writes its log to; None where that is not known.
        parent: of this object.

    Attributes:
        log: path of its log.
        is_ours: whether it was started for this window, and is to end with it.
        is_starting: whether it was started and has not answered yet.
    """

    changed = pyqtSignal()
    """Whether it is being started, can be started or can be ended is another matter now."""

    failed = pyqtSignal(str)
    """It does not start; why, in one sentence."""

    def __init__(
        self,
        command: Sequence[str] = (),
        process: int = 0,
        is_ours: bool = False,
        log: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.log, self.is_ours = log, is_ours
        self._command = list(command)
        self._process: psutil.Process | None = None
        if process:
            with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
                self._process = psutil.Process(process)
        self.is_starting = False
        self._child: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None  # what it says while it starts
        self._began = 0  # where that begins in the file
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def can_start(self) -> bool:
        """Whether it is this machine's, and not being started already."""
        return bool(self._command) and not self.is_starting

    @property
    def can_end(self) -> bool:
        """Whether its process is known and still the one that it was."""
        return self._process is not None and self._process.is_running()

    def start(self) -> None:
        """Starts it, as a process that outlives this one; `settle` is to say that it answers."""
        if not self.can_start:
            return
        self._said = said = self._open_log()
        self._began = said.seek(0, os.SEEK_END)
        try:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        except OSError as error:
            self._rest()
            self.failed.emit(f"server: cannot be started: {error.strerror}")
            return
        self.is_starting = True
        self._since.start()
        self._timer.start()
        self.changed.emit()

    def settle(self) -> None:
        """Takes note that a server answers: the one that was started for this window, if one was.

        A server that was started is this window's, and ends with it.
        """
        if self.is_starting and self._child:
            if self._child.poll() is None:
                self._process, self.is_ours = psutil.Process(self._child.pid), True
            self._rest()

    def end(self) -> None:
        """Has it end in its own time; one that has ended already is no fault."""
        if self.is_starting and self._child:
            self._child.terminate()
        elif self._process:
            with contextlib.suppress(psutil.Error):
                self._process.terminate()

    def _look(self) -> None:
        """Sees whether the one that was started has given up, or takes too long."""
        child = self._child
        if child is None or (child.poll() is None and self._since.elapsed() < PATIENCE_MS):
            return
        if child.poll() is None:
            child.terminate()
        lines: list[str] = []
        if self._said:
            self._said.seek(self._began)
            lines = self._said.read().decode(errors="replace").splitlines()
        self._rest()
        self.failed.emit(lines[-1].removeprefix("melfusion-live: ") if lines else SAYS_NOTHING)

    def _rest(self) -> None:
        self.is_starting = False
        self._timer.stop()
        if self._said:
            self._said.close()
        self.changed.emit()

    def _open_log(self) -> IO[bytes]:
        """What it writes its log to: behind the last one's, which may say why that has gone."""
        with contextlib.suppress(OSError):
            if self.log:
                self.log.parent.mkdir(parents=True, exist_ok=True)
                return self.log.open("a+b")
        return tempfile.TemporaryFile()
