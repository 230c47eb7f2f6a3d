"""The queue: what is rendered and what waits, how far it is, and why something failed."""

import time

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from server.protocol import Cancel, JobEvent

from .state import ENDED, State
from .wire import Wire

MOST = 6
"""Rows that are shown; what waits behind them is counted."""

STAYS_S = 20.0
"""How long a reason is shown; what is done goes at once."""


class _Row(QWidget):
    def __init__(self, wire: Wire, job: str) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.stop = QPushButton("Cancel")
        self.stop.clicked.connect(lambda: wire.ask(Cancel, job))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.text, 2)
        row.addWidget(self.stop)
        self.ended_s = 0.0

    def show_job(self, event: JobEvent) -> None:
        self.bar.setValue(round(1000 * event.progress))
        if event.state in ENDED:
            self.ended_s = self.ended_s or time.monotonic()
            self.bar.hide()
            self.stop.hide()
            self.text.setText(f"{event.state}: {event.reason}" if event.reason else event.state)
            return
        left_s = event.expected_s * (1 - event.progress)
        left = f", about {left_s:.0f} s" if event.expected_s else ""
        self.text.setText(f"{event.stage or event.state}{left}")


class Queue(QWidget):
    """What the server renders.

    Args:
        wire: what is asked on.
        state: what is shown.
    """

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__()
        self._wire, self._state = wire, state
        self._rows: dict[str, _Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.more = QLabel()
        self._column.addWidget(self.more)
        state.job_changed.connect(self._show)
        state.emptied.connect(self._empty)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tidy)
        self._timer.start(1000)
        self._tidy()

    @property
    def texts(self) -> list[str]:
        """What the rows say."""
        return [row.text.text() for row in self._rows.values()]

    def _show(self, event: JobEvent) -> None:
        if event.job not in self._rows:
            if event.state in ENDED:
                return
            self._rows[event.job] = _Row(self._wire, event.job)
            self._column.insertWidget(self._column.count() - 1, self._rows[event.job])
        row = self._rows[event.job]
        row.show_job(event)
        if event.state == "done":
            self._drop(event.job)
        self._count()

    def _drop(self, job: str) -> None:
        row = self._rows.pop(job)
        self._column.removeWidget(row)
        row.deleteLater()

    def _empty(self) -> None:
        for job in list(self._rows):
            self._drop(job)
        self._count()

    def _tidy(self) -> None:
        now_s = time.monotonic()
        for job, row in list(self._rows.items()):
            if row.ended_s and now_s - row.ended_s > STAYS_S:
                self._drop(job)
        self._count()

    def _count(self) -> None:
        for at, row in enumerate(self._rows.values()):
            row.setVisible(at < MOST)
        more = len(self._rows) - MOST
        if more > 0:
            self.more.setText(f"and {more} more")
        else:
            self.more.setText("" if self._rows else "Nothing is being rendered.")
