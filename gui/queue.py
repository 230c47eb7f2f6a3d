"""The queue: what is rendered and what waits, how far it is, and why something failed."""

import time
from collections.abc import Callable

from PyQt6.QtCore import QTimer, pyqtSignal
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
from .place import Place
from .qt import Line, Told
from .said import said
from .state import ENDED, State
from .wire import Wire

ROWS, AROUND = 3, 18
"""Rows that there is room for at once, and the room around the text of each, in pixels."""

STAYS_S = 600.0
STAYS = {"done": 0.0, "cancelled": 8.0}
"""How long what has ended is shown, in seconds, by its state; a failure for STAYS_S."""

LAST = 2**31
"""Of all bars: what is wanted on none comes behind what is."""

STAGES = {
    "queued": "waits",
    "text": "reads the words",
    "picture": "takes in the scene",
    "denoising": "composes",
    "decoding": "plays it",
    "verification": "listens to it",
    "writing": "writes the file",
}
"""What a worker is at, in a musician's words."""


class _Row(QWidget):
    """One job: what it is, how far, and what can be done about it."""

    dismissed = pyqtSignal()
    """Nobody wants to see it any more."""

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
        self.dismiss = _button("Dismiss", self.dismissed.emit)
        self.setMinimumHeight(self.stop.sizeHint().height())  # also when all are hidden
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
    def has_ended(self) -> bool:
        """Whether nothing will become of it any more."""
        return bool(self.ended_s)

    @property
    def is_over(self) -> bool:
        """Whether it need not be shown any more."""
        stays_s = STAYS.get(self.job.state, STAYS_S)
        return self.has_ended and time.monotonic() - self.ended_s >= stays_s

    @property
    def turn(self) -> tuple[bool, bool, int]:
        """Its place among the others, the first one first: what is due on a bar goes ahead.

        What has ended gives way to what can still be cancelled.
        """
        cue = self._state.cues.get(self.job.job)
        return self.has_ended, self.job.state == "queued", cue.bar if cue else LAST

    @property
    def left_s(self) -> float | None:
        """How long it still takes by itself, in seconds; None where that is not known."""
        return self.job.expected_s * (1 - self.job.progress) if self.job.expected_s else None

    def show_job(self, event: JobEvent) -> None:
        """Shows how a job is."""
        self.job = event
        has_ended = event.state in ENDED
        self.ended_s = (self.ended_s or time.monotonic()) if has_ended else 0.0
        self.bar.setVisible(not has_ended)
        self.stop.setVisible(not has_ended)
        for button in (self.retry, self.dismiss):
            button.setVisible(has_ended and event.state != "done")
        for widget, what in (
            (self.bar, "Progress of"), (self.stop, "Cancel"), (self.retry, "Retry"),
            (self.dismiss, "Dismiss"),
        ):  # fmt: skip
            widget.setAccessibleName(f"{what} {self._name}")
        self.text.setStyleSheet(f"color: {LOOK.colours.bad}" if event.state == "failed" else "")
        self.bar.setValue(round(1000 * event.progress))

    def tell(self, until_s: float | None) -> None:
        """Says what is done and how long it takes until it is there.

        Args:
            until_s: with all that is rendered before it, in seconds; None where not known.
        """
        event = self.job
        if event.state == "done":
            self.text.tell(f"{event.part} is in the library  {event.prompt}")
        elif self.has_ended:
            why = said(event.reason) or "why is not known"
            self.text.tell(f"{event.state}: {why}  ({self._name})")
        else:
            doing = STAGES.get(event.stage or event.state, event.stage or event.state)
            left = _time(until_s, self._state.transport)
            self.text.tell(f"{event.part} {doing}{left}  {event.prompt}")

    @property
    def _name(self) -> str:
        return f"{self.job.part}, {self.job.prompt}" if self.job.prompt else self.job.part


class Queue(QWidget):
    """What the server renders. Its height is always the same, so that nothing around it moves.

    Args:
        wire: what is asked on.
        state: what is shown.
    """

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__()
        self._wire, self._state = wire, state
        self._rows: dict[str, _Row] = {}
        self.told = Line("Queue")
        self.cancel_all = _button("Cancel all", self._cancel_all)
        policy = self.cancel_all.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.cancel_all.setSizePolicy(policy)
        self.more = Told("Nothing in the queue")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.more)
        self._column.addStretch()
        head = QHBoxLayout()
        head.addWidget(self.told, 1)
        head.addWidget(self.cancel_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        self.place = Place(inside, ROWS, AROUND)
        column.addWidget(self.place)
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
            row = self._rows[event.job] = _Row(self._wire, self._state, event.job)
            row.dismissed.connect(lambda: self._dismiss(event.job))
            self._column.insertWidget(self._column.count() - 1, row)
        self._rows[event.job].show_job(event)
        self._tidy()

    def _dismiss(self, job: str) -> None:
        self._drop(job)
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

    def _cancel_all(self) -> None:
        # The last one first: what has not begun does not begin meanwhile.
        for row in reversed(self._unfinished()):
            row.stop.click()

    def _unfinished(self) -> list[_Row]:
        """The rows of what waits or is rendered, in the order in which that is done."""
        rows = (row for row in self._rows.values() if not row.has_ended)
        return sorted(rows, key=lambda row: row.turn)

    def _tidy(self) -> None:
        """Takes away what is over and puts the rest in order, unless the pointer is upon it."""
        if not self.underMouse():
            for job in [job for job, row in self._rows.items() if row.is_over]:
                self._drop(job)
            for place, row in enumerate(sorted(self._rows.values(), key=lambda row: row.turn)):
                if self._column.indexOf(row) != place:
                    self._column.insertWidget(place, row)
        self._count()

    def _count(self) -> None:
        # The clock runs only while there is something that it can take away.
        if self._rows and not self._timer.isActive():
            self._timer.start()
        elif not self._rows:
            self._timer.stop()
        until_s: float | None = 0.0
        unfinished = self._unfinished()
        for row in unfinished:
            left_s = row.left_s
            until_s = None if until_s is None or left_s is None else until_s + left_s
            row.tell(until_s)
        for row in self._rows.values():
            row.setEnabled(not self._state.trouble)
            if row.has_ended:
                row.tell(None)
        self.cancel_all.setVisible(len(unfinished) > 1)
        self.cancel_all.setEnabled(not self._state.trouble)
        loops = f"{len(unfinished)} loop{'s' * (len(unfinished) > 1)}"
        time_left = _time(until_s, self._state.transport)
        self.told.tell(f"Queue: {loops}{time_left}" if unfinished else "Queue")
        self.more.tell("" if self._rows else self._idle())

    def _hear(self, name: str) -> None:
        if name in ("worker", "trouble"):
            self._count()

    def _idle(self) -> str:
        """What is told while nothing is rendered."""
        if self._state.worker == "starting" and self._state.worker_trouble:
            return f"Loops can be asked for already. {self._state.worker_trouble}"
        if self._state.worker == "starting":
            return "The model is being loaded. Loops can be asked for already."
        if self._state.worker == "down":
            return f"Nothing can be rendered: {self._state.worker_trouble}"
        return "Nothing is being rendered."


def _time(seconds: float | None, now: TransportEvent | None) -> str:
    """So many seconds, and bars of the host's; nothing where that is not known."""
    if seconds is None:
        return ""
    if now is None:
        return f", {seconds:.0f} s"
    bars = seconds * now.bpm / 60 / float(Metre.parse(now.metre).quarters)
    return f", {seconds:.0f} s ({bars:.1f} bars)"


def _button(text: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.clicked.connect(lambda _: act())
    return button
