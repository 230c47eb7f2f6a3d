"""What clips look like: their waveforms, read in threads and kept while there is room."""

import contextlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soundfile
from PyQt6.QtCore import QCoreApplication, QObject, QThread, QThreadPool, pyqtSignal

from ..qt import there

Curve = npt.NDArray[np.int8]

FULL = 127
"""A sample of full scale, as waveforms have it."""

QUIETEST = 16
"""A waveform is drawn so many times larger at most, until it fills its place."""

THREADS = 2

BLOCK = 1 << 16
"""Frames that are read at a time, about: a long file takes no more memory than a short one."""


@dataclass(frozen=True, eq=False, slots=True)
class Waveform:
    """The samples of all channels in columns, which share the clip's length evenly.

    A file that cannot be read has no columns.

    Attributes:
        low: the least sample of each column, -FULL to FULL.
        high: the greatest of each.
        rms: the root of the mean square of each.
    """

    low: Curve
    high: Curve
    rms: Curve

    @property
    def top(self) -> int:
        """What it is drawn up to: the greatest sample, so that a quiet loop is seen as well."""
        if not self.columns:
            return FULL
        return max(int(self.high.max()), -int(self.low.min()), FULL // QUIETEST)

    @property
    def columns(self) -> int:
        """How many there are."""
        return len(self.low)


class _Grain:
    """All waveforms of one fineness: those that are known, wait and are being read.

    Args:
        columns: of each.
        kept: how many are kept; those that were not looked at for longest go first.
        waiting: how many may wait; those that were asked for first are dropped.
    """

    def __init__(self, columns: int, kept: int, waiting: int) -> None:
        self.columns, self._kept, self._most_waiting = columns, kept, waiting
        self._known: OrderedDict[str, Waveform] = OrderedDict()
        self.waiting: OrderedDict[str, str] = OrderedDict()
        self.read: set[str] = set()

    def find(self, clip: str) -> Waveform | None:
        found = self._known.get(clip)
        if found:
            self._known.move_to_end(clip)
        return found

    def keep(self, clip: str, waveform: Waveform) -> None:
        self._known[clip] = waveform
        if len(self._known) > self._kept:
            self._known.popitem(last=False)

    def want(self, clip: str, path: str) -> None:
        if clip in self.read:
            return
        self.waiting[clip] = path
        self.waiting.move_to_end(clip)
        if len(self.waiting) > self._most_waiting:
            self.waiting.popitem(last=False)


class Waveforms(QObject):
    """The waveforms of clips, coarse ones for rows and fine ones for a large view.

    What was asked for last is read first. A row that is painted asks anew, so what has waited until
    more than a screenful was asked for after it has scrolled away, and is dropped.
    """

    ready = pyqtSignal(str)
    """A waveform that was asked for is there; the clip's id."""

    _made = pyqtSignal(object, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._coarse = _Grain(columns=120, kept=4000, waiting=128)
        self._fine = _Grain(columns=4000, kept=16, waiting=1)
        self._lock = threading.Lock()
        self._readers = 0
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(THREADS)
        # Not idle: Qt's thread would wait for a reader that has Python's lock and no processor.
        self._pool.setThreadPriority(QThread.Priority.LowestPriority)
        self._made.connect(self._keep)
        there(QCoreApplication.instance()).aboutToQuit.connect(self.close)

    def coarse(self, clip: str, path: str) -> Waveform | None:
        """A waveform of about 120 columns.

        Args:
            clip: the clip's id.
            path: its WAV.

        Returns:
            None where it is not known yet: then it is read, and `ready` tells when it is there.
        """
        return self._find(self._coarse, clip, path)

    def fine(self, clip: str, path: str) -> Waveform | None:
        """The same with about 4,000 columns; only the clip that was asked for last is waited for.

        Args:
            clip: the clip's id.
            path: its WAV.
        """
        return self._find(self._fine, clip, path)

    def close(self) -> None:
        """Drops what waits, and waits until nothing is read."""
        with self._lock:
            self._coarse.waiting.clear()
            self._fine.waiting.clear()
        self._pool.waitForDone()

    def _find(self, grain: _Grain, clip: str, path: str) -> Waveform | None:
        found = grain.find(clip)
        if found:
            return found
        with self._lock:
            grain.want(clip, path)
            lacks_reader = bool(grain.waiting) and self._readers < THREADS
            if lacks_reader:
                self._readers += 1
        if lacks_reader:
            self._pool.start(self._read)
        return None

    def _read(self) -> None:
        """What a thread does: it reads while anything waits."""
        while task := self._next():
            grain, clip, path = task
            made = measured(path, grain.columns)
            with contextlib.suppress(RuntimeError):  # nobody is there any more
                self._made.emit(grain, clip, made)

    def _next(self) -> tuple[_Grain, str, str] | None:
        with self._lock:
            for grain in (self._fine, self._coarse):
                if grain.waiting:
                    clip, path = grain.waiting.popitem()
                    grain.read.add(clip)
                    return grain, clip, path
            self._readers -= 1
            return None

    def _keep(self, grain: _Grain, clip: str, waveform: Waveform) -> None:
        with self._lock:
            grain.read.discard(clip)
        grain.keep(clip, waveform)
        self.ready.emit(clip)


def measured(path: str, columns: int) -> Waveform:
    """Reads a file's waveform.

    Args:
        path: the WAV.
        columns: how many; a file of fewer frames has one for each.
    """
    try:
        with soundfile.SoundFile(path) as file:
            return Waveform(*_curves(file, columns))
    except (OSError, RuntimeError, TypeError, ValueError):  # as soundfile has it
        return Waveform(*np.zeros((3, 0), np.int8))


def _curves(file: soundfile.SoundFile, columns: int) -> npt.NDArray[np.int8]:
    columns = min(columns, file.frames)
    curves = np.zeros((3, columns), np.float32)
    edges = np.arange(columns + 1) * file.frames // max(1, columns)
    together = max(1, BLOCK * columns // max(1, file.frames))
    for first in range(0, columns, together):
        inside = edges[first : first + together + 1]
        frames = int(inside[-1] - inside[0])
        block = file.read(frames, dtype="float32", always_2d=True)
        if len(block) < frames:  # it is cut off
            break
        samples = np.clip(block, -1, 1).ravel()
        starts = (inside[:-1] - inside[0]) * file.channels
        power = np.add.reduceat(samples * samples, starts) / (np.diff(inside) * file.channels)
        curves[:, first : first + together] = (
            np.minimum.reduceat(samples, starts),
            np.maximum.reduceat(samples, starts),
            np.sqrt(power),
        )
    return np.rint(FULL * np.nan_to_num(curves)).astype(np.int8)
