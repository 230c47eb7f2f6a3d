"""Log lines: those of this process, gathered, and those that a server writes to a file."""

import contextlib
import logging
import os
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import (
    QFileSystemWatcher,
    QMetaObject,
    QObject,
    Qt,
    QThreadPool,
    QTimer,
    pyqtSignal,
    pyqtSlot,
)

from .qt import there

LOGGERS = ("gui", "server")
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

LINES = 2000
"""So many are kept; what came before is forgotten."""

LONGEST = 2000
"""Characters of a line; what is longer is cut."""

MOST = 256 * 1024
"""Bytes at the end of a file that are read of it."""

PIECE = 32 * 1024
"""Bytes that are read at a time."""

MARK = 64
"""So many bytes before the place in a file tell whether it is still the same file."""

LOOK_MS = 2000
SOON_MS = 100
"""A file that is being written to is looked at so often."""

HEAD = re.compile(r"[\d-]+ [\d:,.]+ (debug|info|warning|error|critical) ", re.IGNORECASE)
"""How a line begins that has a level of its own."""


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        level: one of logging's levels.
        text: what it says, with time and level.
    """

    level: int
    text: str


class Source(QObject):
    """Where lines come from.

    Attributes:
        lines: the last of them, the oldest first.
        trouble: why there are none, in one sentence, if that is known.
        path: the file that they are in, if there is one.
    """

    added = pyqtSignal(list)
    """There are more lines: these."""

    emptied = pyqtSignal()
    """Those that were told are no more."""

    troubled = pyqtSignal()
    """`trouble` is another."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.lines: deque[Line] = deque(maxlen=LINES)
        self.trouble = ""
        self.path = path

    def watch(self) -> None:
        """Somebody looks at it from now on."""

    def rest(self) -> None:
        """Nobody does."""

    def _add(self, lines: list[Line]) -> None:
        self.lines.extend(lines)
        self.added.emit(lines)


class Log(Source):
    """What this process logs, in any thread, from now until `close`."""

    def __init__(self) -> None:
        super().__init__()
        self._handler = _Handler(self._wake)
        self._raised = []
        for name in LOGGERS:
            logger = logging.getLogger(name)
            logger.addHandler(self._handler)
            if logger.level == logging.NOTSET:
                logger.setLevel(logging.DEBUG)
                self._raised.append(logger)

    def close(self) -> None:
        """Gathers no more; what was gathered stays."""
        for name in LOGGERS:
            logging.getLogger(name).removeHandler(self._handler)
        for logger in self._raised:
            logger.setLevel(logging.NOTSET)
        self._raised.clear()

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the application has ended
            QMetaObject.invokeMethod(self, "_take", Qt.ConnectionType.QueuedConnection)

    @pyqtSlot()
    def _take(self) -> None:
        self._add(self._handler.take())


class _Handler(logging.Handler):
    """Keeps what is logged until it is taken.

    Args:
        wake: is called, in the thread that logs, when there is something to be taken again.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        super().__init__()
        self._wake = wake
        self._new: deque[Line] = deque(maxlen=LINES)
        self.setFormatter(logging.Formatter(FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            told = self.format(record).splitlines()
        except Exception:
            self.handleError(record)
            return
        is_first = not self._new
        self._new.extend(Line(record.levelno, text[:LONGEST]) for text in told)
        if is_first:
            self._wake()

    def take(self) -> list[Line]:
        with there(self.lock):
            taken = list(self._new)
            self._new.clear()
        return taken


@dataclass(frozen=True)
class _Place:
    """How far a file has been read, in bytes, and the last of these."""

    at: int = 0
    mark: bytes = b""


@dataclass(frozen=True)
class _Piece:
    """What was read at once, and where the next piece begins."""

    place: _Place
    content: bytes = b""
    goes_on: bool = True  # with what was read before, which is there still
    has_more: bool = False
    trouble: str = ""


def _read(path: Path, place: _Place) -> _Piece:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, place.at - len(place.mark)))
            goes_on = file.read(len(place.mark)) == place.mark and size - place.at <= MOST
            if not goes_on:
                place = _Place(file.seek(max(0, size - MOST)))
            content = file.read(PIECE)
    except FileNotFoundError:
        told = f"There is no log at {path}; a server that the window starts writes one."
        return _Piece(place, trouble=told)
    except OSError as error:
        return _Piece(place, trouble=f"{path} cannot be read: {error.strerror}.")
    after = _Place(place.at + len(content), (place.mark + content)[-MARK:])
    if not goes_on and place.at:
        content = content[content.find(b"\n") + 1 :]  # the line that begins before it
    return _Piece(after, content, goes_on, after.at < size)


class _Reader(QObject):
    """Lives as long as somebody reads, which may be longer than who wanted to know."""

    read = pyqtSignal(object)

    def start(self, path: Path, place: _Place) -> None:
        there(QThreadPool.globalInstance()).start(lambda: self._work(path, place))

    def _work(self, path: Path, place: _Place) -> None:
        piece = _read(path, place)
        with contextlib.suppress(RuntimeError):  # the application has ended
            self.read.emit(piece)


class Tail(Source):
    """The end of a text file, and what is written to it while it is watched.

    The file need not be there, and may be cut or replaced at any time. It is read by a worker, a
    small piece at a time.

    Args:
        path: the file; none where it is on another machine.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__(path)
        if path is None:
            self.trouble = "This server's log is on another machine, or where it was started."
        self._place = _Place()
        self._rest = b""  # of a line that has no end yet
        self._level = logging.INFO
        self._is_reading = False
        self._reader = _Reader()
        self._reader.read.connect(self._take)
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._timer.timeout.connect(self._look)
        self._soon.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._hear)
        self._watcher.directoryChanged.connect(self._hear)

    def watch(self) -> None:
        """Reads on, and goes on with that whenever there is more."""
        if self.path:
            self._timer.start()
            self._look()

    def rest(self) -> None:
        """Reads no more; neither a timer nor the system wakes this process for it."""
        self._timer.stop()
        self._soon.stop()
        if watched := [*self._watcher.files(), *self._watcher.directories()]:
            self._watcher.removePaths(watched)

    def _hear(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _look(self) -> None:
        if self.path and not self._is_reading:
            self._is_reading = True
            self._reader.start(self.path, self._place)

    def _take(self, piece: _Piece) -> None:
        self._is_reading = False
        self._place = piece.place
        if piece.trouble != self.trouble:
            self.trouble = piece.trouble
            self.troubled.emit()
        if not piece.goes_on:
            self._rest, self._level = b"", logging.INFO
            self.lines.clear()
            self.emptied.emit()
        *whole, self._rest = (self._rest + piece.content).split(b"\n")
        self._rest = self._rest[:PIECE]
        if whole:
            self._add([self._line(content) for content in whole])
        if self.path and self._timer.isActive():
            # A file that is replaced is another, of which the system does not know yet.
            self._watcher.addPaths([str(self.path), str(self.path.parent)])
            if piece.has_more:
                self._look()

    def _line(self, content: bytes) -> Line:
        """What has no level of its own, as what follows an error, has that of the line before."""
        text = content[:LONGEST].decode(errors="replace").rstrip("\r")
        if found := HEAD.match(text):
            self._level = logging.getLevelNamesMapping()[found[1].upper()]
        return Line(self._level, text)
