"""The queue: what is rendered and what waits, how far it is, and why something failed."""

import time
from collections.abc import Callable

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from melfusion.music import Metre
from server.protocol import Cancel, JobEvent, Retry
from server.transport_messages import TransportEvent

from .look import LOOK
from .qt import Line, Told
from .state import ENDED, State
from .wire import Wire

MOST = 4
"""Rows that are shown; what waits behind them is counted."""

STAYS_S = 600.0
"""How long a failure is shown that nobody takes away; what is done goes at once."""

CANCELLED_S = 8.0
STAGES = {
    "queued": "waits",
    "text": "reads the words",
    "picture": "looks at the picture",
    "denoising": "composes",
    "decoding": "plays it",
    "verification": "listens to it",
    "writing": "writes the file",
}
"""What a worker is at, in a musician's words."""


class _Row(QWidget):
    """One job: what it is, how far, and what can be done about it."""

    def __init__(self, wire: Wire, state: State, job: str) -> None:
        super().__init__()
        self._state = state
        self.job: JobEvent
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.text = Line("What is rendered")
        # What becomes of it is told by the job's own events.
        self.retry = _button("Retry", lambda: wire.ask(Retry, job, otherwise=lambda _: None))
        self.stop = _button("Cancel", lambda: wire.ask(Cancel, job, otherwise=lambda _: None))
        self.dismiss = _button("Dismiss", self._dismiss)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.text)
        texts.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(texts, 1)
        for button in (self.retry, self.stop, self.dismiss):
            row.addWidget(button)
        self.ended_s = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it need not be shown any more."""
        stays_s = CANCELLED_S if self.job.state == "cancelled" else STAYS_S
        return bool(self.ended_s) and time.monotonic() - self.ended_s > stays_s

    def show_job(self, event: JobEvent) -> None:
        """Shows how a job is."""
        self.job = event
        has_ended = event.state in ENDED
        self.ended_s = (self.ended_s or time.monotonic()) if has_ended else 0.0
        self.bar.setVisible(not has_ended)
        self.stop.setVisible(not has_ended)
        self.retry.setVisible(has_ended)
        self.dismiss.setVisible(has_ended)
        name = f"{event.part}, {event.prompt}" if event.prompt else event.part
        for widget, what in (
            (self.bar, "Progress of"), (self.stop, "Cancel"), (self.retry, "Retry"),
            (self.dismiss, "Dismiss"),
        ):  # fmt: skip
            widget.setAccessibleName(f"{what} {name}")
        self.text.setStyleSheet(f"color: {LOOK.colours.bad}" if event.state == "failed" else "")
        if has_ended:
            self.text.tell(f"{event.state}: {event.reason or 'why is not known'}  ({name})")
        else:
            self.bar.setValue(round(1000 * event.progress))
            doing = STAGES.get(event.stage or event.state, event.stage or event.state)
            self.text.tell(f"{event.part} {doing}{self._left(event)}  {event.prompt}")

    def _left(self, event: JobEvent) -> str:
        """Time to go, and bars of the host's."""
        if not event.expected_s:
            return ""
        left_s = event.expected_s * (1 - event.progress)
        return f", {left_s:.0f} s{_bars(left_s, self._state.transport)}"

    def _dismiss(self) -> None:
        self.ended_s = -STAYS_S


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
        self._column.setSpacing(4)
        self.more = Told("Queue")
        self._column.addWidget(self.more)
        state.job_changed.connect(self._show)
        state.emptied.connect(self._empty)
        state.changed.connect(self._hear)
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._tidy)
        self._count()

    @property
    def texts(self) -> list[str]:
        """What the rows say."""
        return [row.text.whole for row in self._rows.values()]

    def row(self, job: str) -> _Row:
        """The row of a job."""
        return self._rows[job]

    def _show(self, event: JobEvent) -> None:
        if event.job not in self._rows:
            if event.state in ENDED:
                return
            self._rows[event.job] = _Row(self._wire, self._state, event.job)
            self._column.insertWidget(self._column.count() - 1, self._rows[event.job])
        self._rows[event.job].show_job(event)
        if event.state == "done":
            self._drop(event.job)
        self._count()

    def _drop(self, job: str) -> None:
        row = self._rows.pop(job)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _empty(self) -> None:
        for job in list(self._rows):
            self._drop(job)
        self._count()

    def _tidy(self) -> None:
        for job in [job for job, row in self._rows.items() if row.is_over]:
            self._drop(job)
        self._count()

    def _count(self) -> None:
        # The clock runs only while there is something that it can take away.
        if self._rows and not self._timer.isActive():
            self._timer.start()
        elif not self._rows:
            self._timer.stop()
        # What failed gives way to what can still be cancelled.
        first = sorted(self._rows.values(), key=lambda row: bool(row.ended_s))[:MOST]
        for row in self._rows.values():
            row.setVisible(row in first)
            row.setEnabled(not self._state.trouble)
        more = len(self._rows) - MOST
        idle = "" if self._rows else self._idle()
        self.more.tell(f"and {more} more" if more > 0 else idle)

    def _hear(self, name: str) -> None:
        if name in ("worker", "trouble"):
            self._count()

    def _idle(self) -> str:
        """What is told while nothing is rendered."""
        if self._state.worker == "starting":
            return "The model is being loaded. Loops can be asked for already."
        if self._state.worker == "down":
            return f"Nothing can be rendered: {self._state.worker_trouble}"
        return "Nothing is being rendered."


def _bars(seconds: float, now: TransportEvent | None) -> str:
    if now is None:
        return ""
    bars = seconds * now.bpm / 60 / float(Metre.parse(now.metre).quarters)
    return f" ({bars:.1f} bars)"


def _button(text: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.clicked.connect(lambda _: act())
    return button
